"""Whether a complaint names an officer, however it spells them (T21)."""

from __future__ import annotations

import pytest

from signet.complaints import mentions
from signet.complaints.mentions import Name, Person
from signet.complaints.model import About, Complaint, Contact, Respondent

RORY = Person("100026", (Name("campbell", ("rory", "james")),))


def complaint(described: str = "", number: str = "", **fields: str) -> Complaint:
    respondent = Respondent(about=About.UNSURE, number=number, described=described)
    return Complaint(respondents=(respondent,), **{"happened": "It fell.", **fields})


@pytest.mark.parametrize(
    "described",
    [
        *("Rory Campbell", "rory campbell", "CAMPBELL, RORY", "R. Campbell", "Mr. Campbell"),
        *("Campbell", "the Registrar, Campbell", "Rory Cambpell", "Rory Campbel", "Röry Cämpbell"),
        *("J. Campbell", "Rory J. Campbell, P.Tech.(Eng.)", "Rory-James Campbell", "campbell"),
        *("number 0100026", "No. 100 026", "100-026", "the one with 100026 on the stamp"),
        *("Ror Campbell", "Rory  \n Campbell", "Ｒｏｒｙ Ｃａｍｐｂｅｌｌ"),
    ],
)
def test_whoever_is_described_is_found_however_it_is_spelled(described: str) -> None:
    assert mentions.names(complaint(described), RORY)


@pytest.mark.parametrize("number", ["0100026", "100-026", "M100026", "100026", "Rory Campbell"])
def test_whoever_s_number_was_typed_is_found(number: str) -> None:
    assert mentions.names(complaint(number=number), RORY)


@pytest.mark.parametrize("field", ["happened", "others", "where", "hoped"])
def test_who_is_named_in_the_rest_of_it_is_found_too(field: str) -> None:
    assert mentions.names(complaint("A tall man", **{field: "Then Rory Campbell came."}), RORY)
    assert not mentions.names(complaint("A tall man", **{field: "We met at Campbell Road."}), RORY)


def test_who_complains_is_concerned_as_well() -> None:
    said = complaint("A tall man").model_copy(update={"contact": Contact(name="Rory Campbell")})
    assert mentions.names(said, RORY)


@pytest.mark.parametrize(
    "described",
    ["", "Rory", "Somebody in Calgary", "Jane Smith", "100027", "Aurora Camp"],
)
def test_others_are_not_taken_for_them(described: str) -> None:
    assert not mentions.names(complaint(described), RORY)


def test_a_common_word_is_a_name_only_where_it_is_written_as_one() -> None:
    young = Person("100030", (Name("young", ("eve",)),))
    assert not mentions.names(complaint("A young engineer from Olds"), young)
    assert mentions.names(complaint("Somebody called Young"), young)
    assert mentions.names(complaint("eve young"), young)


@pytest.mark.parametrize(
    ("family", "written"),
    [("obrien", "O'Brien"), ("obrien", "O’ Brien"), ("vandenberg", "Van den Berg")],
)
def test_a_family_name_of_parts_is_found_joined_or_apart(family: str, written: str) -> None:
    assert mentions.names(complaint(f"Ann {written}"), Person("", (Name(family, ("ann",)),)))


def test_an_officer_without_a_record_is_known_by_their_address() -> None:
    who = mentions.person(None, "", "rory.campbell2@office.example")
    assert mentions.names(complaint("Rory Campbell"), who)
    assert not mentions.names(complaint("Jane Smith"), who)
    assert mentions.person(None, "", "registrar@office.example") == Person()


def matched(described: str, name: str = "Jane Smith", **fields: str) -> Complaint:
    """Return a complaint whose number was found on the register, as somebody else's than Rory's."""
    respondent = Respondent(
        about=About.MEMBER, number="100044", typed="100 044", name=name, described=described
    )
    return Complaint(respondents=(respondent,), **{"happened": "It fell.", **fields})


@pytest.mark.parametrize("described", ["and Rory Campbell of your office", "R. Campbell", "100026"])
def test_a_number_that_is_somebody_s_takes_no_name_out_of_the_words(described: str) -> None:
    assert mentions.names(matched(described), RORY)
    assert mentions.names(matched("", happened=f"Then {described} came."), RORY)


def test_a_family_name_alone_is_the_respondent_s_own_where_the_register_says_so() -> None:
    assert mentions.names(matched("and Campbell"), RORY)
    assert not mentions.names(matched("Campbell, the surveyor", name="Ann Campbell"), RORY)
    assert mentions.names(matched("Campbell and one Rory", name="Ann Campbell"), RORY)
