"""Minimal PDF writer for letters: lines of text on pages, with embedded fonts.

A PDF library would be larger than everything else that the functions share, and takes a second to
load.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from signet.letters.typeface import Typeface

MILLIMETRE = 72 / 25.4
_WIDE, _HIGH = 612, 792  # the size Letter, in points
_CATALOG, _PAGES, _INFO = 1, 2, 3
_MAPPED_AT_ONCE = 100  # the most characters that one section of a ToUnicode table may map
_TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{}
endcmap CMapName currentdict /CMap defineresource pop end end
"""


class Document:
    """A PDF written from the top down. All measures are in millimetres, font sizes in points.

    The same calls give the same bytes.
    """

    def __init__(self, *, margins: tuple[float, float, float], made_at: datetime) -> None:
        """Start an empty document; `margins` are at both sides, at the top, and at the bottom."""
        self.side, self.top, self.bottom = margins
        self.made_at, self.title = made_at, ""
        self.y = self.top
        self._pages: list[list[str]] = []
        self._faces: dict[str, Typeface] = {}
        self._used: dict[str, dict[int, str]] = {}

    @property
    def pages(self) -> int:
        """Return the number of pages."""
        return len(self._pages)

    def add_page(self) -> None:
        """Start a new page and move to its top."""
        self._pages.append([])
        self.y = self.top

    def write(self, text: str, face: Typeface, size: float, leading: float) -> None:
        """Write a left-aligned paragraph, breaking lines and pages where they are full."""
        for line in broken(text, face, (_WIDE - 2 * self.side * MILLIMETRE) * 1000 / size):
            if self.y + leading > _HIGH / MILLIMETRE - self.bottom:
                self.add_page()
            self._line(line, face, size, self.y + leading / 2 + 0.3 * size / MILLIMETRE)
            self.y += leading

    def _line(self, line: str, face: Typeface, size: float, baseline: float) -> None:
        used = self._used.setdefault(face.name, {})
        self._faces[face.name] = face
        glyphs = [face.glyphs.get(ord(sign), 0) for sign in line]
        used.update(zip(glyphs, line, strict=True))
        codes = "".join(f"{glyph:04X}" for glyph in glyphs)
        x, y = self.side * MILLIMETRE, _HIGH - baseline * MILLIMETRE
        self._pages[-1].append(f"BT /{face.name} {size:g} Tf {x:.2f} {y:.2f} Td <{codes}> Tj ET")

    def output(self) -> bytes:
        """Return the whole document as bytes."""
        fonts, made = {}, list[bytes]()
        for name in sorted(self._used):
            fonts[name] = _INFO + 1 + len(made)
            made += _font(self._faces[name], self._used[name], fonts[name])
        first = _INFO + 1 + len(made)
        named = " ".join(f"/{name} {number} 0 R" for name, number in fonts.items())
        for number, lines in enumerate(self._pages):
            page = (
                f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {_WIDE} {_HIGH}] "
                f"/Resources << /Font << {named} >> >> /Contents {first + 2 * number + 1} 0 R >>"
            )
            made += [page.encode(), _stream("\n".join(lines).encode())]
        kids = " ".join(f"{first + 2 * number} 0 R" for number in range(self.pages))
        catalog = f"<< /Type /Catalog /Pages {_PAGES} 0 R /Lang (en-CA) >>"
        pages = f"<< /Type /Pages /Kids [{kids}] /Count {self.pages} >>"
        made_at = self.made_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
        info = f"<< /Title {_text(self.title)} /CreationDate ({made_at}) >>"
        return _file([catalog.encode(), pages.encode(), info.encode(), *made])


def broken(text: str, face: Typeface, room: float) -> Iterator[str]:
    """Yield the lines of a text, none wider than `room`.

    Lines are broken at spaces, or within a word that is too long for a line.
    """
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if face.width(longer) <= room:
                line = longer
                continue
            if line:
                yield line
            line = word
            while face.width(line) > room:
                fits = _fitting(line, face, room)
                yield line[:fits]
                line = line[fits:]
        yield line


def _fitting(word: str, face: Typeface, room: float) -> int:
    fits = 1
    while face.width(word[: fits + 1]) <= room:
        fits += 1
    return fits


def _font(face: Typeface, used: dict[int, str], number: int) -> list[bytes]:
    """Return the five PDF objects of a font.

    In order: the font as pages refer to it, its glyphs, its descriptor, its file, and its ToUnicode
    map.
    """
    widths = " ".join(f"{glyph} [{face.widths[glyph]}]" for glyph in sorted(used))
    box = " ".join(map(str, face.box))
    name = f"/{face.name}"
    whole = (
        f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H "
        f"/DescendantFonts [{number + 1} 0 R] /ToUnicode {number + 4} 0 R >>"
    )
    glyphs = (
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap /Identity "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {number + 2} 0 R /DW {face.widths[0]} /W [{widths}] >>"
    )
    look = (
        f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 "
        f"/Ascent {face.ascent} /Descent {face.descent} /CapHeight {face.ascent} /StemV 80 "
        f"/FontFile2 {number + 3} 0 R >>"
    )
    file = _stream(face.content, f"/Length1 {len(face.content)} ")
    described = (one.encode("ascii") for one in (whole, glyphs, look))
    return [*described, file, _stream(_meaning(used).encode("ascii"))]


def _meaning(used: dict[int, str]) -> str:
    """Return the map from glyphs to characters, which makes text searchable and readable aloud."""
    mapped = [f"<{g:04X}> <{used[g].encode('utf-16-be').hex().upper()}>" for g in sorted(used)]
    starts = range(0, len(mapped), _MAPPED_AT_ONCE)
    parts = [mapped[start : start + _MAPPED_AT_ONCE] for start in starts]
    sections = (f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    return _TO_UNICODE.format("\n".join(sections))


def _text(text: str) -> str:
    """Encode human-readable text as a PDF string, for the document's metadata."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _stream(content: bytes, about: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< {about}/Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return head.encode("ascii") + packed + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    """Return the file: the objects, numbered from 1, and their cross-reference table."""
    found, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(found))
        found += f"{number} 0 obj\n".encode("ascii") + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    tail = (
        f"trailer\n<< /Size {len(objects) + 1} /Root {_CATALOG} 0 R /Info {_INFO} 0 R >>\n"
        f"startxref\n{len(found)}\n%%EOF\n"
    )
    return bytes(found) + (head + table + tail).encode("ascii")
