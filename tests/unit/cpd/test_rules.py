"""The rules of CPD by their ids: what counts, who is subject, where a year stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.cpd import dashboard, rules
from signet.cpd.model import (
    Activity,
    AuditCase,
    AuditState,
    Declaration,
    Notice,
    NotPractising,
    NotPractisingReason,
    Review,
    Standing,
)
from signet.errors import NotFound
from signet.letters.service import UNSERVED, Service, Way
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


def test_a_year_is_judged_by_what_was_in_force_when_it_began() -> None:
    """CPD-2: a rule that changes within a year counts from the next."""
    later = CPD._replace(since=day("2026-01-02"), minimum_activities=3)
    changed = POLICY._replace(cpd_values=(*POLICY.cpd_values, later))
    assert rules.of_year(2026, changed).minimum_activities == 2
    assert rules.of_year(2027, changed).minimum_activities == 3
    at_once = POLICY._replace(cpd_values=(CPD, later._replace(since=day("2026-01-01"))))
    assert rules.of_year(2026, at_once).minimum_activities == 3


def test_an_address_names_a_year_in_which_there_was_cpd() -> None:
    begun = POLICY._replace(cpd_values=(CPD._replace(since=day("2020-01-01")),))
    assert rules.year_named("2020", begun) == 2020
    for text in ("2019", "020", "12020", "3020", "two", ""):
        with pytest.raises(NotFound):
            rules.year_named(text, begun)


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
    lacking = [(one.code, one.rule, one.lacking) for one in rules.shortfall([activity()], CPD)]
    assert lacking == [("activities", "CPD-2", 1), ("categories", "CPD-2", 1)]


def logged(**said: Any) -> Activity:
    return activity(logged_on=day("2026-06-01"), **said)


def test_what_was_logged_or_changed_after_the_deadline_is_told_with_both_days() -> None:
    """CPD-6: the last day is still in time."""
    due = CPD.declaration_due(2026)
    assert rules.lateness(activity(), CPD) == ""
    assert rules.lateness(logged(settled_on=due), CPD) == ""
    late = due + timedelta(days=1)
    told = "1 January 2027, after the deadline of 31 December 2026"
    assert rules.lateness(activity(logged_on=late), CPD) == f"Logged {told}"
    assert rules.lateness(logged(settled_on=late), CPD) == f"Changed {told}"


def test_a_year_is_in_time_when_declared_by_its_deadline_on_a_log_complete_by_then() -> None:
    """CPD-2, CPD-6."""
    due = CPD.declaration_due(2026)
    late = due + timedelta(days=1)
    two = [logged(), logged(category="peer")]

    def declared(on: date) -> Declaration:
        at = datetime(on.year, on.month, on.day, 19, tzinfo=UTC)
        return Declaration(
            number=1, year=2026, declared_on=on, declared_at=at, account="account-1",
            activities=(), digest="",
        )  # fmt: skip

    assert rules.in_time(2026, two, [declared(due)], CPD)
    assert rules.in_time(2026, two, [declared(late), declared(due)], CPD)
    assert not rules.in_time(2026, two, [declared(late)], CPD)
    assert not rules.in_time(2026, two, [], CPD)
    assert not rules.in_time(2026, two[:1], [declared(due)], CPD)
    too_late = [two[0], activity("peer", logged_on=late)]
    assert not rules.in_time(2026, too_late, [declared(due)], CPD)


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
    assert found.on == TODAY
    assert found.reason == "CPD applies to every regulated member, wherever they work."


@pytest.mark.parametrize("category", ["student", "in_training", "examination_candidate"])
def test_students_and_members_in_training_are_not_subject(category: str) -> None:
    """CPD-1."""
    found = rules.subject(record(category=category), TODAY, POLICY)
    assert (found.applies, found.code, found.rule) == (False, "category", "CPD-1")
    article = "an" if category == "examination_candidate" else "a"
    name = POLICY.categories[category].name.lower()
    assert found.reason.startswith(f"On the register as {article} {name}.")
    assert found.on == TODAY


def test_one_of_a_category_that_the_policy_no_longer_has_is_not_subject() -> None:
    """CPD-1: it applies to those whom the policy names."""
    found = rules.subject(record(category="associate"), TODAY, POLICY)
    assert (found.applies, found.code) == (False, "category")
    assert found.reason.startswith("On the register as an associate.")


@pytest.mark.parametrize(("code", "rule"), [("retired", "CPD-1"), ("non_practising", "CPD-5")])
def test_a_status_on_the_register_exempts_by_itself(code: str, rule: str) -> None:
    """CPD-1, CPD-5."""
    found = rules.subject(record(status(code)), TODAY, POLICY)
    assert (found.applies, found.code, found.rule) == (False, "status", rule)
    assert found.reason == CPD.exemptions[code].reason


def test_one_who_is_suspended_is_a_regulated_member_still() -> None:
    """CPD-1: a suspension is no exemption."""
    assert rules.subject(record(status("suspended", reason="fees")), TODAY, POLICY).applies
    assert rules.subject(record(status("probation")), TODAY, POLICY).applies


@pytest.mark.parametrize("code", [s.code for s in POLICY.statuses.values() if s.struck])
def test_one_whose_registration_ended_is_not_subject(code: str) -> None:
    """CPD-1."""
    direction = {"direction": "C 1"} if POLICY.statuses[code].direction else {}
    found = rules.subject(record(status(code, **direction)), TODAY, POLICY)
    assert (found.applies, found.code, found.rule) == (False, "struck", "CPD-1")
    assert POLICY.statuses[code].name.lower() in found.reason


def test_one_who_isn_t_on_the_register_is_not_subject() -> None:
    found = rules.subject(None, TODAY, POLICY)
    assert (found.applies, found.code, found.rule, found.on) == (False, "unknown", "CPD-1", TODAY)
    assert found.reason == "Not on the register on that day."


@given(st.integers(-40, 420))
def test_a_declaration_of_not_practising_holds_from_receipt_for_a_year(days: int) -> None:
    """CPD-5, G 18(2)."""
    on = day("2026-03-01") + timedelta(days=days)
    found = rules.subject(record(on=on), on, POLICY, [away()])
    assert found.applies is not (day("2026-03-01") <= on <= day("2027-02-28"))


def test_a_declaration_that_the_office_entered_exempts_to_its_end() -> None:
    """CPD-5, G 18(2): its stated end, else a year."""
    for until, last in ((None, "2027-02-28"), ("2026-08-31", "2026-08-31")):
        declared = entry("not_practising_declared", "2026-03-01", until=until)
        for on, applies in ((day(last), False), (day(last) + timedelta(days=1), True)):
            found = rules.subject(record(declared, on=on), on, POLICY)
            assert found.applies is applies
        assert rules.subject(record(declared), day("2026-03-01"), POLICY).code == "declaration"


def test_of_a_member_s_own_declaration_and_the_office_s_the_member_s_own_counts() -> None:
    """CPD-5: what they ended themself isn't kept up by an entry that says less."""
    declared = entry("not_practising_declared", "2026-03-01")
    found = rules.subject(record(declared), TODAY, POLICY, [away(resumed="2026-09-01")])
    assert found.applies
    held = rules.subject(record(declared), TODAY, POLICY, [away()])
    assert (held.applies, held.code, held.rule) == (False, "declaration", "CPD-5")
    assert held.reason == "A declaration of not practising is in effect."


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


