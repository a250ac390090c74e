"""Text that is kept or published: what is wrong with it, and what only looks so."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.text import (
    ACCEPTABLE,
    KINDS,
    Field,
    for_reading,
    forbidden,
    normalised,
    problems,
    without_invisible,
)
from signet.text_damage import twice_decoded

PEOPLE = """
Okafor|O'Brien|d’Angelo|'t Hooft|ter Horst|Ng|O|X Æ A-12|Nguyễn Thị Ánh|Łukasz|JOSÉ|JOÃO|LÃ|Lã|
Straßer|فاطمه|می‌خواهم|अनुष्का|क्‍ष|王小明|Ó hÓgáin|“Bob” Smith|Robert "Bob" Smith|Smith-Jones|J.P.|
D’été|ŠKODA|Žižek|Dvořák|ÁŠ|Anna-Lena (Lena)|Null|Nan|Test Pilot|ʻOkina|ΓΙΩΡΓΟΣ|Иванов|ЉУБИЧИЋ|
Smith–Jones|O‘Neil|Mª Carmen|Þórðarson|DeÁngelis|
McÉwan|MacÉachern|O'Ñeill|D'Ávila|DÁvila|LÉcuyer|dÁvila|LeÓn|Mac Ó Briain|Ní Éilí|D'Ó|DE LA PEÑA|
O'BRIÉN|Jean-Émile|Sigþór|Hafþór|Arnþrúður|Meißner|Preuß|GROß|Weiß|Gal·la|José Ángel|
ÉLISE|Ève|Ümit|İbrahim|ŞAHİN|Nguyễn Văn Đức|
Al-Ḥusayn|ʿAbd|H̱assan|M’Bow|Kʼicheʼ|Ꮳꮃꮍ|김민수|Øystein|ÅSE|L’Écuyer|Ñuñoa|Van der Berg|True|
Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff
""".replace("\n", "").split("|")


@pytest.mark.parametrize("name", PEOPLE)
def test_whatever_people_are_called_is_a_name(name: str) -> None:
    assert list(problems(normalised(name), "name")) == []
    assert without_invisible(name) == name


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("St. John’s", "place"),
        ("Trois-Rivières", "place"),
        ("100 Mile House", "place"),
        ("911330 Alberta Ltd.", "company"),
        ("A&T: Who? Me! (2010) Inc. @ 50%", "company"),
        ("Smith & Sons, Ltd. *", "company"),
        ("Tests", "line"),
        ("Test", "line"),
        ("-5 °C to +5 °C", "line"),
        ("If a < b, and b > c: see 3.2", "lines"),
        ("- one\n- two\n+ three\n\tfour", "lines"),
        ("", "name"),
    ],
)
def test_other_text_has_its_own_ways(text: str, field: Field) -> None:
    assert list(problems(normalised(text, lines=field == "lines"), field)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Oka\u200bfor", "invisible"),
        ("Oka\u00adfor", "invisible"),
        ("\u200b", "invisible"),
        ("\u3164", "invisible"),
        ("\u2800", "invisible"),
        ("Oka\u200dfor", "invisible"),
        ("Okafor\u200e", "invisible"),
        ("Oka\u202efor", "direction"),
        ("Oka\u2066for", "direction"),
        ("Oka\ufffdfor", "replacement"),
        ("Oka\x07for", "control"),
        ("Oka\x9dfor", "control"),
        ("Oka\nfor", "line-end"),
        ("Oka\ue000for", "private-use"),
        ("Oka\ud800for", "surrogate"),
        ("Oka\u0378for", "unassigned"),
        ("GagnÃ©", "twice-decoded"),
        ("CÃ´tÃ©", "twice-decoded"),
        ("ÃƒÂ©cole", "twice-decoded"),
        ("Gagn√©", "twice-decoded"),
        ("Gagn├®", "twice-decoded"),
        ("Oâ€™Brien", "twice-decoded"),
        ("VoilÃ\xa0", "twice-decoded"),
        ("РџРµС‚СЂРѕРІ", "twice-decoded"),
        ("Î“Î¹ÏŽÏ", "odd-sign"),
        ("C“t‚", "odd-sign"),
        ("Zo‰", "odd-sign"),
        ("Garc¡a", "odd-sign"),
        ("Mu¤oz", "odd-sign"),
        ("TremblŽy", "odd-sign"),
        ("JosÚ", "odd-sign"),  # cp1252, in cp850
        ("RenÚe", "odd-sign"),
        ("Renée RenÚe", "odd-sign"),
        ("RÚmi", "odd-sign"),
        ("JÚrÔme", "odd-sign"),
        ("AndrÚa", "odd-sign"),
        ("HÕkan", "odd-sign"),
        ("ClÞment", "odd-sign"),
        ("Franþois", "odd-sign"),
        ("FranþOIS", "odd-sign"),
        ("Gonþalves", "odd-sign"),
        ("Lourenþo", "odd-sign"),
        ("Hernßndez", "odd-sign"),
        ("Mßrquez", "odd-sign"),
        ("Sebastißn", "odd-sign"),
        ("Juárez Jußrez", "odd-sign"),
        ("Ram¾n", "odd-sign"),
        ("µngel", "odd-sign"),
        ("Mⁿller", "odd-sign"),  # cp1252, in cp437
        ("Jˆrgen", "odd-sign"),
        ("Tom·s", "odd-sign"),
        ("RenÈe", "odd-sign"),  # cp1252, in Mac OS Roman
        ("FranÁois", "odd-sign"),
        ("MuÒoz", "odd-sign"),
        ("LÛpez", "odd-sign"),
        ("GarcÌa", "odd-sign"),
        ("DvoŘák", "odd-sign"),
        ("Wa³êsa", "odd-sign"),  # Polish, in cp1250
        ("Èâàíîâ", "odd-sign"),  # Cyrillic, in cp1251
        ("Kj‘r", "odd-sign"),  # Danish, in cp850
        ("P—lette", "odd-sign"),
        ("Gagn\\u00e9", "odd-sign"),
        ("Gagn%C3%A9", "odd-sign"),
        ("ada@example.org", "odd-sign"),
        ("🎉 Bob", "odd-sign"),
        ("C?t?", "lost-letter"),
        ("Zo?", "lost-letter"),
        ("Smith &amp; Co", "markup"),
        ("Zo&euml;", "markup"),
        ("Zo&#235;", "markup"),
        ("Zo&#235", "markup"),
        ("<b>Bob</b>", "markup"),
        ("=1+1", "formula"),
        ("=HYPERLINK(A1)", "formula"),
        ("@SUM(1)", "formula"),
        ("NULL", "placeholder"),
        ("N/A", "placeholder"),
        ("-", "placeholder"),
        ("???", "placeholder"),
        ("Test", "placeholder"),
        ("#REF!", "placeholder"),
        ("TBD", "placeholder"),
        ("123", "no-letter"),
        ("!!!", "no-letter"),
    ],
)
def test_what_no_name_has_is_told(text: str, kind: str) -> None:
    assert [found.kind for found in problems(normalised(text), "name")] == [kind]


def test_a_company_s_name_may_have_signs_but_none_within_a_word() -> None:
    assert [found.kind for found in problems("Soci‚t‚ Ltd.", "company")] == ["odd-sign"]
    assert [found.kind for found in problems("Soci?t? Ltd.", "company")] == ["lost-letter"]
    assert [found.kind for found in problems("SociÚtÚ Ltd.", "company")] == ["odd-sign"]
    assert [found.kind for found in problems("QuÚbec Tools", "company")] == ["odd-sign"]
    assert list(problems("ÉcoÉnergie GéoÉtudes inc.", "company")) == []
    assert [found.kind for found in problems("N/A", "company")] == ["placeholder"]


def test_a_word_for_nothing_is_no_place() -> None:
    for text in ("NULL", "Null", "N/A", "None", "nan", "Unknown"):
        assert [found.kind for found in problems(text, "place")] == ["placeholder"]


def test_a_name_decoded_twice_or_more_is_read_back() -> None:
    for name in ("Gagné", "Côté", "Łukasz", "Žižek", "Straße", "O’Brien", "Ёлкин"):
        assert twice_decoded(name) == ""
        for coding in ("cp1252", "latin-1", "mac_roman" if name < "Ё" else "cp1251"):
            once = name.encode().decode(coding, errors="ignore")
            if once.encode(coding) == name.encode():
                assert twice_decoded(once) == name


@given(st.text())
def test_there_is_one_form_of_a_text_and_no_message_repeats_it(text: str) -> None:
    for lines in (False, True):
        form = normalised(text, lines=lines)
        assert normalised(form, lines=lines) == form == unicodedata.normalize("NFC", form)
    for field in ("name", "company", "place", "line", "lines"):
        for found in problems(normalised(text), field):
            assert found.kind in KINDS
            assert len(text) < 6 or text not in found.message
    assert [p for p in forbidden(without_invisible(text)) if p.kind == "invisible"] == []
    assert without_invisible(without_invisible(text)) == without_invisible(text)
    assert for_reading(for_reading(text)) == for_reading(text)


def test_what_can_be_taken_on_purpose_never_misleads_a_reader() -> None:
    never = {"control", "invisible", "direction", "replacement", "private-use", "surrogate"}
    assert not never & set(ACCEPTABLE)
