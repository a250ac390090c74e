"""By which words a record is found, and what an officer's words are read as."""

from __future__ import annotations

import pytest

from signet.register.contacts import Emails
from signet.search import asked, store, words
from signet.search.model import Holding, Name
from signet.search.sources import When, of_emails, of_entries
from signet.search.words import fits
from tests.entries import POLICY, day, entry, issued, permit_entry, registered
from tests.function_ground import ADDRESS_KEY

WHEN = When(day("2026-11-30"), POLICY)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", ADDRESS_KEY)


def read(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = asked.read(typed, POLICY)
    return found.words, found.optional


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Campbell, Rory", ("campbell", "rory")),
        ("Dr. Rory CAMPBELL", ("rory", "campbell")),
        ("Müller", ("muller",)),
        ("O'Brien", ("obrien",)),
        ("Campbell 100001", ("campbell", "100001")),
        ("member no. 100001 Campbell", ("100001", "campbell")),
        ("Rory Campbell, P.Tech.(Eng.)", ("rory", "campbell")),
        ("", ()),
        ("ana@", ()),
    ],
)
def test_what_is_no_part_of_a_name_is_set_aside(typed: str, expected: tuple[str, ...]) -> None:
    assert read(typed)[0] == expected


@pytest.mark.parametrize(
    ("typed", "hard", "optional"),
    [("Acme Ltd.", "acme", "ltd"), ("Peter Eng", "peter", "eng")],
)
def test_what_may_be_part_of_a_name_is_looked_for_first(
    typed: str, hard: str, optional: str
) -> None:
    assert read(typed) == ((hard,), (optional,))


def test_a_legal_form_alone_is_what_is_looked_for() -> None:
    assert read("Co") == (("co",), ())


@pytest.mark.parametrize(
    "typed", ["100001", "100 001", "No. 100-001", "Member #100001", "M100001", "0100001"]
)
def test_a_number_is_one_however_it_is_written(typed: str) -> None:
    found = asked.read(typed, POLICY)
    assert (found.words, found.exact) == (("100001",), True)


@pytest.mark.parametrize("typed", ["R-3F9A-20C1", "r 3f9a 20c1", "R3F9A20C1", "R‑3F9A‑20C1"])
def test_a_reference_is_one_however_it_is_written(typed: str) -> None:
    found = asked.read(typed, POLICY)
    assert found.exact
    assert found.words[0] in words.of_reference("R-3F9A-20C1")


def test_a_reference_of_letters_alone_is_found() -> None:
    assert asked.read("R-ABCD-EFAB", POLICY).words[0] in words.of_reference("R-ABCD-EFAB")


def test_an_address_is_looked_for_by_its_hash_whatever_its_case() -> None:
    found = asked.read(" Ana@Example.org ", POLICY)
    assert found.words == ()
    assert found.email in of_emails(Emails("1", "ana@example.org", ())).emails
    assert "ana" not in found.email


def test_each_word_asked_for_needs_a_word_of_its_own() -> None:
    assert fits(["smith", "s"], ["sarah", "smith"])
    assert not fits(["smith", "s"], ["john", "smith"])
    assert fits(["ca", "cam"], ["campbell", "carla"])  # the second must leave the first its word
    assert not fits(["ca", "cam"], ["campbell", "maria"])


def test_words_that_begin_alike_are_in_one_place() -> None:
    assert words.place("campbell") == words.place("cam") == "word#cam"
    assert words.place("ng") == "word#ng"
    assert words.place("王小明") == words.place("王")
    assert words.is_beginning("王")
    assert not words.is_beginning("ng")


def names(holding: Holding) -> list[tuple[str, str]]:
    return [(one.text, one.what) for one in holding.names]


def test_a_member_is_found_by_all_names_and_the_number() -> None:
    history = [
        registered(number="100001", known_as="Annie", native_name="王小明"),
        entry("name_changed", "2024-05-01", number="100001", family="Roy", given="Ana"),
    ]
    held = of_entries("member", "100001", history, WHEN)
    assert ("Ana Roy", "") in names(held)
    assert ("Ana Lee", "former") in names(held)
    assert {"100001", "ana", "roy", "lee"} <= set(held.words)


def test_a_name_that_was_an_error_is_found_no_longer() -> None:
    right = entry("name_changed", "2024-05-01", family="Leigh", given="Ana", keep_former=False)
    history = [registered(), right]
    held = of_entries("member", "100", history, WHEN)
    assert names(held) == [("Ana Leigh", "")]
    assert "lee" not in held.words


def test_a_name_that_is_entered_for_a_later_day_is_found_before() -> None:
    history = [registered(), entry("name_changed", "2026-12-24", family="Roy", given="Ana")]
    held = of_entries("member", "100", history, WHEN)
    assert held.names == (
        Name(text="Ana Lee"),
        Name(text="Ana Roy", what="coming", on="2026-12-24"),
    )


def test_a_permit_is_found_by_former_and_operating_names_but_not_by_its_legal_form() -> None:
    history = [
        issued(number="P-1001", operating_names=["Prairie Works"]),
        permit_entry("renamed", "2024-05-01", number="P-1001", legal_name="Southgate Inc."),
    ]
    held = of_entries("permit", "P-1001", history, WHEN)
    assert {"northgate", "southgate", "prairie", "works", "p1001", "1001"} <= set(held.words)
    assert not {"ltd", "inc"} & set(held.words)
    assert {"ltd", "inc"} <= set(held.beside)


def test_no_entries_are_nothing() -> None:
    assert of_entries("member", "100", [], WHEN) == Holding()


def test_a_row_says_the_other_words_alone() -> None:
    held = Holding(words=("smith", "sarah"), beside=("j",))
    found = store.rows("member#1", held)
    assert found["word#smi", "smith#member#1"] == " sarah j"


def test_an_address_that_was_given_again_is_no_former_one() -> None:
    held = Holding(emails=("a",), former_emails=("a", "b"))
    assert store.rows("member#1", held) == {
        ("email#a", "member#1"): "",
        ("email#b", "member#1"): "former",
    }
