"""What a posting said before each change, in words: for its company and for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signet.jobs import forms, places
from signet.jobs.companies import clients
from signet.jobs.model import Past, Posting, Terms
from signet.jobs.postings.pay import in_words
from signet.policy import JobPolicy

FIELDS = {name: field.title for name, field in forms.PostingDraft.model_fields.items()}
Names = Mapping[str, Mapping[str, str]]


def told(history: Sequence[Past], posting: Posting, jobs: JobPolicy) -> list[dict[str, Any]]:
    """Return each change, latest first: when, why if by staff, and the fields' former values."""
    if not history:
        return []
    after = [*(one.terms for one in history[1:]), posting.terms]
    names = _names(posting.company, jobs)
    return [
        {
            "until": past.until,
            "reason": past.reason,
            "fields": _changed(past.terms, then, names),
        }
        for past, then in zip(history, after, strict=True)
    ][::-1]


def _names(company: str, jobs: JobPolicy) -> Names:
    """Return the names of the codes in a posting, by field."""
    return {
        "occupation": {one.code: one.name for one in jobs.occupations.values()},
        "level": {one.code: one.name for one in jobs.levels.values()},
        "employment_type": {one.code: one.name for one in jobs.employment_types.values()},
        "place": {one.slug: f"{one.name}, {one.province}" for one in places.listed(jobs)},
        "client": {one.id: one.name for one in clients.of_company(company)},
    }


def _changed(before: Terms, after: Terms, names: Names) -> list[tuple[str, str]]:
    return [
        (FIELDS.get(name) or "Pay", _words(name, getattr(before, name), names))
        for name in Terms.model_fields
        if getattr(before, name) != getattr(after, name)
    ]


def _words(name: str, value: Any, names: Names) -> str:
    if name == "pay":
        return in_words(value.least, value.most, "", value.period) if value else ""
    if name == "remote":
        return "Yes" if value else "No"
    return names.get(name, {}).get(value, str(value))
