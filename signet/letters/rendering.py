"""Letters as PDF, to be printed and posted or handed over: the only form of a notice (NOT-3).

The fonts are part of the program, so that names keep their diacritics and a letter looks the same
wherever it is rendered. Characters that the fonts lack are transliterated to Latin letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from anyascii import anyascii
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from signet.letters import typeface
from signet.letters.pdf import Document

FONTS = Path(__file__).parent / "fonts"
TEXTS = Path(__file__).resolve().parents[2] / "site" / "services" / "cpd" / "desk"
REGULAR, BOLD = FONTS / "DejaVuSans-letters.ttf", FONTS / "DejaVuSans-letters-Bold.ttf"
MARGINS = (25.0, 20.0, 22.0)  # millimetres: at the sides, the top, the bottom
WINDOW_TOP, LEADING = 50.0, 5.4  # millimetres; the address shows in a window envelope
SIZE = 10.5  # points


class Letter(NamedTuple):
    """The content of a letter. `to` are the lines of the addressee: name first, then the address.

    `sender` are the lines of the letterhead, name first; `signed` are the closing lines.
    """

    sender: tuple[str, ...]
    to: tuple[str, ...]
    dated: date
    reference: str
    about: str
    paragraphs: tuple[str, ...]
    signed: tuple[str, ...]


def write(letters: Iterable[Letter], made_at: datetime) -> bytes:
    """Render letters as one PDF in US Letter size, each starting on a new page.

    The same letters and time give the same bytes. Raises ValueError when there are no letters.
    """
    document = Document(margins=MARGINS, made_at=made_at)
    for letter in letters:
        _one(document, letter)
    if not document.pages:
        raise ValueError("there is no letter to write")
    return document.output()


def _one(document: Document, letter: Letter) -> None:
    document.add_page()
    document.title = _legible(letter.about)
    _lines(document, letter.sender[:1], bold=True)
    _lines(document, letter.sender[1:])
    document.y = WINDOW_TOP
    _lines(document, letter.to)
    document.y += LEADING * 1.5
    _lines(document, (f"{letter.dated:%B} {letter.dated.day}, {letter.dated.year}",))
    _lines(document, (f"Our reference: {letter.reference}",))
    document.y += LEADING
    _lines(document, (letter.about,), bold=True)
    document.y += LEADING / 2
    for paragraph in letter.paragraphs:
        _lines(document, (paragraph,))
        document.y += LEADING / 2
    document.y += LEADING * 3
    _lines(document, letter.signed)


def _lines(document: Document, lines: Iterable[str], *, bold: bool = False) -> None:
    face = typeface.read(BOLD if bold else REGULAR)
    for line in lines:
        document.write(_legible(line), face, SIZE, LEADING)


def _legible(text: str) -> str:
    """Return the text with characters that the fonts lack transliterated."""
    known = _characters()
    return "".join(sign if ord(sign) in known else anyascii(sign) for sign in text)


def text(template: str, facts: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return a letter's subject and paragraphs, rendered from a template in site/services/cpd_desk.

    The template's first line is the subject; blank lines separate the paragraphs.
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
    both = (frozenset(typeface.read(path).glyphs) for path in (REGULAR, BOLD))
    return frozenset.intersection(*both) | {ord("\n")}
