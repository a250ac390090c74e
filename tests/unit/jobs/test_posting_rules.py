"""Postings by the day and the credit (JOB-1): how long they run, what more costs, who sees them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from signet.errors import Invalid, Refused
from signet.jobs.model import Pay, Posting, PostingState, Terms, Way
from signet.jobs.postings import rules
from tests.entries import POLICY, day
from tests.job_office import draft
from tests.job_records import PLACES

assert POLICY.jobs is not None
# Numbers of which none is another's multiple, so that no rule passes for another.
JOBS = POLICY.jobs._replace(
    posting_days=30, extension_credits=2, longest_days=100, page_days=7, ahead_days=60
)
RULES = POLICY._replace(jobs=JOBS)
TODAY = day("2040-06-15")


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def posting(
    state: PostingState = PostingState.LIVE, first: int = -10, last: int = 19, **said: Any
) -> Posting:
    """Return a posting of 30 days, which began ten days ago, unless told."""
    usual: dict[str, Any] = {"starts_on": after(first), "ends_on": after(last)}
    return Posting(
        number="500000001", company="acme", state=state, made_on=after(-20), by="owner",
        terms=Terms.model_validate(draft().model_dump()), **usual | said,
    )  # fmt: skip


def test_a_posting_runs_its_days_with_the_first_and_the_last() -> None:
    assert rules.last_day(TODAY, JOBS) == after(29)


def test_a_posting_begins_on_the_day_asked_for_and_never_in_the_past() -> None:
    assert rules.first_day(posting(asked_from=after(3)), TODAY) == after(3)
    assert rules.first_day(posting(asked_from=after(-3)), TODAY) == TODAY
    assert rules.first_day(posting(), TODAY) == TODAY


def test_a_posting_s_number_has_nine_digits_and_follows_from_its_form_alone() -> None:
    numbers = {rules.posting_number(f"act-{n}") for n in range(50)}
    assert len(numbers) == 50
    assert all(len(number) == 9 and number[0] != "0" for number in numbers)
    assert rules.posting_number("act-1") == NUMBERED


NUMBERED = "781247057"  # addresses that were given out stay


# -- extensions


@pytest.mark.parametrize(
    ("last", "to", "cost"),
    [(19, 20, 2), (19, 49, 2), (19, 50, 4), (19, 100, 6), (-5, 0, 2), (-5, 29, 2), (-5, 30, 4)],
)
def test_each_begun_length_of_a_posting_costs_its_credits(last: int, to: int, cost: int) -> None:
    """Of one that is over the days from today on count, and today is one of them."""
    assert rules.extension_cost(posting(last=last), after(to), TODAY, JOBS) == cost


@pytest.mark.parametrize(("last", "to"), [(19, 19), (19, 0), (-5, -1), (19, 101)])
def test_no_extension_goes_back_or_too_far_ahead(last: int, to: int) -> None:
    with pytest.raises(Invalid) as refused:
        rules.extension_cost(posting(last=last), after(to), TODAY, JOBS)
    (fault,) = refused.value.errors
    assert (refused.value.rule, fault.field) == ("JOB-1", "ends_on")
    expected = after(100 if to == 101 else max(last, -1))
    assert fault.message.endswith(str(expected))


@pytest.mark.parametrize("state", list(PostingState))
def test_what_was_never_shown_or_was_closed_isn_t_extended(state: PostingState) -> None:
    if state in (PostingState.LIVE, PostingState.PAUSED, PostingState.ENDED):
        assert rules.extension_cost(posting(state), after(20), TODAY, JOBS) == 2
        return
    with pytest.raises(Refused, match="can't be extended") as refused:
        rules.extension_cost(posting(state), after(20), TODAY, JOBS)
    assert refused.value.rule == "JOB-1"


def test_what_isn_t_paid_for_isn_t_extended() -> None:
    with pytest.raises(Refused, match="can't be extended"):
        rules.extension_cost(posting(ends_on=None), after(20), TODAY, JOBS)
    assert rules.extensions(posting(ends_on=None), TODAY, JOBS) == []


def test_whoever_extends_is_offered_the_days_that_each_credit_reaches() -> None:
    """The last of them is the latest day, however few days it adds."""
    assert rules.extensions(posting(), TODAY, JOBS) == [
        (after(49), 2), (after(79), 4), (after(100), 6),
    ]  # fmt: skip
    over = rules.extensions(posting(last=-5), TODAY, JOBS)
    assert over == [(after(29), 2), (after(59), 4), (after(89), 6), (after(100), 8)]
    for last in (19, -5):
        for to, cost in rules.extensions(posting(last=last), TODAY, JOBS):
            assert rules.extension_cost(posting(last=last), to, TODAY, JOBS) == cost
    assert rules.extensions(posting(last=100), TODAY, JOBS) == []


# -- who sees it


def test_a_posting_is_paid_for_to_the_end_of_its_last_day() -> None:
    assert rules.paid(posting(last=0), TODAY)
    assert not rules.paid(posting(last=-1), TODAY)
    assert not rules.paid(posting(ends_on=None), TODAY)


@pytest.mark.parametrize(("first", "last"), [(0, 29), (-29, 0), (0, 0)])
def test_a_live_posting_is_shown_from_its_first_day_to_its_last(first: int, last: int) -> None:
    assert rules.is_shown(posting(first=first, last=last), TODAY)
    for other in set(PostingState) - {PostingState.LIVE}:
        assert not rules.is_shown(posting(other, first, last), TODAY)


def test_a_posting_isn_t_shown_before_or_after_its_days_or_without_any() -> None:
    assert not rules.is_shown(posting(first=1), TODAY)
    assert not rules.is_shown(posting(last=-1), TODAY)
    assert not rules.is_shown(posting(starts_on=None), TODAY)
    assert not rules.is_shown(posting(ends_on=None), TODAY)


def test_a_posting_is_over_when_it_ended_or_its_last_day_has_passed() -> None:
    for state in (PostingState.CLOSED, PostingState.ENDED):
        assert rules.is_over(posting(state), TODAY)
    for state in (PostingState.LIVE, PostingState.PAUSED):
        assert rules.is_over(posting(state, last=-1), TODAY)
        assert not rules.is_over(posting(state, last=0), TODAY)
        assert not rules.is_over(posting(state, ends_on=None), TODAY)
    for state in (PostingState.DRAFT, PostingState.AWAITING):
        assert not rules.is_over(posting(state, last=-1), TODAY)


def stays(held: Posting) -> bool:
    return rules.page_stays(held, TODAY, JOBS)


def test_the_page_of_a_posting_that_is_over_says_so_for_some_days() -> None:
    assert stays(posting(last=-7))
    assert not stays(posting(last=-8))
    closed: dict[str, Any] = {"state": PostingState.CLOSED, "last": 19}
    assert stays(posting(**closed, over_on=after(-7)))
    assert not stays(posting(**closed, over_on=after(-8)))


def test_no_page_stays_of_what_isn_t_over_was_hidden_or_never_shown() -> None:
    assert not stays(posting(last=0))
    assert not stays(posting(last=-1, hidden=True))
    assert not stays(posting(PostingState.PAUSED, last=-1))
    assert not stays(posting(PostingState.ENDED, starts_on=None))
    assert not stays(posting(PostingState.ENDED, ends_on=None))
    closed: dict[str, Any] = {"state": PostingState.CLOSED, "first": -2, "last": 27}
    assert not stays(posting(**closed, over_on=after(-3)))
    assert stays(posting(**closed, over_on=after(-2)))


# -- what it says


def faults(**said: Any) -> dict[str, str]:
    """Return what is told of each field of a posting, if it is refused."""
    try:
        rules.terms(draft(**said), RULES, PLACES, TODAY)
    except Invalid as refused:
        return {fault.field: fault.message for fault in refused.errors}
    return {}


def test_a_posting_that_is_right_is_taken_as_it_was_written() -> None:
    taken = rules.terms(draft(designation="C.E.T."), RULES, PLACES, TODAY)
    assert taken.pay == Pay(least=Decimal(70000), most=Decimal(85000), period="year")
    assert (taken.title, taken.place, taken.designation) == (
        "Survey Technologist", "calgary", "C.E.T.",
    )  # fmt: skip
    unpaid = rules.terms(draft(pay_least=None, pay_most=None), RULES, PLACES, TODAY)
    assert unpaid.pay is None
    for one in ({"pay_least": None}, {"pay_most": None}):
        assert rules.terms(draft(**one), RULES, PLACES, TODAY).pay is not None


def test_a_posting_that_isn_t_right_is_told_all_that_isn_t() -> None:
    with pytest.raises(Invalid) as refused:
        rules.terms(draft(level="x", place="", starts_on=after(-1)), RULES, PLACES, TODAY)
    assert refused.value.rule == "JOB-1"
    assert [one.field for one in refused.value.errors] == ["level", "place", "starts_on"]


def test_a_pack_without_a_career_centre_takes_no_postings() -> None:
    with pytest.raises(LookupError, match="no section on jobs"):
        rules.terms(draft(), POLICY._replace(jobs=None), PLACES, TODAY)


@pytest.mark.parametrize(
    "field", ["occupation", "discipline", "level", "employment_type", "designation"]
)
def test_what_is_chosen_is_of_the_list(field: str) -> None:
    assert faults(**{field: "x"}) == {field: "Choose one of the list"}


def test_a_job_has_a_place_of_the_list_or_is_done_from_home() -> None:
    """JOB-9: a place that staff took off the list isn't chosen any more."""
    assert [*faults(place="")] == ["place"]
    assert "say that it can be done from home" in faults(place="")["place"]
    assert faults(place="", remote=True) == {}
    assert "staff add others" in faults(place="atlantis")["place"]
    gone = [one.model_copy(update={"active": one.slug != "calgary"}) for one in PLACES]
    with pytest.raises(Invalid) as refused:
        rules.terms(draft(), RULES, gone, TODAY)
    assert [fault.field for fault in refused.value.errors] == ["place"]


