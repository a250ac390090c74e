"""Compiled modules without the symbol names that only a debugger reads."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

_MAGIC = b"\x7fELF\x02\x01"  # 64-bit, little-endian ELF: what Lambda runs
_SECTION = struct.Struct("<IIQQQQIIQQ")
_TABLE_AT, _COUNT_AT = 0x28, 0x3C
_SYMBOLS, _STRINGS = 2, 3
_LOADED = 2


def blank_names(folder: Path) -> None:
    """Blank the symbol tables in every compiled module below a folder.

    Nothing is moved, so the loader sees no difference; zeros take almost no room in a zip.
    """
    for file in sorted(folder.rglob("*.so")):
        content = bytearray(file.read_bytes())
        for start, size in _names(content):
            content[start : start + size] = bytes(size)
        file.write_bytes(content)


def _names(content: bytearray) -> Iterator[tuple[int, int]]:
    """Yield the symbol table and its strings as (start, size); neither is loaded at run time."""
    if not content.startswith(_MAGIC):
        return
    (table,) = struct.unpack_from("<Q", content, _TABLE_AT)
    count, of_sections = struct.unpack_from("<HH", content, _COUNT_AT)
    for number in range(count):
        _, kind, flags, _, start, size, *_ = _SECTION.unpack_from(
            content, table + number * _SECTION.size
        )
        # The names of the sections themselves are small, and tools want them.
        if kind in (_SYMBOLS, _STRINGS) and not flags & _LOADED and number != of_sections:
            yield start, size
