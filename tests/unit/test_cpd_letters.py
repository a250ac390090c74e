"""Letters as PDF (NOT-3): what they say can be read back out of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from signet.cpd import letters
from signet.cpd.letters import Letter
from tests.entries import POLICY

NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
CPD = POLICY.cpd(date(2026, 1, 1))


def facts(**said: Any) -> dict[str, Any]:
    usual = {
        "year": 2026, "name": "Ana Lee", "drawn": True, "more": "", "days": CPD.notice_days,
        "within": CPD.mail_days_within, "elsewhere": CPD.mail_days_elsewhere,
        "activities": CPD.minimum_activities, "categories": CPD.minimum_categories,
        "reviewer": CPD.reviewer, "council": CPD.council, "regulator": POLICY.regulator,
        "site": "https://register.example",
    }  # fmt: skip
    return usual | said


def letter(**said: Any) -> Letter:
    about, paragraphs = letters.text("letter_notice.txt", facts())
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


def read(pdf: bytes, tmp_path: Path) -> str:
    """The PDF's words, read by another program."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("this machine has no pdftotext to read a PDF back with")
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    run = subprocess.run([tool, "-layout", str(path), "-"], check=True, capture_output=True)
    return run.stdout.decode()


def streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(one) for one in found if one[:1] == b"x"]


def test_a_notice_says_who_when_what_and_by_when(tmp_path: Path) -> None:
    """NOT-1, NOT-2: the days are the policy's."""
    words = " ".join(read(letters.write([letter()], NOW), tmp_path).split())
    assert "Ana Lee 12-101 Elm Street Edmonton, AB" in words
    assert "November 21, 2026" in words
    assert "Our reference: CPD 2026-100001-1" in words
    assert "within 30 days after the day on which this notice is served" in words
    assert "presumed served 7 days" in words
    assert "14 days after it was posted to an address elsewhere" in words


def test_what_is_said_to_one_drawn_isn_t_said_to_one_who_has_not_declared() -> None:
    drawn = " ".join(letters.text("letter_notice.txt", facts())[1])
    late = " ".join(letters.text("letter_notice.txt", facts(drawn=False))[1])
    assert "drawn at random" in drawn
    assert "has not been received" not in drawn
    assert "drawn at random" not in late
    assert "has not been received" in late


def test_what_more_is_asked_stands_in_the_letter_as_the_officer_wrote_it() -> None:
    more = letters.text("letter_notice.txt", facts(more="A certificate <signed> & dated."))[1]
    assert "A certificate <signed> & dated." in more


def test_names_are_written_as_their_bearers_write_them(tmp_path: Path) -> None:
    name = "Łukasz Nguyễn-Đặng Ångström Ζωή Şimşek"
    words = read(letters.write([letter(to=(name, "Calgary, AB"))], NOW), tmp_path)
    assert name in words


def test_a_script_that_the_typeface_hasn_t_is_romanised_and_never_left_blank(
    tmp_path: Path,
) -> None:
    words = read(letters.write([letter(to=("李小龍", "Calgary"))], NOW), tmp_path)
    assert "LiXiaoLong" in words.replace(" ", "")


def test_each_letter_begins_on_a_page_of_its_own(tmp_path: Path) -> None:
    pdf = letters.write([letter(), letter(to=("Bo Roy", "Olds, AB"))], NOW)
    pages = read(pdf, tmp_path).split("\f")
    assert len(pages) == 3  # a form feed ends each
    assert "Bo Roy" in pages[1]
    assert "12-101 Elm Street" not in pages[1]


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert letters.write([letter()], NOW) == letters.write([letter()], NOW)
    assert letters.write([letter()], NOW) != letters.write([letter(reference="other")], NOW)


def test_the_typeface_goes_along_so_that_it_looks_alike_everywhere() -> None:
    pdf = letters.write([letter()], NOW)
    assert pdf.startswith(b"%PDF-1.")
    assert b"DejaVuSans" in pdf
    assert any(b"Tf" in stream for stream in streams(pdf))


def test_no_letter_is_an_error_and_no_empty_file() -> None:
    with pytest.raises(ValueError, match="no letter"):
        letters.write([], NOW)
