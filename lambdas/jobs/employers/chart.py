"""A bar chart of whole numbers, one bar a day; a table beside it has the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HIGH = 100  # height of the highest bar, in units of the drawing
STEP, WIDE = 10, 8  # units from one bar to the next, and width of a bar
ROOM = 30  # bars to leave room for at least, so that the first days aren't drawn too wide


class Bar(NamedTuple):
    """One bar, in units of the drawing."""

    x: int
    y: float
    height: float


class Chart(NamedTuple):
    """The bars, the width of the drawing, the highest number, and the sum."""

    bars: tuple[Bar, ...]
    width: int
    most: int
    total: int


def bars(numbers: Sequence[int]) -> Chart:
    """Draw numbers, none below 0, as bars from left to right."""
    limit = max(numbers, default=0)
    columns = []
    for place, number in enumerate(numbers):
        height = round(HIGH * number / limit, 1) if limit else 0.0
        columns.append(Bar(place * STEP + (STEP - WIDE) // 2, HIGH - height, height))
    return Chart(tuple(columns), max(len(numbers), ROOM) * STEP, limit, sum(numbers))
