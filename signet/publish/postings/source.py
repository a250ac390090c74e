"""Where the public's postings come from: of the career centre only PublicJob leaves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from signet.jobs import board
from signet.jobs.board import Home, PermitOf
from signet.jobs.public import PublicJob
from signet.policy import Policy


class Jobs(Protocol):
    """A career centre: all that a build asks of it."""

    def shown(self, today: date, policy: Policy, permit_of: PermitOf) -> list[PublicJob]:
        """Every posting that has a page on a day, live or lately over, in no special order."""
        ...


class StoreJobs:
    """The career centre in the database.

    Lists there follow a moment behind what is written; `named` are postings just changed, which
    are read by themselves.
    """

    def __init__(self, named: Collection[Home] = ()) -> None:
        self._named = named

    def shown(self, today: date, policy: Policy, permit_of: PermitOf) -> list[PublicJob]:
        """Every posting that has a page on a day. Raises Unavailable."""
        if policy.jobs is None:
            return []
        found = board.paged(today, policy.jobs, self._named)
        return board.public_jobs(found, policy, today, permit_of)
