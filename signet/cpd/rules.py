"""The rules of CPD as pure functions: what counts, who is subject, where a year stands, due dates.

Every number and list comes from the policy pack. A year is judged by what was in force when it
began.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256

from signet.cpd.model import (
    Activity,
    AuditCase,
    AuditState,
    Declaration,
    Missing,
    Notice,
    NotPractising,
    Standing,
    Subjection,
    Tally,
)
from signet.errors import NotFound
from signet.letters import service
from signet.letters.service import Clock, Days
from signet.policy import CpdPolicy, Policy, PolicyError
from signet.register.model import MemberRecord

DAY = timedelta(days=1)
_YEAR = re.compile(r"[12][0-9]{3}")


def of_year(year: int, policy: Policy) -> CpdPolicy:
    """Return the policy in force for a year of CPD. Raises PolicyError when there is none."""
    return policy.cpd(date(year, 1, 1))


def year_named(text: str, policy: Policy) -> int:
    """Return the year that a URL names. Raises NotFound when there was no CPD in it."""
    if not _YEAR.fullmatch(text):
        raise NotFound
    try:
        of_year(int(text), policy)
    except PolicyError:
        raise NotFound from None
    return int(text)


def as_at(year: int, today: date, cpd: CpdPolicy) -> date:
    """Return the day as at which a year is judged: today, or its last day once it is over."""
    return min(today, cpd.span(year)[1])


def counts(activity: Activity, cpd: CpdPolicy) -> bool:
    """Tell whether an activity counts: yes to either question suffices (CPD-3)."""
    known = activity.category in cpd.categories
    return known and any(getattr(activity, question.field) for question in cpd.questions)


def tally(activities: Iterable[Activity], cpd: CpdPolicy) -> Tally:
    """Count the activities that count, in each category (CPD-2, CPD-3)."""
    by_category = dict.fromkeys(cpd.categories, 0)
    for activity in activities:
        if counts(activity, cpd):
            by_category[activity.category] += 1
    return Tally(counting=sum(by_category.values()), by_category=by_category)


def shortfall(activities: Iterable[Activity], cpd: CpdPolicy) -> tuple[Missing, ...]:
    """Say what a log lacks (CPD-2); empty when it satisfies the rule."""
    sums = tally(activities, cpd)
    return missing_of(sums.counting, sums.categories, cpd)


def missing_of(counting: int, categories: int, cpd: CpdPolicy) -> tuple[Missing, ...]:
    """Say what a log lacks with these counts of activities and categories (CPD-2)."""
    missing = []
    if (lacking := cpd.minimum_activities - counting) > 0:
        words = f"{_count(lacking, 'more activity', 'more activities')} that "
        words += "counts" if lacking == 1 else "count"
        missing.append(Missing(code="activities", words=words, rule="CPD-2", lacking=lacking))
    if (lacking := cpd.minimum_categories - categories) > 0:
        words = f"activities from {_count(lacking, 'more category', 'more categories')}"
        missing.append(Missing(code="categories", words=words, rule="CPD-2", lacking=lacking))
    return tuple(missing)


def lateness(activity: Activity, cpd: CpdPolicy) -> str:
    """Say that an activity was logged or changed after the deadline (CPD-6), or return ""."""
    due = cpd.declaration_due(activity.year)
    for on, what in ((activity.logged_on, "Logged"), (activity.settled_on, "Changed")):
        if on is not None and on > due:
            return f"{what} {in_words(on)}, after the deadline of {in_words(due)}"
    return ""


def in_time(
    year: int, activities: Iterable[Activity], declarations: Iterable[Declaration], cpd: CpdPolicy
) -> bool:
    """Tell whether a year was declared by its deadline on a log complete by then (CPD-6)."""
    due = cpd.declaration_due(year)
    declared = any(one.declared_on <= due for one in declarations)
    return declared and not shortfall((a for a in activities if not lateness(a, cpd)), cpd)


def in_words(day: date) -> str:
    """Return a day as people write it: "21 November 2026"."""
    return f"{day.day} {day:%B} {day.year}"


def _count(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def subject(
    record: MemberRecord | None,
    on: date,
    policy: Policy,
    not_practising: Sequence[NotPractising] = (),
) -> Subjection:
    """Tell whether CPD applies to the holder of a record as at a day, and why (CPD-1, CPD-5).

    `record` is the register's as at that day. The register's reasons come before the member's own
    declaration: a retired member isn't subject whatever they declared.
    """
    cpd = policy.cpd(on)
    if record is None:
        return _exempt("unknown", "Not on the register on that day.", "CPD-1", on)
    if record.category not in cpd.applies_to:
        known = policy.categories.get(record.category)
        name = known.name.lower() if known else record.category
        words = f"On the register as {_a(name)}. CPD applies to regulated members alone."
        return _exempt("category", words, "CPD-1", on)
    if exemption := cpd.exemptions.get(record.status):
        return _exempt("status", exemption.reason, exemption.rule, on)
    status = policy.statuses.get(record.status)
    if status is not None and status.struck:
        words = f"The registration has ended: {status.name.lower()}."
        return _exempt("struck", words, "CPD-1", on)
    if current(not_practising, on) or (not not_practising and _entered(record, on, cpd)):
        words = "A declaration of not practising is in effect."
        return _exempt("declaration", words, "CPD-5", on)
    return Subjection(
        applies=True,
        code="regulated",
        reason="CPD applies to every regulated member, wherever they work.",
        rule="CPD-1",
        on=on,
    )


def _entered(record: MemberRecord, on: date, cpd: CpdPolicy) -> bool:
    """Tell whether a declaration entered by the register's office is in effect (G 18(2))."""
    declared = record.not_practising
    return declared is not None and on <= (declared.until or last_day(declared.since, cpd))


