"""Unpacking compressed data no further than a bound: a bomb is stopped while it is small."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from signet.uploads.content.found import Reason, Unfit

FIRST, PIECE = 1024, 64 * 1024  # bytes


class Stream(NamedTuple):
    """What one stream unpacked to: its content where kept, whether it ended, whether more came."""

    content: bytes
    ended: bool
    more: bool


class Unpacking:
    """Unpacks zlib streams, all of them against the same bounds, in bytes.

    `most` is what they may unpack to, `fed` what they may be unpacked from: streams that overlap
    could otherwise have the same bytes unpacked over and over.
    """

    def __init__(self, most: int, fed: int) -> None:
        self.left = most
        self.fed = fed

    def unpack(self, pieces: Iterable[bytes], *, most_kept: int = 0) -> Stream:
        """Unpack one stream given in pieces; its content is kept if it may be of some size.

        Raises Unfit (BOMB) at a bound, and zlib.error when the pieces aren't such a stream.
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
    """Yield the bytes from a place on in pieces, each larger than the last up to a bound.

    So no more is copied than a few times what a stream, many of which are small, turns out to hold.
    """
    size = FIRST
    while start < len(data):
        yield data[start : start + size]
        start += size
        size = min(2 * size, PIECE)
