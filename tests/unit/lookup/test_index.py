"""The look-up's index answers with a manifest and one shard, and finds everyone."""

from __future__ import annotations

import dataclasses
import random
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from signet.publish.lookup import normal
from signet.publish.lookup.entry import LookupEntry
from signet.publish.lookup.index import build, indexed
from tests.examples import USUAL, examples
from tests.lookup_client import SCRIPT, Client, compressed
from tests.lookup_records import members, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FULL_SIZE = 18_000
FIRST_ANSWER = 15_000  # bytes, compressed
CORRECTION = 20_000
MANIFEST = "register/lookup/manifest.json"


def files_of(entries: Iterable[LookupEntry]) -> dict[str, bytes]:
    return dict(build(map(indexed, entries)))


@cache
def full_register() -> tuple[list[LookupEntry], dict[str, bytes]]:
    entries = register(FULL_SIZE)
    return entries, files_of(entries)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("lookup")) as client:
        client.write(full_register()[1].items())
        yield client


def person(number: str, name: str, *others: tuple[str, str], city: str = "Red Deer") -> LookupEntry:
    names = (("", name), *others)
    return LookupEntry(
        "member", number, name, f"C.E.T. · {city}", "In force", "good", 0, names, city
    )


def some_typo(chance: random.Random, word: str) -> str:
    at, letter = chance.randrange(len(word)), chance.choice("abcdefghijklmnopqrstuvwxyz")
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return chance.choice(
        (
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            swapped,
            letter + word[1:],
        )
    )


def test_everyone_is_found_by_every_name_in_any_order_within_two_requests(full: Client) -> None:
    entries, files = full_register()
    sizes = compressed(files)
    for entry in random.Random(1).sample(entries, examples()):
        for _, name in entry.names:
            for query in (name, " ".join(reversed(name.split())), name.upper()):
                answer = full.find(query)
                assert entry.number in answer.numbers(), query
                assert len(answer.first) <= 2
                assert sum(sizes[file] for file in answer.first) <= FIRST_ANSWER


def test_everyone_is_found_first_by_number(full: Client) -> None:
    for entry in random.Random(2).sample(full_register()[0], examples()):
        answer = full.find(entry.number)
        assert answer.numbers()[0] == entry.number
        assert len(answer.first) == 2