def _exempt(code: str, reason: str, rule: str, on: date) -> Subjection:
    return Subjection(applies=False, code=code, reason=reason, rule=rule, on=on)


def _a(name: str) -> str:
    return f"an {name}" if name[:1] in "aeiou" else f"a {name}"


def standing(subjection: Subjection, missing: Sequence[Missing], declared: bool) -> Standing:
    """Return where a year stands. A declaration counts only while the log supports it (CPD-6)."""
    if not subjection.applies:
        return Standing.EXEMPT
    if missing:
        return Standing.SHORT
    return Standing.DECLARED if declared else Standing.SATISFIED


def digest(activities: Iterable[Activity]) -> str:
    """Return a hash of a log's content: the same for the same activities in any order.

    Evidence isn't part of it: files may be added to what was declared without changing the log.
    """
    aside = {"evidence", "version", "logged_on", "settled_on"}
    lines = sorted(a.model_dump_json(exclude=aside) for a in activities)
    return sha256("\n".join(lines).encode()).hexdigest()


def in_effect(declaration: NotPractising, on: date) -> bool:
    """Tell whether a declaration of not practising holds on a day (CPD-5)."""
    resumed = declaration.resumed_on is not None and on >= declaration.resumed_on
    return declaration.since <= on <= declaration.until and not resumed


def current(declarations: Iterable[NotPractising], on: date) -> NotPractising | None:
    """Return the declaration of not practising that holds on a day, or None."""
    return next((d for d in declarations if in_effect(d, on)), None)


def last_day(since: date, cpd: CpdPolicy) -> date:
    """Return the last day of a declaration of not practising that begins on `since` (G 18(2))."""
    year = since.year + cpd.not_practising_years
    try:
        anniversary = since.replace(year=year)
    except ValueError:
        anniversary = date(year, 3, 1)  # a year from 29 February ends on 28 February
    return anniversary - DAY


def clock(notice: Notice, cpd: CpdPolicy) -> Clock:
    """Return when a notice was served and when its time to comply ends (NOT-1, NOT-2)."""
    days = Days(cpd.mail_days_within, cpd.mail_days_elsewhere, cpd.notice_days)
    return service.clock(notice.service, days)


def asked_by(case: AuditCase) -> tuple[Notice, ...]:
    """Return the notices of the current request: those made since more was last asked."""
    more = {review.id for review in case.reviews if review.outcome is AuditState.MORE_ASKED}
    since = max((at for at, one in enumerate(case.notices) if one.id in more), default=0)
    return case.notices[since:]


def running_notice(case: AuditCase) -> Notice | None:
    """Return the notice whose deadline counts: the last served for the current request (NOT-2).

    Returns the last one made while none of them is served, None if there are none.
    """
    asked = asked_by(case)
    served = [one for one in asked if one.service and not one.service.undelivered]
    return (served or asked or (None,))[-1]


def audit_clock(case: AuditCase, cpd: CpdPolicy) -> Clock:
    """Return the dates of service and deadline of what an audit asks now (NOT-2)."""
    notice = running_notice(case)
    return clock(notice, cpd) if notice else service.UNSERVED


def audit_due(case: AuditCase, cpd: CpdPolicy) -> date | None:
    """Return the last day to comply with an audit's notice, or None while no time runs."""
    return audit_clock(case, cpd).last_day


def may_declare(subjection: Subjection, missing: Sequence[Missing]) -> bool:
    """Tell whether a year can be declared: CPD applies, and nothing is missing (CPD-6)."""
    return subjection.applies and not missing


def open_years(today: date, cpd: CpdPolicy) -> range:
    """Return the years that can be written to: the current one, and some before."""
    running = cpd.year_of(today)
    return range(running - cpd.years_open, running + 1)
