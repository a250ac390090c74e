"""The input of the look-up index for one record or list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["member", "permit"]
Tone = Literal["good", "bad", "warn", "neutral"]

TONES: tuple[Tone, ...] = ("good", "bad", "warn", "neutral")
NATIVE = "native script"
MOST_DISCIPLINES = 31  # that results can be filtered by: the bits of a number in a browser


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """What the look-up index holds of one record; all of it is public.

    `rank` is 0 for current records and higher for former ones. `names` holds pairs of a label and a
    name: the label is "" for the current name, else it is shown when that name is the one that
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
    disciplines: int = 0  # bits, in the order of the manifest's list


@dataclass(frozen=True, slots=True)
class ListEntry:
    """What the look-up index holds of one browse list: of a city, a discipline, a designation.

    `path` is its address on the site, `who` whom it lists ("Members"), `size` how many. `also`
    holds further words that lead to it, besides those of its title.
    """

    path: str
    who: str
    title: str
    size: int
    also: str = ""
