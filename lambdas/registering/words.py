"""Entries in words, for those who decide on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from signet.policy import Policy
from signet.web.words import plain_day as plain_day

KINDS = {
    "voided": "An earlier entry taken back",
    "not_practising_declared": "Declared not practising",
    "practice_resumed": "Practice resumed",
    "status_changed": "Status changed",
}
FIELDS = {
    "direction": "Directed by",
    "publication_directed_by": "Publication directed by",
    "published": "Text shown to the public",
    "legal_name": "Legal name",
    "keep_former": "Former name stays findable",
    "expires_on": "Last valid day",
    "decided_on": "Decided on",
}
DAYS = ("until", "expires_on", "decided_on", "received_on")


def kind(code: str) -> str:
    """Return a kind of entry as people call it."""
    return KINDS.get(code, code.replace("_", " ").capitalize())


def fields(subject: str, data: Mapping[str, Any], policy: Policy) -> list[tuple[str, str]]:
    """Return what an entry says, as (label, value) in words."""
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
