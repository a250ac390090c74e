"""The members responsible for permits, and the permits' verdicts, read before any page is made.

A permit's verdict depends on the standing of its responsible members, and their pages show the
permit with its verdict. So these few members are read first, and every page uses the same verdict.
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
from signet.register.periods import Known, KnownPractice, practice_as_known
from signet.register.verdict import Practice


class Answering:
    """What responsible members may practise, and the permit verdicts that follow from it."""

    def __init__(self, source: Source, view: Viewpoint) -> None:
        self._source, self._view = source, view
        self._read: set[str] = set()
        self._verdicts: dict[str, Headline] = {}
        self.practice: dict[str, tuple[Practice, ...]] = {}
        self._earlier: dict[str, Known] = {}

    def read(self, permits: Iterable[PermitRecord]) -> None:
        """Read the members whom these permits name, except those that were read before."""
        if unread := spoken_of(permits) - self._read:
            self.take(unread, self._source.some_members(unread))

    def take(self, wanted: frozenset[str], raws: Iterable[Any]) -> None:
        """Add these members; one who isn't public can't be responsible (PER-3, DES-6)."""
        self._read |= wanted
        view = self._view
        for raw in raws:
            entries = self._source.decode(raw)
            record = fold.member(entries, view.as_of)
            if record is None or not standing.is_public(record, view.policy):
                continue
            practices = verdict.practice(record, view.policy)
            self._earlier[record.number] = practice_as_known(
                entries, view.as_of, view.policy, view.zone
            )
            strictest = view.strictest.get(f"member {record.number}")
            if strictest is not None and strictest.answer != "permitted":
                practices = (*practices, Practice(view.as_of, frozenset()))
            self.practice[record.number] = practices

    @property
    def known(self) -> KnownPractice:
        """What the members read may practise, now and as it was known earlier."""
        return KnownPractice(self.practice, self._earlier)

    def verdict(self, record: PermitRecord) -> Headline:
        """Return the verdict on a permit, the same for every caller."""
        headline = self._verdicts.get(record.number)
        if headline is None:
            self.read([record])
            headline = project.permit_headline(record, self.practice, self._view)
            self._verdicts[record.number] = headline
        return headline


def spoken_of(permits: Iterable[PermitRecord]) -> frozenset[str]:
    """Return the numbers of the members that the permits' histories name."""
    return frozenset(r.member for record in permits for r in record.responsibilities)
