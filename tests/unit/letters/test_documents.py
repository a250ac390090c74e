"""Documents as PDF: read back by other programs, and held against PDF/UA-1 and PDF/A-2a (NOT-3)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import page as checker
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signet.errors import Unavailable
from signet.letters import documents, typesetting
from signet.letters.documents import Document
from tests.entries import POLICY
from tests.examples import examples
from tests.letter_samples import LETTER, SAMPLES
from tests.pdf_text import pdf_pages

REGULATOR = POLICY.regulator
MILLIMETRE = 72 / 25.4
STANDARDS = (checker.ValidationProfile.PDF_UA_1, checker.ValidationProfile.PDF_A_2A)


def made(*several: Document, title: str = "", **said: Any) -> bytes:
    return documents.render(several or [replace(LETTER, **said)], REGULATOR, title)


def read(pdf: bytes) -> list[str]:
    """Return the words of each page, a space between any two."""
    return [" ".join(one.split()) for one in pdf_pages(pdf)]


def boxes(pdf: bytes) -> Iterator[tuple[int, str, float, float]]:
    """Each printed character with its page, and its left edge and top in millimetres."""
    with pypdfium2.PdfDocument(pdf) as opened:
        for number, one in enumerate(opened):
            high, text = one.get_height(), one.get_textpage()
            for at in range(text.count_chars()):
                sign = text.get_text_range(at, 1)
                left, _, right, top = text.get_charbox(at)
                if sign.strip() and right > left:
                    yield number, sign, right / MILLIMETRE, (high - top) / MILLIMETRE


def broken_rules(pdf: bytes) -> list[str]:
    reports = [checker.validate_pdf_bytes(pdf, profile=profile) for profile in STANDARDS]
    return [f"{one.rule_id}: {one.message}" for report in reports for one in report.failures]


def test_every_template_has_a_sample() -> None:
    """A new template without one wouldn't be held against the standards."""
    templates = {file.stem for file in typesetting.TEMPLATES.glob("*.typ")}
    assert {one.template for one in SAMPLES} == templates - {typesetting.COMMON}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.template)
def test_every_document_conforms_to_pdf_ua_and_pdf_a(sample: Document) -> None:
    assert not broken_rules(documents.render([sample], REGULATOR))
    assert not broken_rules(documents.render([sample] * 2, REGULATOR, "Two of them"))


@pytest.mark.parametrize("paper", ["us-letter", "a4"])
def test_the_policy_says_on_which_paper(paper: Any) -> None:
    pdf = documents.render([LETTER], REGULATOR._replace(paper=paper))
    assert not broken_rules(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        box = [round(float(edge)) for edge in opened.pages[0].mediabox]
    assert box == ([0, 0, 612, 792] if paper == "us-letter" else [0, 0, 595, 842])


def test_what_conforms_to_no_standard_would_be_noticed() -> None:
    blank = io.BytesIO()
    with pikepdf.new() as opened:
        opened.add_blank_page()
        opened.save(blank)
    assert broken_rules(blank.getvalue())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.template)
def test_every_document_says_whose_it_is_whom_it_is_for_and_which_page(sample: Document) -> None:
    words = read(documents.render([sample], REGULATOR))
    for line in (REGULATOR.name, *REGULATOR.address, REGULATOR.telephone, *sample.to):
        assert line in words[0]
    for number, one in enumerate(words, 1):
        assert f"Page {number} of {len(words)}" in one
        assert sample.reference in one


def test_a_document_has_its_title_language_tags_and_fonts_in_it() -> None:
    with pikepdf.open(io.BytesIO(made())) as opened:
        assert str(opened.Root.Lang) == "en-CA"
        assert bool(opened.Root.MarkInfo.Marked)
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        with opened.open_metadata() as metadata:
            assert metadata["dc:title"] == LETTER.about
            assert metadata["dc:creator"] == [REGULATOR.name]
            assert str(metadata["xmp:CreateDate"]).startswith("2026-11-21")
        fonts = [one for one in opened.objects if _is(one, "/FontDescriptor")]
        assert fonts
        assert all("/FontFile2" in one or "/FontFile3" in one for one in fonts)
        kinds = [str(one.S) for one in opened.objects if _is(one, "/StructElem")]
    assert kinds.count("/H1") == 1
    assert "/P" in kinds


