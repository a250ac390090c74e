"""Scopes of practice that read like real ones."""

from __future__ import annotations

from functools import cache
from typing import Any

from signet.demo import lists
from signet.demo.chance import Chance

HOW_MANY = (1, 2, 2, 3, 3)
EXCLUDES = 0.6  # share of scopes that say what they leave out


@cache
def _field(discipline: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = lists.read("scopes")["field"]
    return next(field for field in fields if field["discipline"] == discipline)


def draw(chance: Chance, designation: str, discipline: str) -> dict[str, Any]:
    """The data of a scope_granted entry."""
    field = _field(discipline)
    activities = chance.some(field["activities"], chance.pick(HOW_MANY))
    what, bounds, standards = (
        chance.pick(part.split(";")).strip() for part in chance.pick(field["works"]).split("|")
    )
    limits = f"{bounds[0].upper()}{bounds[1:]}."
    if chance.happens(EXCLUDES):
        limits = f"{limits} {chance.pick(field['exclusions'])}"
    return {
        "designation": designation,
        "discipline": discipline,
        "activities": activities,
        "limits": limits,
        "text": _text(activities, what, bounds, standards),
    }


def _text(activities: list[str], what: str, bounds: str, standards: str) -> str:
    verbs = [lists.read("scopes")["verbs"][activity] for activity in activities]
    done = verbs[0] if len(verbs) == 1 else f"{', '.join(verbs[:-1])} and {verbs[-1]}"
    return f"{done[0].upper()}{done[1:]} of {what}, {bounds}, following {standards}."
