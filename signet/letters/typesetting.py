"""Documents as PDF: Typst sets the templates of site/letters with what stands in the document.

Text reaches Typst as data, never as markup: whatever a person typed prints as typed. The result is
PDF/A-2a and PDF/UA-1, for keeping and for reading aloud, and the same content gives the same bytes.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import manimgx_fonts
import manimgx_fonts_cjk
import typst

from signet.letters import coverage

TEMPLATES = Path(__file__).resolve().parents[2] / "site" / "letters"
FONTS = (Path(manimgx_fonts.__path__[0]), Path(manimgx_fonts_cjk.__path__[0]))
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
COMMON = "common"  # what the templates share; not a document itself
_PLACE = re.compile(r"─ (?:.*/)?(\w+\.typ:\d+:\d+)$", re.MULTILINE)
_SETTING = threading.Lock()  # a compiler does one document at a time


class TypesettingError(Exception):
    """A document can't be set. The message has nothing of what it says."""


def typeset(asked: Mapping[str, Any]) -> bytes:
    """Return the PDF of a request as `signet.letters.documents` makes it.

    `asked` has the name of the `template`, the `timestamp` (seconds since 1970) and the `data` that
    the template reads. Raises TypesettingError.
    """
    template = TEMPLATES / f"{asked['template']}.typ"
    if template.stem == COMMON or template not in TEMPLATES.glob("*.typ"):
        raise TypesettingError("there is no such template")
    fonts = [family.name for family in coverage.families()]
    data = json.dumps({**_printable(asked["data"]), "fonts": fonts}, ensure_ascii=False)
    try:
        with _SETTING:
            pdf = compiler().compile(
                template,
                format="pdf",
                sys_inputs={"data": data},
                pdf_standards=STANDARDS,
                timestamp=int(asked["timestamp"]),
            )
    except typst.TypstError as error:
        # Typst's message quotes the document, which may be sealed: it must not reach a log.
        raise TypesettingError(f"{template.name} can't be set: {_place(error)}") from None
    if not isinstance(pdf, bytes):
        raise TypesettingError(f"{template.name} gave no document")
    return pdf


@cache
def compiler() -> typst.Compiler:
    """Return the process's one compiler. Making it reads the fonts, which takes 60 ms."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(FONTS)
    )
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)


def _printable(data: Any) -> Any:
    """Return the data with all of its texts printable."""
    if isinstance(data, str):
        return coverage.printable(data)
    if isinstance(data, Mapping):
        return {name: _printable(value) for name, value in data.items()}
    return [_printable(one) for one in data] if isinstance(data, list | tuple) else data


def _place(error: typst.TypstError) -> str:
    """Return where in the templates an error is: file, line and column, and nothing more."""
    place = _PLACE.search(error.diagnostic)
    return place[1] if place else "place unknown"
