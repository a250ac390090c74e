"""The dated changes of status of the sample's members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from signet.demo import lists
from signet.demo.chance import Chance, Weighted
from signet.register.term import years_later


@dataclass(frozen=True, slots=True)
class Step:
    """One entry on status. `decision` is the outcome of the discipline decision it rests on."""

    on: date
    data: dict[str, str]
    by: str
    authority: str
    decision: str = ""
    kind: str = "status_changed"


@cache
def _outcomes() -> tuple[Weighted[dict[str, Any]], ...]:
    raw = lists.read("standings")
    bands = range(len(raw["bands"]) + 1)
    return tuple(Weighted((o, o["weight"][band]) for o in raw["outcome"]) for band in bands)


def filled(chance: Chance, words: str, on: date) -> str:
    """Return an authority or direction with its year and number filled in."""
    if "{" not in words:
        return words
    return words.format(year=on.year, n=f"{chance.between(1, 240):03d}", day=on.isoformat())


def draw(chance: Chance, registered_on: date, settled_on: date, dated: date) -> list[Step]:
    """Return the changes of status of a member registered on a day; most have none.

    None falls before `settled_on`, the day the last designation was granted, nor after `dated`.
    """
    years = (dated - registered_on).days // 365
    band = sum(years >= limit for limit in lists.read("standings")["bands"])
    outcome = _outcomes()[band].pick(chance)
    if not outcome["steps"]:
        return []
    first = max(
        settled_on + timedelta(days=30),
        years_later(registered_on, outcome.get("min_years", 0)),
        date(outcome.get("since", registered_on.year), 1, 1),
        dated - timedelta(days=outcome.get("within", 36500)),
    )
    if first > dated:
        return []
    # Later years are likelier, as registers grow.
    return list(
        _steps(
            chance, outcome["steps"], max(chance.day(first, dated), chance.day(first, dated)), dated
        )
    )


def _steps(chance: Chance, raw: list[dict[str, Any]], on: date, dated: date) -> Iterable[Step]:
    for step in raw:
        if "after" in step:
            on += timedelta(days=chance.between(*step["after"]))
        if on > dated:
            return
        yield made(chance, step, on)


def made(chance: Chance, raw: dict[str, Any], on: date) -> Step:
    """Return a listed step on a day."""
    data = {"status": raw["status"]} if "status" in raw else {}
    if "reason" in raw:
        data["reason"] = raw["reason"]
    if "until" in raw:
        data["until"] = (on + timedelta(days=chance.between(*raw["until"]))).isoformat()
    if "direction" in raw:
        data["direction"] = filled(chance, raw["direction"], on)
    return Step(
        on,
        data,
        raw["by"],
        filled(chance, raw["authority"], on),
        raw.get("decision", ""),
        raw.get("kind", "status_changed"),
    )


@cache
def _coming() -> Weighted[dict[str, Any]]:
    return Weighted((c["step"], c["weight"]) for c in lists.read("standings")["coming"])


def coming(chance: Chance, dated: date) -> Step:
    """Return a change that takes effect after `dated`."""
    return made(chance, _coming().pick(chance), dated + timedelta(days=chance.between(3, 75)))
