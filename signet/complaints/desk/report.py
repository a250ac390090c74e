"""The report for the Practice Review Board: number, nature, age and disposition (COM-7).

It is counted from the cases' unsealed data, which identifies nobody and remains after erasure, so
erased cases are counted too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from typing import NamedTuple

from signet.complaints import store
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import ABOUT
from signet.complaints.desk.context import Officer
from signet.complaints.model import Case
from signet.errors import FieldError, Invalid
from signet.policy.complaints import ComplaintPolicy

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets don't recognise UTF-8
# Age groups: the most days that a case has been open, and the label; the last has no limit.
AGES = (
    (30, "Up to 30 days"),
    (90, "31 to 90 days"),
    (180, "91 to 180 days"),
    (365, "181 to 365 days"),
)
OLDER = "More than a year"
NO_GROUND, NO_OUTCOME = "None was named", "None is recorded"


class Line(NamedTuple):
    """A line of a table. `share` is its number relative to the table's largest, in thousandths."""

    name: str
    number: int
    share: int


class Table(NamedTuple):
    """A table of counts. `of` is the number of cases counted."""

    code: str
    title: str
    lines: tuple[Line, ...]
    of: int


class Report(NamedTuple):
    """The figures of a period, including both days. `days` is the median time to close a case."""

    first: date
    last: date
    open_before: int
    received: int
    closed: int
    open_after: int
    days: int | None
    tables: tuple[Table, ...]


def report_on(officer: Officer, first: date, last: date) -> Report:
    """Return the report of a period: one query for each stage, and two for erased cases.

    Raises Invalid for a period that ends before it begins or in the future; Unavailable.
    """
    if first > last:
        raise Invalid(FieldError("last", "The last day can’t be before the first"))
    if last > officer.today:
        raise Invalid(FieldError("last", "The last day can’t be in the future"))
    return report_of(list(_every(officer.rules)), first, last, officer.rules)


def _every(rules: ComplaintPolicy) -> Iterator[Case]:
    for name in (*(f"{store.STAGE}{code}" for code in rules.stages), store.ERASED, store.ERASING):
        yield from case_store.all_listed(name)


def report_of(cases: Sequence[Case], first: date, last: date, rules: ComplaintPolicy) -> Report:
    """Return the report of a period, from all existing cases."""
    received = [one for one in cases if first <= one.filed_on <= last]
    closed = [one for one in cases if one.closed_on and first <= one.closed_on <= last]
    before = [one for one in cases if one.filed_on < first and not _closed_by(one, first, -1)]
    after = [one for one in cases if one.filed_on <= last and not _closed_by(one, last, 0)]
    took = [(one.closed_on - one.filed_on).days for one in closed if one.closed_on]
    return Report(
        first=first,
        last=last,
        open_before=len(before),
        received=len(received),
        closed=len(closed),
        open_after=len(after),
        days=sorted(took)[(len(took) - 1) // 2] if took else None,
        tables=(
            _table("about", "Whom those received are about", map(_about, received), ABOUT.values()),
            _table("grounds", "What those received are about", _grounds(received, rules),
                   [*(one.name for one in rules.grounds.values()), NO_GROUND], len(received)),
            _table("ages", "How long those open at the end have been open",
                   (_age(one, last) for one in after), [*(name for _, name in AGES), OLDER]),
            _table("stages", "Where those open at the end are now",
                   (rules.stages[one.stage].name for one in after),
                   [one.name for one in rules.stages.values()]),
            _table("outcomes", "What those closed came to",
                   (_outcome(one, rules) for one in closed),
                   [*(one.name for one in rules.outcomes.values()), NO_OUTCOME]),
        ),
    )  # fmt: skip


def _closed_by(case: Case, day: date, more: int) -> bool:
    """Tell whether a case was closed on a day or before; with `more` of -1, only before it."""
    return case.closed_on is not None and (case.closed_on - day).days <= more


def _about(case: Case) -> str:
    return ABOUT[case.about]


def _grounds(cases: Iterable[Case], rules: ComplaintPolicy) -> Iterator[str]:
    """Yield the names of the cases' grounds, several for a case with several."""
    for case in cases:
        known = [rules.grounds[code].name for code in case.grounds if code in rules.grounds]
        yield from known or [NO_GROUND]


def _age(case: Case, on: date) -> str:
    days = (on - case.filed_on).days
    return next((name for limit, name in AGES if days <= limit), OLDER)


def _outcome(case: Case, rules: ComplaintPolicy) -> str:
    known = rules.outcomes.get(case.outcome)
    return known.name if known else NO_OUTCOME


def _table(
    code: str, title: str, found: Iterable[str], names: Iterable[str], of: int | None = None
) -> Table:
    """Return a table with a line for each name, in their order, without those that count 0."""
    listed = list(found)
    counted = [(name, listed.count(name)) for name in names]
    limit = max((number for _, number in counted), default=0)
    lines = tuple(
        Line(name, number, round(number * 1000 / limit)) for name, number in counted if number
    )
    return Table(code, title, lines, len(listed) if of is None else of)


def csv(report: Report) -> str:
    """Return a report as CSV that is safe against formula injection in spreadsheets (threat 17)."""
    from signet.register.exchange.cells import Writer  # imported late: few requests write CSV

    out = StringIO()
    writer = Writer(out)
    writer.write([("first_day", "last_day", "table", "what", "cases")])
    totals = ("open_before", "received", "closed", "open_after")
    days = (report.first.isoformat(), report.last.isoformat())
    writer.write((*days, "cases", name, str(getattr(report, name))) for name in totals)
    if report.days is not None:
        writer.write([(*days, "days_to_close", "median", str(report.days))])
    for table in report.tables:
        writer.write((*days, table.code, line.name, str(line.number)) for line in table.lines)
    return BYTE_ORDER_MARK + out.getvalue()
