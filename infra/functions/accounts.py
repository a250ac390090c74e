"""Accounts: signing in, roles, the audit log."""

from __future__ import annotations

from infra.functions.model import CHECK, DELETE, GET, MANY, PUT, QUERY, UPDATE, Function, may
from infra.functions.rights import ACT, WEB

# What the index of the services counts: see `infra.functions.services`.
COUNTED = {"outbox/queue": ("dead", "held")}
FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="account",
        module="lambdas.account",
        does="signing in and out, one's own account, joining it to a member record",
        tables={
            **ACT,
            "sessions": may(GET, QUERY, MANY, PUT, UPDATE, DELETE),
            "accounts": may(GET, QUERY, MANY, PUT, UPDATE, DELETE),
        },
        whose={"accounts": ("*#*",), "sessions": ("*#*",)},
        attributes={},
        writes={
            "accounts": (
                "account#*",
                "identity#*",
                "email#*",
                "invited#*",
                "joined#*",
                "signin#*",
                "tries#*",
            )
        },
        settings=WEB | {"sign-in", "address-key", "mail-public"},
        prefixes=("/services/account",),
        bundle="sealing",
    ),
    Function(
        name="admin",
        module="lambdas.admin.function",
        does="roles, the audit trail, mail that was given up",
        tables={
            "sessions": may(GET, UPDATE),
            "accounts": may(GET, QUERY, MANY, PUT, UPDATE, DELETE, CHECK),
            "acts": may(GET, PUT),
            "audit": may(PUT, QUERY),
            "outbox": may(GET, PUT, UPDATE),
        },
        indexes={
            "outbox/queue": may(QUERY),
            "audit/by_officer": may(QUERY),
            "audit/by_day": may(QUERY),
        },
        whose={"accounts": ("account#*", "role#*", "email#*", "invited#*", "joined#*", "grant#*")},
        settings=WEB | {"address-key"},
        prefixes=("/services/admin",),
    ),
)