def _is(one: object, kind: str) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.get("/Type") == kind


def test_a_table_of_amounts_has_a_heading_row() -> None:
    (receipt,) = (one for one in SAMPLES if one.template == "receipt")
    with pikepdf.open(io.BytesIO(documents.render([receipt], REGULATOR))) as opened:
        kinds = [str(one.S) for one in opened.objects if _is(one, "/StructElem")]
    assert kinds.count("/Table") == 1
    assert kinds.count("/TH") == 2
    assert kinds.count("/TD") == 6


def test_a_letter_is_read_from_its_head_to_who_signs() -> None:
    (words,) = read(made())
    order = (
        REGULATOR.name, "Ana Lee", "12-101 Elm Street", "21 November 2026", "C-2026-0042",
        "A complaint about your practice", "Dear Ms Lee:", "We received", "Please answer",
        "For the Registrar",
    )  # fmt: skip
    places = [words.index(one) for one in order]
    assert places == sorted(places)


@pytest.mark.parametrize("lines", [3, 6])
def test_the_address_and_nothing_else_is_in_the_envelope_s_window(lines: int) -> None:
    """No. 10: 22 to 111 mm from the left and 52 to 80 from the top are seen wherever it slides."""
    to = tuple(f"Line {number} of it" for number in range(lines))
    places = [(sign, x, y) for page, sign, x, y in boxes(made(to=to)) if page == 0 and 48 < y < 93]
    shown = "".join(sign for sign, _, _ in places)
    assert shown == "".join("".join(to).split())
    assert all(22.2 < x < 111 and 51.8 < y < 80.4 for _, x, y in places)


def test_an_address_that_the_window_can_t_hold_pushes_the_rest_down_and_loses_nothing() -> None:
    to = tuple(f"Line {number}" for number in range(15))
    (words,) = read(made(to=to))
    assert " ".join(to) in words
    assert words.index("Line 14") < words.index("21 November 2026")


