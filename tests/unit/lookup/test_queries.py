"""Whoever is on the register is found however they are asked for, and counts are true."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signet.demo import generate
from signet.policy import load
from signet.publish.lookup import corpus, normal
from signet.publish.lookup.entry import ListEntry, LookupEntry
from signet.publish.lookup.index import build, indexed, indexed_list
from signet.register import fold
from tests.lookup_client import Client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.lookup_client import Answer

DATA = Path(__file__).resolve().parents[4] / "shared/data"
POLICY = load()
DATED = date(2026, 11, 21)
# A small register divided as finely as one of a hundred thousand.
FINE = 350


def record(number: str, name: str, *others: tuple[str, str], city: str = "Calgary") -> LookupEntry:
    kind = "permit" if number.startswith("P") else "member"
    names = (("", name), *others)
    return LookupEntry(kind, number, name, city, "Registered", "neutral", 0, names, city)  # type: ignore[arg-type]


def files_of(entries: Iterable[LookupEntry], lists: Iterable[ListEntry] = ()) -> dict[str, bytes]:
    found = [*map(indexed, entries), *map(indexed_list, lists)]
    return dict(build(found, POLICY.designations, POLICY.postnominals_of_others))


@cache
def demo() -> list[LookupEntry]:
    """Return the demonstration's records, with all their names."""
    sample = generate(1_500, 300, 3, DATED, POLICY)
    entries = []
    for held in sample.members:
        member = fold.member(held, DATED)
        assert member
        others = [("formerly", other.name) for other in member.other_names]
        others += [("known as", member.known_as)] if member.known_as else []
        others += [("native script", member.native_name)] if member.native_name else []
        name = f"{member.given} {member.family}".strip()
        entries.append(record(member.number, name, *others, city=member.city))
    for held in sample.permits:
        permit = fold.permit(held, DATED, POLICY)
        assert permit
        others = [("operating as", name) for name in permit.operating_names]
        entries.append(record(permit.number, permit.legal_name, *others, city=permit.city))
    return entries


def browse_lists(entries: Iterable[LookupEntry]) -> list[ListEntry]:
    cities = Counter(entry.city for entry in entries if entry.kind == "member" and entry.city)
    lists = [ListEntry(f"/cities/{city}/", "Members", city, n) for city, n in cities.items()]
    lists.append(ListEntry("/disciplines/civil/", "Members", "Civil Engineering", 321))
    legal_forms = " ".join(sorted(normal.LEGAL_FORMS))
    lists.append(ListEntry("/permits/", "Permit holders", "Permits by name", 300, legal_forms))
    lists += [
        ListEntry(f"/designations/{d.slug}/", "Members", f"{d.code} {d.name}", 99)
        for d in POLICY.designations.values()
    ]
    return lists


NAMED = [
    record("100001", "Rory Campbell"),
    record("100002", "Thi Mac"),
    record("100003", "Sandra O", city="Edmonton"),
    record("100004", "Zdeněk Müller"),
    record("100005", "Hans Mueller"),
    record("100006", "Ewan McDonald"),
    record("100007", "Aileen MacRae"),
    record("100008", "Peter Eng"),
    record("100009", "Theo Smith-Jones"),
    record("100010", "Seán O’Dea"),
    record("P1011", "A.B.C. Ltd.", city="Leduc"),
    record("P1012", "Ponoka R S L", city="Ponoka"),
    record("P1013", "Tools Tools Ltd."),
    record("P1014", "Chestermere Club Inc.", city="Chestermere"),
    record("P1015", "1234567 Alberta Ltd."),
]


@cache
def everybody() -> list[LookupEntry]:
    """Return the demonstration's records without those whose numbers the named ones have."""
    taken = {entry.number for entry in NAMED}
    return [*(e for e in demo() if e.number.replace("-", "") not in taken), *NAMED]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "LARGEST", FINE)
        files = files_of(everybody(), browse_lists(everybody()))
    with Client(tmp_path_factory.mktemp("lookup")) as running:
        running.write(files.items())
        yield running


