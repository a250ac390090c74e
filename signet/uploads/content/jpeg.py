"""JPEG pictures, examined marker by marker from the first byte to the last."""

from __future__ import annotations

import re
import struct

from signet.uploads.content.found import Bounds, Reason, Unfit
from signet.uploads.content.mixed import refuse_markup

START = b"\xff\xd8\xff"
BEGIN, END, SCAN = 0xD8, 0xD9, 0xDA
# Markers without content: TEM, and the restart markers within a scan.
BARE = {0x01, *range(0xD0, 0xD8)}
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ABOUT = {*range(0xE0, 0xF0), 0xFE}  # application segments, and comments
# A progressive picture has some ten scans; each costs a pass over the whole picture.
MOST_SCANS = 64
# Phones put a preview or a map of brightness behind the picture, each a whole picture again.
MOST_PICTURES = 8
SIZES = struct.Struct(">HH")
IN_SCAN = re.compile(rb"\xff+(?=[^\x00\xff\xd0-\xd7])")


def examine(data: bytes, bounds: Bounds) -> None:
    """Raise Unfit unless the bytes are whole JPEG pictures within bounds and nothing else."""
    at = 0
    for _ in range(MOST_PICTURES):
        at = _Picture(data, bounds).end(at)
        at = len(data) - len(data[at:].lstrip(b"\0"))
        if at == len(data):
            return
        if not data.startswith(START, at):
            break
    raise Unfit(Reason.TWO_THINGS)


class _Picture:
    """One picture while it is being examined."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        self.data = data
        self.bounds = bounds
        self.framed = False
        self.scans = 0

    def end(self, at: int) -> int:
        """Examine the picture that begins at an offset; return where it ends."""
        found, at = marker(self.data, at + 2)
        while found != END:
            if found not in BARE:
                content, at = segment(self.data, at)
                at = self._passed(found, content, at)
            found, at = marker(self.data, at)
        if not self.scans:
            raise Unfit(Reason.BROKEN)
        return at

    def _passed(self, marker: int, content: bytes, at: int) -> int:
        """Examine a segment; return where the next marker should be."""
        if marker in ABOUT:
            refuse_markup(content)
        elif marker in FRAMES:
            self._frame(content)
        elif marker == SCAN:
            self._scan()
            return after_scan(self.data, at)
        return at

    def _frame(self, content: bytes) -> None:
        if self.framed or len(content) < SIZES.size + 1:
            raise Unfit(Reason.BROKEN)
        height, width = SIZES.unpack_from(content, 1)
        self.bounds.allow(width, height)
        self.framed = True

    def _scan(self) -> None:
        self.scans += 1
        if not self.framed:
            raise Unfit(Reason.BROKEN)
        if self.scans > MOST_SCANS:
            raise Unfit(Reason.BOMB)


def marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at an offset, and where its segment begins. Raises Unfit."""
    first = at
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at == first or at >= len(data) or data[at] in {0, BEGIN}:
        raise Unfit(Reason.BROKEN)
    return data[at], at + 1


def segment(data: bytes, at: int) -> tuple[bytes, int]:
    """Return the content of the segment at an offset, and where it ends. Raises Unfit."""
    length = int.from_bytes(data[at : at + 2], "big")
    end = at + length
    if length < 2 or end > len(data):
        raise Unfit(Reason.BROKEN)
    return data[at + 2 : end], end


def after_scan(data: bytes, at: int) -> int:
    """Return the offset of the marker that ends the scan at an offset. Raises Unfit."""
    found = IN_SCAN.search(data, at)
    if found is None:
        raise Unfit(Reason.BROKEN)
    return found.start()
