"""What the look-up is told of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["member", "permit"]
Tone = Literal["good", "bad", "warn", "neutral"]

TONES: tuple[Tone, ...] = ("good", "bad", "warn", "neutral")
NATIVE = "native script"


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """What the look-up knows of one record; all of it is public.

    `rank` is 0 for current records and higher for former ones. `names` holds pairs of what a
    name is and its text: "" for the current name, else a label shown when that name is what
    matched ("formerly", "known as", "operating as", "native script").
    """

    kind: Kind
    number: str
    label: str
    detail: str
    status: str
    tone: Tone
    rank: int
    names: tuple[tuple[str, str], ...]
    city: str
