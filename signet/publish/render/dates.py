"""Dates as people write them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@lru_cache(maxsize=65536)
def plain_day(iso: str) -> str:
    """A date in words, "21 November 2026", from ISO form; what isn't a date comes back as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
