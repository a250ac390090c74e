"""The policy pack's section on continuing professional development (CPD), dated and cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

MENTIONED = ("better_practitioner", "advances_profession")  # the fields that answer CPD-3


class CpdCategory(NamedTuple):
    """A category of activities (CPD-2); `about` describes it."""

    slug: str
    name: str
    about: str
    examples: tuple[str, ...]
    cites: str


class CpdQuestion(NamedTuple):
    """A question; at least one must be answered yes (CPD-3). `field` is the answer's field."""

    field: str
    text: str
    cites: str


class CpdSuggestion(NamedTuple):
    """An activity that counts and is easily overlooked (CPD-4), ready to be logged."""

    slug: str
    title: str
    category: str
    about: str
    cites: str


class CpdExemption(NamedTuple):
    """A register status that exempts (CPD-1, CPD-5), and the reason that the member reads."""

    status: str
    reason: str
    rule: str
    cites: str


class CpdPolicy(NamedTuple):
    """The CPD rules in force from `since`. Days of a year are written "12-31"; rates are fractions.

    `cites` gives the source of each value, by its name.
    """

    since: date
    minimum_activities: int
    minimum_categories: int
    applies_to: tuple[str, ...]  # categories of record (CPD-1)
    year_ends: str
    declaration_days: int
    reminders: tuple[str, ...]
    years_open: int
    not_practising_years: int
    renewal_days: int
    notice_days: int
    mail_days_within: int
    mail_days_elsewhere: int
    audit_rate: Decimal
    reviewer: str
    council: str
    categories: Mapping[str, CpdCategory]
    questions: tuple[CpdQuestion, ...]
    suggestions: tuple[CpdSuggestion, ...]
    exemptions: Mapping[str, CpdExemption]
    cites: Mapping[str, str]

    def span(self, year: int) -> tuple[date, date]:
        """Return the first and the last day of a CPD year, which is named after the latter's."""
        before = date.fromisoformat(f"{year - 1:04d}-{self.year_ends}")
        return before + timedelta(days=1), date.fromisoformat(f"{year:04d}-{self.year_ends}")

    def year_of(self, day: date) -> int:
        """Return the CPD year that a day falls in."""
        return day.year if day <= self.span(day.year)[1] else day.year + 1

    def day(self, year: int, named: str) -> date:
        """Return the date of a day written as "12-01" in a CPD year."""
        first, _ = self.span(year)
        day = date.fromisoformat(f"{first.year:04d}-{named}")
        return day if day >= first else day.replace(year=first.year + 1)

    def declaration_due(self, year: int) -> date:
        """Return the last day on which a year's declaration is on time."""
        return self.span(year)[1] + timedelta(days=self.declaration_days)


def read(raw: Sequence[Mapping[str, Any]]) -> tuple[CpdPolicy, ...]:
    """Read the pack's CPD tables, the earliest first.

    Raises KeyError, TypeError or ValueError when one isn't valid.
    """
    return tuple(sorted(map(_one, raw), key=lambda policy: policy.since))


def _one(raw: Mapping[str, Any]) -> CpdPolicy:
    fields = dict(raw)
    since = fields.pop("from")
    categories = {c["slug"]: CpdCategory(**_frozen(c)) for c in fields.pop("category")}
    exemptions = {e["status"]: CpdExemption(**e) for e in fields.pop("exemption")}
    questions = tuple(CpdQuestion(**q) for q in fields.pop("question"))
    suggestions = tuple(CpdSuggestion(**s) for s in fields.pop("suggestion"))
    values = {name: _value(row["value"]) for name, row in fields.items()}
    values["audit_rate"] = Decimal(str(values["audit_rate"]))
    cpd_policy = CpdPolicy(
        since=since,
        categories=categories,
        exemptions=exemptions,
        questions=questions,
        suggestions=suggestions,
        cites={name: row["cites"] for name, row in fields.items()},
        **values,
    )
    _check(cpd_policy)
    return cpd_policy


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check(policy: CpdPolicy) -> None:
    """Raise ValueError for rules that nobody could satisfy, or that name something not listed."""
    for named in (policy.year_ends, *policy.reminders):
        date.fromisoformat(f"2023-{named}")  # not a leap year, so the day exists in every year
    if policy.minimum_categories > min(len(policy.categories), policy.minimum_activities):
        raise ValueError("CPD asks for more categories than there can be")
    if not 0 < policy.audit_rate <= 1:
        raise ValueError("the rate of CPD audits isn't between 0 and 1")
    asked = {question.field for question in policy.questions}
    if not asked or not asked <= set(MENTIONED):
        raise ValueError(f"the questions of CPD answer {', '.join(MENTIONED)}")
    unknown = {s.category for s in policy.suggestions} - policy.categories.keys()
    if unknown:
        raise ValueError(f"suggestions name categories that aren't listed: {sorted(unknown)}")
