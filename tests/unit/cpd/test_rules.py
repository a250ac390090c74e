"""The rules of CPD by their ids: what counts, who is subject, where a year stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.cpd import dashboard, rules
from signet.cpd.model import (
    Activity,
    AuditCase,
    AuditState,
    Notice,
    NotPractising,
    NotPractisingReason,
    Standing,
)
from signet.letters.service import Service, Way
from signet.register import fold
from signet.register.model import MemberRecord
from tests.cpd_members import activity
from tests.entries import POLICY, day, entry, registered

TODAY = day("2026-11-21")
CPD = POLICY.cpd(TODAY)
ACTIVITIES = st.lists(
    st.builds(
        lambda category, better, advances: activity(
            category, better_practitioner=better, advances_profession=advances
        ),
        st.sampled_from([*CPD.categories, "golf"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("better", "advances", "counts"),
    [(True, False, True), (False, True, True), (True, True, True), (False, False, False)],
)
def test_yes_to_either_question_suffices(better: bool, advances: bool, counts: bool) -> None:
    """CPD-3."""
    one = activity(better_practitioner=better, advances_profession=advances)
    assert rules.counts(one, CPD) is counts


def test_an_activity_of_a_category_that_isn_t_there_counts_for_nothing() -> None:
    assert not rules.counts(activity("golf"), CPD)


@given(ACTIVITIES)
def test_nothing_is_missing_exactly_when_enough_count_in_enough_categories(
    logged: list[Activity],
) -> None:
    """CPD-2."""
    counting = [
        a
        for a in logged
        if a.category in CPD.categories and (a.better_practitioner or a.advances_profession)
    ]
    enough = len(counting) >= 2 and len({a.category for a in counting}) >= 2
    missing = rules.shortfall(logged, CPD)
    assert (missing == ()) is enough
    assert all(m.rule == "CPD-2" and m.lacking > 0 for m in missing)


def test_what_is_missing_is_said_in_plain_words() -> None:
    """CPD-2, CPD-6."""

    def words(*logged: Activity) -> list[str]:
        return [missing.words for missing in rules.shortfall(logged, CPD)]

    assert words() == ["2 more activities that count", "activities from 2 more categories"]
    assert words(activity()) == ["1 more activity that counts", "activities from 1 more category"]
    assert words(activity(), activity()) == ["activities from 1 more category"]


def record(*entries: Any, on: date = TODAY, **data: Any) -> MemberRecord:
    found = fold.member([registered(**data), *entries], on)
    assert found is not None
    return found


def away(since: str = "2026-03-01", resumed: str = "") -> NotPractising:
    begins = day(since)
    return NotPractising(
        id="a",
        received_on=begins,
        since=begins,
        until=rules.last_day(begins, CPD),
        reason=NotPractisingReason.ILLNESS,
        account="account-1",
        resumed_on=day(resumed) if resumed else None,
    )


def status(code: str, on: str = "2026-06-01", **data: Any) -> Any:
    return entry("status_changed", on, status=code, **data)


@pytest.mark.parametrize("place", ["AB", "BC", ""])
def test_every_regulated_member_is_subject_wherever_they_are(place: str) -> None:
    """CPD-1."""
    found = rules.subject(record(province=place), TODAY, POLICY)
    assert (found.applies, found.code, found.rule) == (True, "regulated", "CPD-1")


@pytest.mark.parametrize("category", ["student", "in_training", "examination_candidate"])
def test_students_and_members_in_training_are_not_subject(category: str) -> None:
    """CPD-1."""
    found = rules.subject(record(category=category), TODAY, POLICY)
    assert (found.applies, found.code) == (False, "category")
    assert POLICY.categories[category].name.lower() in found.reason


@pytest.mark.parametrize(("code", "rule"), [("retired", "CPD-1"), ("non_practising", "CPD-5")])
def test_a_status_on_the_register_exempts_by_itself(code: str, rule: str) -> None:
    """CPD-1, CPD-5."""
    found = rules.subject(record(status(code)), TODAY, POLICY)
    assert (found.applies, found.code, found.rule) == (False, "status", rule)


def test_one_who_is_suspended_is_a_regulated_member_still() -> None:
    """CPD-1: a suspension is no exemption."""
    assert rules.subject(record(status("suspended", reason="fees")), TODAY, POLICY).applies


@pytest.mark.parametrize("code", [s.code for s in POLICY.statuses.values() if s.struck])
def test_one_whose_registration_ended_is_not_subject(code: str) -> None:
    """CPD-1."""
    direction = {"direction": "C 1"} if POLICY.statuses[code].direction else {}
    found = rules.subject(record(status(code, **direction)), TODAY, POLICY)
    assert (found.applies, found.code) == (False, "struck")


def test_one_who_isn_t_on_the_register_is_not_subject() -> None:
    assert rules.subject(None, TODAY, POLICY).code == "unknown"


@given(st.integers(-40, 420))
def test_a_declaration_of_not_practising_holds_from_receipt_for_a_year(days: int) -> None:
    """CPD-5, G 18(2)."""
    on = day("2026-03-01") + timedelta(days=days)
    found = rules.subject(record(on=on), on, POLICY, [away()])
    assert found.applies is not (day("2026-03-01") <= on <= day("2027-02-28"))


def test_practice_resumed_ends_the_exemption_on_its_day() -> None:
    """CPD-5, G 18(4)."""
    held = [away(resumed="2026-09-01")]
    assert not rules.subject(record(), day("2026-08-31"), POLICY, held).applies
    assert rules.subject(record(), day("2026-09-01"), POLICY, held).applies


def test_a_year_from_the_29th_of_february_is_a_whole_year() -> None:
    assert rules.last_day(day("2028-02-29"), CPD) == day("2029-02-28")
    assert rules.last_day(day("2026-11-21"), CPD) == day("2027-11-20")


@pytest.mark.parametrize(
    ("missing", "declared", "stands"),
    [
        (True, True, Standing.SHORT),
        (True, False, Standing.SHORT),
        (False, False, Standing.SATISFIED),
        (False, True, Standing.DECLARED),
    ],
)
def test_a_declaration_holds_only_while_the_log_bears_it_out(
    missing: bool, declared: bool, stands: Standing
) -> None:
    """CPD-6."""
    subject = rules.subject(record(), TODAY, POLICY)
    lacking = rules.shortfall([], CPD) if missing else ()
    assert rules.standing(subject, lacking, declared) is stands
    exempt = rules.subject(None, TODAY, POLICY)
    assert rules.standing(exempt, lacking, declared) is Standing.EXEMPT


def test_a_year_gone_by_is_looked_at_as_at_its_last_day() -> None:
    assert rules.as_at(2026, TODAY, CPD) == TODAY
    assert rules.as_at(2025, TODAY, CPD) == day("2025-12-31")


def test_years_to_come_and_long_gone_are_closed() -> None:
    assert list(rules.open_years(TODAY, CPD)) == [2021, 2022, 2023, 2024, 2025, 2026]


def test_a_log_is_the_same_in_any_order_and_another_when_anything_is_changed() -> None:
    """CPD-6."""
    one, other = activity(), activity("peer")
    assert rules.digest([one, other]) == rules.digest([other, one])
    assert rules.digest([one]) != rules.digest([one.model_copy(update={"title": "x"})])
    assert rules.digest([one]) == rules.digest([one.model_copy(update={"evidence": ("f",)})])


def test_an_audit_is_due_by_its_latest_notice() -> None:
    """NOT-1, NOT-2: posted on 10 January within the province, served on the 17th, 30 days more."""
    first = Notice(id="1", made_on=TODAY, service=Service(Way.MAIL, day("2027-01-10")))
    case = AuditCase(
        year=2026, member="1", state=AuditState.ASKED, selected_on=TODAY, notices=(first,)
    )
    assert rules.audit_due(case, CPD) == day("2027-02-16")
    elsewhere = replace(first.service, within=False) if first.service else None
    notices = (first, first.model_copy(update={"service": elsewhere}))
    assert rules.audit_due(case.model_copy(update={"notices": notices}), CPD) == day("2027-02-23")
    unserved = (first.model_copy(update={"service": None}),)
    assert rules.audit_due(case.model_copy(update={"notices": unserved}), CPD) is None


def test_a_goal_of_many_is_not_drawn_step_by_step() -> None:
    assert len(dashboard.Goal("Activities", 5, 400).steps) == dashboard.MOST_STEPS
    assert dashboard.Goal("Activities", 1, 2).steps == (True, False)
