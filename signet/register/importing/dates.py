"""Parsing of dates as other systems write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from time import strptime

from signet.register.importing.values import WrongValueError

ISO = "%Y-%m-%d"


@lru_cache(maxsize=50_000)
def read_day(text: str, forms: tuple[str, ...], pivot: int | None) -> date | None:
    """Return the date of a text in one of the forms, None when it is in none.

    `pivot` is the last two-digit year that is of 2000 and later. Raises WrongValueError for such a
    year where no pivot is stated, and for a text that two forms read as different days.
    """
    days = list(dict.fromkeys(_read_days(text, forms, pivot)))
    if len(days) > 1:
        which = " or ".join(map(str, sorted(days)))
        raise WrongValueError(text, f"a date that the forms stated read one way, not {which}")
    return days[0] if days else None


def _read_days(text: str, forms: tuple[str, ...], pivot: int | None) -> Iterator[date]:
    for form in forms:
        try:
            if form == ISO:  # strptime would take 2025-1-5 too
                if text[4:5] == text[7:8] == "-":
                    yield date.fromisoformat(text)
            elif "%y" not in form:
                yield date(*strptime(text, form)[:3])
            else:
                year, month, day = strptime(text, form)[:3]
                yield date(_full_year(text, year % 100, pivot), month, day)
        except ValueError:
            continue


def _full_year(text: str, year: int, pivot: int | None) -> int:
    if pivot is None:
        expected = "a year of four digits, or `pivot` in the mapping: the last one that is 20.."
        raise WrongValueError(text, expected)
    return year + (2000 if year <= pivot else 1900)


_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_FIRST_SERIAL = date(1899, 12, 30)  # day 0 of spreadsheets


def other_day(text: str) -> str:
    """Return what a text that isn't a date in the stated forms may be."""
    if serial := _SERIAL.fullmatch(text):
        day = _FIRST_SERIAL + timedelta(days=int(serial[1]))
        return f"; a spreadsheet's count of days, perhaps {day}"
    if re.fullmatch(r".*\d[ T]\d?\d:\d\d(:\d\d)?(\.\d+)?Z?", text):
        return "; the time of day needs a form of its own, as %Y-%m-%d %H:%M:%S"
    return ""
