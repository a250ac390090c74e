"""Files that are an archive too, whatever they begin as."""

from __future__ import annotations

import struct

from signet.uploads.content.found import Reason, Unfit

ARCHIVE_END = b"PK\x05\x06"
ARCHIVE_TAIL = 22  # bytes of a ZIP's last record, before its comment
LONGEST_COMMENT = 0xFFFF


def refuse_archive(data: bytes) -> None:
    """Raise Unfit when a ZIP ends where the file does: a ZIP is read from its end."""
    at = data.rfind(ARCHIVE_END)
    first = len(data) - ARCHIVE_TAIL - LONGEST_COMMENT
    while at >= max(first, 0):
        tail = data[at + ARCHIVE_TAIL - 2 : at + ARCHIVE_TAIL]
        if len(tail) == 2 and at + ARCHIVE_TAIL + struct.unpack("<H", tail)[0] == len(data):
            raise Unfit(Reason.TWO_THINGS)
        at = data.rfind(ARCHIVE_END, 0, at)
