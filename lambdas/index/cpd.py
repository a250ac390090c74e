"""Continuing professional development: a member's log, and the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lambdas.index.model import MOST, Audience, Service
from signet.accounts.model import Role
from signet.cpd.tables import MODELS


def _audits(today: date) -> Iterator[tuple[int, str]]:
    from signet.cpd.desk import overview  # imported here: most visitors have no desk

    yield overview.count_answered(today, MOST + 1), "to review"
    yield overview.count_due(today, MOST + 1), "due"


SERVICES = (
    Service(
        "Continuing professional development",
        "/services/cpd/",
        "Log what you did, see what is still missing, declare that the year is complete.",
        Audience.MEMBERS,
        frozenset({Role.MEMBER}),
    ),
    Service(
        "CPD desk",
        "/services/cpd/desk/",
        "The standing of the year, the random audit, notices, deadlines and reviews.",
        Audience.STAFF,
        frozenset({Role.CPD_OFFICER, Role.REGISTRAR}),
        _audits,
        MODELS,
    ),
)
