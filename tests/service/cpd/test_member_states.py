"""Whatever a member, the register and the calendar do: the stored standing is a plain reading.

The machine does things in any order on the real database, and after each of them works out from
scratch, in the simplest words it can, where the year stands.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from signet.cpd import actions, store
from signet.cpd.context import NothingToDeclare, NotYetCompliant
from signet.cpd.forms import NotPractisingDraft, ResumptionDraft
from signet.cpd.model import NotPractisingReason, Standing
from signet.cpd.not_practising import NotRenewableYet, NotSubject
from signet.cpd.standings import following
from tests.cpd_members import (
    POLICY,
    YEAR,
    books,
    context,
    cpd_tables_made,
    draft,
    empty,
    enter,
    join,
)
from tests.cpd_office import night
from tests.examples import examples
from tests.people import shell

__all__ = ["books", "cpd_tables_made", "shell"]
CATEGORIES = st.sampled_from(["formal", "informal", "peer", "contributions"])
MOSTLY = st.sampled_from([True, True, True, False])
AWAY = NotPractisingDraft(reason=NotPractisingReason.ILLNESS, understood="yes")
LAST = date(YEAR, 12, 31)


class Log(RuleBasedStateMachine):
    """One member's year, and beside it what a clerk with pen and paper would keep."""

    activities: Bundle[str] = Bundle("activities")

    def __init__(self) -> None:
        super().__init__()
        empty()
        self.number = join()
        self.today = date(YEAR, 3, 1)
        self.log: dict[str, tuple[str, bool]] = {}
        self.versions: dict[str, int] = {}
        self.declared = False
        self.status = "registered"
        self.away_until: date | None = None
        self.back_on: date | None = None

    def plain(self) -> Standing:
        """CPD-1, CPD-2, CPD-3, CPD-5 and CPD-6, read plainly."""
        away = self.away_until is not None and self.today <= self.away_until
        if away and self.back_on is not None and self.today >= self.back_on:
            away = False
        if self.status in ("retired", "non_practising") or away:
            return Standing.EXEMPT
        counting = [category for category, counts in self.log.values() if counts]
        if len(counting) < 2 or len(set(counting)) < 2:
            return Standing.SHORT
        return Standing.DECLARED if self.declared else Standing.SATISFIED

    def does(self, act: Callable[..., Any], *given: Any) -> Any:
        """Do something as a browser may: now and then the same form arrives twice."""
        this = context(self.number, today=self.today)
        first = act(this, *given)
        assert act(this, *given) == first
        return first

    @rule(target=activities, category=CATEGORIES, counts=MOSTLY)
    def add(self, category: str, counts: bool) -> str:
        said = draft(category, date(YEAR, 2, 1), better_practitioner=counts)
        id_: str = self.does(actions.add_activity, YEAR, said)
        self.log[id_], self.versions[id_] = (category, counts), 1
        return id_

    @rule(id_=activities, category=CATEGORIES, counts=MOSTLY)
    def edit(self, id_: str, category: str, counts: bool) -> None:
        said = draft(category, date(YEAR, 2, 1), better_practitioner=counts)
        self.does(actions.edit_activity, YEAR, id_, self.versions[id_], said)
        changed = self.log[id_] != (category, counts)
        self.log[id_] = (category, counts)
        self.versions[id_] += changed

    @rule(id_=consumes(activities))
    def remove(self, id_: str) -> None:
        self.does(actions.remove_activity, YEAR, id_, self.versions[id_])
        del self.log[id_]

    @rule()
    def declare(self) -> None:
        before = self.plain()
        try:
            actions.declare(context(self.number, today=self.today), YEAR)
        except NotYetCompliant:
            assert before is Standing.SHORT
        except NothingToDeclare:
            assert before is Standing.EXEMPT or self.declared
        else:
            assert before in (Standing.SATISFIED, Standing.DECLARED)
            self.declared = True

    @rule(status=st.sampled_from(["retired", "suspended", "non_practising", "registered"]))
    def change_status(self, status: str) -> None:
        if status == self.status:
            return
        reason = {
            "retired": "own_request",
            "suspended": "administrative",
            "non_practising": "leave",
            "registered": "resumed",
        }[status]
        enter(self.number, "status_changed", self.today, status=status, reason=reason)
        self.status = status
        following.follow(self.number, self.today, POLICY)

    @rule()
    def declare_not_practising(self) -> None:
        running = self.away_until is not None and self.today <= self.away_until
        running = running and self.back_on is None
        try:
            actions.file_not_practising(context(self.number, today=self.today), AWAY)
        except NotRenewableYet:
            assert running
        except NotSubject:
            assert self.plain() is Standing.EXEMPT
        else:
            assert not running
            self.away_until, self.back_on = self.today.replace(year=YEAR + 1), None
            self.away_until -= timedelta(days=1)

    @precondition(lambda self: self.away_until is not None and self.back_on is None)
    @rule(days=st.integers(0, 40))
    def resume(self, days: int) -> None:
        (held,) = [h for h in store.not_practising(self.number) if h.resumed_on is None]
        on = self.today + timedelta(days=days)
        said = ResumptionDraft(resumes_on=on, version=held.version)
        self.does(actions.resume, held.id, said)
        self.back_on = on

    @rule(days=st.integers(1, 60))
    def nights_pass(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), LAST)
        night(self.today)

    @invariant()
    def stored_and_shown_are_the_plain_reading(self) -> None:
        wanted = self.plain()
        view = actions.year_view(self.number, YEAR, self.today, POLICY)
        assert view.standing is wanted
        if view.stored is not None:
            assert view.stored.standing is wanted
            assert view.stored.activities == len(self.log)
            figures = store.figures(YEAR)
            assert figures == {**dict.fromkeys(figures, 0), wanted.value: 1}


@pytest.mark.usefixtures("books")
def test_no_sequence_of_acts_makes_the_stored_standing_disagree_with_the_rule() -> None:
    """CPD-1, CPD-2, CPD-3, CPD-5, CPD-6."""
    run_state_machine_as_test(
        Log,
        settings=settings(
            max_examples=examples(6),
            stateful_step_count=15,
            deadline=None,
            # Making a failure smaller would take minutes of the database's time.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