def test_any_beginning_of_any_name_is_answered_within_the_budget(full: Client) -> None:
    entries, files = full_register()
    sizes = compressed(files)
    words = {word for entry in entries for _, name in entry.names for word in normal.asked(name)}
    words -= normal.LEGAL_FORMS
    beginnings = {word[:length] for word in words for length in (1, 2, 3, 4)}
    common = [
        entry.names[0][1].split()[-1] for entry in random.Random(3).sample(entries, examples())
    ]
    every = max(1, 20 * USUAL // examples())
    for query in [*sorted(beginnings)[::every], *{word[0] for word in words}, *common]:
        answer = full.find(query)
        assert answer.matches or not answer.complete, query
        assert len(answer.first) <= 2
        assert sum(sizes[file] for file in answer.first) <= FIRST_ANSWER, query


def test_a_common_surname_shows_the_best_of_it_and_how_many_there_are(full: Client) -> None:
    entries, _ = full_register()
    smiths = {
        entry.number
        for entry in entries
        for _, name in entry.names
        if any(word.startswith("smith") for word in normal.words(name))
    }
    answer = full.find("smith")
    assert not answer.complete
    assert answer.count == len(smiths) > 450
    assert 20 <= len(answer.matches) < len(smiths)
    assert {match["status"] for match in answer.matches[:20]} <= {
        "Permitted to practise",
        "In good standing",
    }


@pytest.mark.parametrize("query", ["{0} {1}", "{1} {0}", "{0} {2}", "{2} {0}"])
def test_one_of_many_smiths_is_found_by_given_name_or_city(full: Client, query: str) -> None:
    smiths = [entry for entry in full_register()[0] if re.fullmatch(r"\S+ Smith", entry.label)]
    assert len(smiths) > 300
    for entry in smiths[::9]:
        answer = full.find(query.format("Smith", entry.label.split()[0], entry.city))
        assert entry.number in answer.numbers()
        assert len(answer.first) <= 2


@pytest.mark.parametrize("begun", [1, 2, 3])
def test_a_smith_is_found_by_the_beginning_of_the_given_name(full: Client, begun: int) -> None:
    smiths = [entry for entry in full_register()[0] if re.fullmatch(r"\S+ Smith", entry.label)]
    for entry in smiths[::17]:
        answer = full.find(f"smith {entry.label[:begun]}")
        assert entry.number in answer.numbers()


def test_a_name_half_typed_shows_some_of_the_many_it_may_become(tmp_path: Path) -> None:
    """Also where its beginning is somebody's whole name: "Jagdeep Sin" of "Jagdeep Singh"."""
    many = [person(str(n), f"Jagdeep Singh{chr(97 + n % 26)}") for n in range(3_000)]
    many += [person(str(n), f"Person{n} Sin") for n in range(3_000, 3_040)]
    with Client(tmp_path) as client:
        client.write(files_of(many).items())
        for typed in ("Jagdeep S", "Jagdeep Sin", "Jagdeep Sing"):
            assert client.find(typed).matches, typed
        assert client.find("Sin Person3007").numbers() == ["3007"]


def test_one_wrong_letter_in_a_full_name_still_finds_the_person(full: Client) -> None:
    entries, files = full_register()
    sizes = compressed(files)
    chance = random.Random(5)
    tried = missed = 0
    for entry in chance.sample(entries, 300):
        words = normal.asked(entry.label)
        long = [word for word in words if len(word) >= 4]
        if entry.kind == "permit" or not long:
            continue
        right = chance.choice(long)
        wrong = some_typo(chance, right)
        query = " ".join(wrong if word == right else word for word in words)
        answer = full.find(query)
        if len(wrong) < 4 or answer.matches:
            continue  # the mistake has made another name of it
        tried += 1
        missed += entry.number not in answer.near_numbers()
        assert len(answer.later) <= 2
        assert sum(sizes.get(file, 0) for file in answer.later) <= CORRECTION
    assert tried > 200
    # Two mistakes can lie one letter from two names: then the commoner is shown.
    assert missed <= tried * 0.02


def test_one_wrong_letter_in_a_surname_alone_finds_it_or_offers_it(full: Client) -> None:
    entries, files = full_register()
    sizes = compressed(files)
    chance = random.Random(6)
    tried = shown = 0
    for entry in chance.sample(entries, 300):
        right = normal.asked(entry.label)[-1]
        wrong = some_typo(chance, right)
        if entry.kind == "permit" or min(len(right), len(wrong)) < 4:
            continue
        answer = full.find(wrong)
        if answer.matches:
            continue
        tried += 1
        labels = {word for match in answer.near for word in normal.words(match["label"])}
        shown += right in labels
        assert right in labels or right in answer.spellings, wrong
        assert len(answer.later) <= 2
        assert sum(sizes.get(file, 0) for file in answer.later) <= CORRECTION
    assert tried > 200
    assert shown > tried * 0.85


def test_a_former_and_an_operating_name_say_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    firm = LookupEntry(
        "permit", "P1042", "Nordlys Ltd.", "Permit to practise", "In force", "good", 0,
        (("", "Nordlys Ltd."), ("operating as", "Aurora Surveys")), "",
    )  # fmt: skip
    with Client(tmp_path_factory.mktemp("lookup")) as client:
        anna = person("7", "Anna Nowak", ("formerly", "Anna Kowalska"), ("native script", "安娜"))
        client.write(files_of([anna, firm]).items())
        assert client.find("kowalska").matches[0]["other"] == "formerly Anna Kowalska"
        assert client.find("anna").matches[0]["other"] == ""
        assert client.find("安娜").matches[0]["other"] == "native script 安娜"
        assert client.find("aurora").matches[0]["other"] == "operating as Aurora Surveys"
        assert client.find("aurora").matches[0]["kind"] == "permit"
        assert client.find("1042").numbers() == ["P1042"]


def test_a_name_in_another_script_is_found_in_both(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Client(tmp_path_factory.mktemp("lookup")) as client:
        client.write(files_of([person("7", "王小明"), person("8", "Владимир Петров")]).items())
        assert client.find("王").numbers() == ["7"]
        assert client.find("wang xiao").numbers() == ["7"]
        assert client.find("петров").numbers() == ["8"]
        assert client.find("petrov vladimir").numbers() == ["8"]
        assert client.find("petrov").matches[0]["other"] == ""


@pytest.mark.parametrize("city", ["Edmonton", "Vegreville"])
def test_a_surname_that_is_also_a_particle_is_found_with_the_city(
    tmp_path: Path, city: str
) -> None:
    surnames = {"7001": "Le", "7002": "Do", "7003": "Du", "7004": "De", "7005": "El"}
    sought = [person(number, f"Minh {name}", city=city) for number, name in surnames.items()]
    within = [
        person(str(n), f"Anna {name} Blanc") for n, name in enumerate(surnames.values(), 8000)
    ]
    with Client(tmp_path) as client:
        client.write(files_of([*register(6_000), *within, *sought]).items())
        for number, name in surnames.items():
            for query in (f"{name} {city}", f"{city} {name}", f"{name} {city[:4]}"):
                answer = client.find(query)
                assert number in answer.numbers() or not answer.complete, query


def test_too_many_of_one_name_say_how_many(tmp_path: Path) -> None:
    with Client(tmp_path) as client:
        many = [person(str(number), "John Smith") for number in range(1000, 2500)]
        client.write(files_of(many).items())
        answer = client.find("john smith red deer")
        assert answer.matches
        assert not answer.complete
        assert client.find("smith john").count == 1500
        assert client.find("2345").numbers() == ["2345"]


def test_an_empty_register_finds_nobody(tmp_path: Path) -> None:
    with Client(tmp_path) as client:
        client.write(files_of([]).items())
        answer = client.find("smith")
        assert (answer.matches, answer.complete, answer.near) == ([], True, [])


def test_the_same_records_in_another_order_give_the_same_files() -> None:
    entries = register(2_000)
    shuffled = random.Random(7).sample(entries, len(entries))
    assert files_of(entries) == files_of(shuffled)


def test_the_manifest_comes_last_and_is_the_same_whatever_a_record_says() -> None:
    entries, files = full_register()
    assert list(files)[-1] == MANIFEST
    suspended = [dataclasses.replace(e, status="Suspended", tone="bad") for e in entries]
    assert files_of(suspended)[MANIFEST] == files[MANIFEST]


def test_a_suspension_changes_few_files() -> None:
    entries, before = full_register()
    counts = []
    for place in random.Random(8).sample(range(FULL_SIZE), 12):
        suspended = dataclasses.replace(entries[place], status="Suspended", tone="bad", rank=1)
        after = files_of([*entries[:place], suspended, *entries[place + 1 :]])
        assert before.keys() == after.keys()
        counts.append(len([path for path in after if before[path] != after[path]]))
    assert max(counts) <= 12
    assert sorted(counts)[len(counts) // 2] <= 5


def test_two_long_names_in_another_script_have_a_file_of_their_own(tmp_path: Path) -> None:
    """A file's name has at most 255 characters, and each letter of these takes six."""
    first, family = "ก" * 28, "ข" * 28
    many = [person(str(n), f"{first}{n:04} {family}") for n in range(1, 1_500)]
    same = [person(str(n), f"{first} {family}") for n in range(2_000, 3_500)]
    with Client(tmp_path) as client:
        client.write(files_of([*many, *same]).items())
        answer = client.find(f"{first} {family}")
        assert (answer.count, answer.complete) == (2_999, False)
        assert client.find("2345").numbers() == ["2345"]


def test_a_reader_with_an_older_manifest_finds_everyone_all_the_same(tmp_path: Path) -> None:
    """Shards keep their names from release to release while what they hold moves between them."""
    held = register(600)
    joined = [dataclasses.replace(e, number=f"9{e.number}") for e in members(6_000, seed=5)]
    before, after = files_of(held), files_of([*held, *joined])
    with Client(tmp_path) as client:
        client.write(after.items())
        asked_again = 0
        for entry in held:
            answer = client.find(f"{entry.label} {entry.number}", before[MANIFEST])
            assert entry.number in answer.numbers(), entry.label
            asked_again += len(answer.first) > 2
        assert asked_again > 100


def test_a_new_member_moves_few_records() -> None:
    entries, before = full_register()
    newcomer = person("200001", "Quetzal Vandermolen")
    after = files_of([*entries, newcomer])
    changed = [path for path in after if before.get(path) != after[path]]
    assert len([path for path in changed if "/spelling/" not in path]) <= 15


def test_two_records_of_one_number_are_refused() -> None:
    with pytest.raises(ValueError, match="member 7"):
        files_of([person("7", "Anna Nowak"), person("7", "Piotr Nowak")])


def test_the_script_is_small() -> None:
    parts = {name: (SCRIPT.parent / name).read_bytes() for name in ("lookup.js", "lookup-page.js")}
    assert sum(compressed(parts).values()) <= 22_000
