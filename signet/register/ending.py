"""Statuses of a later day that would end a worse one, entered when nobody knew of it.

An entry takes effect on its day whatever was entered meanwhile. A return that was approved for next
month would end a suspension of today, and the public would read that the member may practise. So
what isn't in effect yet is voided or corrected together with the entry that it would end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from signet.policy import Policy
from signet.register import fold
from signet.register.model import Entry, Subject

CHANGE = "status_changed"


class ToEnter(Protocol):
    """An entry that is to be made; `corrects` is the id of the one whose place it takes, or ""."""

    @property
    def kind(self) -> str:
        """The kind of entry."""

    @property
    def data(self) -> Mapping[str, Any]:
        """Its payload."""

    @property
    def effective_on(self) -> date:
        """When it takes effect."""

    @property
    def corrects(self) -> str:
        """The id of the entry that it corrects, or empty."""


def ended_by(
    entries: Sequence[Entry], proposed: Sequence[ToEnter], policy: Policy, today: date
) -> list[Entry]:
    """Return the `entries` not in effect on `today` that would end a worse status of `proposed`.

    In the order of their days. Without what `proposed` voids or corrects, and without what was
    entered to end the very status that an entry of `proposed` only states better.
    """
    undone = {one.corrects for one in proposed}
    to_come = [
        one
        for one in fold.applicable(entries, None)
        if one.kind == CHANGE and one.effective_on > today and one.id not in undone
    ]
    return [
        later for later in to_come if any(_ends(later, one, entries, policy) for one in proposed)
    ]


def _ends(later: Entry, proposed: ToEnter, entries: Sequence[Entry], policy: Policy) -> bool:
    return (
        proposed.kind == CHANGE
        and later.effective_on > proposed.effective_on
        and _allows(later.subject, later, policy) > _allows(later.subject, proposed, policy)
        and not _meant(later, proposed, entries)
    )


def _allows(subject: Subject, entry: ToEnter, policy: Policy) -> int:
    """Return how much a status allows: 2 to practise, 1 good standing alone, 0 neither."""
    table = policy.statuses if subject == "member" else policy.permit_statuses
    known = table.get(entry.data["status"])
    if known is None or not known.good:
        return 0  # an unknown one is shown as not in good standing
    return 2 if getattr(known, "practice", True) else 1


def _meant(later: Entry, proposed: ToEnter, entries: Sequence[Entry]) -> bool:
    """Tell whether the later entry was made to end this status, which is now only corrected.

    As when the day or the direction of a suspension is mended, whose end was entered since.
    """
    by_id = {one.id: one for one in entries}
    first, stated = None, _stated(proposed)
    at = by_id.get(proposed.corrects)
    while at is not None and at.kind == CHANGE and _stated(at) == stated:
        first, at = at, by_id.get(at.corrects)
    return first is not None and first.recorded_at <= later.recorded_at


def _stated(entry: ToEnter) -> tuple[str, str]:
    return entry.data["status"], entry.data.get("reason", "")
