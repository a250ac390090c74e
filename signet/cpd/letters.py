"""Letters as PDF, to be printed and posted or handed over: the only form of a notice (NOT-3).

The typeface comes with the program, so that a name is written as its bearer writes it and a letter
looks alike wherever it is made. What the typeface hasn't is romanised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anyascii import anyascii
from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
TEXTS = Path(__file__).resolve().parents[2] / "site" / "services" / "cpd_desk"
FAMILY = "Letter"
REGULAR, BOLD = FONTS / "DejaVuSans-letters.ttf", FONTS / "DejaVuSans-letters-Bold.ttf"
MARGIN, WINDOW_TOP, LEADING = 25, 50, 5.4  # millimetres; the address shows in a window envelope
SIZE = 10.5  # points


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. `to` are the lines of the addressee: name first, then the address.

    `sender` are the lines of the letterhead, name first; `signed` the lines that close it.
    """

    sender: tuple[str, ...]
    to: tuple[str, ...]
    dated: date
    reference: str
    about: str
    paragraphs: tuple[str, ...]
    signed: tuple[str, ...]


def write(letters: Iterable[Letter], made_at: datetime) -> bytes:
    """The letters as one PDF in the size Letter, each from a new page.

    The same letters and moment give the same bytes. Raises ValueError when there are none.
    """
    document = _document(made_at)
    for letter in letters:
        _one(document, letter)
    if not document.page:
        raise ValueError("there is no letter to write")
    return bytes(document.output())


def _document(made_at: datetime) -> FPDF:
    from fpdf import FPDF  # a second of imports that no page needs

    document = FPDF(format="Letter")
    document.set_creation_date(made_at)
    document.set_margins(MARGIN, 20)
    document.set_auto_page_break(True, 22)
    document.set_lang("en-CA")
    document.add_font(FAMILY, "", REGULAR)
    document.add_font(FAMILY, "B", BOLD)
    return document


def _one(document: FPDF, letter: Letter) -> None:
    document.add_page()
    document.set_title(_legible(letter.about))
    _lines(document, letter.sender[:1], bold=True)
    _lines(document, letter.sender[1:])
    document.set_y(WINDOW_TOP)
    _lines(document, letter.to)
    document.ln(LEADING * 1.5)
    _lines(document, (f"{letter.dated:%B} {letter.dated.day}, {letter.dated.year}",))
    _lines(document, (f"Our reference: {letter.reference}",))
    document.ln(LEADING)
    _lines(document, (letter.about,), bold=True)
    document.ln(LEADING / 2)
    for paragraph in letter.paragraphs:
        _lines(document, (paragraph,))
        document.ln(LEADING / 2)
    document.ln(LEADING * 3)
    _lines(document, letter.signed)


def _lines(document: FPDF, lines: Iterable[str], *, bold: bool = False) -> None:
    document.set_font(FAMILY, "B" if bold else "", SIZE)
    for line in lines:
        document.multi_cell(0, LEADING, _legible(line), align="L", new_x="LMARGIN", new_y="NEXT")


def _legible(text: str) -> str:
    """The text with what the typeface hasn't written in plain letters instead."""
    known = _characters()
    return "".join(sign if ord(sign) in known else anyascii(sign) for sign in text)


def text(template: str, facts: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """What a letter is about and its paragraphs, from a text in site/services/cpd_desk.

    The first line is what it is about; empty lines part the paragraphs.
    """
    written = _texts().get_template(template).render(facts).strip()
    about, _, body = written.partition("\n")
    paragraphs = (" ".join(part.split()) for part in body.split("\n\n"))
    return about.strip(), tuple(part for part in paragraphs if part)


@cache
def _texts() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEXTS),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text: nothing reads it as HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found = [TTFont(path).getBestCmap() for path in (REGULAR, BOLD)]
    return frozenset(found[0]) & frozenset(found[1]) | {ord("\n")}
