"""The clock of a notice: NOT-1 (service), NOT-2 (30 days), NOT-3 (letters alone)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.cpd import rules
from signet.cpd.model import Notice
from signet.errors import Invalid
from signet.letters import service as notices
from signet.letters.service import UNSERVED, Clock, Days, Service, State, Way
from tests.entries import POLICY, day

MADE = date(2026, 11, 2)
TODAY = date(2027, 3, 1)
CPD = POLICY.cpd(date(2026, 1, 1))
DAYS = Days(CPD.mail_days_within, CPD.mail_days_elsewhere, CPD.notice_days)


def handed(on: str = "2026-11-02") -> Service:
    return notices.served(Way.PERSONAL, day(on), within=True, made_on=MADE, today=TODAY)


def mailed(on: str = "2026-11-02", *, within: bool = True) -> Service:
    return notices.served(Way.MAIL, day(on), within=within, made_on=MADE, today=TODAY)


def test_not_1_a_notice_handed_over_is_served_that_day() -> None:
    assert notices.clock(handed(), DAYS) == Clock(day("2026-11-02"), day("2026-12-02"))


def test_not_1_mail_within_the_province_is_presumed_served_after_seven_days() -> None:
    clock = notices.clock(mailed(), DAYS)
    assert clock == Clock(day("2026-11-09"), day("2026-12-09"), presumed=True)


def test_not_1_mail_elsewhere_is_presumed_served_after_fourteen_days() -> None:
    clock = notices.clock(mailed(within=False), DAYS)
    assert clock == Clock(day("2026-11-16"), day("2026-12-16"), presumed=True)


@pytest.mark.parametrize("proved", ["2026-11-04", "2026-11-30"])
def test_not_1_proof_of_another_day_takes_the_place_of_the_presumption(proved: str) -> None:
    clock = notices.clock(notices.arrived(mailed(), day(proved), TODAY), DAYS)
    assert (clock.served_on, clock.presumed) == (day(proved), False)


def test_not_1_a_letter_that_came_back_starts_no_clock() -> None:
    clock = notices.clock(notices.came_back(mailed()), DAYS)
    assert clock == UNSERVED
    assert notices.state(clock, TODAY) is State.NOT_SERVED


@pytest.mark.parametrize("on", ["2026-11-01", "2027-03-02"])
def test_not_1_service_can_t_be_before_the_notice_was_made_or_in_days_to_come(on: str) -> None:
    for attempt in (handed, mailed):
        with pytest.raises(Invalid) as refused:
            attempt(on)
        (fault,) = refused.value.errors
        assert (refused.value.rule, fault.field) == ("NOT-1", "on")
        assert fault.message.startswith("Enter today" if on > "2027" else "Enter 2026-11-02 or")


def test_not_1_where_a_notice_is_handed_over_makes_no_difference() -> None:
    given = [
        notices.served(Way.PERSONAL, MADE, within=within, made_on=MADE, today=TODAY)
        for within in (True, False)
    ]
    assert given == [Service(Way.PERSONAL, MADE)] * 2


def test_not_1_nothing_is_presumed_or_disproved_of_a_notice_that_was_not_posted() -> None:
    for service in (None, handed()):
        with pytest.raises(Invalid, match="nothing is presumed") as refused:
            notices.came_back(service)
        assert refused.value.rule == "NOT-1"
        with pytest.raises(Invalid):
            notices.arrived(service, TODAY, TODAY)
    with pytest.raises(Invalid):
        notices.arrived(mailed("2026-11-05"), day("2026-11-04"), TODAY)


def test_not_1_of_proofs_the_last_one_counts() -> None:
    """What was thought to be lost arrived after all, or the other way round."""
    lost = notices.came_back(mailed())
    found = notices.arrived(lost, day("2026-11-20"), TODAY)
    assert (found.proved_on, found.undelivered) == (day("2026-11-20"), False)
    again = notices.came_back(found)
    assert (again.proved_on, again.undelivered) == (None, True)


def test_not_2_the_thirtieth_day_after_service_still_counts() -> None:
    clock = notices.clock(handed(), DAYS)
    assert notices.state(clock, day("2026-12-01")) is State.RUNNING
    assert notices.state(clock, day("2026-12-02")) is State.LAST_DAY
    assert notices.state(clock, day("2026-12-03")) is State.PASSED
    assert [notices.days_left(clock, day(f"2026-12-0{n}")) for n in (1, 2, 3)] == [1, 0, -1]


def test_not_1_and_not_2_the_days_are_the_policy_s() -> None:
    assert Days(7, 14, 30) == DAYS
    other = Days(within=3, elsewhere=21, to_comply=45)
    assert notices.clock(mailed(), other).last_day == MADE + timedelta(days=48)
    assert notices.clock(mailed(within=False), other).last_day == MADE + timedelta(days=66)


def test_a_letter_on_its_way_is_not_yet_served() -> None:
    clock = notices.clock(mailed(), DAYS)
    assert notices.state(clock, day("2026-11-08")) is State.ON_ITS_WAY
    assert notices.state(clock, day("2026-11-09")) is State.RUNNING


def test_not_3_nothing_is_served_by_e_mail() -> None:
    """Only NOT-1's two ways are there to be recorded, and without one no clock runs."""
    assert {way.value for way in Way} == {"personal", "mail"}
    assert notices.clock(None, DAYS) == UNSERVED
    assert notices.days_left(UNSERVED, TODAY) is None
    assert rules.clock(Notice(id="1", made_on=MADE), CPD) == UNSERVED


def test_what_is_kept_of_a_notice_reads_back_as_it_was() -> None:
    notice = Notice(id="1", made_on=MADE, service=mailed(within=False), recorded_by="staff")
    again = Notice.model_validate_json(notice.model_dump_json())
    assert again == notice
    assert rules.clock(again, CPD).last_day == day("2026-12-16")


@given(
    st.sampled_from(Way), st.booleans(), st.dates(MADE, TODAY), st.integers(-5, 80)
)  # fmt: skip
def test_the_clock_agrees_with_a_plain_reading_day_by_day(
    way: Way, within: bool, on: date, later: int
) -> None:
    service = notices.served(way, on, within=within, made_on=MADE, today=TODAY)
    wait = 0 if way is Way.PERSONAL else (7 if within else 14)
    passed = later - wait
    expected = (
        State.ON_ITS_WAY if passed < 0
        else State.RUNNING if passed < 30
        else State.LAST_DAY if passed == 30
        else State.PASSED
    )  # fmt: skip
    assert notices.state(notices.clock(service, DAYS), on + timedelta(days=later)) is expected
