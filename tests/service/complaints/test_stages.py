"""Any number of acts in any order: no case gets where its rules do not let it (COM-5, COM-6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_as_test

from signet.accounts.model import Role
from signet.complaints.desk import case_store, notes, stages
from signet.complaints.desk.context import CaseVersion
from signet.complaints.desk.gates import Direction
from signet.complaints.model import Case, Filed
from signet.complaints.tables import FILING, CaseRow, FilingRow
from signet.errors import Invalid, Refused
from signet.register.term import years_later
from tests.complaint_desk import desk, filed, held, look, officer, standing
from tests.complaint_office import TODAY, complaint_tables_made, office, shell
from tests.entries import POLICY
from tests.examples import examples

__all__ = ["complaint_tables_made", "desk", "office", "shell"]
RULES = POLICY.complaints
assert RULES is not None
STAGES, OUTCOMES = sorted(RULES.stages), sorted(RULES.outcomes)
ROLES = st.sampled_from([(Role.COMPLAINTS_OFFICER,), (Role.REGISTRAR,)])


class Desk(RuleBasedStateMachine):
    """Officers at one case, as days go by."""

    case: Case
    today: date
    moved: int
    left: int  # days until something is due, as the clock runs

    @initialize()
    def file(self) -> None:
        self.case, self.today, self.moved, self.left = filed(), TODAY, 0, 14

    @property
    def now(self) -> Case:
        return held(self.case.id)

    @rule(to=st.sampled_from(STAGES), roles=ROLES)
    def move(self, to: str, roles: tuple[Role, ...]) -> None:
        before, by = self.now, officer("a", *roles, today=self.today)
        assert RULES
        wanted = RULES.stages[to]
        may = to in RULES.stages[before.stage].to and bool({*roles} & {*wanted.by})
        may = may and not before.adjourned_on and not wanted.panel
        may = may and (bool(before.outcome) or not wanted.ends)
        try:
            stages.move(by, _seen(before), to, "On.", "So we did.")
        except (Invalid, Refused):
            assert not may
            assert self.now == before
        else:
            assert may
            self.moved += 1
            self.left = wanted.due_days

    @rule(outcome=st.sampled_from([*OUTCOMES, "nonsense"]), directed=st.booleans())
    def decide(self, outcome: str, directed: bool) -> None:
        before, by = self.now, officer(today=self.today)
        direction = Direction("discipline", self.today) if directed else None
        assert RULES
        wanted = RULES.outcomes.get(outcome)
        may = wanted is not None and before.stage in wanted.stages and bool(before.manager)
        # No panel sits in these runs, and what needs one needs a direction too.
        may = may and not (wanted and wanted.panel)
        try:
            stages.decide(by, _seen(before), outcome, "So.", direction)
        except Invalid:
            assert not may
            assert self.now == before
        except Refused:
            assert before.closed_on or before.adjourned_on
        else:
            assert may
            assert self.now.outcome == outcome

    @rule()
    def manage(self) -> None:
        before = self.now
        if not before.manager:
            self.case = standing(before, manager="m", managed=("m",))

    @rule()
    def adjourn(self) -> None:
        before = self.now
        try:
            stages.adjourn(officer(today=self.today), _seen(before), "A court.")
        except Refused:
            assert before.adjourned_on or before.closed_on

    @rule()
    def resume(self) -> None:
        before = self.now
        try:
            stages.resume(officer(today=self.today), _seen(before), "On.")
        except Refused:
            assert not before.adjourned_on

    @rule(set_=st.booleans())
    def hold(self, set_: bool) -> None:
        before = self.now
        try:
            stages.hold(officer(today=self.today), _seen(before), "A claim.", held=set_)
        except Refused:
            assert before.hold is set_

    @rule()
    def note(self) -> None:
        notes.note(officer(today=self.today), _seen(self.now), "A word.")

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        if not self.now.adjourned_on:
            self.left -= days
        self.today += timedelta(days=days)

    @invariant()
    def is_as_its_rules_have_it_and_told_and_kept_alike_everywhere(self) -> None:
        case = self.now
        self.is_as_its_rules_have_it(case)
        self.is_told_and_kept_alike_everywhere(case)

    def is_as_its_rules_have_it(self, case: Case) -> None:
        assert RULES
        stage = RULES.stages[case.stage]
        assert stage.ends is (case.closed_on is not None)
        assert not stage.ends or case.outcome
        assert not (stage.ends and case.adjourned_on)
        if case.closed_on:
            assert case.keep_until == years_later(case.closed_on, RULES.retention_years)
        else:
            assert case.keep_until is None
            due = case.due
            assert due is not None
            still = (self.today - case.adjourned_on).days if case.adjourned_on else 0
            assert (due - self.today).days + still == self.left

    def is_told_and_kept_alike_everywhere(self, case: Case) -> None:
        row = FilingRow.get(case.filing, FILING)
        progress = Filed.model_validate_json(row.body).cases[case.id]
        assert (progress.stage, progress.since) == (case.stage, case.since)
        listed = [one.id for one in map(case_store.read, _in_stage(case.stage))]
        assert case.id in listed
        parts = [one.part for one in CaseRow.query(case.id, CaseRow.part.startswith("step#"))]
        assert parts == [f"step#{n:04d}" for n in range(1, case.steps + 1)]

    def teardown(self) -> None:
        steps = look(self.case).steps
        assert [one.step.what for one in steps].count("complaint-moved") == self.moved
        assert all(one.note for one in steps)


def _seen(case: Case) -> CaseVersion:
    """Return a case as an officer saw it who just read it."""
    return CaseVersion(case.id, case.version)


def _in_stage(stage: str) -> Iterator[Any]:
    return iter(CaseRow.by_stage.query(f"stage#{stage}"))


@pytest.mark.usefixtures("desk")
def test_whatever_officers_do_a_case_stays_within_its_rules() -> None:
    few = settings(
        max_examples=examples(6),
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_as_test(Desk, settings=few)
