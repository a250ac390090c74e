"""Scopes of practice that read like real ones."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from signet.demo import lists
from signet.demo.chance import Chance

HOW_MANY = (1, 2, 2, 3, 3)
EXCLUDES = 0.6  # share of scopes that say what they leave out


class Work(NamedTuple):
    """One kind of work, with the alternatives for each part of its scope."""

    what: tuple[str, ...]
    bounds: tuple[str, ...]
    standards: tuple[str, ...]
    activities: tuple[str, ...]
    excluded: tuple[str, ...]


@cache
def _works(discipline: str) -> tuple[Work, ...]:
    fields = lists.read("scopes")["field"]
    lines = next(field["works"] for field in fields if field["discipline"] == discipline)
    return tuple(
        Work(*(tuple(one.strip() for one in part.split(";")) for part in line.split("|")))
        for line in lines
    )


def draw(chance: Chance, designation: str, discipline: str) -> dict[str, Any]:
    """Return the data of a scope_granted entry."""
    work = chance.pick(_works(discipline))
    done = chance.some(work.activities, chance.pick(HOW_MANY))
    bounds, standards = chance.pick(work.bounds), chance.pick(work.standards)
    limits = f"{_sentence(bounds)}."
    if chance.happens(EXCLUDES):
        limits = f"{limits} Excludes {chance.pick(work.excluded)}."
    listed = done[0] if len(done) == 1 else f"{', '.join(done[:-1])} and {done[-1]}"
    full: dict[str, str] = lists.read("scopes")["activities"]
    return {
        "designation": designation,
        "discipline": discipline,
        "activities": [full[short] for short in done],
        "limits": limits,
        "text": f"{_sentence(listed)} of {work.what[0]}: {bounds}, following {standards}.",
    }


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
