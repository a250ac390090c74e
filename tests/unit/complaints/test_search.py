"""Whether a case has the name that an officer searches for, however either is spelled (E5)."""

from __future__ import annotations

from datetime import date

import pytest

from signet.complaints.desk.search import COMPLAINED, REGISTERED, TYPED, wanted_of, where_found
from signet.complaints.model import About, Case, Complaint, Contact, Label, Respondent
from signet.errors import Invalid

CASE = Case(
    id="0" * 32,
    filing="f",
    position=0,
    about=About.UNSURE,
    grounds=(),
    anonymous=False,
    filed_on=date(2026, 11, 1),
    stage="received",
    since=date(2026, 11, 1),
    due=None,
)
RORY = Label(number="100026", name="Rory O'Brien Campbell", city="Olds")


def found(typed: str, label: Label = RORY, described: str = "", number: str = "") -> str | None:
    respondent = Respondent(about=About.UNSURE, typed=number, number=number, described=described)
    said = Complaint(
        respondents=(respondent,),
        happened="Aurora Smith of Olds, Lindt and 100 027 were there.",
        contact=Contact(name="Zoë Lindqvist"),
    )
    return where_found(wanted_of(typed), CASE, said, label)


@pytest.mark.parametrize(
    "typed",
    [
        *("Rory Campbell", "Campbell, Rory", "CAMPBELL", "camp", "R. Campbell", "Röry Cambpell"),
        *(
            "o'brien",
            "O Brien",
            "OBrien Campbell",
            "rory o’brien-campbell",
            "100026",
            "No. 100 026",
        ),
        "Campbell 100026",
    ],
)
def test_whom_a_case_is_about_is_found_however_the_name_is_typed(typed: str) -> None:
    assert found(typed) == REGISTERED


@pytest.mark.parametrize("typed", ["sciezka", "Ścieżka Survey", "survey ltd", "P 1004", "P-1004"])
def test_a_permit_holder_is_found_by_name_and_number(typed: str) -> None:
    assert found(typed, Label(number="P-1004", name="Ścieżka Survey Ltd.")) == REGISTERED


@pytest.mark.parametrize("typed", ["Morag Lee", "Lee", "M. Lee", "Morag", "4711", "lee, morag"])
def test_somebody_who_was_only_described_is_found_as_typed(typed: str) -> None:
    assert found(typed, Label(), "A Ms. Morag Lee, surveyor, stamp no. 4711") == TYPED


def test_an_initial_that_was_typed_is_found_by_the_whole_name_but_not_by_a_given_name() -> None:
    assert found("Morag Lee", Label(), "M. Lee, whom I met") == TYPED
    assert found("Ivan", Label(), "I met a tall man") is None


def test_a_number_that_nobody_has_is_found_as_typed() -> None:
    assert found("100 077", Label(), number="0100077") == TYPED


def test_who_complains_is_told_from_whom_it_is_about() -> None:
    assert found("Zoe Lindqvist") == COMPLAINED


@pytest.mark.parametrize(
    "typed", ["Campbell Rory Smith", "Aurora", "Lindt", "100 027", "Olds", "Campbell 100027"]
)
def test_what_neither_name_nor_number_has_is_not_found(typed: str) -> None:
    assert found(typed) is None


@pytest.mark.parametrize("typed", [" ", "R.", "J. R.", "!!!"])
def test_less_than_a_name_is_asked_again(typed: str) -> None:
    with pytest.raises(Invalid):
        wanted_of(typed)


def test_what_cannot_be_opened_is_found_by_whom_it_is_about_alone() -> None:
    assert where_found(wanted_of("Campbell"), CASE, None, RORY) == REGISTERED
    assert where_found(wanted_of("Lindqvist"), CASE, None, RORY) is None
