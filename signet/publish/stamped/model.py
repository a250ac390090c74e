"""What is asked of a stamp, the published documents that answer and their days, the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypedDict

Mark = Literal["good", "bad", "unclear", "note"]
Document = Mapping[str, Any]


class TooOld(Exception):
    """A document was published before documents had periods."""


class Asked(NamedTuple):
    """What a stamp says: the member's number, a permit's number or "", the day in ISO form.

    `field` is one of the disciplines in the rules, or "".
    """

    member: str
    permit: str
    on: str
    field: str


class Documents(NamedTuple):
    """The published documents of the records asked about; None where there is none.

    `current_to` is the day up to which the register is current.
    """

    current_to: str
    member: Document | None
    permit: Document | None


class Part(TypedDict):
    """One part of an answer, in words."""

    what: str
    title: str
    verdict: Mark
    text: str
    lines: list[str]


class Answer(TypedDict):
    """The answer, as page and command give it; `sources` are the pages of the records that tell."""

    verdict: Mark
    title: str
    sentence: str
    member: str
    permit: str
    on: str
    field: str
    current_to: str
    sources: list[str]
    parts: list[Part]


def of_day(document: Document | None, on: str) -> Document | None:
    """Return the period of a day as the register says now."""
    return next((one for one in covering(document, on) if not one["corrected_on"]), None)


def covering(document: Document | None, on: str) -> Sequence[Document]:
    """Return all that the register says and said of a day, the first to be said first."""
    if document is None:
        return []
    if "periods" not in document:
        raise TooOld
    found = [
        one
        for one in document["periods"]
        if one["first_day"] <= on and (not one["last_day"] or on <= one["last_day"])
    ]
    return sorted(found, key=lambda one: one["recorded_on"])


def first_day(document: Document) -> str:
    """Return the first day of which the register tells."""
    days = (one["first_day"] for one in document["periods"] if not one["corrected_on"])
    return str(min(days))