HOSTILE = (
    '#panic("x") #sys.inputs.data #import "common.typ"',
    "$ sum $ @ref <label> *bold* _it_ `raw` = heading",
    "- item + 1. / term: x // comment /* and */ \\ \\u{41} ~ -- --- ...",
    "\"double\" and 'single' } ] ) #{ #[ #( https://x.example/?a=1&b=%20",
    "{{ name }} {% if %} <script>alert(1)</script> &amp; %PDF-1.7",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_person_typed_prints_as_typed(text: str) -> None:
    pdf = made(to=(text, "Olds"), about=text, text=f"{text}\n\nAnd on.")
    words = "".join("".join(read(pdf)).split())
    assert words.count("".join(text.split())) == 3
    assert not broken_rules(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert metadata["dc:title"] == text


@pytest.mark.parametrize(
    "name",
    [
        "Łukasz Nguyễn-Đặng Ångström Şimşek Þórður",
        "Ζωή Παπαδοπούλου",
        "Михаил Ґалаґан",
        "李小龍",
        "김민준",
        "さくら",
        "ਗੁਰਪ੍ਰੀਤ",
        "😀",
    ],
)
def test_names_are_written_as_their_bearers_write_them(name: str) -> None:
    pdf = made(to=(name, "Calgary, AB"))
    (words,) = read(pdf)
    assert name in words
    assert "U+" not in words
    assert not broken_rules(pdf)


def test_a_name_in_letters_that_go_right_to_left_is_whole() -> None:
    (words,) = read(made(to=("محمد", "Calgary, AB")))
    assert {"محمد", "دمحم"} & set(words.split())  # in either order, as programs differ


def test_a_character_without_a_glyph_prints_as_its_code_and_never_in_other_letters() -> None:
    pdf = made(to=("Ana 𓀀 Lee", "Olds"), text="a\u202eb\x00c\ufeffd\ud800e")
    (words,) = read(pdf)
    assert "Ana U+13000 Lee" in words
    assert "aU+202EbU+0000cU+FEFFdU+D800e" in words
    assert not broken_rules(pdf)


@settings(max_examples=examples(15))
@given(st.text(st.characters(), max_size=120))
def test_no_character_stops_a_letter(text: str) -> None:
    assert made(to=(text, "Olds"), about=text, text=text).startswith(b"%PDF-")


def test_each_letter_begins_on_a_page_of_its_own_and_counts_its_own() -> None:
    long = replace(LETTER, to=("Bo Roy", "Olds"), text="\n\n".join(["Word " * 90] * 8))
    words = read(made(LETTER, long, LETTER, title="Three letters"))
    ends = [one.partition("Page ")[2] for one in words]
    assert ends == ["1 of 1", "1 of 2", "2 of 2", "1 of 1"]
    assert "Bo Roy" in words[1]
    assert "12-101 Elm Street" not in words[1]


def test_the_file_of_several_is_called_what_they_are() -> None:
    pdf = made(LETTER, LETTER, title="Letters to post")
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert metadata["dc:title"] == "Letters to post"


@pytest.mark.parametrize("length", range(10, 40, 3))
def test_who_signs_never_stands_on_a_page_alone(length: int) -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(length))
    last = next(one for one in read(made(text=text)) if "For the Registrar" in one)
    assert f"Paragraph {length - 1}." in last


def test_a_last_paragraph_of_pages_loses_no_word() -> None:
    words = [f"word{number}" for number in range(2500)]
    found = " ".join(read(made(text="Dear Ana:\n\n" + " ".join(words)))).split()
    assert [word for word in found if word.startswith("word")] == words


def test_two_hundred_paragraphs_lose_no_word() -> None:
    text = "\n\n".join(f"Paragraph {number} of many." for number in range(200))
    words = " ".join(read(made(text=text)))
    assert all(f"Paragraph {number} of many." in words for number in range(200))


@pytest.mark.parametrize(
    "word", ["w" * 400, "WM" * 60, "é" * 300, "李" * 300, "https://" + "x" * 300]
)
def test_a_word_that_no_line_holds_is_broken_within_the_margins(word: str) -> None:
    pdf = made(to=(word, "Olds"), about=word, text=f"{word} {word}")
    edge = 216 - 25 + 0.5
    assert all(x < edge for _, _, x, _ in boxes(pdf))
    printed = "".join(sign for _, sign, _, _ in boxes(pdf))
    assert sum(printed.count(one) for one in set(word)) >= 4 * len(word)


def test_line_breaks_that_an_officer_typed_are_kept() -> None:
    tops = {
        sign: y for _, sign, _, y in boxes(made(text="Dear Ana:\r\n\r\n①\r\n②")) if sign in "①②"
    }
    assert tops["②"] > tops["①"] + 3


def test_the_same_document_gives_the_same_bytes() -> None:
    assert made() == made()
    assert made() != made(reference="other")


def test_no_document_is_an_error_and_no_empty_file() -> None:
    with pytest.raises(ValueError, match="no document"):
        documents.render([], REGULATOR)


def test_the_common_template_is_no_document() -> None:
    for name in (typesetting.COMMON, "nothing", "../pages/home", ""):
        with pytest.raises(typesetting.TypesettingError):
            typesetting.typeset({"template": name, "timestamp": 0, "data": {}})


def test_an_error_names_a_place_in_a_template_and_nothing_that_the_document_says() -> None:
    asked = {
        "template": "letter",
        "timestamp": 0,
        "data": {
            "title": "",
            "letterhead": {"name": "R", "lines": ["1"], "paper": "us-letter"},
            "documents": [_raw(dated="canary-2026-99")],
        },
    }
    with pytest.raises(typesetting.TypesettingError) as refused:
        typesetting.typeset(asked)
    told = str(refused.value)
    assert "common.typ:" in told
    assert "canary" not in told
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def _raw(**said: Any) -> dict[str, Any]:
    usual = {"to": ["A"], "dated": "2026-11-21", "reference": "1", "about": "A", "text": "B"}
    return {**usual, "signed": ["C"], **said}


def test_who_asks_for_what_can_t_be_set_is_told_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_asked: object) -> bytes:
        raise typesetting.TypesettingError("letter.typ can't be set: letter.typ:3:1")

    monkeypatch.setattr(typesetting, "typeset", fail)
    with pytest.raises(Unavailable) as told:
        made()
    assert "Nothing is lost" in told.value.message