def shown(client: Client, query: str) -> list[str]:
    """Return the numbers that a reader sees first, found at once or within one more question."""
    answer = client.find(query)
    assert len(answer.first) <= 2
    return (answer.numbers() or answer.near_numbers())[:10]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("R. Campbell", "100001"),
        ("R.Campbell", "100001"),
        ("Campbell R", "100001"),
        ("Ror Campbell", "100001"),
        ("Camp, Rory", "100001"),
        ("Rory Campbell, P.Tech.(Eng.)", "100001"),
        ("Rory Campbell P.Tech. (Eng.)", "100001"),
        ("RORY CAMPBELL C.E.T.", "100001"),
        ("Rory Campbell cet", "100001"),
        ("Campbell, Rory, C.E.T., P.Eng.", "100001"),
        ("Rory Campbell ing.", "100001"),
        ("P.Tech.(Eng.) Rory Campbell", "100001"),
        ("Mr. Rory Campbell", "100001"),
        ("Dr R Campbell", "100001"),
        ("Rory Campbell 100001", "100001"),
        ("Rory Campbell, C.E.T., No. 100001", "100001"),
        ("Mac, Thi", "100002"),
        ("Mac Thi", "100002"),
        ("Thi M", "100002"),
        ("O, Sandra", "100003"),
        ("O Sandra", "100003"),
        ("Rory Cambell 100001", "100001"),
        ("Eng, Peter", "100008"),
        ("Peter Eng", "100008"),
        ("Peter Eng, P.Eng.", "100008"),
        ("Mueller Zdenek", "100004"),
        ("Müller", "100004"),
        ("Hans Mueller", "100005"),
        ("Mc Donald, Ewan", "100006"),
        ("Donald Mc Ewan", "100006"),
        ("E. McDonald", "100006"),
        ("Mac Rae", "100007"),
        ("Macrae Aileen", "100007"),
        ("The Smith-Jones", "100009"),
        ("O'Dea", "100010"),
        ("o dea", "100010"),
        ("A.B.C. Ltd.", "P1011"),
        ("ABC Limited", "P1011"),
        ("A B C", "P1011"),
        ("Ltd. A.B.C.", "P1011"),
        ("Ponoka R S L", "P1012"),
        ("R.S.L. Ponoka", "P1012"),
        ("Tools Tools Ltd.", "P1013"),
        ("1234567 Alberta", "P1015"),
        ("P 1011", "P1011"),
        ("P-1011", "P1011"),
        ("p1011", "P1011"),
        ("1011", "P1011"),
        ("Permit P-1011", "P1011"),
        ("Permit to practise no. P-1011", "P1011"),
        ("No. 100001", "100001"),
        ("member no 100001", "100001"),
        ("#100001", "100001"),
        ("100 001", "100001"),
        ("100-001", "100001"),
        ("100,001", "100001"),
        ("100.001", "100001"),
    ],
)
def test_a_name_or_number_as_a_stamp_prints_it_is_found(
    client: Client, typed: str, number: str
) -> None:
    assert number in shown(client, typed)


CARDS = [
    record("100001", "Rory Campbell"),
    record("100101", "Miles O'Brien"),
    record("100102", "Pieter van der Berg"),
    record("100103", "Anne-Marie Tremblay-Gagnon"),
    record("100104", "Mary Ann Smith"),
    record("100105", "D'Arcy St. Pierre"),
    record("100106", "Robert Saint-Pierre", city="Fort McMurray"),
    record("100107", "John Michael Kowalski"),
    *(record(str(n), f"Anna Nr{n}") for n in range(200_001, 200_041)),
    record("P1101", "Smith & Jones Engineering Ltd."),
    record("P1102", "3D Tech Solutions Ltd."),
    record("P1103", "24/7 Inspection Ltd."),
    record("P1104", "The Oil Sands Company"),
]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("cards")) as running:
        running.write(files_of([*demo_without(CARDS), *CARDS]).items())
        yield running


