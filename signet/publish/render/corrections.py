"""Corrections beside what they correct: what the register said before, and for how long.

Only what the public could read is repeated, and nothing of it that the correction withholds: the
record as it was known just before the correction decides, by the register's effective and recorded
times. A name or a wording that was withdrawn because the public may not know it isn't repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.publish.public import HistoryEvent, SaidBefore
from signet.publish.render import history
from signet.publish.render.dates import plain_day
from signet.publish.verify import has_email
from signet.register import fold, standing
from signet.register.fold import full_name
from signet.register.model import Entry, MemberRecord, PermitRecord
from signet.register.periods import recorded_on

TAKEN_BACK = "Entry voided"
BEGINNINGS = ("registered", "issued")
NAMES = {"name_changed", "renamed"}
_MOMENT = timedelta(microseconds=1)

Told = tuple[tuple[Entry, HistoryEvent], ...]


class Replaced(NamedTuple):
    """An entry that no longer counts, the correction of it, and the last of its corrections."""

    entry: Entry
    by: Entry
    last: Entry


def corrected(entries: Iterable[Entry]) -> bool:
    """Tell whether any entry of a record corrects another."""
    return any(entry.corrects for entry in entries)


def replaced(entries: Sequence[Entry]) -> list[Replaced]:
    """Return the entries that were corrected, the latest correction first."""
    known = {entry.id: entry for entry in entries}
    by: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: (e.recorded_at, e.id)):
        if entry.corrects in known:
            by.setdefault(entry.corrects, entry)
    replacements = [
        Replaced(known[old], correction, _last(correction, by)) for old, correction in by.items()
    ]
    replacements.sort(key=lambda r: (r.by.recorded_at, r.by.id), reverse=True)
    return replacements


def _last(entry: Entry, by: Mapping[str, Entry]) -> Entry:
    passed = {entry.id}
    while (later := by.get(entry.id)) is not None and later.id not in passed:
        passed.add(later.id)
        entry = later
    return entry


@dataclass(frozen=True, slots=True)
class Reading:
    """A record with all its entries, as the public reads it on a day.

    `names` are those of the public members that a permit names, `withheld` the texts of the record
    that the public must not see.
    """

    record: MemberRecord | PermitRecord
    entries: Sequence[Entry]
    as_of: date
    policy: Policy
    zone: ZoneInfo
    names: Mapping[str, str]
    withheld: Collection[str] = ()

    def beside(self, told: Told) -> Told:
        """Return the events with what each of them corrects, and the voided entries."""
        told = tuple(map(self._without_private_name, told))
        if not corrected(self.entries):
            return told
        beside_entry: dict[str, list[SaidBefore]] = {}
        gone: list[tuple[Entry, HistoryEvent]] = []
        current = {entry.id: event for entry, event in told}
        for one in replaced(self.entries):
            before = self._said(one, current.get(one.last.id))
            if before is None:
                continue
            if one.last.id in current:
                beside_entry.setdefault(one.last.id, []).append(before)
            elif one.last.kind == "voided" or one.last.effective_on > self.as_of:
                gone.append((one.by, self._taken_back(one.by, before)))
        beside = [
            (entry, replace(event, said_before=tuple(beside_entry.get(entry.id, ()))))
            for entry, event in told
        ]
        return tuple(sorted([*gone, *beside], key=lambda pair: pair[1].effective_on, reverse=True))

    def _taken_back(self, by: Entry, before: SaidBefore) -> HistoryEvent:
        day = recorded_on(by, self.zone).isoformat()
        return HistoryEvent(day, day, TAKEN_BACK, "", corrected=True, said_before=(before,))

    def _said(self, one: Replaced, now: HistoryEvent | None) -> SaidBefore | None:
        """Return what an entry said on the record's page, or None if no page showed it."""
        until = recorded_on(one.by, self.zone)
        if not self._was_public(one, until):
            return None
        words = history.words(one.entry, self.policy)
        if words is None or _is_withheld_decision(one):
            return None
        what, detail = words[0], self._detail(one, words[1])
        on = one.entry.effective_on.isoformat()
        if now is not None and (what, detail, on) == (now.what, now.detail, now.effective_on):
            return None  # the change was in a part that pages don't show
        recorded = recorded_on(one.entry, self.zone).isoformat()
        return SaidBefore(on, recorded, until.isoformat(), what, detail)

    def _was_public(self, one: Replaced, until: date) -> bool:
        """Tell whether the entry was on a page until it was corrected (DES-6)."""
        known_at, as_of = one.by.recorded_at - _MOMENT, min(until, self.as_of)
        counted = [e for e in self.entries if e.recorded_at <= known_at]
        if not any(e.id == one.entry.id for e in counted):
            return False
        if one.entry.subject == "permit":
            permit = fold.permit(self.entries, as_of, self.policy, known_at)
            return permit is not None and one.entry in permit.entries
        member = fold.member(self.entries, as_of, known_at)
        if member is None or not standing.is_public(member, self.policy):
            return False
        return one.entry in standing.public_entries(member) and not self._of_student_days(one)

    def _of_student_days(self, one: Replaced) -> bool:
        """Tell whether it is from before the registration that is public now (DES-6)."""
        if not isinstance(self.record, MemberRecord):
            return False
        public = standing.public_entries(self.record)
        if len(public) == len(self.record.entries) or one.last in public:
            return False
        return one.entry.effective_on < self.record.category_since

    def _detail(self, one: Replaced, usual: str) -> str:
        """Return an entry's detail without what its correction withholds."""
        entry, last = one.entry, one.last
        if entry.kind == "condition_imposed":
            shown = last.kind == "condition_imposed" and last.data.get("published", True)
            detail = usual if shown else ""
        elif entry.kind == "other_name_added":
            detail = usual if last.kind != "voided" and self._may_name(usual, one) else ""
        elif entry.kind in NAMES:
            detail = usual if self._may_name(usual, one) else ""
        elif entry.kind in BEGINNINGS and last.kind == entry.kind:
            detail = "; ".join(self._beginning(one))
        elif entry.kind.startswith("responsible_member"):
            number = entry.data["member"]
            detail = f"{self.names[number]} ({number})" if number in self.names else ""
        elif entry.kind in _FURTHER and last.kind == entry.kind:
            detail = "; ".join([usual, *_further(entry, last)])
        else:
            detail = usual
        private = any(text in detail for text in self.withheld) or has_email(detail)
        return "" if private else detail  # an e-mail address may be why it was corrected

    def _beginning(self, one: Replaced) -> Iterator[str]:
        """Yield what the record's first entry said that differs from its correction."""
        before, now = one.entry.data, one.last.data
        for label, read in _BEGINNING:
            text = read(before)
            if text and text != read(now) and (label != "name" or self._may_name(text, one)):
                yield f"{label} {text}"

    def _may_name(self, name: str, one: Replaced) -> bool:
        """Tell whether a name that no longer counts may be repeated."""
        later = [e for e in self.entries if e.recorded_at >= one.by.recorded_at]
        hides = any(e.kind in NAMES and not e.data.get("keep_former", True) for e in later)
        return not hides or name in self._public_names()

    def _public_names(self) -> set[str]:
        names = {other.name for other in self.record.other_names}
        if isinstance(self.record, PermitRecord):
            return names | {self.record.legal_name}
        return names | {full_name(self.record.given, self.record.family)}

    def _without_private_name(self, pair: tuple[Entry, HistoryEvent]) -> tuple[Entry, HistoryEvent]:
        """Return an event without a name that a later change keeps private."""
        entry, event = pair
        if entry.kind not in NAMES or event.detail in self._public_names():
            return pair
        return entry, replace(event, detail="")


