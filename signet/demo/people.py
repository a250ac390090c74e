"""The people of the sample: who they are, their designations and their careers.

A person depends on the seed, the date and their index in the sample, never on the sample's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from signet.demo import lists, names, places, standings
from signet.demo.chance import Chance, Weighted
from signet.register.term import years_later

FIRST_NUMBER = 100001
LAST_NUMBER = 999999
WOMEN = 0.24


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a career: a designation granted or withdrawn, a category entered."""

    on: date
    raw: dict[str, Any]
    authority: str


@dataclass(frozen=True, slots=True)
class Person:
    """One member, before the entries are written."""

    number: str
    woman: bool
    name: names.Name
    born_on: date
    registered_on: date
    place: places.Place
    category: str
    stages: tuple[Stage, ...]
    disciplines: tuple[str, ...]
    practises: str
    steps: tuple[standings.Step, ...]


def number(index: int) -> str:
    """Return the register number of the member at an index; some numbers are never used."""
    return str(FIRST_NUMBER + index + index // 13 + index // 101)


@dataclass(frozen=True)
class _Lists:
    rungs: Weighted[dict[str, Any]]
    titles: Weighted[dict[str, Any]]
    disciplines: Weighted[str]
    practised: dict[str, Weighted[str]]


@cache
def _lists() -> _Lists:
    careers, fields = lists.read("careers"), lists.read("scopes")["field"]
    titles = [title["grant"] for title in careers["practice"]["title"]]
    return _Lists(
        rungs=Weighted((rung, rung["weight"]) for rung in careers["rung"]),
        titles=Weighted((title, title["weight"]) for title in careers["practice"]["title"]),
        disciplines=Weighted.of(careers["disciplines"]),
        practised={
            title: Weighted((f["discipline"], f["weight"]) for f in fields if title in f["titles"])
            for title in titles
        },
    )


def is_practitioner(seed: int, index: int) -> bool:
    """Tell whether the member at an index is a professional technologist; the first always is.

    There is one in each block, at a random place, so that every sample has its share however small
    it is.
    """
    size: int = lists.read("careers")["one_practitioner_in"]
    block, place = divmod(index, size)
    return place == _place_of_practitioner(seed, block, size)


@lru_cache(maxsize=8)  # a block's members are requested one after the other
def _place_of_practitioner(seed: int, block: int, size: int) -> int:
    return Chance(seed, "place_of_practitioner", block).below(size) if block else 0


def draw(seed: int, index: int, dated: date, practitioner: bool) -> Person:
    """Return the person at an index of the sample as at `dated`."""
    chance = Chance(seed, "person", index)
    woman = chance.happens(WOMEN)
    name = names.draw(chance, woman)
    place = places.draw(chance)
    rung = _practice_rung(chance) if practitioner else _lists().rungs.pick(chance)
    registered_on = _registered_on(chance, rung, dated)
    stages = tuple(_stages(chance, rung, registered_on, dated))
    practises = rung.get("practises", "") if len(stages) > 1 else ""
    settled = stages[-1].on
    public = not rung.get("category") or len(stages) > 1
    steps = standings.draw(chance, registered_on, settled, dated) if public and index else []
    return Person(
        number=number(index),
        woman=woman,
        name=name,
        born_on=registered_on - timedelta(days=int(365.25 * 20) + chance.below(365 * 16)),
        registered_on=registered_on,
        place=place,
        category=rung.get("category", ""),
        stages=stages,
        disciplines=_disciplines(chance, practises),
        practises=practises,
        steps=tuple(steps),
    )


def _practice_rung(chance: Chance) -> dict[str, Any]:
    """Return a career that leads to a practising title, as a rung like the others."""
    practice = lists.read("careers")["practice"]
    title = _lists().titles.pick(chance)["grant"]
    last = {
        "grant": title,
        "since": practice["since"],
        "least_years": practice["years"],
        "by": practice["by"],
        "authority": practice["authority"],
    }
    return {
        "stages": [practice["first"], last],
        "practises": title,
        "earlier": practice["years"] + 1,
    }


def _registered_on(chance: Chance, rung: dict[str, Any], dated: date) -> date:
    careers = lists.read("careers")
    first = date(careers["first_year"], 1, 1)
    last = dated - timedelta(days=int(365.25 * rung.get("earlier", 0)))
    if "within_years" in rung:
        return chance.day(dated - timedelta(days=int(365.25 * rung["within_years"])), dated)
    back = chance.random() ** careers["registration_skew"] * max(0, (last - first).days)
    return last - timedelta(days=int(back))


def _stages(chance: Chance, rung: dict[str, Any], on: date, dated: date) -> Iterator[Stage]:
    for raw in rung["stages"]:
        if "years" in raw:
            low, high = raw["years"]
            on += timedelta(days=chance.between(low * 366, high * 365 + 364))
        if "least_years" in raw:
            on = _granted_on(chance, raw, on, dated)
        if on > dated:
            return
        yield Stage(on, raw, standings.filled(chance, raw["authority"], on))


def _granted_on(chance: Chance, raw: dict[str, Any], on: date, dated: date) -> date:
    """Return when a practising title was granted: years after the first, once the title existed."""
    earliest = years_later(on, raw["least_years"])
    since = date(raw["since"], 7, 1)
    return chance.day(max(earliest, since) if since < dated else earliest, dated)


def _disciplines(chance: Chance, practises: str) -> tuple[str, ...]:
    if practises:
        return (_lists().practised[practises].pick(chance),)
    first = _lists().disciplines.pick(chance)
    if not chance.happens(lists.read("careers")["two_disciplines_share"]):
        return (first,)
    second = _lists().disciplines.pick(chance)
    return (first,) if second == first else (first, second)