def demo_without(named: list[LookupEntry]) -> list[LookupEntry]:
    taken = {entry.number for entry in named}
    return [entry for entry in demo() if entry.number.replace("-", "") not in taken]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("Darcy Saint-Pierre", "100105"),
        ("R. St-Pierre", "100106"),
        ("St. Pierre, Robert", "100106"),
        ("Saint-Pierre Ft McMurray", "100106"),
        ("Saint-Pierre Ft. McMurray", "100106"),
        ("1OO1O1", "100101"),
        ("l0010l", "100101"),
        ("P1lO1", "P1101"),
        ("P01101", "P1101"),
        ("0100101", "100101"),
        ("N° 100101", "100101"),
        ("Lic. No. 100101", "100101"),
    ],
)
def test_ways_of_writing_a_name_or_number_are_matches(
    cards: Client, typed: str, number: str
) -> None:
    assert number in cards.find(typed).numbers(), typed


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("Miles O'Brien, Project Manager", "100101"),
        ("Miles O'Brien, P.Tech.(Eng.), LEED AP", "100101"),
        ("Miles O'Brien B.Sc.(Hons)", "100101"),
        ("Miles O'Brien (he/him)", "100101"),
        ("Miles O'Brien Jr.", "100101"),
        ("Ing. Miles O'Brien", "100101"),
        ("Engineer O'Brien", "100101"),
        ("O'Brien, Calgary, AB", "100101"),
        ("Miles O'Brien, Calgary AB T2P 1J9", "100101"),
        ("Miles O'Brien 403-555-0123", "100101"),
        ("Miles O'Brien miles@obrien.example", "100101"),
        ("Miles O'Brien P1101", "100101"),
        ("Miles O'Brien P1101", "P1101"),
        ("Smith & Jones Engineering Ltd., Calgary, AB", "P1101"),
        ("Smith Jones Engg", "P1101"),
        ("JM Kowalski", "100107"),
        ("AM Tremblay", "100103"),
        ("P.vd Berg", "100102"),
        ("Maryann Smith", "100104"),
        ("3 D Tech", "P1102"),
        ("24-7 inspection", "P1103"),
        ("Oilsands", "P1104"),
    ],
)
def test_more_than_a_name_as_on_a_card_still_shows_who_is_meant(
    cards: Client, typed: str, number: str
) -> None:
    """Said to match in part only: what else is on a card is on no register."""
    answer = cards.find(typed)
    assert answer.numbers() == []
    assert number in answer.near_numbers()[:5]
    assert len(answer.later) <= 2


def test_a_page_pasted_into_the_box_is_answered_by_its_beginning(cards: Client) -> None:
    """Not by a browser that stands still: each word more was looked up beside each other."""
    page = " ".join(entry.label for entry in demo())
    answer = cards.find(f"Miles O'Brien {page}")
    assert len(answer.first) + len(answer.later) <= 4
    assert answer.near


def test_a_word_that_many_have_shows_nobody_for_a_name_that_nobody_has(cards: Client) -> None:
    assert cards.find("Zebulon Anna").near_numbers() == []
    assert cards.find("Zebulon Qwxyz Bxyz").near_numbers() == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("clb chestermere", "P1014"),
        ("chestermere clb", "P1014"),
        ("chestermere cllub", "P1014"),
        ("chestermere culb", "P1014"),
        ("chestermere blub", "P1014"),
        ("rory cambpell", "100001"),
        ("r. cambell", "100001"),
        ("macrea aileen", "100007"),
    ],
)
def test_a_letter_lost_doubled_swapped_or_wrong_still_finds(
    client: Client, typed: str, number: str
) -> None:
    assert number in shown(client, typed)


def test_a_short_word_with_a_letter_lost_is_offered_as_it_is(tmp_path: Path) -> None:
    with Client(tmp_path) as client:
        client.write(files_of([record("P1014", "Club Inc."), record("7", "Anna Nowak")]).items())
        for typed in ("clb", "cub", "clubb", "culb", "clup", "lub"):
            assert client.find(typed).near_numbers() == ["P1014"], typed


