"""The register desk, and entering what was approved."""

from __future__ import annotations

from infra.functions.model import GET, MANY, PUT, QUERY, SCAN, UPDATE, Clock, Function, may
from infra.functions.rights import ACT, SIGNED_IN, WEB

# What the index of the services counts: see `infra.functions.services`.
COUNTED = {"proposals/by_state": ("open", "review")}
FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="register_desk",
        module="lambdas.register.desk.function",
        does="the register desk: proposals for the register, decided and reviewed; records' files",
        tables={
            **SIGNED_IN,
            **ACT,
            "sessions": may(GET, UPDATE),
            "accounts": may(GET, QUERY, MANY),
            "proposals": may(GET, QUERY, PUT),
            "register": may(QUERY, PUT, MANY),
            "audit": may(PUT, QUERY),  # who looked at a record
            "contacts": may(GET),
            # Who is recused from a member's record, and a year's standing and notices: by key,
            # so that nobody's activities are listed here.
            "cpd": may(GET, MANY),
            "search": may(QUERY, MANY),
        },
        whose={"cpd": ("officer#*", "member#*")},
        indexes={
            "register/limited": may(QUERY),  # whose time in a category runs out
            "requests/by_subject": may(QUERY),
            "proposals/by_state": may(QUERY),
            "register/permits": may(SCAN),  # the permits whose pages show a change to a member
        },
        settings=WEB | {"address-key"},
        prefixes=("/services/register",),
        memory_mb=1769,
    ),
    Function(
        name="register_work",
        module="lambdas.register.work",
        does="enters what was approved, part by part; reminders of what waits",
        tables={
            **ACT,
            "accounts": may(GET, QUERY, MANY),
            "proposals": may(GET, QUERY, PUT),
            "register": may(QUERY, PUT),
            "cpd": may(MANY),  # who is recused from a member's record is mailed nothing about it
        },
        whose={"cpd": ("officer#*",)},
        indexes={
            "proposals/by_state": may(QUERY),
            "requests/by_subject": may(QUERY),  # and who is recused from a request
        },
        clocks=(Clock("register-work", every_minutes="work_minutes"),),
        seconds=60,
    ),
)
