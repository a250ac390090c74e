"""Files that are two things at once: a picture also a web page, a document also an archive."""

from __future__ import annotations

import re
import struct

from signet.uploads.content.found import Reason, Unfit

# What makes software that guesses types treat a file as a page or a program. The character after
# the name makes a match by chance in compressed data unlikely.
MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>]|script[\s>]|iframe[\s>]|svg[\s>]|\?php\s)",
    re.IGNORECASE,
)
ARCHIVE_END = b"PK\x05\x06"
ARCHIVE_TAIL = 22  # bytes of a ZIP's last record, before its comment
LONGEST_COMMENT = 0xFFFF


def refuse_markup(data: bytes) -> None:
    """Raise Unfit when the bytes hold what a browser would treat as a page."""
    if MARKUP.search(data):
        raise Unfit(Reason.TWO_THINGS)


def refuse_archive(data: bytes) -> None:
    """Raise Unfit when a ZIP ends where the file does: a ZIP is read from its end."""
    at = data.rfind(ARCHIVE_END)
    first = len(data) - ARCHIVE_TAIL - LONGEST_COMMENT
    while at >= max(first, 0):
        tail = data[at + ARCHIVE_TAIL - 2 : at + ARCHIVE_TAIL]
        if len(tail) == 2 and at + ARCHIVE_TAIL + struct.unpack("<H", tail)[0] == len(data):
            raise Unfit(Reason.TWO_THINGS)
        at = data.rfind(ARCHIVE_END, 0, at)
