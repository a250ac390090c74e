"""Folding entries into records: the one reading of what the entries amount to.

The fold depends on the set of entries alone, never on the order they come in: they are applied by
effective date, then by when they were recorded, then by id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from signet.policy import Policy
from signet.register.model import (
    AnotherName,
    ConditionOnPractice,
    DisciplineDecision,
    Entry,
    Held,
    MemberRecord,
    PermitRecord,
    Responsibility,
    ScopeOfPractice,
)
from signet.register.term import last_valid_day, renewal_start

INITIAL_STATUS = {"member": "registered", "permit": "in_force"}


def applicable(
    entries: Iterable[Entry], as_of: date | None, known_at: datetime | None = None
) -> list[Entry]:
    """The entries that count, in the order they apply.

    `as_of` leaves out what takes effect later (None: nothing), `known_at` what was recorded later.
    An entry that a known one corrects doesn't count, even when the correction is itself corrected.
    """
    known = [e for e in entries if known_at is None or e.recorded_at <= known_at]
    corrected = {e.corrects for e in known if e.corrects}
    counting = [
        e
        for e in known
        if e.id not in corrected
        and e.kind != "voided"
        and (as_of is None or e.effective_on <= as_of)
    ]
    counting.sort(key=lambda e: (e.effective_on, e.recorded_at, e.id))
    return counting


def full_name(given: str, family: str) -> str:
    return f"{given} {family}".strip()


class _Member:
    """A member's record while it is being folded."""

    def __init__(self, first: Entry) -> None:
        data = first.data
        self.category: str = data.get("category", "member")
        self.names(data)
        self.other_names: list[AnotherName] = []
        self.city: str = data.get("city", "")
        self.province: str = data.get("province", "")
        self.disciplines: tuple[str, ...] = tuple(data.get("disciplines", ()))
        self.designations: dict[str, date] = {}
        self.status = INITIAL_STATUS["member"]
        self.reason = ""
        self.status_since = self.registered_on = first.effective_on
        self.status_until: date | None = None
        self.scopes: dict[str, ScopeOfPractice] = {}
        self.conditions: dict[str, ConditionOnPractice] = {}
        self.decisions: dict[str, DisciplineDecision] = {}

    def names(self, data: Any) -> None:
        self.given: str = data.get("given", "")
        self.family: str = data["family"]
        self.known_as: str = data.get("known_as", "")
        self.native_name: str = data.get("native_name", "")

    def done(self, number: str, entries: list[Entry]) -> MemberRecord:
        return MemberRecord(
            number=number,
            category=self.category,
            given=self.given,
            family=self.family,
            known_as=self.known_as,
            native_name=self.native_name,
            other_names=tuple(self.other_names),
            city=self.city,
            province=self.province,
            disciplines=self.disciplines,
            designations=tuple(Held(code, since) for code, since in self.designations.items()),
            status=self.status,
            reason=self.reason,
            status_since=self.status_since,
            status_until=self.status_until,
            registered_on=self.registered_on,
            scopes=tuple(self.scopes.values()),
            conditions=tuple(self.conditions.values()),
            decisions=tuple(self.decisions.values()),
            entries=tuple(entries),
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _name_changed(state: _Member, entry: Entry) -> None:
    before = full_name(state.given, state.family)
    state.names(entry.data)
    if entry.data.get("keep_former", True) and before != full_name(state.given, state.family):
        state.other_names.append(AnotherName(before, "former", entry.effective_on))


def _another_name(entry: Entry) -> AnotherName:
    data = entry.data
    return AnotherName(data["name"], data.get("type", "former"), _day(data.get("until")))


def _other_name_added(state: _Member | _Permit, entry: Entry) -> None:
    state.other_names.append(_another_name(entry))


def _moved(state: _Member | _Permit, entry: Entry) -> None:
    state.city = entry.data.get("city", "")
    state.province = entry.data.get("province", "")


def _disciplines_changed(state: _Member, entry: Entry) -> None:
    state.disciplines = tuple(entry.data["disciplines"])


def _category_changed(state: _Member, entry: Entry) -> None:
    state.category = entry.data["category"]


def _designation_granted(state: _Member, entry: Entry) -> None:
    state.designations.setdefault(entry.data["designation"], entry.effective_on)


def _designation_withdrawn(state: _Member, entry: Entry) -> None:
    state.designations.pop(entry.data["designation"], None)
    state.scopes.pop(entry.data["designation"], None)


def _status_changed(state: _Member | _Permit, entry: Entry) -> None:
    state.status = entry.data["status"]
    state.reason = entry.data.get("reason", "")
    state.status_since = entry.effective_on
    state.status_until = _day(entry.data.get("until"))


def _scope_granted(state: _Member, entry: Entry) -> None:
    data = entry.data
    state.scopes[data["designation"]] = ScopeOfPractice(
        designation=data["designation"],
        discipline=data["discipline"],
        activities=tuple(data.get("activities", ())),
        limits=data.get("limits", ""),
        text=data.get("text", ""),
        since=entry.effective_on,
    )


def _scope_withdrawn(state: _Member, entry: Entry) -> None:
    state.scopes.pop(entry.data["designation"], None)


def _condition_imposed(state: _Member, entry: Entry) -> None:
    data = entry.data
    state.conditions[data["condition"]] = ConditionOnPractice(
        data["condition"], data["text"], data.get("published", True), entry.effective_on
    )


def _condition_lifted(state: _Member, entry: Entry) -> None:
    state.conditions.pop(entry.data["condition"], None)


def _decision_recorded(state: _Member, entry: Entry) -> None:
    data = entry.data
    state.decisions[data["decision"]] = DisciplineDecision(
        decision=data["decision"],
        title=data["title"],
        decided_on=date.fromisoformat(data["decided_on"]),
        summary=data.get("summary", ""),
        publication_directed_by=data.get("publication_directed_by", ""),
    )


MEMBER_STEPS: dict[str, Callable[[_Member, Entry], None]] = {
    "name_changed": _name_changed,
    "other_name_added": _other_name_added,
    "moved": _moved,
    "disciplines_changed": _disciplines_changed,
    "category_changed": _category_changed,
    "designation_granted": _designation_granted,
    "designation_withdrawn": _designation_withdrawn,
    "status_changed": _status_changed,
    "scope_granted": _scope_granted,
    "scope_withdrawn": _scope_withdrawn,
    "condition_imposed": _condition_imposed,
    "condition_lifted": _condition_lifted,
    "decision_recorded": _decision_recorded,
}


def member(
    entries: Iterable[Entry], as_of: date | None, known_at: datetime | None = None
) -> MemberRecord | None:
    """The member's record as at `as_of`, as known at `known_at`; None while not yet registered.

    A second registration counts for nothing: the rules refuse it, and reinstatement is a status.
    """
    counting = applicable(entries, as_of, known_at)
    first = next((e for e in counting if e.kind == "registered"), None)
    if first is None:
        return None
    state = _Member(first)
    for entry in counting:
        if (step := MEMBER_STEPS.get(entry.kind)) is not None:
            step(state, entry)
    return state.done(first.number, counting)


class _Permit:
    """A permit's record while it is being folded."""

    def __init__(self, first: Entry, policy: Policy) -> None:
        data = first.data
        self.policy = policy
        self.legal_name: str = data["legal_name"]
        self.other_names: list[AnotherName] = []
        self.operating_names: tuple[str, ...] = tuple(data.get("operating_names", ()))
        self.city: str = data.get("city", "")
        self.province: str = data.get("province", "")
        self.fields: tuple[str, ...] = tuple(data.get("fields", ()))
        self.issued_on = self.in_force_since = self.status_since = first.effective_on
        self.expires_on = _day(data.get("expires_on")) or last_valid_day(self.issued_on, policy)
        self.status = INITIAL_STATUS["permit"]
        self.reason = ""
        self.status_until: date | None = None
        self.responsibilities: list[Responsibility] = []

    def done(self, number: str, entries: list[Entry]) -> PermitRecord:
        return PermitRecord(
            number=number,
            legal_name=self.legal_name,
            other_names=tuple(self.other_names),
            operating_names=self.operating_names,
            city=self.city,
            province=self.province,
            fields=self.fields,
            issued_on=self.issued_on,
            in_force_since=self.in_force_since,
            expires_on=self.expires_on,
            status=self.status,
            reason=self.reason,
            status_since=self.status_since,
            status_until=self.status_until,
            responsibilities=tuple(self.responsibilities),
            entries=tuple(entries),
        )


def _renewed(state: _Permit, entry: Entry) -> None:
    start = renewal_start(state.expires_on, entry.effective_on)
    if entry.effective_on > state.expires_on:
        state.in_force_since = entry.effective_on  # it had lapsed: this is a new stretch
    state.expires_on = _day(entry.data.get("expires_on")) or last_valid_day(start, state.policy)


def _renamed(state: _Permit, entry: Entry) -> None:
    if entry.data.get("keep_former", True) and state.legal_name != entry.data["legal_name"]:
        state.other_names.append(AnotherName(state.legal_name, "former", entry.effective_on))
    state.legal_name = entry.data["legal_name"]


def _operating_names_changed(state: _Permit, entry: Entry) -> None:
    state.operating_names = tuple(entry.data.get("operating_names", ()))


def _fields_changed(state: _Permit, entry: Entry) -> None:
    state.fields = tuple(entry.data.get("fields", ()))


def _responsible_member_added(state: _Permit, entry: Entry) -> None:
    member = entry.data["member"]
    if not any(r.member == member and r.until is None for r in state.responsibilities):
        state.responsibilities.append(Responsibility(member, entry.effective_on))


def _responsible_member_ceased(state: _Permit, entry: Entry) -> None:
    state.responsibilities = [
        Responsibility(r.member, r.since, entry.effective_on)
        if r.member == entry.data["member"] and r.until is None
        else r
        for r in state.responsibilities
    ]


def _permit_status_changed(state: _Permit, entry: Entry) -> None:
    if entry.data["status"] == "in_force" and state.status != "in_force":
        state.in_force_since = entry.effective_on
    _status_changed(state, entry)


PERMIT_STEPS: dict[str, Callable[[_Permit, Entry], None]] = {
    "renewed": _renewed,
    "renamed": _renamed,
    "other_name_added": _other_name_added,
    "operating_names_changed": _operating_names_changed,
    "moved": _moved,
    "fields_changed": _fields_changed,
    "responsible_member_added": _responsible_member_added,
    "responsible_member_ceased": _responsible_member_ceased,
    "status_changed": _permit_status_changed,
}


def permit(
    entries: Iterable[Entry],
    as_of: date | None,
    policy: Policy,
    known_at: datetime | None = None,
) -> PermitRecord | None:
    """The permit's record as at `as_of`, as known at `known_at`; None while not yet issued."""
    counting = applicable(entries, as_of, known_at)
    first = next((e for e in counting if e.kind == "issued"), None)
    if first is None:
        return None
    state = _Permit(first, policy)
    for entry in counting:
        if (step := PERMIT_STEPS.get(entry.kind)) is not None:
            step(state, entry)
    return state.done(first.number, counting)