@pytest.mark.parametrize(
    ("typed", "numbers", "missing"),
    [
        ("100001 100002", ["100001", "100002"], []),
        ("100001, 100002; P-1011", ["100001", "100002", "P1011"], []),
        ("100 001 100 002", ["100001", "100002"], []),
        ("P 1011, P 1012", ["P1011", "P1012"], []),
        ("1011 1012", ["P1011", "P1012"], []),
        ("Rory Campbell 100001, Thi Mac 100002", ["100001", "100002"], []),
        ("No. 100001 and 100002", ["100001", "100002"], []),
        ("100001\n100002\n", ["100001", "100002"], []),
        ("100001 999999", ["100001"], ["999999"]),
        ("999999, 999998", [], ["999999", "999998"]),
        ("100001 10002", ["100001"], ["10002"]),
        ("999999", [], ["999999"]),
        ("No. 999 999", [], ["999999"]),
    ],
)
def test_several_numbers_give_several_records_and_name_those_nobody_has(
    client: Client, typed: str, numbers: list[str], missing: list[str]
) -> None:
    answer = client.find(typed)
    assert answer.numbers() == numbers
    assert answer.missing == missing
    assert answer.count == len(numbers)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Edmonton", "Edmonton"),
        ("edm", "Edmonton"),
        ("Red Deer", "Red Deer"),
        ("st albert", "St. Albert"),
        ("civil", "Civil Engineering"),
        ("civil engineering", "Civil Engineering"),
        ("Ltd", "Permits by name"),
        ("Inc.", "Permits by name"),
        ("C.E.T.", "C.E.T. Certified Engineering Technologist"),
        ("cet", "C.E.T. Certified Engineering Technologist"),
        ("P.Tech.(Eng.)", "P.Tech.(Eng.) Professional Technologist (Engineering)"),
        ("certified technician", "C.Tech. Certified Technician"),
    ],
)
def test_a_city_a_discipline_or_a_legal_form_leads_to_its_list_with_the_true_count(
    client: Client, typed: str, title: str
) -> None:
    sizes = {found.title: found.size for found in browse_lists(everybody())}
    answer = client.find(typed)
    assert ["Members" if title != "Permits by name" else "Permit holders", title, sizes[title]] in [
        found[1:] for found in answer.lists
    ]
    assert len(answer.first) <= 2


def test_a_name_beside_a_city_leads_to_no_list(client: Client) -> None:
    for typed in ("Rory Campbell Calgary", "R. Campbell", "E", "Sandra Edm"):
        assert client.find(typed).lists == []


def test_in_a_city_whoever_bears_its_name_is_not_said_to_be_all(tmp_path: Path) -> None:
    people = [record(str(n), f"Anna Nr{n}", city="Edmonton") for n in range(1000, 1040)]
    firm = record("P77", "Edmonton Survey Ltd.")
    with Client(tmp_path) as client:
        client.write(files_of([*people, firm], browse_lists(people)).items())
        answer = client.find("Edmonton")
        assert answer.numbers() == ["P77"]
        assert (answer.complete, answer.scope, answer.count) == (False, "name", 1)
        assert answer.lists == [[True, "Members", "Edmonton", 40]]


