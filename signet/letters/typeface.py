"""A minimal TrueType reader: the glyph of each character, and its width, for setting text."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_UNICODE = {(0, 3), (3, 1)}  # (platform, encoding) pairs whose character map is in Unicode
_BY_SEGMENTS = 4  # the only character map format that is supported


class TypefaceError(Exception):
    """The file isn't a readable TrueType font; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font: the glyphs of characters, and measures in thousandths of the font size."""

    name: str
    content: bytes
    glyphs: Mapping[int, int]
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def width(self, text: str) -> int:
        """Return the width of a text; a missing character has the width of glyph 0."""
        return sum(self.widths[self.glyphs.get(ord(sign), 0)] for sign in text)


@cache
def read(path: Path) -> Typeface:
    """Read a font, named after its file. Raises TypefaceError."""
    content = path.read_bytes()
    try:
        tables = _tables(content)
        (units,) = struct.unpack_from(">H", tables["head"], 18)
        ascent, descent = struct.unpack_from(">hh", tables["hhea"], 4)
        (measured,) = struct.unpack_from(">H", tables["hhea"], 34)
        (count,) = struct.unpack_from(">H", tables["maxp"], 4)
        advances = struct.unpack_from(">" + "Hxx" * measured, tables["hmtx"])
        box = struct.unpack_from(">4h", tables["head"], 36)
        glyphs = _glyphs(tables["cmap"])
    except (KeyError, struct.error) as error:
        raise TypefaceError(f"{path.name} can't be read: {error}") from None
    each = advances + advances[-1:] * (count - measured)  # the last width applies to the rest
    left, bottom, right, top = (round(one * 1000 / units) for one in box)
    return Typeface(
        name=path.stem,
        content=content,
        glyphs=glyphs,
        widths=tuple(round(one * 1000 / units) for one in each),
        box=(left, bottom, right, top),
        ascent=round(ascent * 1000 / units),
        descent=round(descent * 1000 / units),
    )


def _tables(content: bytes) -> dict[str, bytes]:
    if content[:4] != b"\0\1\0\0":
        raise TypefaceError("it isn't a TrueType file")
    (count,) = struct.unpack_from(">H", content, 4)
    found = (struct.unpack_from(">4sLLL", content, 12 + 16 * number) for number in range(count))
    return {tag.decode("ascii"): content[start : start + size] for tag, _, start, size in found}


def _glyphs(table: bytes) -> dict[int, int]:
    """Return the glyph of each character (table cmap)."""
    (count,) = struct.unpack_from(">H", table, 2)
    for number in range(count):
        platform, encoding, start = struct.unpack_from(">HHL", table, 4 + 8 * number)
        if (platform, encoding) in _UNICODE and table[start + 1] == _BY_SEGMENTS:
            return _segments(table[start:])
    raise TypefaceError("it has no table of characters that can be read")


def _segments(table: bytes) -> dict[int, int]:
    (double,) = struct.unpack_from(">H", table, 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + double)
    deltas = struct.unpack_from(f">{count}H", table, 16 + 2 * double)
    at = 16 + 3 * double
    found = {}
    for number, (first, last, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        (offset,) = struct.unpack_from(">H", table, at + 2 * number)
        for sign in range(first, min(last, 0xFFFE) + 1):
            glyph = sign
            if offset:  # relative to the position of the offset itself
                place = at + 2 * number + offset + 2 * (sign - first)
                (glyph,) = struct.unpack_from(">H", table, place)
            if glyph or not offset:
                found[sign] = (glyph + delta) & 0xFFFF
    return {sign: glyph for sign, glyph in found.items() if glyph}
