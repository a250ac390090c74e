"""Who answers for permits, and the permits' verdicts: known before any page speaks of them.

A permit's verdict needs the standing of its responsible members, and their pages name the permit
with it. So these few members are read first; whoever asks for a verdict gets this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from signet.publish import project
from signet.publish.project import Viewpoint
from signet.publish.public import Headline
from signet.publish.snapshot import Source
from signet.register import fold, standing, verdict
from signet.register.model import PermitRecord
from signet.register.verdict import Practice


class Answering:
    """What those who answer for permits may practise, and the verdicts that follow from it."""

    def __init__(self, source: Source, view: Viewpoint) -> None:
        self._source, self._view = source, view
        self._read: set[str] = set()
        self._verdicts: dict[str, Headline] = {}
        self.practice: dict[str, tuple[Practice, ...]] = {}

    def read(self, permits: Iterable[PermitRecord]) -> None:
        """Read the members whom these permits speak of, but for those that were read before."""
        if wanted := spoken_of(permits) - self._read:
            self.take(wanted, self._source.some_members(wanted))

    def take(self, wanted: frozenset[str], raws: Iterable[Any]) -> None:
        """Take in members of these numbers; who isn't public could never answer (PER-3, DES-6)."""
        self._read |= wanted
        view = self._view
        for raw in raws:
            record = fold.member(self._source.decode(raw), view.as_of)
            if record is None or not standing.is_public(record, view.policy):
                continue
            held = verdict.practice(record, view.policy)
            strictest = view.strictest.get(f"member {record.number}")
            if strictest is not None and strictest.answer != "permitted":
                held = (*held, Practice(view.as_of, frozenset()))
            self.practice[record.number] = held

    def verdict(self, record: PermitRecord) -> Headline:
        """The verdict on a permit, whoever asks."""
        found = self._verdicts.get(record.number)
        if found is None:
            self.read([record])
            found = project.permit_headline(record, self.practice, self._view)
            self._verdicts[record.number] = found
        return found


def spoken_of(permits: Iterable[PermitRecord]) -> frozenset[str]:
    """The members that the permits' histories name."""
    return frozenset(r.member for record in permits for r in record.responsibilities)
