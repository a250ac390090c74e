"""The register desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lambdas.index.model import MOST, Audience, Service
from signet.accounts.model import Role
from signet.proposals.tables import MODELS


def _proposals(_today: date) -> Iterator[tuple[int, str]]:
    from signet.proposals import store  # imported here: proposals are slow to load

    yield store.count("open", MOST + 1), "waiting"
    yield store.count(store.REVIEW, MOST + 1), "to review"


SERVICES = (
    Service(
        "Register desk",
        "/services/register/",
        "What is proposed for the register, to approve, review or take back.",
        Audience.STAFF,
        frozenset({Role.REGISTRAR, Role.REGISTER_OFFICER}),
        _proposals,
        MODELS,
    ),
)
