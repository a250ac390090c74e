"""Decompression up to a limit: a bomb is stopped while it is small."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from signet.uploads.content.found import Reason, Unfit

FIRST, PIECE = 1024, 64 * 1024  # bytes


class Stream(NamedTuple):
    """The result of unpacking one stream: content if kept, whether it ended, whether more came."""

    content: bytes
    ended: bool
    more: bool


class Unpacking:
    """Unpacks zlib streams, all of them against the same limits, in bytes.

    `most` is what they may unpack to, `fed` what they may be unpacked from: streams that overlap
    could otherwise have the same bytes unpacked over and over.
    """

    def __init__(self, most: int, fed: int) -> None:
        self.left = most
        self.fed = fed

    def unpack(self, pieces: Iterable[bytes], *, most_kept: int = 0) -> Stream:
        """Unpack one stream given in pieces; keep up to `most_kept` bytes of content, none for 0.

        Raises Unfit (BOMB) at a limit, and zlib.error when the pieces aren't such a stream.
        """
        stream, size = zlib.decompressobj(), 0
        kept: list[bytes] = []
        for piece in pieces:
            if stream.eof:
                return Stream(b"".join(kept), True, True)
            for found in _unpacked(stream, piece):
                self.left = _less(self.left, len(found))
                size += len(found)
                if most_kept:
                    _less(most_kept, size)
                    kept.append(found)
            self.fed = _less(self.fed, len(piece) - len(stream.unused_data))
        return Stream(b"".join(kept), stream.eof, bool(stream.unused_data))


def _unpacked(stream: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    rest = piece
    while True:
        found = stream.decompress(rest, PIECE)
        yield found
        rest = stream.unconsumed_tail
        if stream.eof or (not rest and len(found) < PIECE):
            return


def _less(bound: int, count: int) -> int:
    if count > bound:
        raise Unfit(Reason.BOMB)
    return bound - count


def in_pieces(data: bytes, start: int) -> Iterator[bytes]:
    """Yield the bytes from an offset on in pieces, each larger than the last up to a limit.

    Many streams are small: this way, at most a few times what a stream holds is copied.
    """
    size = FIRST
    while start < len(data):
        yield data[start : start + size]
        start += size
        size = min(2 * size, PIECE)
