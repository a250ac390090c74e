"""Entries in words, for those who decide on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from signet.policy import Policy
from signet.proposals.model import ProposedEntry
from signet.register.model import Entry, MemberRecord, PermitRecord
from signet.web.words import plain_day as plain_day

KINDS = {
    "voided": "An earlier entry voided",
    "not_practising_declared": "Declared not practising",
    "practice_resumed": "Practice resumed",
    "status_changed": "Status changed",
}
FIELDS = {
    "direction": "Directed by",
    "publication_directed_by": "Publication directed by",
    "published": "Text shown to the public",
    "legal_name": "Legal name",
    "family": "Family name",
    "given": "Given names",
    "keep_former": "Former name can still be searched",
    "expires_on": "Last valid day",
    "decided_on": "Decided on",
}
MOVED = "Changed since this was proposed: it will be left out"
DAYS = ("until", "expires_on", "decided_on", "received_on")


def kind(code: str) -> str:
    """Return the label of a kind of entry."""
    return KINDS.get(code, code.replace("_", " ").capitalize())


def what(subject: str, code: str, data: Mapping[str, Any], policy: Policy) -> str:
    """Return an entry in a word or two: of a changed status, the status."""
    table = policy.statuses if subject == "member" else policy.permit_statuses
    status = table.get(str(data.get("status", ""))) if code == "status_changed" else None
    return f"Status: {status.name[:1].lower()}{status.name[1:]}" if status else kind(code)


def effective(entry: Entry, policy: Policy) -> str:
    """Return an entry in words, with the day from which it holds."""
    title = what(entry.subject, entry.kind, entry.data, policy)
    return f"{title}, effective {plain_day(entry.effective_on.isoformat())}"


def replaced(
    one: ProposedEntry, entries: Iterable[Entry], policy: Policy
) -> Iterator[tuple[str, str]]:
    """Yield which entry of a record another voids or replaces, as (label, value)."""
    label = "Entry voided" if one.kind == "voided" else "Instead of"
    for other in entries:
        if one.corrects and other.id == one.corrects:
            yield label, effective(other, policy)


def member_facts(record: MemberRecord, policy: Policy) -> list[tuple[str, str]]:
    """Return a member's record as it stands, as (label, value)."""
    category = policy.categories.get(record.category)
    status = policy.statuses.get(record.status)
    absent = record.not_practising
    return _known(
        ("Category", _since(category.name if category else record.category, record.category_since)),
        ("Status", _since(status.name if status else record.status, record.status_since)),
        ("Designations", ", ".join(_since(d.code, d.granted_on) for d in record.designations)),
        ("Also known as", ", ".join(one.name for one in record.other_names)),
        ("Place", ", ".join(filter(None, (record.city, record.province)))),
        ("Conditions", "; ".join(one.text for one in record.conditions)),
        ("Not practising", _since("declared", absent.since) if absent else ""),
    )


def permit_facts(record: PermitRecord, policy: Policy) -> list[tuple[str, str]]:
    """Return a permit's record as it stands, as (label, value)."""
    status = policy.permit_statuses.get(record.status)
    names = (*record.operating_names, *(one.name for one in record.other_names))
    return _known(
        ("Status", _since(status.name if status else record.status, record.status_since)),
        ("Last valid day", plain_day(record.expires_on)),
        ("Also known as", ", ".join(names)),
        ("Fields", ", ".join(record.fields)),
        ("Place", ", ".join(filter(None, (record.city, record.province)))),
        ("Conditions", "; ".join(one.text for one in record.conditions)),
    )


def _since(what: str, day: date) -> str:
    return f"{what} since {plain_day(day)}"


def _known(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [one for one in facts if one[1]]


def counts(kinds: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many entries of each kind ("member moved") there are, as (label, number)."""
    return [
        (f"{kind(code)}, {subject}s", number)
        for (subject, _, code), number in ((one.partition(" "), n) for one, n in kinds.items())
    ]


def sentence(subject: str, entry: ProposedEntry, policy: Policy) -> str:
    """Return an entry in one line."""
    values = "; ".join(f"{label}: {value}" for label, value in fields(subject, entry.data, policy))
    day = plain_day(entry.effective_on.isoformat())
    title = what(subject, entry.kind, entry.data, policy)
    return f"{title}, effective {day}{f': {values}' if values else ''}"


def fields(subject: str, data: Mapping[str, Any], policy: Policy) -> list[tuple[str, str]]:
    """Return an entry's fields in words, as (label, value)."""
    return list(_fields(subject, data, policy))


def _fields(subject: str, data: Mapping[str, Any], policy: Policy) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        label = FIELDS.get(name, name.replace("_", " ").capitalize())
        yield label, _value(subject, name, value, policy)


def _value(subject: str, name: str, value: Any, policy: Policy) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if name == "status":
        table = policy.statuses if subject == "member" else policy.permit_statuses
        return table[value].name if value in table else str(value)
    if name == "reason":
        return policy.reasons[value].name if value in policy.reasons else str(value)
    if name in DAYS:
        return plain_day(str(value))
    return str(value)
