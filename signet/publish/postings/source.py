"""Where the public's postings come from: of the career centre only PublicJob leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from signet.jobs import published
from signet.jobs.model import Posting
from signet.jobs.postings.public import PublicJob
from signet.jobs.published import Home, PermitOf
from signet.policy import Policy


class Jobs(Protocol):
    """A career centre: all that a build asks of it."""

    def shown(self, today: date, policy: Policy, permit_of: PermitOf) -> list[PublicJob]:
        """Every posting that has a page on a day, live or lately over, in no special order."""
        ...

    def pictures(self, wanted: Collection[str]) -> Mapping[str, bytes]:
        """What is in those employers' pictures, by digest; what is gone by now is left out."""
        ...


class StoreJobs:
    """The career centre in the database.

    Lists there follow a moment behind what is written; `named` are postings just changed, which
    are read by themselves.
    """

    def __init__(self, named: Collection[Home] = ()) -> None:
        self._named = named
        self._shown: Sequence[Posting] = ()

    def shown(self, today: date, policy: Policy, permit_of: PermitOf) -> list[PublicJob]:
        """Every posting that has a page on a day. Raises Unavailable."""
        if policy.jobs is None:
            return []
        self._shown = published.paged(today, policy.jobs, self._named)
        return published.public_jobs(self._shown, policy, today, permit_of)

    def pictures(self, wanted: Collection[str]) -> Mapping[str, bytes]:
        """What is in the pictures of the employers of those postings. Raises Unavailable."""
        return published.pictures(self._shown, wanted)
