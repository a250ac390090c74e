"""PDF documents: not rendered or interpreted, but checked for what a record never needs.

A document is accepted when it starts and ends as one, isn't encrypted, runs nothing, carries no
files, and when everything in it unpacks to a bounded size. Anyone who needs more prints it to a new
PDF.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from signet.uploads.content.found import Bounds, Reason, Unfit
from signet.uploads.content.mixed import refuse_markup
from signet.uploads.content.unpacking import FIRST, Unpacking, in_pieces

START = b"%PDF-"
VERSION = re.compile(rb"%PDF-[12]\.\d[\s%]")
END = b"%%EOF"
BLANK = b"\r\n\t\f \0"
OBJECT_OR_STREAM = re.compile(rb"(obj)|(?<!end)stream(?:\r\n|\n|\r)")
LONGEST_DICTIONARY = 64 * 1024
# An object has one stream at most, but the word may also appear in its text.
MOST_IN_OBJECT = 16
MOST_STREAMS = 50_000
MOST_OBJECTS = 16 * 1024 * 1024  # bytes of one stream of objects
OVERLAP = 4  # how often the file's bytes may be unpacked, taking all streams together
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
EDGE = rb"(?=[\s/<>\[\](){}%\0]|$)"
LOCKED = re.compile(rb"/Encrypt" + EDGE)
# An action that runs a script names /JavaScript, whether or not it hides the script itself.
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|XFA)" + EDGE)
PACKINGS = re.compile(rb"/(FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL)" + EDGE)
FLATE = {b"FlateDecode", b"Fl"}
OBJECTS = re.compile(rb"/ObjStm" + EDGE)


def examine(data: bytes, bounds: Bounds) -> None:
    """Raise Unfit unless the bytes are one PDF document that runs nothing and is within bounds."""
    if not VERSION.match(data):
        raise Unfit(Reason.BROKEN)
    if END not in data:
        raise Unfit(Reason.BROKEN)
    if not data.rstrip(BLANK).endswith(END):
        raise Unfit(Reason.TWO_THINGS)
    # The whole file, streams too: what looks like a stream here may not be one to another reader.
    refuse_markup(data)
    _refuse_names(data)
    for objects in _unpacked_objects(data, bounds):
        _refuse_names(objects)


def _refuse_names(data: bytes) -> None:
    plain = _plainly(data)
    if LOCKED.search(plain):
        raise Unfit(Reason.LOCKED)
    if ACTIVE.search(plain):
        raise Unfit(Reason.ACTIVE)


def _unpacked_objects(data: bytes, bounds: Bounds) -> Iterator[bytes]:
    """Unpack every stream within bounds; yield the content of those that hold objects."""
    unpacking = Unpacking(bounds.unpacked, fed=OVERLAP * len(data) + FIRST)
    for about, start in _streams(data):
        packings = [found[1] for found in PACKINGS.finditer(about)]
        if not packings:
            continue
        # Bombs are nested in streams compressed twice, or in ways that no current program writes.
        if len(packings) > 1 or packings[0] not in FLATE:
            raise Unfit(Reason.BOMB)
        most = MOST_OBJECTS if OBJECTS.search(about) else 0
        try:
            yield unpacking.unpack(in_pieces(data, start), most_kept=most).content
        except zlib.error:
            if most:
                raise Unfit(Reason.BROKEN) from None


def _streams(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield each stream's dictionary, with the escapes in its names undone, and where it starts."""
    opened = count = in_all = 0
    for found in OBJECT_OR_STREAM.finditer(data):
        if found[1]:
            opened, count = found.start(), 0
            continue
        count += 1
        in_all += 1
        if count > MOST_IN_OBJECT or in_all > MOST_STREAMS:
            raise Unfit(Reason.BROKEN)
        first = max(opened, found.start() - LONGEST_DICTIONARY)
        yield _plainly(data[first : found.start()]), found.end()


def _plainly(data: bytes) -> bytes:
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
