"""The range of plausible dates in entries, files and commands: it rejects slips such as year 26."""

from __future__ import annotations

from datetime import date

from signet.register.term import years_later

EARLIEST = date(1900, 1, 1)  # no register of the profession is older
YEARS_AHEAD = 20  # nothing is decided further ahead


def out_of_bounds(day: date, today: date) -> str:
    """Return what would be valid instead of `day`, or ""."""
    latest = years_later(today, YEARS_AHEAD)
    if EARLIEST <= day <= latest:
        return ""
    return f"a day from {EARLIEST} to {latest}, its year in four digits"