def _is_withheld_decision(one: Replaced) -> bool:
    """Tell whether it is a decision whose publication is no longer directed (STA-6)."""
    if one.entry.kind != "decision_recorded":
        return False
    directed = one.last.data.get("publication_directed_by")
    return one.last.kind != "decision_recorded" or not directed


def _place(data: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (data.get("city"), data.get("province"))))


def _name(data: Mapping[str, Any]) -> str:
    return data.get("legal_name") or full_name(data.get("given", ""), data.get("family", ""))


_BEGINNING: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("name", _name),
    ("place", _place),
    ("disciplines", lambda data: ", ".join(data.get("disciplines", ()))),
    ("operating names", lambda data: ", ".join(data.get("operating_names", ()))),
    ("fields", lambda data: ", ".join(data.get("fields", ()))),
    ("last valid day", lambda data: _day(data.get("expires_on"))),
)
# What a page shows of an entry besides its line in the history. A decision's summary is left out:
# text removed from one may be text that should never have been published.
_FURTHER = {
    "scope_granted": (("limits", "limits"), ("text", "wording")),
    "decision_recorded": (("decided_on", "decided"),),
}


def _further(entry: Entry, last: Entry) -> Iterator[str]:
    for field, label in _FURTHER[entry.kind]:
        body = entry.data.get(field, "")
        if body and body != last.data.get(field, ""):
            yield f"{label}: {_day(body)}"


def _day(said: str | None) -> str:
    return plain_day(said) if said else ""