def test_pay_that_can_t_be_right_is_told_with_the_time_it_may_be_for() -> None:
    assert "less than the other" in faults(pay_least=Decimal(85001))["pay_most"]
    assert faults(pay_least=Decimal(85000)) == {}
    assert "for which time" in faults(pay_period="")["pay_period"]
    told = faults(pay_least=Decimal(35), pay_most=Decimal(45))["pay_period"]
    assert told == (
        "$35 to $45 a year can’t be right. Did you mean an hour? "
        "Correct the amount or the time it is for"
    )
    either = faults(pay_least=Decimal(300), pay_most=None)["pay_period"]
    assert "Did you mean an hour or a day or a week?" in either
    never = faults(pay_least=Decimal(1), pay_most=None)["pay_period"]
    assert "Did you mean" not in never
    for bound in (10_000, 900_000):
        assert faults(pay_least=Decimal(bound), pay_most=None) == {}
    for beyond in (9_999, 900_001):
        assert [*faults(pay_least=Decimal(beyond), pay_most=None)] == ["pay_period"]


def test_whoever_applies_elsewhere_is_sent_to_a_whole_link_or_an_address() -> None:
    assert [*faults(way=Way.LINK, how_to="example.org/jobs")] == ["how_to"]
    assert faults(way=Way.LINK, how_to="https://example.org/jobs") == {}
    assert [*faults(way=Way.EMAIL, how_to="jobs at example.org")] == ["how_to"]
    assert faults(way=Way.EMAIL, how_to="jobs@example.org") == {}
    assert faults(way=Way.SITE, how_to="neither") == {}


def test_the_first_day_is_today_or_not_too_far_ahead() -> None:
    for days in (0, 60):
        assert faults(starts_on=after(days)) == {}
    for days in (-1, 61):
        assert faults(starts_on=after(days)) == {
            "starts_on": f"Choose a day from today to {after(60)}"
        }


@pytest.mark.parametrize(
    ("text", "link", "secure"),
    [
        ("https://example.org", True, True),
        ("https://example.org/jobs?id=1#top", True, True),
        ("http://example.org/jobs", True, False),
        ("javascript:alert(1)", False, False),
        ("https://example", False, False),
        ("https://example.org/<b>", False, False),
        ("https://user@example.org", False, False),
        (" https://example.org", False, False),
    ],
)
def test_a_link_is_one_that_readers_can_be_sent_to(text: str, link: bool, secure: bool) -> None:
    assert rules.is_link(text) is link
    assert rules.is_secure_link(text) is secure
