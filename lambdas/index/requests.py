"""Requests, and their desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lambdas.index.model import MOST, Audience, Service
from signet.accounts.model import Role
from signet.requests.tables import MODELS


def _requests(_today: date) -> Iterator[tuple[int, str]]:
    from signet.requests import store  # imported here: most visitors have no desk
    from signet.requests.stage import Actor

    yield store.count(Actor.CLERK, MOST + 1), "to look at"
    yield store.count(Actor.SECOND_OFFICER, MOST + 1), "to approve as a second officer"


SERVICES = (
    Service(
        "Requests",
        "/services/requests/",
        "Change your contact data, your name or your status, and see how far it has come.",
        Audience.MEMBERS,
        frozenset({Role.MEMBER}),
    ),
    Service(
        "Requests desk",
        "/services/requests/desk/",
        "What people ask: to check, decide and approve.",
        Audience.STAFF,
        frozenset({Role.REGISTRAR, Role.REGISTER_OFFICER}),
        _requests,
        MODELS,
    ),
)
