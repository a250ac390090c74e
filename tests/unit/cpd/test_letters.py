"""Letters as PDF (NOT-3): what they say can be read back out of them."""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pypdf import PdfReader

from signet.letters import rendering, typeface
from signet.letters.rendering import Letter
from tests.entries import POLICY

NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
CPD = POLICY.cpd(date(2026, 1, 1))


def facts(**said: Any) -> dict[str, Any]:
    usual = {
        "year": 2026, "name": "Ana Lee", "drawn": True, "more": "", "late": "",
        "days": CPD.notice_days,
        "within": CPD.mail_days_within, "elsewhere": CPD.mail_days_elsewhere,
        "activities": CPD.minimum_activities, "categories": CPD.minimum_categories,
        "reviewer": CPD.reviewer, "council": CPD.council, "regulator": POLICY.regulator,
        "site": "https://register.example",
    }  # fmt: skip
    return usual | said


def letter(**said: Any) -> Letter:
    about, paragraphs = rendering.text("letter_notice.txt", facts())
    usual: dict[str, Any] = {
        "sender": (POLICY.regulator.name,),
        "to": ("Ana Lee", "12-101 Elm Street", "Edmonton, AB"),
        "dated": date(2026, 11, 21),
        "reference": "CPD 2026-100001-1",
        "about": about,
        "paragraphs": paragraphs,
        "signed": ("The Registrar",),
    }
    return Letter(**(usual | said))


def read(pdf: bytes) -> list[str]:
    """Return the words of each page, read by another program."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf), strict=True).pages]


def streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(one) for one in found if one[:1] == b"x"]


def test_a_notice_says_who_when_what_and_by_when() -> None:
    """NOT-1, NOT-2: the days are the policy's."""
    words = " ".join(read(rendering.write([letter()], NOW))[0].split())
    assert "Ana Lee 12-101 Elm Street Edmonton, AB" in words
    assert "November 21, 2026" in words
    assert "Our reference: CPD 2026-100001-1" in words
    assert "within 30 days after the day on which this notice is served" in words
    assert "presumed served 7 days" in words
    assert "14 days after it was posted to an address elsewhere" in words


def test_what_is_said_to_one_drawn_isn_t_said_to_one_who_has_not_declared() -> None:
    drawn = " ".join(rendering.text("letter_notice.txt", facts())[1])
    late = " ".join(rendering.text("letter_notice.txt", facts(drawn=False))[1])
    assert "drawn at random" in drawn
    assert "was not received" not in drawn
    assert "drawn at random" not in late
    assert "was not received by the day it was due" in late


def test_a_declaration_that_came_late_is_said_to_have_and_when() -> None:
    told = "It was received on 5 January 2027; it was due by 31 December 2026."
    words = " ".join(rendering.text("letter_notice.txt", facts(drawn=False, late=told))[1])
    assert f"We have your declaration for 2026. {told}" in words


def test_what_more_is_asked_stands_in_the_letter_as_the_officer_wrote_it() -> None:
    more = rendering.text("letter_notice.txt", facts(more="A certificate <signed> & dated."))[1]
    assert "A certificate <signed> & dated." in more


def test_names_are_written_as_their_bearers_write_them() -> None:
    name = "Łukasz Nguyễn-Đặng Ångström Ζωή Şimşek"
    (words,) = read(rendering.write([letter(to=(name, "Calgary, AB"))], NOW))
    assert name in words


def test_a_script_that_the_typeface_hasn_t_is_romanised_and_never_left_blank() -> None:
    (words,) = read(rendering.write([letter(to=("李小龍", "Calgary"))], NOW))
    assert "LiXiaoLong" in words.replace(" ", "")


def test_each_letter_begins_on_a_page_of_its_own() -> None:
    pdf = rendering.write([letter(), letter(to=("Bo Roy", "Olds, AB"))], NOW)
    pages = read(pdf)
    assert len(pages) == 2
    assert "Bo Roy" in pages[1]
    assert "12-101 Elm Street" not in pages[1]


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert rendering.write([letter()], NOW) == rendering.write([letter()], NOW)
    assert rendering.write([letter()], NOW) != rendering.write([letter(reference="other")], NOW)


def test_the_typeface_goes_along_so_that_it_looks_alike_everywhere() -> None:
    pdf = rendering.write([letter()], NOW)
    assert pdf.startswith(b"%PDF-1.")
    assert b"DejaVuSans" in pdf
    assert any(b"Tf" in stream for stream in streams(pdf))


def test_no_letter_is_an_error_and_no_empty_file() -> None:
    with pytest.raises(ValueError, match="no letter"):
        rendering.write([], NOW)


def test_a_long_letter_goes_on_over_the_page_and_loses_no_word() -> None:
    words = [f"word{number}" for number in range(2000)]
    pages = read(rendering.write([letter(paragraphs=(" ".join(words), "w" * 400))], NOW))
    assert len(pages) > 3
    found = " ".join(pages).split()
    assert [word for word in found if word.startswith("word")] == words
    assert sum(len(word) for word in found if set(word) == {"w"}) == 400


@pytest.mark.parametrize("path", [rendering.REGULAR, rendering.BOLD])
def test_the_typeface_is_read_as_the_tools_of_its_makers_read_it(path: Path) -> None:
    ours, theirs = typeface.read(path), TTFont(path)
    names = theirs.getGlyphOrder()
    assert {sign: names[glyph] for sign, glyph in ours.glyphs.items()} == theirs.getBestCmap()
    units = theirs["head"].unitsPerEm
    assert list(ours.widths) == [round(theirs["hmtx"][n][0] * 1000 / units) for n in names]
    assert theirs["name"].getDebugName(6) == path.stem.replace("-letters", "")


def test_a_file_that_is_no_typeface_is_said(tmp_path: Path) -> None:
    for content in (b"", b"wOFF", b"\0\1\0\0\0\0"):
        (tmp_path / "a.ttf").write_bytes(content)
        with pytest.raises(typeface.TypefaceError):
            typeface.read.__wrapped__(tmp_path / "a.ttf")