def test_a_city_with_its_province_leads_to_its_list(tmp_path: Path) -> None:
    """Otherwise whoever is called Alberta in Red Deer is said to be the one result there is."""
    people = [record(str(n), f"Anna Nr{n}", city="Red Deer") for n in range(1000, 1040)]
    firm = record("P77", "1573710 Alberta Ltd.", city="Red Deer")
    lee = [record("1", "Alberta Lee"), record("2", "Abdul Lee"), record("3", "Rory Lee")]
    abbott = record("4", "Grace Abbott", city="Red Deer")
    with Client(tmp_path) as client:
        client.write(files_of([*people, firm, *lee, abbott], browse_lists(people)).items())
        for typed in ("Red Deer, AB", "Red Deer, Alberta", "Red Deer Alberta, Canada"):
            answer = client.find(typed)
            assert answer.lists == [[True, "Members", "Red Deer", 40]], typed
            assert not answer.numbers(), typed
            assert len(answer.first) <= 2
        assert client.find("Lee, Alberta").numbers() == ["1"]
        assert client.find("Lee, Ab").numbers() == ["2"]
        assert client.find("Red Deer Ab").numbers() == ["4"]
        assert client.find("1573710 Alberta, Red Deer").numbers() == ["P77"]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Yield a look-up with two large cities, two of a few people, and lists of both kinds."""
    people = [record(str(n), f"Anna Nr{n}") for n in range(1000, 3000)]
    people += [record(str(n), f"Anna Nr{n}", city="Red Deer") for n in range(3000, 3040)]
    people += [record("4000", "Rory Campbell", city="Ponoka"), record("4001", "Alberta Lee")]
    people += [record("4002", "Sandra Civil", city="St. John's"), record("4003", "Ab Lee")]
    firms = [
        record("P77", "1573710 Alberta Ltd.", city="Ponoka"),
        record("P78", "Calgary Civil Ltd."),
        record("P79", "Tools Calgary Inc."),
    ]
    sizes = {"Calgary": 2002, "Red Deer": 40, "Ponoka": 1, "St. John's": 1, "Vancouver": 1}
    lists = [ListEntry(f"/cities/{c}/", "Members", c, n) for c, n in sizes.items()]
    lists += [
        ListEntry("/permit-cities/calgary/", "Permit holders", "Calgary", 2),
        ListEntry("/permit-cities/ponoka/", "Permit holders", "Ponoka", 1),
        ListEntry("/disciplines/civil/", "Members", "Civil", 321),
        ListEntry("/permit-fields/civil/", "Permit holders", "Civil", 12),
        ListEntry("/disciplines/forestry/", "Members", "Forestry", 2),
        ListEntry("/permits/", "Permit holders", "Permits by name", 3, "ltd inc"),
    ]
    lists += [
        ListEntry(f"/designations/{d.slug}/", "Members", f"{d.code} {d.name}", 99)
        for d in POLICY.designations.values()
    ]
    with Client(tmp_path_factory.mktemp("places")) as running:
        running.write(files_of([*people, *firms], lists).items())
        yield running


CALGARY = [["Members", "Calgary", 2002], ["Permit holders", "Calgary", 2]]
CIVIL = [["Members", "Civil", 321], ["Permit holders", "Civil", 12]]
CET = [["Members", "C.E.T. Certified Engineering Technologist", 99]]
PONOKA = [["Members", "Ponoka", 1], ["Permit holders", "Ponoka", 1]]


@pytest.mark.parametrize(
    ("typed", "lists"),
    [
        ("Calgary AB", CALGARY),
        ("calgary ab canada", CALGARY),
        ("Calgary Alberta", CALGARY),
        ("Calgary, Alta.", CALGARY),
        ("Ponoka AB", PONOKA),
        ("Ponoka Alberta", PONOKA),
        ("Vancouver British Columbia", [["Members", "Vancouver", 1]]),
        ("Vancouver, British Columbia, Canada", [["Members", "Vancouver", 1]]),
        ("St. John's Newfoundland and Labrador", [["Members", "St. John's", 1]]),
        ("St John’s NL", [["Members", "St. John's", 1]]),
        ("Vancouver, B.C.", [["Members", "Vancouver", 1]]),
        ("Vancouver b.c.", [["Members", "Vancouver", 1]]),
        ("Calgary, Alberta T2P 1J9", CALGARY),
        ("Calgary AB T2P1J9", CALGARY),
        ("civil Calgary", [*CALGARY, *CIVIL]),
        ("Civil engineers, Calgary", [*CALGARY, *CIVIL]),
        ("civil engineering in Calgary AB", [*CALGARY, *CIVIL]),
        ("forestry Calgary", [["Members", "Forestry", 2], *CALGARY]),
        ("Calgary forestry", [["Members", "Forestry", 2], *CALGARY]),
        ("civil Ponoka", [*PONOKA, *CIVIL]),
        ("Ponoka civil", [*PONOKA, *CIVIL]),
        ("C.E.T. Calgary", [*CALGARY, *CET]),
        ("Calgary cet", [*CALGARY, *CET]),
        ("certified engineering technologists Calgary", [*CALGARY, *CET]),
        ("members in Calgary", CALGARY[:1]),
        ("people in the city of Calgary", CALGARY[:1]),
        ("permit holders Calgary", CALGARY[1:]),
        ("companies in Ponoka", PONOKA[1:]),
        ("members of Ponoka", PONOKA[:1]),
        ("civil permit holders in Calgary", [*CALGARY[1:], *CIVIL[1:]]),
        ("members in Red Deer", [["Members", "Red Deer", 40]]),
    ],
)
def test_words_that_name_lists_together_lead_to_each_with_its_true_count(
    places: Client, typed: str, lists: list[list[object]]
) -> None:
    answer = places.find(typed)
    found = answer.lists or answer.later_lists
    assert sorted(one[1:] for one in found) == sorted(lists)
    assert len(answer.first) <= 2
    assert len(answer.later) <= 2


def test_a_designation_in_the_plural_leads_to_its_list(places: Client) -> None:
    assert [one[2] for one in places.find("technicians").lists] == ["C.Tech. Certified Technician"]


def test_technologists_in_a_city_are_each_kind_of_technologist(places: Client) -> None:
    titles = [title for _, _, title, _ in places.find("technologists in Red Deer").lists]
    assert titles[0] == "Red Deer"
    assert {title.rpartition(" ")[0] for title in titles[1:]} >= {
        "C.E.T. Certified Engineering",
        "R.E.T. Registered Engineering",
    }


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("Rory Campbell Ponoka", ["4000"]),
        ("Rory Campbell, Ponoka AB", []),
        ("Lee Alberta", ["4001"]),
        ("Lee, Ab", ["4003"]),
        ("Sandra Civil", ["4002"]),
        ("Tools Calgary Inc.", ["P79"]),
        ("Tools Calgary", ["P79"]),
        ("1573710 Alberta Ponoka", ["P77"]),
        ("Zebulon Calgary", []),
        ("Calgary Civil Ltd.", ["P78"]),
    ],
)
def test_a_name_that_holds_a_place_or_a_field_leads_to_no_list(
    places: Client, typed: str, numbers: list[str]
) -> None:
    answer = places.find(typed)
    assert (answer.lists, answer.later_lists) == ([], [])
    assert answer.numbers() == numbers
    assert len(answer.first) <= 2
    assert len(answer.later) <= 2


def test_who_bears_the_names_of_two_lists_comes_before_them(places: Client) -> None:
    answer = places.find("Calgary civil")
    assert answer.numbers() == ["P78"]
    assert [one[0] for one in answer.lists] == [False] * 4
    assert [one[0] for one in places.find("Calgary AB").lists] == [True] * 2


def test_a_surname_like_a_legal_form_is_none(tmp_path: Path) -> None:
    people = [record("1", "John Li"), record("2", "Kyung Lim"), record("3", "Thi Co")]
    people += [record(str(n), f"John Nr{n}") for n in range(1000, 1600)]
    firms = [record("P1", "Acme Limited"), record("P2", "Lisgar Tools Limited")]
    with Client(tmp_path) as client:
        client.write(files_of([*people, *firms]).items())
        for typed in ("John Li", "Li John", "Li, John"):
            assert client.find(typed).numbers()[0] == "1", typed
        assert client.find("Lim").numbers() == ["2"]
        assert client.find("Co").numbers() == ["3"]
        assert client.find("Limited").numbers() == []
        assert client.find("Kyung Lim").numbers() == ["2"]
        assert client.find("Thi Co").numbers() == ["3"]
        for typed in ("Acme L", "Acme Li", "Acme Lim", "Acme Limited", "Acme Ltd", "Acme Inc."):
            assert client.find(typed).numbers() == ["P1"], typed


def test_a_name_that_is_part_of_a_city_s_comes_before_its_list(tmp_path: Path) -> None:
    john = record("1", "John Nowak")
    city = ListEntry("/cities/fort-st-john/", "Members", "Fort St. John", 30)
    with Client(tmp_path) as client:
        client.write(files_of([john], [city]).items())
        for typed, whole in (("John", False), ("Fort St. John", True), ("fort st joh", True)):
            assert client.find(typed).lists == [[whole, "Members", "Fort St. John", 30]]
        assert client.find("John Nowak").lists == []


def test_an_initial_is_a_name_s_and_not_a_city_s(tmp_path: Path) -> None:
    people = [record("1", "Rory Campbell"), record("2", "Angus Campbell", city="Red Deer")]
    people.append(record("3", "Alasdair Roy Campbell"))
    with Client(tmp_path) as client:
        client.write(files_of(people).items())
        assert client.find("R. Campbell").numbers() == ["1", "3"]
        assert client.find("Campbell Re").numbers() == ["2"]


def test_mueller_finds_both_ways_of_writing_it(client: Client) -> None:
    assert {"100004", "100005"} <= set(client.find("Mueller").numbers())


def test_what_is_offered_instead_exists(client: Client) -> None:
    """No word that leads to nothing, and so to the same words again."""
    chance = random.Random(4)
    offered = 0
    for entry in chance.sample(everybody(), 250):
        words = normal.asked(entry.label)
        at = chance.randrange(len(words))
        wrong = words[at][:-1] + chance.choice("qxz")
        for query in (wrong, " ".join([*words[:at], wrong, *words[at + 1 :]])):
            for other in client.find(query).spellings[:5]:
                offered += 1
                answer = client.find(other)
                assert answer.matches or answer.lists, other
    assert offered


# ---- Against going through all names one by one ------------------------------------------------


def parted(text: str) -> list[str]:
    folded = normal.fold(text).replace("'", "")
    return "".join(c if c.isalnum() else " " for c in folded).split()


class Names:
    """All words of every record; `matching` looks at each."""

    def __init__(self, entries: list[LookupEntry]) -> None:
        self._found = [
            (entry, [*self._of_names(entry), *normal.number_words(entry.number)])
            for entry in entries
        ]

    def _of_names(self, entry: LookupEntry) -> list[str]:
        texts = [text for _, text in entry.names] + normal.romanised(entry)
        return [word for text in texts for word in normal.words(text)]

    def matching(self, query: list[str]) -> set[str]:
        """Return the records with all words as beginnings; initials are of names and no cities."""
        return {
            entry.number
            for entry, named in self._found
            if all(
                any(word.startswith(asked) for word in named)
                or (
                    len(asked) > 1
                    and any(word.startswith(asked) for word in normal.words(entry.city))
                )
                for asked in query
            )
        }


def asked_for(chance: random.Random, entry: LookupEntry) -> Iterator[tuple[str, bool]]:
    """Ways of asking for a record, each with whether it is a full name."""
    name = chance.choice(entry.names)[1]
    words = name.split()
    yield name, True
    yield " ".join(reversed(words)), True
    yield " ".join(chance.sample(words, len(words))), True
    yield name.upper(), True
    if entry.kind == "member" and len(words) > 1:
        yield f"{words[-1]}, {' '.join(words[:-1])}", True
        yield f"{name}, {chance.choice([*POLICY.designations])}", True
        yield f"{words[0][0]}. {words[-1]}", False
        yield f"{words[-1]} {words[0][:3]}", False
        yield f"{words[-1][:4]} {words[0]}", False
        yield f"{words[-1]} {entry.city}", False


def judge(answer: Answer, entry: LookupEntry, query: str, *, full: bool, same: int) -> None:
    numbers = answer.numbers()
    assert len(answer.first) <= 2, query
    if answer.complete:
        assert entry.number in numbers, query
        assert answer.count == len(numbers), query
    else:
        assert answer.matches or answer.near or answer.lists or not full, query
    if full and same <= 10:
        assert entry.number in (numbers or answer.near_numbers())[:10], query


def test_many_queries_say_what_going_through_all_names_says(client: Client) -> None:
    entries = everybody()
    labels = Counter(text for entry in entries for _, text in entry.names)
    everyone, chance = Names(entries), random.Random(12)
    tried = counted = 0
    for entry in chance.sample(entries, 90):
        same = max(labels[text] for _, text in entry.names)
        for query, full in asked_for(chance, entry):
            answer = client.find(query)
            judge(answer, entry, query, full=full, same=same)
            tried += 1
            words = parted(query)
            related = any(a != b and a.startswith(b) for a in words for b in words)
            if answer.complete and not (full or related) and "".join(words).isascii():
                assert set(answer.numbers()) == everyone.matching(words), query
                counted += 1
    assert tried > 600
    assert counted > 150


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real data isn't here")
def test_employers_are_found_by_every_real_spelling_of_their_names(tmp_path: Path) -> None:
    with open(DATA / "alberta_engtech_employers.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    firms = dict.fromkeys((row["employer"], row["address"].split(",")[0]) for row in rows)
    entries = [record(f"P{1001 + i}", name, city=city) for i, (name, city) in enumerate(firms)]
    with Client(tmp_path) as client:
        client.write(files_of(entries).items())
        for entry in entries:
            for query in (entry.label, " ".join(reversed(entry.label.split()))):
                assert entry.number in shown(client, query), query


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real data isn't here")
def test_names_of_fifteen_scripts_are_found_in_either_order(tmp_path: Path) -> None:
    columns = ("Localized Name", "Romanized Name")
    lists = []
    for file_name in ("common-forenames-by-country.csv", "common-surnames-by-country.csv"):
        with open(DATA / file_name, encoding="utf-8", newline="") as file:
            lists.append([tuple(row[c] for c in columns) for row in csv.DictReader(file)])
    chance = random.Random(15)
    entries = []
    for number in range(100_001, 101_501):
        (native, given), (native_family, family) = map(chance.choice, lists)
        others = [("native script", f"{native_family} {native}")] if native_family else []
        entries.append(record(str(number), f"{given} {family}", *others))
    with Client(tmp_path) as client:
        client.write(files_of(entries).items())
        for entry in chance.sample(entries, 150):
            for _, name in entry.names:
                for query in (name, ", ".join(reversed(name.split(" ", 1)))):
                    assert entry.number in shown(client, query), query
