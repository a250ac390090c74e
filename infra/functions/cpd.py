"""Continuing professional development: members, the desk, the API, and scheduled work."""

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
    Stream,
    may,
)
from infra.functions.rights import ACT, SIGNED_IN, WEB

CPD = {
    **SIGNED_IN,
    **ACT,
    "cpd": may(GET, QUERY, MANY, PUT, UPDATE, DELETE, CHECK),
    "register": may(QUERY),
    "uploads": may(QUERY, UPDATE),
}

# What the index of the services counts: see `infra.functions.services`.
COUNTED = {"cpd/by_standing": ("????#audit#*",)}
FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="cpd",
        module="lambdas.cpd.member.function",
        does="a member's continuing professional development",
        # A declaration of not practising is an entry in the member's record of the register at
        # once.
        tables={**CPD, "register": may(QUERY, PUT)},
        whose={"register": ("member#*",)},
        indexes={"cpd/by_standing": may(QUERY)},
        settings=WEB | {"documents"},
        prefixes=("/services/cpd",),
    ),
    Function(
        name="cpd_desk",
        module="lambdas.cpd.desk.function",
        does="the CPD desk of the staff: standings, draw, notices, reviews",
        tables={
            **CPD,
            "accounts": may(GET, QUERY, MANY),  # officers' names and roles
            "register": may(QUERY, SCAN, MANY),
            "contacts": may(MANY),  # postal addresses of letters
            "proposals": may(GET, PUT),  # proposals that a member resumes practice
        },
        indexes={
            "cpd/by_standing": may(QUERY),
            "proposals/by_source": may(QUERY),
            "register/permits": may(SCAN),  # the permits whose pages show a change to a member
        },
        settings=WEB | {"documents"},
        prefixes=("/services/cpd/desk",),
        memory_mb=1769,
    ),
    Function(
        name="cpd_api",
        module="lambdas.cpd.api",
        does="CPD for programs, and what it understands (OpenAPI)",
        tables=CPD,
        indexes={"cpd/by_standing": may(QUERY)},
        settings=WEB,
        prefixes=("/services/cpd/api", "/services/openapi.json"),
    ),
    Function(
        name="follow",
        module="lambdas.follow",
        does="CPD standings and career profiles, kept up to date with the register; the desks' "
        "search, with contact data and requests too; starts the nightly run",
        tables={
            **ACT,
            "cpd": may(GET, QUERY, MANY, PUT, UPDATE),
            "jobs": may(GET, PUT, DELETE),
            "register": may(QUERY),
            "contacts": may(GET),
            "requests": may(QUERY),
            "search": may(GET, PUT, DELETE, CHECK),
        },
        whose={"jobs": ("member#*",)},
        settings=frozenset({"address-key"}),  # the search finds addresses by their hash
        streams=(Stream("register"), Stream("contacts"), Stream("requests")),
        clocks=(Clock("reminders", at="reminders", local_seconds=3600.0),),
        seconds=900,
        alarm_after=3600,
    ),
    Function(
        name="cpd_work",
        module="lambdas.cpd.work",
        does="CPD's long-running work: rolls, audits to open, the nightly run and its reminders",
        tables={
            **ACT,
            "outbox": may(PUT, QUERY),  # whether a reminder was written before
            "cpd": may(GET, QUERY, MANY, PUT, UPDATE),
            "register": may(QUERY, SCAN),
        },
        indexes={"cpd/by_standing": may(QUERY)},
        clocks=(Clock("cpd-work", every_minutes="work_minutes", local_seconds=20.0),),
        memory_mb=1769,
        seconds=300,
    ),
)
