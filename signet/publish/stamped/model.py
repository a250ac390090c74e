"""What is asked of a stamp, the published documents that answer, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
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
