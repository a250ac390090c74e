"""PNG pictures, examined chunk by chunk from the first byte to the last."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from signet.uploads.content.found import Bounds, Reason, Unfit
from signet.uploads.content.mixed import refuse_markup
from signet.uploads.content.unpacking import Unpacking

START = b"\x89PNG\r\n\x1a\n"
FRAME = 12  # bytes around a chunk's content: length, name, checksum
MOST_ABOUT = 1024 * 1024  # bytes that a picture's texts and colour profile may unpack to
# Samples per pixel by colour type, and the depths that each allows (PNG, third edition, 11.2.1).
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
# The seven passes of an interlaced picture: first column and row, and the steps between.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
LAST_PASS = (0, 1, 1, 2)
# Chunks without which the picture can't be shown; a capital first letter marks them.
NEEDED = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
MOVING = {b"acTL", b"fcTL", b"fdAT"}
PACKED_TEXTS = {b"zTXt", b"iTXt", b"iCCP"}


class Header(NamedTuple):
    """What the first chunk says about the picture."""

    width: int
    height: int
    bits: int  # per pixel
    interlaced: bool

    @property
    def unpacked(self) -> int:
        """The size of all rows in bytes, each with the byte that names its filter."""
        passes = (*PASSES, LAST_PASS) if self.interlaced else ((0, 0, 1, 1),)
        return sum(self._pass(*one) for one in passes)

    def _pass(self, left: int, top: int, right: int, down: int) -> int:
        columns = -(-(self.width - left) // right)
        rows = -(-(self.height - top) // down)
        if columns <= 0 or rows <= 0:
            return 0
        return rows * (1 + -(-columns * self.bits // 8))


def examine(data: bytes, bounds: Bounds) -> None:
    """Raise Unfit unless the bytes are one whole PNG picture within bounds and nothing else."""
    chunks = list(chunks_of(data))
    if chunks[0][0] != b"IHDR" or chunks[-1] != (b"IEND", b""):
        raise Unfit(Reason.BROKEN)
    header = _header(chunks[0][1])
    bounds.allow(header.width, header.height)
    if header.unpacked > bounds.unpacked:
        raise Unfit(Reason.BOMB)
    about = Unpacking(MOST_ABOUT, fed=len(data))
    for name, content in chunks[1:-1]:
        _examine_chunk(name, content, about)
    _examine_rows([content for name, content in chunks if name == b"IDAT"], header)


def chunks_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of each chunk. Raises Unfit unless all are whole."""
    at = len(START)
    while at + FRAME <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + FRAME + length
        if end > len(data):
            raise Unfit(Reason.BROKEN)
        (sum_,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != sum_:
            raise Unfit(Reason.BROKEN)
        yield name, data[at + 8 : end - 4]
        at = end
        if name == b"IEND":
            if at != len(data):
                raise Unfit(Reason.TWO_THINGS)
            return
    raise Unfit(Reason.BROKEN)


def _header(content: bytes) -> Header:
    if len(content) != struct.calcsize(">IIBBBBB"):
        raise Unfit(Reason.BROKEN)
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", content)
    if depth not in DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        raise Unfit(Reason.BROKEN)
    return Header(width, height, depth * SAMPLES[colour], bool(interlace))


def _examine_chunk(name: bytes, content: bytes, about: Unpacking) -> None:
    if name in MOVING:
        raise Unfit(Reason.KIND)
    if name in {b"IHDR", b"IEND"} or (name[:1].isupper() and name not in NEEDED):
        raise Unfit(Reason.BROKEN)
    if name == b"IDAT":
        return
    refuse_markup(content)
    if name in PACKED_TEXTS:
        refuse_markup(_text(name, content, about))


def _text(name: bytes, content: bytes, about: Unpacking) -> bytes:
    """Return what a compressed text or profile unpacks to; empty if it isn't compressed."""
    _, _, rest = content.partition(b"\0")
    if name == b"iTXt":
        if not rest.startswith(b"\1"):
            return b""
        rest = b"\0" + rest[2:].split(b"\0", 2)[-1]
    try:
        return about.unpack([rest[1:]], most_kept=MOST_ABOUT).content
    except zlib.error:
        raise Unfit(Reason.BROKEN) from None


def _examine_rows(pieces: list[bytes], header: Header) -> None:
    rows = Unpacking(header.unpacked, fed=sum(map(len, pieces)))
    try:
        stream = rows.unpack(pieces)
    except zlib.error:
        raise Unfit(Reason.BROKEN) from None
    if not stream.ended or rows.left:
        raise Unfit(Reason.BROKEN)
    if stream.more:
        raise Unfit(Reason.TWO_THINGS)
