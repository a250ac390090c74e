"""Pay as employers type it (JOB-1): taken as they write it, caught where it can't be right."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from pydantic import ValidationError

from signet.errors import Invalid
from signet.jobs.forms import PostingDraft
from signet.jobs.model import Pay
from signet.jobs.postings import pay, rules, structured
from signet.jobs.postings.pay import amount, in_words
from signet.publish.postings import words
from tests.entries import POLICY, day
from tests.job_records import Centre

TODAY = day("2040-11-25")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("72000", "72000"),
        ("72,000", "72000"),
        ("$72,000", "72000"),
        ("72 000 $", "72000"),
        ("72\u00a0000", "72000"),
        ("72\u202f000,50", "72000.50"),
        ("72'000", "72000"),
        ("72k", "72000"),
        ("$72.5K", "72500"),
        ("CAD 72,000.00", "72000"),
        ("CA$72,000", "72000"),
        ("72,000 CAD", "72000"),
        ("cad 72000", "72000"),
        ("72 000 $ CAD", "72000"),
        ("72 k$", "72000"),
        ("C$72,000", "72000"),
        ("35.50", "35.50"),
        ("35,5", "35.5"),
        (" $35 ", "35"),
        ("1,250,000", "1250000"),
        ("0", "0"),
    ],
)
def test_one_amount_is_taken_as_people_write_it(typed: str, expected: str) -> None:
    assert amount(typed) == Decimal(expected)


@pytest.mark.parametrize(
    "typed",
    [
        "35 to 45",
        "$35-$45",
        "72,00,000",
        "72.000",
        "7,2000",
        "1e5",
        "-5",
        "negotiable",
        "72,000/yr",
        "NaN",
        "٧٢",
        "$",
        "9" * 40,
    ],
)
def test_what_is_not_one_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Give one amount, such as 72,000 or 35\.50"):
        amount(typed)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("$35-45/hr", pay.OF_A_RANGE),
        ("35 to 45 an hour", pay.OF_A_RANGE),
        ("72k – 90k", pay.OF_A_RANGE),
        ("35 $ à 45 $", pay.OF_A_RANGE),
        ("US$72,000", pay.IN_OUR_DOLLARS),
        ("USD 72,000", pay.IN_OUR_DOLLARS),
        ("72 000 €", pay.IN_OUR_DOLLARS),
        ("up to 90,000 a year", pay.ALONE),
        ("$72,000/yr", pay.ALONE),
        ("35 $ de l’heure", pay.ALONE),
        ("72 000 $ par année", pay.ALONE),
        ("DOE", pay.LEFT_EMPTY),
        ("à négocier", pay.LEFT_EMPTY),
    ],
)
def test_what_is_no_amount_is_told_where_it_goes(typed: str, hint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(hint)):
        amount(typed)


def test_a_form_says_so_at_the_field() -> None:
    with pytest.raises(ValidationError) as refused:
        draft(pay_least="35 to 45")
    (error,) = refused.value.errors(include_input=False)
    assert error["loc"] == ("pay_least",)


def draft(**changed: object) -> PostingDraft:
    told = {
        "title": "Surveyor",
        "occupation": "22213",
        "discipline": "Civil",
        "level": "senior",
        "employment_type": "full-time",
        "remote": True,
        "pay_period": "year",
        "description": "What you would do.",
        "way": "site",
    }
    return PostingDraft.model_validate({**told, **changed})


def paid(least: str, most: str, period: str) -> Pay | None:
    given = draft(pay_least=least, pay_most=most, pay_period=period)
    return rules.terms(given, POLICY, [], TODAY).pay


@pytest.mark.parametrize(
    ("least", "most", "said", "value"),
    [
        ("$72,000", "", "From $72,000 CAD a year", {"minValue": 72000.0}),
        ("", "90k", "Up to $90,000 CAD a year", {"maxValue": 90000.0}),
        ("72,000", "72000", "$72,000 CAD a year", {"value": 72000.0}),
        (
            "72,000",
            "90 000",
            "$72,000 to $90,000 CAD a year",
            {"minValue": 72000.0, "maxValue": 90000.0},
        ),
    ],
)
def test_page_and_structured_data_say_what_was_given(
    least: str, most: str, said: str, value: dict[str, float]
) -> None:
    centre = Centre()
    centre.add("500000001", pay=paid(least, most, "year"))
    job = centre.job("500000001")
    assert job is not None
    assert words.pay(job.pay) == said
    data = structured.job_posting(job, "https://x.example/jobs/1/", POLICY.regulator)
    assert data is not None
    told = json.loads(json.dumps(data["baseSalary"]["value"]))
    assert told == {"@type": "QuantitativeValue", "unitText": "YEAR", **value}


@pytest.mark.parametrize(
    ("least", "most", "period", "meant"),
    [
        ("35", "45", "year", "an hour"),
        ("", "45", "year", "an hour"),
        ("72,000", "", "hour", "a year"),
        ("72,000", "90,000", "day", "a year"),
        ("2", "", "hour", ""),
    ],
)
def test_pay_that_nobody_gets_for_that_time_is_asked_about(
    least: str, most: str, period: str, meant: str
) -> None:
    with pytest.raises(Invalid) as refused:
        paid(least, most, period)
    (fault,) = refused.value.errors
    assert fault.field == "pay_period"
    assert meant in fault.message
    assert ("Did you mean" in fault.message) == bool(meant)


@pytest.mark.parametrize("period", list(POLICY.jobs.pay_periods if POLICY.jobs else ()))
def test_every_period_takes_what_it_says_is_likely(period: str) -> None:
    assert POLICY.jobs is not None
    bounds = POLICY.jobs.pay_periods[period]
    assert paid(str(bounds.least), str(bounds.most), period) is not None


def test_pay_stored_before_reads_as_it_was() -> None:
    held = Pay.model_validate_json('{"least": "72000", "most": "72000", "period": "year"}')
    assert in_words(held.least, held.most, "CAD", "a year") == "$72,000 CAD a year"
