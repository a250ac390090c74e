"""A member's year as a whole: the log, the register's record, and what the rules make of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from signet.cpd import rules, store
from signet.cpd.model import Activity, Declaration, NotPractising, Standing, Year, YearView
from signet.cpd.store import HeldYear
from signet.errors import NotFound
from signet.policy import Policy
from signet.register import reading as register
from signet.register.model import MemberRecord


def year_view(member: str, year: int, today: date, policy: Policy) -> YearView:
    """Return a member's year as it stands today, in three queries however much is logged.

    Raises NotFound for a year that hasn't begun or is before the years that can be written to.
    """
    cpd = rules.of_year(year, policy)
    if year not in rules.open_years(today, cpd):
        raise NotFound("There is no log for that year.", rule="CPD-6")
    on = rules.as_at(year, today, cpd)
    return view_of(
        member,
        year,
        today,
        policy,
        record=register.standing_on(member, on),
        stored_year=store.year(member, year),
        absences=store.not_practising(member),
    )


def view_of(
    member: str,
    year: int,
    today: date,
    policy: Policy,
    *,
    record: MemberRecord | None,
    stored_year: HeldYear,
    absences: Sequence[NotPractising],
) -> YearView:
    """Build the view from what was read.

    `record` is the register's as at the day that `rules.as_at` gives.
    """
    cpd = rules.of_year(year, policy)
    on = rules.as_at(year, today, cpd)
    subjection = rules.subject(record, on, policy, absences)
    activities = tuple(stored_year.activities)
    missing = rules.shortfall(activities, cpd)
    return YearView(
        member=member,
        name=" ".join(filter(None, (record.given, record.family))) if record else "",
        year=year,
        today=today,
        cpd=cpd,
        subject=subjection,
        activities=activities,
        tally=rules.tally(activities, cpd),
        missing=missing,
        standing=rules.standing(subjection, missing, bool(stored_year.declarations)),
        declarations=tuple(stored_year.declarations),
        exemption=next((a for a in absences if a.until >= on and not _over(a, on)), None),
        audit=stored_year.audit,
        stored=stored_year.summary,
    )


def _over(absence: NotPractising, on: date) -> bool:
    return absence.resumed_on is not None and absence.resumed_on <= on


def changed(
    view: YearView,
    *,
    activities: Sequence[Activity] | None = None,
    declarations: Sequence[Declaration] | None = None,
) -> YearView:
    """Return the view with these activities or declarations in place of its own."""
    logged = view.activities if activities is None else tuple(activities)
    declared = view.declarations if declarations is None else tuple(declarations)
    missing = rules.shortfall(logged, view.cpd)
    return view._replace(
        activities=logged,
        declarations=declared,
        tally=rules.tally(logged, view.cpd),
        missing=missing,
        standing=rules.standing(view.subject, missing, bool(declared)),
    )


def late(view: YearView) -> bool:
    """Tell whether a declared year was declared late, or rests on what was logged late."""
    return view.standing is Standing.DECLARED and _came_late(view)


def _came_late(view: YearView) -> bool:
    """Tell the same of any year with a declaration, even if it doesn't count as declared."""
    declared = view.declarations
    return bool(declared) and not rules.in_time(view.year, view.activities, declared, view.cpd)


def summary(view: YearView) -> Year:
    """Return the summary to store for a view, one version after the stored one."""
    before = view.stored
    return Year(
        year=view.year,
        standing=view.standing,
        activities=len(view.activities),
        counting=view.tally.counting,
        categories=view.tally.categories,
        declarations=len(view.declarations),
        late=_came_late(view),
        under_audit=view.under_audit,
        subject_code=view.subject.code,
        as_at=view.subject.on,
        reminded_on=before.reminded_on if before else None,
        version=(before.version if before else 0) + 1,
    )
