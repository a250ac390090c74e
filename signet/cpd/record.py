"""A member's written record of a year, to keep or to print (CPD-6, G 19)."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from signet.cpd import rules
from signet.cpd.model import Activity, YearView
from signet.register.exchange.cells import Writer

COLUMNS = (
    "year",
    "title",
    "category",
    "started_on",
    "ended_on",
    "hours",
    "better_practitioner",
    "advances_profession",
    "counts",
    "reflection",
    "files",
    "logged_on",
    "late",
)
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for something else


def csv(view: YearView) -> str:
    """Return the year's activities as CSV that no spreadsheet takes for formulas (threat 17)."""
    out = StringIO()
    writer = Writer(out)
    writer.write([COLUMNS])
    writer.write(_line(activity, view) for activity in view.activities)
    return BYTE_ORDER_MARK + out.getvalue()


def _line(activity: Activity, view: YearView) -> Iterator[str]:
    category = view.cpd.categories.get(activity.category)
    yield str(view.year)
    yield activity.title
    yield category.name if category else activity.category
    yield activity.started_on.isoformat()
    yield activity.ended_on.isoformat() if activity.ended_on else ""
    yield str(activity.hours) if activity.hours is not None else ""
    yield _answer(activity.better_practitioner)
    yield _answer(activity.advances_profession)
    yield _answer(rules.counts(activity, view.cpd))
    yield activity.reflection
    yield str(len(activity.evidence))
    yield activity.logged_on.isoformat() if activity.logged_on else ""
    yield rules.lateness(activity, view.cpd)


def _answer(yes: bool) -> str:
    return "yes" if yes else "no"


def filename(view: YearView) -> str:
    """Return the file's name."""
    return f"cpd-{view.member}-{view.year}.csv"
