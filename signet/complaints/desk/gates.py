"""Preconditions for recording an outcome, publishing it, or entering it in the register.

An outcome needs a stage that allows it and a case manager. Where the policy says so, it also needs
a panel without any present or past manager of the case, and a body that directed it (COM-5, COM-6,
STA-6). Each function returns the reasons against, worded for officers; no reasons means that it is
allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from signet.accounts import store as accounts
from signet.complaints.model import Case
from signet.policy.complaints import Body, ComplaintPolicy, Outcome


class Direction(NamedTuple):
    """The code of the body that directed something, and the day on which it did."""

    by: str
    on: date


def may_decide(
    rules: ComplaintPolicy, case: Case, outcome: Outcome, direction: Direction | None = None
) -> tuple[str, ...]:
    """Return the reasons why an outcome can't be recorded for a case at present."""
    return (*_of_the_case(rules, case, outcome), *_undirected(rules, case, outcome, direction))


def may_enter(
    rules: ComplaintPolicy, case: Case, kind: str = "", status: str = ""
) -> tuple[str, ...]:
    """Return the reasons why the outcome of a case can't be entered in the register.

    With `kind`, and `status` where a status changes, include why that entry doesn't follow from the
    outcome. Raises Unavailable when accounts can't be read.
    """
    outcome = rules.outcomes.get(case.outcome)
    if outcome is None:
        return ("Record the outcome first.",)
    if not outcome.entry:
        return (f"No entry in the register follows on “{outcome.name}”.",)
    direction = Direction(case.directed_by, case.directed_on) if case.directed_on else None
    whole = (*may_decide(rules, case, outcome, direction), *_unsettled(case))
    return (*whole, *_unfitting(outcome, kind, status)) if kind else whole


def may_publish(rules: ComplaintPolicy, case: Case) -> tuple[str, ...]:
    """Return the reasons why publication can't be directed: it takes a panel's decision (STA-6)."""
    outcome = rules.outcomes.get(case.outcome)
    if outcome is None:
        return ("Nothing is decided that could be published.",)
    if not rules.stages[case.stage].panel and not case.closed_on:
        return ("Only what a panel decided is published (STA-6).",)
    return (*_of_the_case(rules, case, outcome, panel=True), *_unsettled(case))


def decided_by(case: Case) -> frozenset[str]:
    """Return the accounts that made decisions an entry rests on: none of them may approve it."""
    return frozenset(case.decided)


def bodies(rules: ComplaintPolicy, case: Case) -> list[Body]:
    """Return the bodies that may direct something in a case."""
    return [one for one in rules.bodies.values() if case.about in one.about]


def _of_the_case(
    rules: ComplaintPolicy, case: Case, outcome: Outcome, *, panel: bool = False
) -> Iterator[str]:
    # A closed case keeps the outcome that was recorded in an allowed stage.
    if case.stage not in outcome.stages and not (case.closed_on and case.outcome == outcome.code):
        names = " or ".join(f"“{rules.stages[code].name}”" for code in outcome.stages)
        yield f"“{outcome.name}” is recorded while a case is at {names}."
    if not case.manager:
        yield "Nobody manages the case: assign it first."
    if outcome.panel or panel:
        yield from _of_the_panel(rules, case)


def _of_the_panel(rules: ComplaintPolicy, case: Case) -> Iterator[str]:
    if len(case.panel) < rules.panel_least:
        yield f"Name the panel first: at least {rules.panel_least} members (COM-6)."
    # A manager's account may have been linked to a member record after the panel was named.
    managers = {one.member.upper() for one in accounts.accounts(case.managed) if one.member}
    if managers & {*case.panel}:
        yield "Somebody on the panel manages the case, or did: name another (COM-6)."


def _undirected(
    rules: ComplaintPolicy, case: Case, outcome: Outcome, direction: Direction | None
) -> Iterator[str]:
    if not outcome.direction:
        return
    if direction is None:
        yield f"Record which body directed “{outcome.name}”, and when (STA-6)."
    elif direction.by not in {one.code for one in bodies(rules, case)}:
        yield "Choose one of the bodies that direct something in a case like this (STA-6)."
    elif direction.on < case.filed_on:
        yield "That day is before the complaint was filed."


def _unsettled(case: Case) -> Iterator[str]:
    if not (case.known and case.settled):
        yield "It isn’t known who on the register this case is about: record that first."
    if case.adjourned_on:
        yield "The case is adjourned while it is before a court (COM-6)."


def _unfitting(outcome: Outcome, kind: str, status: str) -> Iterator[str]:
    if kind not in outcome.entries:
        yield f"That kind of entry doesn’t follow on “{outcome.name}”."
    elif kind == "status_changed" and status not in outcome.statuses:
        yield f"That status doesn’t follow on “{outcome.name}”."
