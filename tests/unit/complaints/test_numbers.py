"""Numbers as people type them, whose they are, and whom a text names (T21)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from signet.complaints import names, numbers
from signet.complaints.model import About
from signet.complaints.names import Named

RORY = Named(About.MEMBER, "100026", "Rory Campbell", "Calgary")
ACME = Named(About.PERMIT, "P-1004", "Acme Engineering Ltd.", "Red Deer")
ZEROS = Named(About.MEMBER, "00123", "Ana Lee", "Olds")
SPELLED = [
    *("100026", " 100026 ", "0100026", "100-026", "100 026", "M100026", "m-100026", "No. 100 026"),
    *("no 100026", "#100026", "№ 100026", "Number: 100026", "Member No. 100026", "１０００２６"),
    *("100026 P.Tech.", "100026, P.Tech.(Eng.)", "P.Tech. 100026", "C.E.T. No. 100026"),
    *("R.E.T. member #100026", "100026 C.E.T., P.Tech.(Geo.)", "C.Tech., 100026"),
    *("100\u2011026", "100\u00a0026", "100.026", "١٠٠٠٢٦", "100\u200b026", "000100026"),
]


def published(*records: Named) -> Callable[[str], bytes | None]:
    held = {
        f"register/{names.FOLDERS[one.about]}/{one.number}/index.json": json.dumps(
            {"number": one.number, "name": one.name, "city": one.city}
        ).encode()
        for one in records
    }
    return held.get


@pytest.mark.parametrize("typed", SPELLED)
def test_a_number_is_its_member_s_however_it_is_typed(typed: str) -> None:
    assert numbers.is_number(typed)
    assert numbers.key(typed) == "100026"
    assert names.find(typed, About.MEMBER, published(RORY, ACME)) == RORY
    assert names.find(typed, About.UNSURE, published(RORY, ACME)) == RORY


@pytest.mark.parametrize(
    "typed",
    [
        *("P-1004", "P 1004", "p1004", "Permit P-1004", "Permit No. 1004", "1004", "P-01004"),
        *("Permit to practise P-1004", "permit to practice no. P1004", "Permit to Practise: 1004"),
    ],
)
@pytest.mark.parametrize("about", [About.PERMIT, About.UNSURE, About.MEMBER])
def test_a_permit_s_number_is_found_with_its_letter_or_without(typed: str, about: About) -> None:
    assert names.find(typed, about, published(RORY, ACME)) == ACME


@pytest.mark.parametrize("typed", ["P-10003", "100027", "10002", "1000260", "26"])
def test_a_number_that_nobody_has_is_nobody_s(typed: str) -> None:
    assert numbers.is_number(typed)
    assert names.find(typed, About.MEMBER, published(RORY, ACME)) is None


@pytest.mark.parametrize(
    "typed",
    ["abc", "Rory", "", " ", "No.", "-", "100026 Rory", "1" * 33, "1000𝌆26", "the 2nd one!"],
)
def test_what_can_t_be_a_number_is_none(typed: str) -> None:
    # "100026 Rory" may be read as one, and then it is nobody's.
    assert not numbers.is_number(typed) or names.find(typed, About.MEMBER, published(RORY)) is None


@pytest.mark.parametrize("typed", ["123", "00123", "0123", "No. 123"])
def test_zeros_before_a_number_make_no_difference_in_either_direction(typed: str) -> None:
    assert names.find(typed, About.MEMBER, published(ZEROS)) == ZEROS
    assert numbers.key(typed) == "123"


def test_of_two_with_one_number_the_one_is_meant_that_was_said_and_else_neither() -> None:
    twin = Named(About.PERMIT, "100026", "Twin Ltd.", "Olds")
    read = published(RORY, twin)
    assert names.find("100026", About.PERMIT, read) == twin
    assert names.find("100026", About.MEMBER, read) == RORY
    assert names.find("100026", About.UNSURE, read) is None


def test_a_site_that_can_t_be_read_is_told_from_a_number_that_nobody_has() -> None:
    def broken(path: str) -> bytes | None:
        raise names.Unreadable

    assert names.holders(["1"], About.MEMBER, broken) == names.Holders({}, reached=False)
    assert names.holders(["1"], About.MEMBER, published(RORY)) == names.Holders({})
    assert names.holders(["0100026"], About.MEMBER, published(RORY)).named == {"0100026": RORY}


def test_a_document_of_another_number_or_of_none_names_nobody() -> None:
    held = published(RORY)
    other = {"register/members/100026/index.json": b'{"number":"7","name":"x","city":""}'}
    broken = {"register/members/100026/index.json": b"<html>"}
    assert names.find("100026", About.MEMBER, held) == RORY
    assert names.find("100026", About.MEMBER, other.get) is None
    assert names.find("100026", About.MEMBER, broken.get) is None
