"""Folding a permit's entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from signet.policy import Policy
from signet.register.fold.common import (
    Folding,
    condition_imposed,
    condition_lifted,
    day,
    moved,
    other_name_added,
    status_changed,
)
from signet.register.fold.order import applicable
from signet.register.model import (
    AnotherName,
    ConditionOnPractice,
    Entry,
    PermitRecord,
    Responsibility,
)
from signet.register.term import day_after, last_valid_day, renewal_start

INITIAL_STATUS = "in_force"


class PermitState(Folding):
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
        self.expires_on = day(data.get("expires_on")) or last_valid_day(self.issued_on, policy)
        self.lapses: list[date] = []
        self.status = INITIAL_STATUS
        self.reason = ""
        self.status_until: date | None = None
        self.responsibilities: list[Responsibility] = []
        self.conditions: dict[str, ConditionOnPractice] = {}

    def done(self, number: str, entries: list[Entry]) -> PermitRecord:
        """Return the finished record."""
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
            lapses=tuple(self.lapses),
            status=self.status,
            reason=self.reason,
            status_since=self.status_since,
            status_until=self.status_until,
            responsibilities=tuple(self.responsibilities),
            entries=tuple(entries),
            conditions=tuple(self.conditions.values()),
        )


def _renewed(state: PermitState, entry: Entry) -> None:
    start = renewal_start(state.expires_on, entry.effective_on)
    if start > day_after(state.expires_on):
        state.in_force_since = start  # it had lapsed for a day or more: a new period begins
        state.lapses.append(state.expires_on + timedelta(days=1))
    state.expires_on = day(entry.data.get("expires_on")) or last_valid_day(start, state.policy)


def _renamed(state: PermitState, entry: Entry) -> None:
    if entry.data.get("keep_former", True) and state.legal_name != entry.data["legal_name"]:
        state.other_names.append(AnotherName(state.legal_name, "former", entry.effective_on))
    state.legal_name = entry.data["legal_name"]


def _operating_names_changed(state: PermitState, entry: Entry) -> None:
    state.operating_names = tuple(entry.data.get("operating_names", ()))


def _fields_changed(state: PermitState, entry: Entry) -> None:
    state.fields = tuple(entry.data.get("fields", ()))


def _responsible_member_added(state: PermitState, entry: Entry) -> None:
    member = entry.data["member"]
    if not any(r.member == member and r.until is None for r in state.responsibilities):
        state.responsibilities.append(Responsibility(member, entry.effective_on))


def _responsible_member_ceased(state: PermitState, entry: Entry) -> None:
    state.responsibilities = [
        Responsibility(r.member, r.since, entry.effective_on)
        if r.member == entry.data["member"] and r.until is None
        else r
        for r in state.responsibilities
    ]


def _permit_status_changed(state: PermitState, entry: Entry) -> None:
    if entry.data["status"] == "in_force" and state.status != "in_force":
        state.in_force_since = entry.effective_on
    status_changed(state, entry)


PERMIT_STEPS: dict[str, Callable[[PermitState, Entry], None]] = {
    "renewed": _renewed,
    "renamed": _renamed,
    "other_name_added": other_name_added,
    "operating_names_changed": _operating_names_changed,
    "moved": moved,
    "fields_changed": _fields_changed,
    "responsible_member_added": _responsible_member_added,
    "responsible_member_ceased": _responsible_member_ceased,
    "status_changed": _permit_status_changed,
    "condition_imposed": condition_imposed,
    "condition_lifted": condition_lifted,
}


# The kinds of entry that may change whether a permit is in force, in what, or who answers for it.
ON_STANDING = frozenset({"issued", "voided", *PERMIT_STEPS}) - {
    "renamed", "other_name_added", "operating_names_changed", "moved",
}  # fmt: skip


def stages(counting: Sequence[Entry], policy: Policy) -> Iterator[tuple[date, PermitState]]:
    """Yield the state on each day on which an entry took effect, given a record's ordered entries.

    It is one mutable state: look at it before asking for the next.
    """
    first = next(entry for entry in counting if entry.kind == "issued")
    state, start = PermitState(first, policy), first.effective_on
    for on, entries in groupby(counting, key=lambda e: max(e.effective_on, start)):
        for entry in entries:
            if (step := PERMIT_STEPS.get(entry.kind)) is not None:
                step(state, entry)
        yield on, state


def permit(
    entries: Iterable[Entry],
    as_of: date | None,
    policy: Policy,
    known_at: datetime | None = None,
) -> PermitRecord | None:
    """Return the permit as at `as_of`, as known at `known_at`; None if not yet issued."""
    counting = applicable(entries, as_of, known_at)
    first = next((e for e in counting if e.kind == "issued"), None)
    if first is None:
        return None
    state = PermitState(first, policy)
    for entry in counting:
        if (step := PERMIT_STEPS.get(entry.kind)) is not None:
            step(state, entry)
    return state.done(first.number, counting)
