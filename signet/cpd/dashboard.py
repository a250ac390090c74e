"""A member's year at a glance: what is required and reached, and the sizes of its charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from signet.cpd import rules, year_view
from signet.cpd.model import Activity, AuditCase, AuditState, Standing, YearView
from signet.policy import CpdPolicy, Policy

MOST_STEPS = 12  # of a goal, drawn one by one


class Goal(NamedTuple):
    """One requirement that is a number to reach (CPD-2)."""

    name: str
    reached: int
    wanted: int

    @property
    def met(self) -> bool:
        """Whether the number is reached."""
        return self.reached >= self.wanted

    @property
    def steps(self) -> tuple[bool, ...]:
        """The steps to draw, at most MOST_STEPS: done or not."""
        return tuple(step < self.reached for step in range(min(self.wanted, MOST_STEPS)))


class Bar(NamedTuple):
    """One category: how many activities count in it, and the bar's length in percent."""

    slug: str
    name: str
    counting: int
    length: int


class Logged(NamedTuple):
    """An activity as the list shows it.

    `why_not` says why it doesn't count, and `late` that it was logged or changed after the year's
    deadline; each is empty otherwise.
    """

    activity: Activity
    category: str
    counts: bool
    why_not: str
    late: str = ""


class Headline(NamedTuple):
    """Where the year stands, in words and with a tone: good, warn, bad or neutral."""

    tone: str
    words: str


def goals(view: YearView) -> tuple[Goal, Goal]:
    """Return the year's requirements, with how much of each is reached (CPD-2)."""
    return (
        Goal("Activities that count", view.tally.counting, view.cpd.minimum_activities),
        Goal("Different categories", view.tally.categories, view.cpd.minimum_categories),
    )


def bars(view: YearView) -> list[Bar]:
    """Return a bar for each category.

    A full bar stands for the required number of activities, or for the largest count if it is more.
    """
    counts = view.tally.by_category
    longest = max([view.cpd.minimum_activities, *counts.values()])
    return [
        Bar(slug, category.name, counts[slug], 100 * counts[slug] // longest)
        for slug, category in view.cpd.categories.items()
    ]


def logged(view: YearView) -> Sequence[Logged]:
    """Return the activities, the latest first."""
    return [_logged(activity, view) for activity in reversed(view.activities)]


def _logged(activity: Activity, view: YearView) -> Logged:
    category = view.cpd.categories.get(activity.category)
    counts = rules.counts(activity, view.cpd)
    why_not = "" if counts else "neither of the two questions is answered with yes"
    if category is None:
        why_not = "its category isn’t one of this year’s"
    name = category.name if category else activity.category
    return Logged(activity, name, counts, why_not, rules.lateness(activity, view.cpd))


def headline(view: YearView) -> Headline:
    """Say where the year stands.

    A year that is late or under audit isn't shown as all done (CPD-6, CPD-7).
    """
    late = view.today > view.cpd.declaration_due(view.year)
    audited = view.audit is not None and view.audit.state is not AuditState.SATISFIED
    match view.standing:
        case Standing.EXEMPT:
            return Headline("neutral", f"You are exempt for {view.year}")
        case Standing.DECLARED if year_view.late(view):
            return Headline("warn", f"You declared {view.year} late")
        case Standing.DECLARED if audited:
            return Headline("neutral", f"You declared {view.year}")
        case Standing.DECLARED:
            return Headline("good", f"You declared {view.year}: all done")
        case Standing.SATISFIED:
            words = "You have what it takes. Now declare it."
            return Headline("bad" if late else "warn", words)
        case Standing.SHORT:
            words = " and ".join(missing.words for missing in view.missing)
            return Headline("bad" if late else "warn", f"Still missing: {words}")


class RunningAudit(NamedTuple):
    """An open audit on the member's first page: what it is about, what to do and by when."""

    year: int
    words: str
    told: str
    tone: str
    answer: bool
    last_day: date | None


def running_audits(cases: Sequence[AuditCase], policy: Policy) -> list[RunningAudit]:
    """Say for each open audit what the member has to do."""
    return [_running(case, rules.of_year(case.year, policy)) for case in cases if case.state.open]


def _running(case: AuditCase, cpd: CpdPolicy) -> RunningAudit:
    due = rules.in_words(cpd.declaration_due(case.year))
    message = "You were drawn at random." if case.place else f"The year was not declared by {due}."
    what = {
        AuditState.SELECTED: "",
        AuditState.ASKED: ": show your record",
        AuditState.ANSWERED: ": your answer is being reviewed",
        AuditState.MORE_ASKED: ": more is asked of you",
    }
    words = f"Your {case.year} log is being audited{what[case.state]}"
    answer = case.state in (AuditState.ASKED, AuditState.MORE_ASKED)
    last = rules.audit_due(case, cpd) if answer else None
    return RunningAudit(case.year, words, message, "warn" if answer else "neutral", answer, last)


def late_words(view: YearView) -> str:
    """Say in what way a declared year was late and when it was declared, or return ""."""
    if not year_view.late(view):
        return ""
    due = view.cpd.declaration_due(view.year)
    first = view.declarations[0].declared_on
    if first > due:
        return f"Declared late: on {rules.in_words(first)}, after {rules.in_words(due)}."
    return f"Declared in time, but rests on what was logged after {rules.in_words(due)}."


def standing_in_words(view: YearView) -> str:
    """Say where the year stands, for a record that others may read."""
    match view.standing:
        case Standing.EXEMPT:
            return "Exempt"
        case Standing.DECLARED:
            return (
                "Requirement met, declared late"
                if year_view.late(view)
                else "Requirement met, and declared"
            )
        case Standing.SATISFIED:
            return "Requirement met, not declared"
        case Standing.SHORT:
            words = " and ".join(missing.words for missing in view.missing)
            return f"Requirement not met. Missing: {words}"


def amended(view: YearView) -> bool:
    """Tell whether the log was changed since the last declaration (CPD-6)."""
    last = view.declaration
    return last is not None and last.digest != rules.digest(view.activities)
