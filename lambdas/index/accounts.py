"""Accounts: one's own, and what administrators look after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lambdas.index.model import MOST, Audience, Service
from signet.accounts.model import Role

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def _undelivered(_today: date) -> Iterator[tuple[int, str]]:
    from signet.transactions import outbox  # imported here: only administrators need it

    yield outbox.count_dead(MOST + 1), "not delivered"


SERVICES = (
    Service(
        "Your account",
        "/services/account/",
        "Your name and e-mail here, where you are signed in, and your member record.",
        Audience.ACCOUNT,
    ),
    Service(
        "Roles",
        "/services/admin/roles",
        "Give staff their roles, or end them.",
        Audience.STAFF,
        ADMINISTRATOR,
    ),
    Service(
        "Roles to approve",
        "/services/admin/grants/",
        "Roles that a second person approves before they are given.",
        Audience.STAFF,
        ADMINISTRATOR | {Role.REGISTRAR},
    ),
    Service(
        "Audit log",
        "/services/admin/audit",
        "What staff were shown, and what they changed.",
        Audience.STAFF,
        ADMINISTRATOR,
    ),
    Service(
        "Undelivered mail",
        "/services/admin/mail",
        "E-mail that couldn’t be delivered, to send again.",
        Audience.STAFF,
        ADMINISTRATOR,
        _undelivered,
    ),
)
