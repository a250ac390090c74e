"""A record's history in words: which entries are shown, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.publish.public import HistoryEvent
from signet.publish.render.dates import plain_day
from signet.register.fold import full_name
from signet.register.model import Entry, PermitRecord
from signet.register.periods import recorded_on
from signet.register.verdict import has_expired

Told = tuple[str, str]  # what happened, and the detail


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _place(entry: Entry) -> str:
    return _listed(filter(None, (entry.data.get("city"), entry.data.get("province"))))


def _designation(entry: Entry, policy: Policy) -> str:
    code: str = entry.data["designation"]
    known = policy.designations.get(code)
    return f"{code}, {known.name}" if known else code


def in_words(code: str) -> str:
    """Return a code that the policy has no name for as words: a page never shows a raw one."""
    return code.replace("_", " ").capitalize()


def _status(entry: Entry, policy: Policy) -> Told:
    data = entry.data
    table = policy.statuses if entry.subject == "member" else policy.permit_statuses
    status = table.get(data["status"])
    reason = policy.reasons.get(data.get("reason", ""))
    until = f"scheduled to end {plain_day(data['until'])}" if data.get("until") else ""
    detail = _listed(filter(None, (reason.name if reason else "", until)))
    return (status.name if status else in_words(data["status"])), detail


def _scope(entry: Entry, _: Policy) -> Told:
    parts = (entry.data["discipline"], *entry.data.get("activities", ()))
    return "Scope of practice granted", f"{entry.data['designation']}: {_listed(parts)}"


def _condition(entry: Entry, _: Policy) -> Told:
    return "Condition imposed", entry.data["text"] if entry.data.get("published", True) else ""


def _declared(entry: Entry, _: Policy) -> Told:
    until = entry.data.get("until")
    return "Declared not practising", f"scheduled to end {plain_day(until)}" if until else ""


def _decision(entry: Entry, _: Policy) -> Told | None:
    if not entry.data.get("publication_directed_by"):
        return None  # STA-6: without a direction nothing of it is published
    return "Discipline decision published", entry.data["title"]


def _renamed(entry: Entry, _: Policy) -> Told:
    return "Name changed", entry.data["legal_name"]


def _renewed(entry: Entry, _: Policy) -> Told:
    until = entry.data.get("expires_on")
    return "Permit renewed", f"to {plain_day(until)}" if until else ""


TELL: dict[tuple[str, str], Callable[[Entry, Policy], Told | None]] = {
    ("member", "registered"): lambda e, p: ("Registered", ""),
    ("member", "name_changed"): lambda e, p: (
        "Name changed",
        full_name(e.data.get("given", ""), e.data["family"]),
    ),
    ("member", "other_name_added"): lambda e, p: ("Other name recorded", e.data["name"]),
    ("member", "category_changed"): lambda e, p: ("Registered", ""),
    ("member", "moved"): lambda e, p: ("Place changed", _place(e)),
    ("member", "disciplines_changed"): lambda e, p: (
        "Disciplines changed",
        _listed(e.data["disciplines"]),
    ),
    ("member", "designation_granted"): lambda e, p: ("Designation granted", _designation(e, p)),
    ("member", "designation_withdrawn"): lambda e, p: (
        "Designation withdrawn",
        _designation(e, p),
    ),
    ("member", "status_changed"): _status,
    ("member", "scope_granted"): _scope,
    ("member", "scope_withdrawn"): lambda e, p: (
        "Scope of practice withdrawn",
        e.data["designation"],
    ),
    ("member", "condition_imposed"): _condition,
    ("member", "condition_lifted"): lambda e, p: ("Condition lifted", ""),
    ("member", "not_practising_declared"): _declared,
    ("member", "practice_resumed"): lambda e, p: ("Practice resumed", ""),
    ("member", "decision_recorded"): _decision,
    ("permit", "issued"): lambda e, p: ("Permit issued", ""),
    ("permit", "renewed"): _renewed,
    ("permit", "renamed"): _renamed,
    ("permit", "other_name_added"): lambda e, p: ("Other name recorded", e.data["name"]),
    ("permit", "operating_names_changed"): lambda e, p: (
        "Operating names changed",
        _listed(e.data.get("operating_names", ())),
    ),
    ("permit", "moved"): lambda e, p: ("Place changed", _place(e)),
    ("permit", "fields_changed"): lambda e, p: (
        "Fields of practice changed",
        _listed(e.data.get("fields", ())),
    ),
    ("permit", "responsible_member_added"): lambda e, p: (
        "Responsible member added",
        e.data["member"],
    ),
    ("permit", "responsible_member_ceased"): lambda e, p: (
        "Responsible member ceased",
        e.data["member"],
    ),
    ("permit", "status_changed"): _status,
    ("permit", "condition_imposed"): _condition,
    ("permit", "condition_lifted"): lambda e, p: ("Condition lifted", ""),
}


def words(entry: Entry, policy: Policy) -> Told | None:
    """Return what an entry says on a page, or None if it is private."""
    tell = TELL.get((entry.subject, entry.kind))
    return tell(entry, policy) if tell else None


def events(
    entries: Iterable[Entry], policy: Policy, zone: ZoneInfo
) -> tuple[tuple[Entry, HistoryEvent], ...]:
    """Return what the public sees of each entry, the latest first, without private entries."""
    listed = []
    for entry in entries:
        text = words(entry, policy)
        if text is not None:
            event = HistoryEvent(
                effective_on=entry.effective_on.isoformat(),
                recorded_on=recorded_on(entry, zone).isoformat(),
                what=text[0],
                detail=text[1],
                corrected=bool(entry.corrects),
            )
            listed.append((entry, event))
    listed.reverse()
    return tuple(listed)


def expiries(record: PermitRecord, as_of: date, policy: Policy) -> tuple[date, ...]:
    """Return the days a permit stopped being in force by its own dates, which no entry records."""
    if not has_expired(record, as_of, policy):
        return record.lapses
    return (*record.lapses, record.expires_on + timedelta(days=1))
