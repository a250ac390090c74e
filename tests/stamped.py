"""Stamps for tests: registers made up of any entries, and what these say of a stamp, read plainly.

The oracle folds the entries of each record as they stand on the day; it reads neither what is
published nor the periods.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from signet.policy import load
from signet.publish.snapshot import FolderSource
from signet.publish.stamped import Asked
from signet.register import fold
from signet.register.model import Entry, MemberRecord, PermitRecord
from signet.register.periods import recorded_on
from tests.entries import (
    ISO_DAYS,
    MAYBE_DAY,
    P_TECH,
    PERMIT_STATUSES,
    REASONS,
    STATUSES,
    Kinds,
    histories,
    issued,
    permit_entry,
    practitioner,
)

POLICY = load("alberta")
ZONE = ZoneInfo(POLICY.regulator.time_zone)
AS_OF = date(2022, 6, 1)
MEMBERS, PERMITS = ("100", "101", "102"), ("P-1", "P-2")
FIELDS = POLICY.disciplines[:3]

_FIELD = st.sampled_from(FIELDS)
_FIELDS = st.lists(_FIELD, max_size=2, unique=True)
_TITLE = st.sampled_from([*POLICY.designations, P_TECH, P_TECH])
_CONDITION = {"condition": st.sampled_from(["C1", "C2"])}
_IMPOSED = {
    **_CONDITION,
    "text": st.sampled_from(["Drawings are reviewed by a second member.", "No sole practice"]),
    "published": st.just(True),
}
OF_MEMBERS: Kinds = {
    "registered": {"family": st.just("Lee"), "given": st.just("Ana")},
    "category_changed": {"category": st.sampled_from(["member", "member", "student"])},
    "designation_granted": {"designation": _TITLE},
    "designation_withdrawn": {"designation": _TITLE},
    "status_changed": {"status": STATUSES, "reason": REASONS, "until": MAYBE_DAY},
    "scope_granted": {
        "designation": _TITLE,
        "discipline": _FIELD,
        "activities": st.just(["Design"]),
        "limits": st.sampled_from(["", "Up to 25 kV"]),
    },
    "scope_withdrawn": {"designation": _TITLE},
    "condition_imposed": _IMPOSED,
    "condition_lifted": _CONDITION,
    "not_practising_declared": {"until": MAYBE_DAY},
    "practice_resumed": {},
}
_MEMBER = {"member": st.sampled_from(MEMBERS)}
OF_PERMITS: Kinds = {
    "issued": {
        "legal_name": st.just("Firm Ltd."),
        "fields": _FIELDS,
        "expires_on": ISO_DAYS,
    },
    "renewed": {"expires_on": ISO_DAYS},
    "fields_changed": {"fields": st.lists(_FIELD, max_size=2, unique=True)},
    "condition_imposed": _IMPOSED,
    "condition_lifted": _CONDITION,
    "responsible_member_added": _MEMBER,
    "responsible_member_ceased": _MEMBER,
    "status_changed": {"status": PERMIT_STATUSES, "reason": REASONS, "until": MAYBE_DAY},
}


@dataclass(frozen=True)
class Register:
    """The entries of each member and permit, by number: a source for the build."""

    entries: Mapping[str, list[Entry]]

    def _of(self, subject: str) -> Iterator[list[Entry]]:
        return (e for _, e in sorted(self.entries.items()) if e[0].subject == subject)

    def permits(self) -> Iterator[Any]:
        return self._of("permit")

    def members(self) -> Iterator[Any]:
        return self._of("member")

    def some_members(self, numbers: Collection[str]) -> Iterator[Any]:
        return (entries for entries in self.members() if entries[0].number in numbers)

    def members_and(self, numbers: Collection[str]) -> tuple[Iterator[Any], Iterator[Any]]:
        return self.some_members(numbers), self.members()

    def decode(self, raw: Any) -> list[Entry]:
        return list(raw)


def register_of(folder: Path) -> dict[str, list[Entry]]:
    """Return the entries in a folder of the exchange format, by number."""
    source = FolderSource(folder, AS_OF, POLICY)
    raws = [*source.permits(), *source.members()]
    return {entries[0].number: entries for entries in map(source.decode, raws)}


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Any register of three members, two of them practising at first, and two permits."""
    entries: dict[str, list[Entry]] = {}
    for number in MEMBERS:
        drawn = draw(histories("member", number, most=4, data=OF_MEMBERS))
        entries[number] = drawn
        if number != MEMBERS[-1]:
            entries[number] = [*practitioner(number, discipline=draw(_FIELD)), *drawn[1:]]
    for number in PERMITS:
        first = issued(number=number, expires_on="2022-02-10", fields=draw(_FIELDS))
        who = {"member": draw(st.sampled_from(MEMBERS[:2]))}
        named = permit_entry("responsible_member_added", "2020-01-01", number=number, **who)
        drawn = draw(histories("permit", number, most=5, data=OF_PERMITS))
        entries[number] = [first, named, *drawn[1:]]
    return Register(entries)