DIGEST = "810251c9ca00214a93986c4472bdaa962dc2308b9f0fed69ceffe6927d6131f4"


def test_years_to_come_and_long_gone_are_closed() -> None:
    assert list(rules.open_years(TODAY, CPD)) == [2021, 2022, 2023, 2024, 2025, 2026]


def test_a_log_is_the_same_in_any_order_and_another_when_anything_is_changed() -> None:
    """CPD-6."""
    one, other = activity(), activity("peer")
    assert rules.digest([one, other]) == rules.digest([other, one])
    assert rules.digest([one]) != rules.digest([one.model_copy(update={"title": "x"})])
    assert rules.digest([one]) == rules.digest([one.model_copy(update={"evidence": ("f",)})])


def test_a_log_that_was_declared_years_ago_is_still_known_as_the_same() -> None:
    """CPD-6: a declaration keeps the hash of its log, which outlives versions of the software."""
    kept = [activity("peer", id="b", title="Committee"), activity(id="a", title="Course")]
    assert rules.digest(kept) == DIGEST
    shown = {"version": 7, "logged_on": TODAY, "settled_on": TODAY, "evidence": ("f",)}
    assert rules.digest([one.model_copy(update=shown) for one in kept]) == DIGEST


def test_a_year_is_declared_only_when_cpd_applies_and_nothing_is_missing() -> None:
    """CPD-6."""
    subject, exempt = (rules.subject(of, TODAY, POLICY) for of in (record(), None))
    assert rules.may_declare(subject, ())
    assert not rules.may_declare(subject, rules.shortfall([], CPD))
    assert not rules.may_declare(exempt, ())


def notice(id_: str, on: str = "", *, undelivered: bool = False) -> Notice:
    served = Service(Way.PERSONAL, day(on), undelivered=undelivered) if on else None
    return Notice(id=id_, made_on=TODAY, service=served)


def review(id_: str, outcome: AuditState = AuditState.MORE_ASKED) -> Review:
    at = datetime(2027, 3, 1, tzinfo=UTC)
    return Review(id=id_, reviewed_at=at, by="officer-1", outcome=outcome)


def audit(*notices: Notice, more: tuple[str, ...] = ()) -> AuditCase:
    return AuditCase(
        year=2026, member="1", state=AuditState.ASKED, selected_on=TODAY, notices=notices,
        reviews=tuple(map(review, more)),
    )  # fmt: skip


def test_when_more_is_asked_the_time_of_the_first_request_counts_no_more() -> None:
    """NOT-2: the new request has a notice, a service and thirty days of its own."""
    first, again, more = notice("1", "2027-01-10"), notice("2", "2027-01-12"), notice("3")
    assert rules.audit_due(audit(first, again), CPD) == day("2027-02-11")
    asked = audit(first, again, more, more=("3",))
    assert rules.asked_by(asked) == (more,)
    assert rules.running_notice(asked) == more
    assert rules.audit_due(asked, CPD) is None
    served = notice("3", "2027-03-01")
    assert rules.audit_due(audit(first, served, more=("3",)), CPD) == day("2027-03-31")
    last = audit(first, served, notice("4", "2027-05-01"), more=("3", "4"))
    assert rules.asked_by(last) == (notice("4", "2027-05-01"),)
    settled = last.model_copy(update={"reviews": (review("3", AuditState.SATISFIED),)})
    assert rules.asked_by(settled) == settled.notices


def test_of_several_notices_the_last_that_was_served_counts() -> None:
    """NOT-1, NOT-2: one that came back started no clock."""
    back = notice("2", "2027-01-20", undelivered=True)
    assert rules.audit_due(audit(notice("1", "2027-01-10"), back), CPD) == day("2027-02-09")
    assert rules.running_notice(audit(notice("1"), back)) == back
    assert rules.audit_clock(audit(), CPD) == UNSERVED
    assert rules.running_notice(audit()) is None


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
