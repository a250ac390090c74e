"""How long permits run (PER-2): to the day, whatever the calendar does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.register.term import day_after, last_day, last_valid_day, renewal_start, years_later
from tests.entries import POLICY, day, unhurried

ANY_DAY = st.dates(date(1900, 1, 1), date(9970, 1, 1))  # twenty terms before the calendar ends


@pytest.mark.parametrize(
    ("start", "years", "later"),
    [
        ("2024-02-29", 1, "2025-03-01"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2023-02-28", 1, "2024-02-28"),
        ("2023-12-31", 1, "2024-12-31"),
        ("9998-06-01", 1, "9999-06-01"),
        ("9999-06-01", 1, "9999-12-31"),
    ],
)
def test_years_are_counted_by_the_calendar(start: str, years: int, later: str) -> None:
    assert years_later(day(start), years) == day(later)


@unhurried
@given(ANY_DAY)
def test_a_term_is_a_year_and_ends_before_its_anniversary(start: date) -> None:
    last = last_valid_day(start, POLICY)
    assert timedelta(days=364) <= last - start <= timedelta(days=365)
    leap_day = (start.month, start.day) == (2, 29)
    anniversary = (3, 1) if leap_day else (start.month, start.day)
    assert (day_after(last).month, day_after(last).day) == anniversary


def test_a_permit_issued_on_29_february_is_valid_for_a_whole_year() -> None:
    """PER-2: docs/decisions/2026-11-29-a-year-from-29-february.md."""
    assert last_valid_day(day("2024-02-29"), POLICY) == day("2025-02-28")
    assert last_valid_day(day("2025-03-01"), POLICY) == day("2026-02-28")
    assert last_valid_day(day("2027-03-01"), POLICY) == day("2028-02-29")


def test_a_declaration_made_on_29_february_holds_to_the_28th_of_the_next() -> None:
    """CPD-5, G 18(2)."""
    assert last_day(day("2024-02-29"), 1) == day("2025-02-28")
    assert last_day(day("2026-07-05"), 1) == day("2027-07-04")


def test_what_has_no_end_ends_with_the_calendar_and_no_day_before_or_after() -> None:
    assert last_day(day("9999-06-01"), 1) == date.max
    assert day_after(date.max) == date.max


@unhurried
@given(ANY_DAY, st.integers(1, 20))
def test_renewals_in_time_leave_no_day_without_a_permit(start: date, times: int) -> None:
    last = last_valid_day(start, POLICY)
    for _ in range(times):
        renewed = renewal_start(last, last)
        assert renewed == last + timedelta(days=1)
        last = last_valid_day(renewed, POLICY)


@unhurried
@given(ANY_DAY, st.integers(1, 400))
def test_a_renewal_after_the_end_starts_on_its_own_day(last: date, late: int) -> None:
    renewed_on = last + timedelta(days=late)
    assert renewal_start(last, renewed_on) == renewed_on


def test_term_and_last_day_are_the_policy_s() -> None:
    longer = POLICY._replace(
        rules={
            "permit_term_years": ((date(1900, 1, 1), 1), (date(2026, 1, 1), 3)),
            "permit_last_day_offset": ((date(1900, 1, 1), 0),),
        },
    )
    assert last_valid_day(day("2025-05-01"), longer) == day("2026-05-01")
    assert last_valid_day(day("2026-05-01"), longer) == day("2029-05-01")
