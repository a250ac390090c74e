"""Folding a member's entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from signet.register.fold.common import (
    Folding,
    condition_imposed,
    condition_lifted,
    day,
    moved,
    other_name_added,
    status_changed,
)
from signet.register.fold.order import applicable, full_name
from signet.register.model import (
    AnotherName,
    ConditionOnPractice,
    DisciplineDecision,
    Entry,
    GrantedDesignation,
    MemberRecord,
    NotPractising,
    ScopeOfPractice,
)

INITIAL_STATUS = "registered"


class MemberState(Folding):
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
        self.status = INITIAL_STATUS
        self.reason = ""
        self.status_since = self.registered_on = self.category_since = first.effective_on
        self.status_until: date | None = None
        self.scopes: dict[str, ScopeOfPractice] = {}
        self.conditions: dict[str, ConditionOnPractice] = {}
        self.decisions: dict[str, DisciplineDecision] = {}
        self.not_practising: NotPractising | None = None

    def names(self, data: Any) -> None:
        """Set all parts of the name."""
        self.given: str = data.get("given", "")
        self.family: str = data["family"]
        self.known_as: str = data.get("known_as", "")
        self.native_name: str = data.get("native_name", "")

    def done(self, number: str, entries: list[Entry]) -> MemberRecord:
        """Return the finished record."""
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
            designations=tuple(
                GrantedDesignation(code, since) for code, since in self.designations.items()
            ),
            status=self.status,
            reason=self.reason,
            status_since=self.status_since,
            status_until=self.status_until,
            registered_on=self.registered_on,
            category_since=self.category_since,
            scopes=tuple(self.scopes.values()),
            conditions=tuple(self.conditions.values()),
            decisions=tuple(self.decisions.values()),
            entries=tuple(entries),
            not_practising=self.not_practising,
        )


def _name_changed(state: MemberState, entry: Entry) -> None:
    before = full_name(state.given, state.family)
    state.names(entry.data)
    if entry.data.get("keep_former", True) and before != full_name(state.given, state.family):
        state.other_names.append(AnotherName(before, "former", entry.effective_on))


def _disciplines_changed(state: MemberState, entry: Entry) -> None:
    state.disciplines = tuple(entry.data["disciplines"])


def _category_changed(state: MemberState, entry: Entry) -> None:
    if state.category != entry.data["category"]:
        state.category_since = entry.effective_on
    state.category = entry.data["category"]


def _designation_granted(state: MemberState, entry: Entry) -> None:
    state.designations.setdefault(entry.data["designation"], entry.effective_on)


def _designation_withdrawn(state: MemberState, entry: Entry) -> None:
    state.designations.pop(entry.data["designation"], None)
    state.scopes.pop(entry.data["designation"], None)


def _scope_granted(state: MemberState, entry: Entry) -> None:
    data = entry.data
    state.scopes[data["designation"]] = ScopeOfPractice(
        designation=data["designation"],
        discipline=data["discipline"],
        activities=tuple(data.get("activities", ())),
        limits=data.get("limits", ""),
        text=data.get("text", ""),
        since=entry.effective_on,
    )


def _scope_withdrawn(state: MemberState, entry: Entry) -> None:
    state.scopes.pop(entry.data["designation"], None)


def _not_practising_declared(state: MemberState, entry: Entry) -> None:
    """Set a declaration; one that renews another keeps the original first day."""
    since = state.not_practising.since if state.not_practising else entry.effective_on
    state.not_practising = NotPractising(since, day(entry.data.get("until")))


def _practice_resumed(state: MemberState, _: Entry) -> None:
    state.not_practising = None


def _decision_recorded(state: MemberState, entry: Entry) -> None:
    data = entry.data
    state.decisions[data["decision"]] = DisciplineDecision(
        decision=data["decision"],
        title=data["title"],
        decided_on=date.fromisoformat(data["decided_on"]),
        summary=data.get("summary", ""),
        publication_directed_by=data.get("publication_directed_by", ""),
    )


MEMBER_STEPS: dict[str, Callable[[MemberState, Entry], None]] = {
    "name_changed": _name_changed,
    "other_name_added": other_name_added,
    "moved": moved,
    "disciplines_changed": _disciplines_changed,
    "category_changed": _category_changed,
    "designation_granted": _designation_granted,
    "designation_withdrawn": _designation_withdrawn,
    "status_changed": status_changed,
    "scope_granted": _scope_granted,
    "scope_withdrawn": _scope_withdrawn,
    "condition_imposed": condition_imposed,
    "condition_lifted": condition_lifted,
    "not_practising_declared": _not_practising_declared,
    "practice_resumed": _practice_resumed,
    "decision_recorded": _decision_recorded,
}


# The kinds of entry that may change whether a member may practise, in what, or under what
# conditions.
ON_STANDING = frozenset(MEMBER_STEPS) - {
    "name_changed", "other_name_added", "moved", "disciplines_changed", "decision_recorded",
}  # fmt: skip


def stages(counting: Sequence[Entry]) -> Iterator[tuple[date, MemberState]]:
    """Yield the state on each day on which it may have changed, given a record's ordered entries.

    It is one mutable state: look at it before asking for the next.
    """
    first = next(entry for entry in counting if entry.kind == "registered")
    state, start = MemberState(first), first.effective_on
    relevant = [entry for entry in counting if entry is first or entry.kind in ON_STANDING]
    for on, entries in groupby(relevant, key=lambda e: max(e.effective_on, start)):
        for entry in entries:
            if (step := MEMBER_STEPS.get(entry.kind)) is not None:
                step(state, entry)
        yield on, state


def member(
    entries: Iterable[Entry], as_of: date | None, known_at: datetime | None = None
) -> MemberRecord | None:
    """Return the member as at `as_of`, as known at `known_at`; None if not yet registered.

    A second registration is ignored: the rules refuse it, and reinstatement is a status.
    """
    counting = applicable(entries, as_of, known_at)
    first = next((e for e in counting if e.kind == "registered"), None)
    if first is None:
        return None
    state = MemberState(first)
    for entry in counting:
        if (step := MEMBER_STEPS.get(entry.kind)) is not None:
            step(state, entry)
    return state.done(first.number, counting)
