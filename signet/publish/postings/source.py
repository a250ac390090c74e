"""Where postings come from: the build sees nothing of the career centre but PublicJob."""

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
    """A career centre: all that a build needs of it."""

    def shown(self, today: date, policy: Policy, permit_of: PermitOf) -> list[PublicJob]:
        """Return every posting that has a page on a day, live or recently closed, in any order."""
        ...

    def pictures(self, wanted: Collection[str]) -> Mapping[str, bytes]:
        """Return the contents of those employers' pictures by digest, without removed ones."""
        ...


class StoreJobs:
    """The career centre in the database.

    Its lists are eventually consistent; `named` are postings just changed, which are read directly.
    """

    def __init__(self, named: Collection[Home] = ()) -> None:
        self._named = named
        self._shown: Sequence[Posting] = ()

    def shown(self, today: date, policy: Policy, permit_of: PermitOf) -> list[PublicJob]:
        """Return every posting that has a page on a day. Raises Unavailable."""
        if policy.jobs is None:
            return []
        self._shown = published.paged(today, policy.jobs, self._named)
        return published.public_jobs(self._shown, policy, today, permit_of)

    def pictures(self, wanted: Collection[str]) -> Mapping[str, bytes]:
        """Return the contents of the pictures of those postings' employers. Raises Unavailable."""
        return published.pictures(self._shown, wanted)
