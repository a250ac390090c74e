"""Names are compared without regard to how they are written, in the build and in the browser."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signet.publish.lookup import normal
from signet.publish.lookup.entry import LookupEntry
from tests.examples import examples
from tests.lookup_client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).resolve().parents[4] / "shared/data"

# What is in the register, and what people type to find it.
FINDS = [
    ("Anna KOWALSKA", "anna kowalska"),
    ("Zoë Brontë", "zoe bronte"),
    ("Émile Côté", "emile cote"),
    ("Emile Cote", "Émile Côté"),
    ("Zoe\u0308 Nun\u0303ez", "zoë nuñez"),
    ("Mary Smith-Jones", "smith"),
    ("Mary Smith-Jones", "jones"),
    ("Mary Smith-Jones", "smithjones"),
    ("Mary Smith-Jones", "smith jones"),
    ("Mary Smith-Jones", "jones-smith mary"),
    ("Mary Smith Jones", "smith-jones"),
    ("Mary Smith–Jones", "smith-jones"),
    ("Jean-Luc Roy", "jean luc"),
    ("Seán O'Brien", "o’brien"),
    ("Seán O’Brien", "o'brien"),
    ("Seán O’Brien", "obrien"),
    ("Seán O’Brien", "o brien"),
    ("Seán O´Brien", "o`brien"),
    ("Sean OBrien", "O'Brien"),
    ("Sean O Brien", "obrien"),
    ("Gino D'Angelo", "d angelo"),
    ("Gino D'Angelo", "dangelo"),
    ("Gino D'Angelo", "angelo"),
    ("Ewan McDonald", "mc donald"),
    ("Ewan Mc Donald", "mcdonald"),
    ("Ewan MacDonald", "mac donald"),
    ("Johan van der Berg", "van der berg"),
    ("Johan van der Berg", "berg johan"),
    ("Johan van der Berg", "vanderberg"),
    ("Ana de la Cruz", "cruz"),
    ("Ana de la Cruz", "de la cruz"),
    ("Ana de la Cruz", "delacruz"),
    ("Omar al-Hassan", "al hassan"),
    ("Omar al-Hassan", "alhassan"),
    ("Omar al-Hassan", "hassan"),
    ("Omar Al Hassan", "al-hassan"),
    ("Ali bin Rashid", "rashid ali"),
    ("Jürgen Weiß", "weiss"),
    ("Jürgen Weiss", "weiß"),
    ("Søren Kjær", "soren kjaer"),
    ("Łukasz Wałęsa", "lukasz walesa"),
    ("Đặng Thị Hoa", "dang thi hoa"),
    ("Guðmundur Þórsson", "gudmundur thorsson"),
    ("Benoît Lebœuf", "leboeuf"),
    ("Işıl Yıldız", "isil yildiz"),
    ("İbrahim IŞIK", "ibrahim isik"),
    ("ﬁrst ﬂoor", "first floor"),
    ("Μιχάλης Οδυσσέας", "ΜΙΧΑΛΗΣ"),
    ("Пётр Йованович", "петр йованович"),
    ("王小明", "王小明"),
    ("王小明", "王 小明"),
    ("王 小明", "王小明"),
    ("田中 太郎", "太郎 田中"),
    ("김 민준", "김민준"),
    ("ＷＡＮＧ Ｘｉａｏ", "wang xiao"),
    ("مُحَمَّد", "محمد"),
    ("A.B.C. Consulting Ltd.", "abc consulting"),
    ("A.B.C. Consulting Ltd.", "a.b.c."),
    ("Smith's Engineering", "smith engineering"),
    ("Delta-9 Design", "delta9"),
    ("J. R. Smith", "j r smith"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("lookup")) as running:
        yield running


@pytest.mark.parametrize(("name", "typed"), FINDS)
def test_a_name_is_found_however_it_is_typed(name: str, typed: str) -> None:
    assert set(normal.asked(typed)) <= set(normal.words(name))


@pytest.mark.parametrize(
    ("name", "typed"), [("王小明", "王"), ("欧阳小明", "欧阳"), ("김민준", "김")]
)
def test_a_family_name_written_without_a_space_is_a_prefix(name: str, typed: str) -> None:
    [word] = normal.words(name)
    assert word.startswith(normal.asked(typed)[0])


@pytest.mark.parametrize(
    ("name", "typed"), [("Anna Berg", "bergen"), ("राम", "रम"), ("がん", "かん"), ("Roy", "roi")]
)
def test_different_names_stay_different(name: str, typed: str) -> None:
    assert not set(normal.asked(typed)) <= set(normal.words(name))


@pytest.mark.parametrize(
    ("number", "typed"),
    [("101234", "101234"), ("P1042", "p1042"), ("P1042", "1042"), ("ON-12-345", "on12345")],
)
def test_a_number_is_found_with_and_without_its_letters(number: str, typed: str) -> None:
    assert typed in normal.number_words(number)
    assert normal.asked(number)[0] in normal.number_words(number)


def entry(*names: tuple[str, str]) -> LookupEntry:
    return LookupEntry("member", "1", names[0][1], "", "In force", "good", 0, names, "")


def test_a_name_in_another_script_alone_is_found_romanised_too() -> None:
    assert normal.romanised(entry(("", "王小明"))) == ["Wang Xiao Ming"]
    assert normal.romanised(entry(("", "Владимир Петров"))) == ["Vladimir Petrov"]


def test_a_native_name_beside_a_latin_one_is_not_romanised_again() -> None:
    assert normal.romanised(entry(("", "Xiaoming Wang"), ("native script", "王小明"))) == []


def test_initials_particles_and_legal_forms_lead_nowhere_by_themselves() -> None:
    name = "A. Johan van der Berg Ltd."
    posted = normal.postable(name, normal.words(name), "permit")
    assert {"johan", "berg", "vanderberg"} <= set(posted)
    assert not {"a", "van", "der", "ltd"} & set(posted)


def test_a_name_that_is_nothing_but_a_particle_is_still_found() -> None:
    assert normal.postable("Le", normal.words("Le"), "member") == ["le"]
    assert "van" in normal.postable("Van Anh", normal.words("Van Anh"), "member")


def test_a_person_s_name_that_would_be_a_company_s_legal_form_is_one() -> None:
    assert "co" in normal.postable("Thi Co", normal.words("Thi Co"), "member")
    assert "co" not in normal.postable("Thi Co", normal.words("Thi Co"), "permit")


PARTS = (
    "van der de la al- bin O' o ’ mc Mac - – . ' ß Ø łk Đ æ œuvre þ ı İ Σας 王 小明 김 が A b "
    "D' 12 3-4 Smith Jones é e\u0301 ﬁ ل\u200cی मी \u200d"
)
names = st.lists(st.sampled_from(PARTS.split(" ")), max_size=8).map(" ".join)
anything = st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=40)


@given(st.one_of(names, names.map(lambda name: name.replace(" ", "")), anything))
def test_whatever_a_name_is_typing_it_finds_it(name: str) -> None:
    assert set(normal.asked(name)) <= set(normal.words(name))


@settings(max_examples=examples(60), deadline=None)
@given(texts=st.lists(st.one_of(names, anything), min_size=1, max_size=200))
def test_the_browser_makes_the_same_words_of_made_up_text(client: Client, texts: list[str]) -> None:
    assert client.words(texts) == [(normal.words(text), normal.asked(text)) for text in texts]


def test_the_browser_makes_the_same_words_of_every_character(client: Client) -> None:
    assigned = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) not in ("Cs", "Cn", "Co")
    ]
    texts = [f"A{c}b {c}" for c in assigned if not "\u4e00" <= c <= "\u9fff"]
    for start in range(0, len(texts), 20_000):
        part = texts[start : start + 20_000]
        ours = [(normal.words(text), normal.asked(text)) for text in part]
        differing = [
            (text, here, there)
            for text, here, there in zip(part, ours, client.words(part), strict=True)
            if here != there
        ]
        assert differing == []


def test_the_browser_makes_the_same_words_of_numbers(client: Client) -> None:
    numbers = ["101234", "P1042", "ON-12-345", "p.10/7", "X", "12 34", "Ä7"]
    assert client.number_words(numbers) == [normal.number_words(number) for number in numbers]


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("common-surnames-by-country.csv", ("Localized Name", "Romanized Name")),
        ("common-forenames-by-country.csv", ("Localized Name", "Romanized Name")),
        ("alberta_engtech_employers.csv", ("employer", "address")),
    ],
)
def test_the_browser_makes_the_same_words_of_real_names(
    client: Client, file: str, columns: tuple[str, ...]
) -> None:
    if not (DATA / file).is_file():
        pytest.skip(f"the real names aren't on this machine: {file}")
    with (DATA / file).open(encoding="utf-8-sig", newline="") as rows:
        texts = sorted({row[column] or "" for row in csv.DictReader(rows) for column in columns})
    assert len(texts) > 500
    assert client.words(texts) == [(normal.words(text), normal.asked(text)) for text in texts]
