"""Normalization and validation of the text within an entry's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from signet import text
from signet.text import TextProblem

# The kind of text in each field of a payload; fields not named here are lines.
_FIELDS: dict[str, text.Field] = {
    "family": "name",
    "given": "name",
    "known_as": "name",
    "native_name": "name",
    "city": "place",
    "province": "place",
    "legal_name": "company",
    "operating_names": "company",
    "text": "lines",
    "limits": "lines",
    "summary": "lines",
}


def field_of(name: str, subject: str = "member") -> text.Field:
    """Return the kind of text of a field; `name` is a person's or, for a permit, a company's."""
    if name == "name":
        return "company" if subject == "permit" else "name"
    return _FIELDS.get(name, "line")


def tidied(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with each text normalized."""
    return {name: _tidied(name, value) for name, value in data.items()}


def _tidied(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return text.normalised(value, lines=field_of(name) == "lines")
    if isinstance(value, list | tuple):
        return type(value)(_tidied(name, one) for one in value)
    return value


def problems(subject: str, data: Mapping[str, Any]) -> Iterator[tuple[str, TextProblem]]:
    """Yield what is wrong with the texts of an entry's data, as (field, problem)."""
    for name, value in data.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, str):
                for text_problem in text.problems(one, field_of(name, subject)):
                    yield name, text_problem
