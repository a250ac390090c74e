"""Requests: one's own, what others contribute by a link, and the desk."""

from __future__ import annotations

from infra.functions.model import (
    CHECK,
    DELETE,
    GET,
    MANY,
    PUT,
    QUERY,
    SCAN,
    UPDATE,
    Clock,
    Function,
    may,
)
from infra.functions.rights import ACT, SIGNED_IN, WEB

# What the index of the services counts: see `infra.functions.services`.
COUNTED = {"requests/by_work": ("clerk", "second officer")}
FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="requests",
        module="lambdas.requests.member.function",
        does="requests of one's own: begun, filled in, submitted, withdrawn, appealed",
        tables={
            **SIGNED_IN,
            **ACT,
            # The index of addresses follows a member's own change of contact data.
            "accounts": may(GET, MANY, PUT, DELETE),
            "requests": may(QUERY, PUT, DELETE),
            "register": may(QUERY, PUT),  # what a member may enter about themself
            "contacts": may(GET, PUT),
            "proposals": may(GET, PUT),  # entries that wait are withdrawn with their request
            "uploads": may(QUERY, UPDATE),
        },
        whose={
            "register": ("member#*",),
            "uploads": ("account#*",),
            "accounts": ("account#*", "role#*", "address#*"),
        },
        writes={"accounts": ("address#*",)},
        indexes={"requests/by_owner": may(QUERY)},
        settings=WEB | {"address-key"},
        prefixes=("/services/requests",),
        bundle="sealing",
    ),
    Function(
        name="contribute",
        module="lambdas.requests.contribute",
        does="what a contributor adds to another person's request, by a secret link",
        tables={
            **ACT,
            "accounts": may(GET, MANY),
            "requests": may(GET, QUERY, PUT),
            "register": may(QUERY),
        },
        whose={"register": ("member#*",)},
        settings=WEB,
        prefixes=("/services/requests/contribute",),
    ),
    Function(
        name="requests_desk",
        module="lambdas.requests.desk.function",
        does="the requests desk: the work list, files, decisions, entries by a second officer",
        tables={
            **SIGNED_IN,
            **ACT,
            "accounts": may(GET, QUERY, MANY, CHECK),  # who asks is joined to the record still
            "requests": may(QUERY, PUT),
            "register": may(QUERY, MANY, PUT),
            "contacts": may(GET),  # postal addresses of letters
            "proposals": may(GET, QUERY, PUT),
            "cpd": may(GET, QUERY),  # from whose records the officer is recused
            "uploads": may(GET, QUERY),
        },
        # What waits at other desks is counted, for those who may go there.
        whose={
            "cpd": ("officer#*",),
            "cpd/by_standing": ("????#audit#*",),
            "proposals/by_state": ("open", "review"),
        },
        indexes={
            "requests/by_work": may(QUERY),
            "requests/by_assignee": may(QUERY),
            "cpd/by_standing": may(QUERY),
            "proposals/by_state": may(QUERY),
            "register/permits": may(SCAN),  # the permits whose pages show a change to a member
        },
        buckets={"evidence": may("GetObject")},
        settings=WEB | {"files", "documents"},
        prefixes=("/services/requests/desk",),
        memory_mb=1769,
    ),
    Function(
        name="requests_work",
        module="lambdas.requests.work",
        does="reminders of requests, and drafts that nobody went on with",
        tables={
            **ACT,
            "accounts": may(GET, QUERY, MANY),
            "requests": may(QUERY, PUT),
        },
        indexes={"requests/by_work": may(QUERY)},
        clocks=(Clock("requests-work", every_minutes="work_minutes"),),
        bundle="sealing",
        seconds=60,
    ),
)
