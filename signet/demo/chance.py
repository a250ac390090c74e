"""Repeatable randomness: the same seed, stream and index give the same draws on every Python."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

# One stream per purpose, so that draws for one part never change those for another.
STREAMS = ("place_of_practitioner", "person", "history", "contact", "deck", "permit")


class Weighted(Generic[T]):
    """Items to pick from, with probability proportional to their weights."""

    def __init__(self, weights: Iterable[tuple[T, float]]) -> None:
        pairs = tuple(weights)
        self.items = tuple(item for item, _ in pairs)
        self._cumulative = list(accumulate(weight for _, weight in pairs))
        self._total = self._cumulative[-1]

    @classmethod
    def of(cls, weights: Mapping[T, float]) -> Weighted[T]:
        """Return items weighted by a mapping."""
        return cls(weights.items())

    def pick(self, chance: Chance) -> T:
        """Return one of the items."""
        place = bisect(self._cumulative, chance.random() * self._total)
        return self.items[min(place, len(self.items) - 1)]


class Chance:
    """Draws for one record. Only `random()` is used: Python promises that it never changes."""

    __slots__ = ("random",)

    def __init__(self, seed: int, stream: str, index: int = 0) -> None:
        mixed = ((seed % (1 << 64)) << 48 | index) << 8 | STREAMS.index(stream)
        # Sample records need repetition, not secrecy.
        self.random = random.Random(mixed).random  # noqa: S311

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` - 1."""
        return int(self.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def happens(self, share: float) -> bool:
        """Return True in `share` of cases."""
        return self.random() < share

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items, all equally likely."""
        return items[int(self.random() * len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Return `count` different items, or all when there are fewer, in their original order."""
        left = list(range(len(items)))
        chosen = [left.pop(self.below(len(left))) for _ in range(min(count, len(items)))]
        return [items[i] for i in sorted(chosen)]

    def day(self, first: date, last: date) -> date:
        """Return a day from `first` to `last`; `first` when they are in the wrong order."""
        return first + timedelta(days=int(self.random() * max(1, (last - first).days + 1)))

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """Return the items in random order."""
        return [item for _, item in sorted(((self.random(), item) for item in items), key=_first)]


def _first(pair: tuple[float, object]) -> float:
    return pair[0]