def stamps(entries: Mapping[str, list[Entry]], fields: Sequence[str], seed: int) -> Iterator[Asked]:
    """Yield random stamps without end: of members and permits, on days around their entries."""
    drawn = random.Random(seed)
    subjects = {number: held[0].subject for number, held in entries.items()}
    members = sorted(number for number, subject in subjects.items() if subject == "member")
    permits = sorted(number for number, subject in subjects.items() if subject == "permit")
    near = {number: sorted(days_of(held)) for number, held in entries.items()}
    named = {number: _responsible(entries[number]) for number in permits}
    while True:
        member, permit = drawn.choice([*members, "999"]), drawn.choice(["", *permits, "X-1"])
        if drawn.random() < 0.5 and named.get(permit):
            member = drawn.choice(named[permit])
        days = [*near.get(member, ()), *near.get(permit, ()), date(2019, 5, 1)]
        yield Asked(member, permit, str(drawn.choice(days)), drawn.choice(["", "", *fields]))


def _responsible(entries: Iterable[Entry]) -> list[str]:
    return sorted({e.data["member"] for e in entries if e.kind == "responsible_member_added"})


class Oracle:
    """What the entries of a register say of a stamp."""

    def __init__(self, entries: Mapping[str, list[Entry]], as_of: date) -> None:
        self.entries, self.as_of = entries, as_of

    def verdict(self, asked: Asked) -> str:
        """Return good, bad or unclear: the worst of what is asked."""
        on = date.fromisoformat(asked.on)
        if on > self.as_of:
            return "unclear"
        marks = {mark for part in (self._person, self._permit) for mark in part(asked, on)}
        return next((mark for mark in ("bad", "unclear") if mark in marks), "good")

    def public(self, number: str, on: date) -> MemberRecord | None:
        """Return the member on a day, unless they aren't public, then or now (DES-6)."""
        if number not in self.entries or self.entries[number][0].subject != "member":
            return None
        now = fold.member(self.entries[number], self.as_of)
        then = fold.member(self.entries[number], on)
        both = [one for one in (now, then) if one and POLICY.categories[one.category].public]
        return then if len(both) == 2 else None

    def _told(self, number: str, on: date) -> MemberRecord | None:
        """Return the member on a day of the registration that is public now."""
        then = self.public(number, on)
        now = fold.member(self.entries[number], self.as_of) if then else None
        return then if now and on >= now.category_since else None

    def fields(self, record: MemberRecord) -> set[str]:
        """Return what the member may practise on the record's day; empty: not permitted."""
        status = POLICY.statuses[record.status]
        if not (status.good and status.practice) or record.not_practising:
            return set()
        return {s.discipline for s in record.scopes if s.designation in _practising(record)}

    def responsible(self, record: PermitRecord, on: date) -> set[str]:
        """Return the fields that those responsible for the permit may practise on a day."""
        members = (self.public(one.member, on) for one in record.answering())
        return {field for member in members if member for field in self.fields(member)}

    def _person(self, asked: Asked, on: date) -> Iterator[str]:
        record = self._told(asked.member, on)
        if record is None or record.status == "not_known":
            yield "unclear"
        elif fields := self.fields(record):
            if asked.field and asked.field not in fields:
                yield "bad"
            permit = self._issued(asked.permit, on)
            if permit and permit.fields and not asked.field and not fields & set(permit.fields):
                yield "bad"
            if permit and asked.field and permit.fields and asked.field not in permit.fields:
                yield "bad"
        else:
            yield _without_practice(record)

    def _issued(self, number: str, on: date) -> PermitRecord | None:
        return fold.permit(self.entries[number], on, POLICY) if number in self.entries else None

    def _permit(self, asked: Asked, on: date) -> Iterator[str]:
        if not asked.permit:
            return
        record = self._issued(asked.permit, on)
        if record is None or record.status == "not_known":
            yield "unclear"
        elif not POLICY.permit_statuses[record.status].good or on > record.expires_on:
            yield "bad"
        else:
            covered, member = self.responsible(record, on), self._told(asked.member, on)
            if not covered or (record.fields and not covered & set(record.fields)):
                yield "bad"
            uncovered = asked.field in record.fields and asked.field not in covered
            if uncovered and member and self.fields(member):
                yield "bad"

    def late(self, asked: Asked) -> bool:
        """Tell whether what was recorded of the member by the day itself gave another verdict."""
        on, alone = date.fromisoformat(asked.on), asked._replace(permit="", field="")
        known = [e for e in self.entries[asked.member] if recorded_on(e, ZONE) <= on]
        before = Oracle({asked.member: known}, on) if known else None
        return before is None or before.verdict(alone) != self.verdict(alone)


def _practising(record: MemberRecord) -> set[str]:
    codes = (granted.code for granted in record.designations)
    return {code for code in codes if POLICY.designations[code].practises}


def _without_practice(record: MemberRecord) -> str:
    """Return the mark of one who may not practise independently: a R.E.T.'s is unclear."""
    status = POLICY.statuses[record.status]
    in_good_standing = status.good and status.practice and not record.not_practising
    if not in_good_standing or _practising(record):
        return "bad"
    codes = [granted.code for granted in record.designations]
    return "unclear" if any(POLICY.designations[c].stamp_beside for c in codes) else "bad"


def days_of(entries: Iterable[Entry]) -> set[date]:
    """Return the days on which entries take effect or were recorded, and their neighbours."""
    met = {day for e in entries for day in (e.effective_on, recorded_on(e, ZONE))}
    return {day + timedelta(days=step) for day in met for step in (-1, 0, 1)}
