"""Parts of a record in the plain form of the allow-list: texts, ISO dates and tuples."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from signet.policy import Designation, Policy
from signet.publish.public import Condition, Headline, Scope
from signet.register.model import ConditionOnPractice, ScopeOfPractice
from signet.register.verdict import Verdict


def iso(day: date | None) -> str:
    """Return a date in ISO form, or "" for None."""
    return day.isoformat() if day else ""


def headline(verdict: Verdict) -> Headline:
    """Return a verdict in the form in which it is published."""
    return Headline(
        words=verdict.words,
        tone=verdict.tone,
        since=iso(verdict.since),
        reason=verdict.reason,
        until=iso(verdict.until),
        answer=verdict.answer,
        allows=verdict.allows,
    )


def scope(held: ScopeOfPractice) -> Scope:
    """Return a scope of practice in the form in which it is published."""
    return Scope(
        designation=held.designation,
        discipline=held.discipline,
        activities=held.activities,
        limits=held.limits,
        text=held.text,
        since=iso(held.since),
    )


def condition(imposed: ConditionOnPractice) -> Condition:
    """Return a condition; only its existence may be shown unless it is published."""
    return Condition(imposed.text if imposed.published else "", iso(imposed.since))


def defined(codes: Iterable[str], policy: Policy) -> list[Designation]:
    """Return the designations that the policy defines, senior first."""
    known = [policy.designations[code] for code in codes if code in policy.designations]
    return sorted(known, key=lambda d: -d.order)
