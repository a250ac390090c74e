"""Entries and the records folded from them: plain and immutable, independent of the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

Subject = Literal["member", "permit"]


class Entry(NamedTuple):
    """One entry of the register; entries are only ever added.

    `effective_on` is when it takes legal effect, `recorded_at` (UTC) when it was entered.
    `corrects` names an entry of the same record that this one replaces.
    """

    id: str
    subject: Subject
    number: str
    kind: str
    effective_on: date
    recorded_at: datetime
    entered_by: str
    authority: str
    data: Mapping[str, Any]
    corrects: str = ""


class GrantedDesignation(NamedTuple):
    """A designation, and the date since which the member has it."""

    code: str
    granted_on: date


class AnotherName(NamedTuple):
    """A name besides the current one."""

    name: str
    type: str  # former, known_as
    until: date | None = None


class ScopeOfPractice(NamedTuple):
    """What the holder of one designation may practise (SCO-1)."""

    designation: str
    discipline: str
    activities: tuple[str, ...]
    limits: str
    text: str
    since: date


class ConditionOnPractice(NamedTuple):
    """A condition in force; unless `published`, only its existence is public."""

    condition: str
    text: str
    published: bool
    since: date


class NotPractising(NamedTuple):
    """A declaration of not practising in effect; `until` is its stated end (CPD-5)."""

    since: date
    until: date | None = None


class DisciplineDecision(NamedTuple):
    """A decision; public only when its publication was directed (STA-6)."""

    decision: str
    title: str
    decided_on: date
    summary: str
    publication_directed_by: str


class MemberRecord(NamedTuple):
    """A member's record as at a date, folded from the entries up to then."""

    number: str
    category: str
    given: str
    family: str
    known_as: str
    native_name: str
    other_names: tuple[AnotherName, ...]
    city: str
    province: str
    disciplines: tuple[str, ...]
    designations: tuple[GrantedDesignation, ...]
    status: str
    reason: str
    status_since: date
    status_until: date | None
    registered_on: date
    category_since: date  # since when the record has been of its category (DES-6)
    scopes: tuple[ScopeOfPractice, ...]
    conditions: tuple[ConditionOnPractice, ...]
    decisions: tuple[DisciplineDecision, ...]
    entries: tuple[Entry, ...]  # those that count, in the order they were applied
    not_practising: NotPractising | None = None


class Responsibility(NamedTuple):
    """A member answering for a permit since a date; `until` is None while they still do."""

    member: str
    since: date
    until: date | None = None


class PermitRecord(NamedTuple):
    """A permit to practise as at a date."""

    number: str
    legal_name: str
    other_names: tuple[AnotherName, ...]
    operating_names: tuple[str, ...]
    city: str
    province: str
    fields: tuple[str, ...]
    issued_on: date
    in_force_since: date
    expires_on: date
    lapses: tuple[date, ...]  # earlier days on which it ceased to be in force by its own dates
    status: str
    reason: str
    status_since: date
    status_until: date | None
    responsibilities: tuple[Responsibility, ...]
    entries: tuple[Entry, ...]
    conditions: tuple[ConditionOnPractice, ...] = ()

    def answering(self) -> tuple[Responsibility, ...]:
        """Return those who answer for the permit now (PER-5)."""
        return tuple(r for r in self.responsibilities if r.until is None)
