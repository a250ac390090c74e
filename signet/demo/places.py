"""The places of the sample's people and companies."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from signet.demo import lists
from signet.demo.chance import Chance, Weighted


class Place(NamedTuple):
    """A city, and the code of its province or state; none abroad."""

    city: str
    province: str


def _weighted(rows: list[tuple[str, str, float]]) -> Weighted[Place]:
    return Weighted((Place(city, province), weight) for city, province, weight in rows)


@cache
def _tables() -> tuple[Weighted[Place], Weighted[Place]]:
    raw = lists.read("places")
    return _weighted(raw["home"]), _weighted(raw["home"] + raw["elsewhere"])


def draw(chance: Chance) -> Place:
    """Return any place of the list."""
    return _tables()[1].pick(chance)


def at_home(chance: Chance) -> Place:
    """Return a place in the regulator's own province."""
    return _tables()[0].pick(chance)


def another(chance: Chance, place: Place) -> Place:
    """Return a place to move to."""
    share: float = lists.read("places")["elsewhere_move_share"]
    while True:
        new = draw(chance) if chance.happens(share) else at_home(chance)
        if new != place:
            return new
