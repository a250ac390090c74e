"""A picture without its metadata: where it was taken, when, and by whose camera.

The parts that make up a picture are listed here; anything that isn't listed is left out.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from signet.uploads.content import jpeg, png
from signet.uploads.content.found import Kind
from signet.uploads.content.orientation import orientation, tiff

# Frames and scans, their tables (DHT, DAC, DQT), line count (DNL) and restart interval (DRI).
JPEG_NEEDED = jpeg.FRAMES | {0xC4, 0xCC, 0xDB, 0xDC, 0xDD, jpeg.SCAN}
JFIF, EXIF, ICC, ADOBE = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"
# Chunks of a PNG that change what is shown, with their sizes where these are fixed, in bytes.
PNG_SIZES = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"cICP": 4}
PNG_NEEDED = png.NEEDED | {b"tRNS"}


def without_metadata(kind: Kind, content: bytes) -> bytes:
    """Return a picture that looks the same and holds nothing else.

    `content` is a file that was examined and found to be of its kind. Colours and orientation stay
    as they are: a colour profile is kept whole, of the Exif data only the orientation. Previews
    that follow the picture in a JPEG are left out. A PDF is returned unchanged: what its many parts
    may hold can't be removed reliably. Raises Unfit for what isn't a whole picture.
    """
    match kind:
        case Kind.JPEG:
            return b"".join(_jpeg(content))
        case Kind.PNG:
            return b"".join(_png(content))
        case Kind.PDF:
            return content


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    marker, at = jpeg.marker(data, 2)
    while marker != jpeg.END:
        if marker in jpeg.BARE:
            yield bytes((0xFF, marker))
        else:
            content, at = jpeg.segment(data, at)
            kept = content if marker in JPEG_NEEDED else _about(marker, content)
            if kept:
                yield struct.pack(">BBH", 0xFF, marker, len(kept) + 2) + kept
            if marker == jpeg.SCAN:
                begins, at = at, jpeg.after_scan(data, at)
                yield data[begins:at]
        marker, at = jpeg.marker(data, at)
    yield bytes((0xFF, jpeg.END))


def _about(marker: int, content: bytes) -> bytes:
    """Return what to keep of an application segment: numbers that change how the picture looks."""
    match marker:
        case 0xE0 if content.startswith(JFIF) and len(content) >= 14:
            return content[:12] + b"\0\0"  # without its preview
        case 0xE1 if content.startswith(EXIF):
            turned = orientation(content[len(EXIF) :])
            return EXIF + tiff(turned) if turned > 1 else b""
        case 0xE2 if content.startswith(ICC):
            return content
        case 0xEE if content.startswith(ADOBE) and len(content) >= 12:
            return ADOBE + bytes((0, 100, 0, 0, 0, 0, content[11]))  # which colours these are
        case _:
            return b""


def _png(data: bytes) -> Iterator[bytes]:
    yield png.START
    seen: set[bytes] = set()
    for name, content in png.chunks_of(data):
        kept = _kept(name, content)
        # Readers ignore a second chunk of the same name.
        if kept is None or (name in seen and name not in png.NEEDED):
            continue
        seen.add(name)
        summed = name + kept
        yield struct.pack(">I", len(kept)) + summed + struct.pack(">I", zlib.crc32(summed))


def _kept(name: bytes, content: bytes) -> bytes | None:
    """Return what to keep of a chunk, None to drop the chunk."""
    if name in PNG_NEEDED or PNG_SIZES.get(name) == len(content):
        return content
    if name == b"iCCP":
        return b"icc" + content[content.index(b"\0") :] if b"\0" in content else None
    if name == b"eXIf":
        turned = orientation(content)
        return tiff(turned) if turned > 1 else None
    return None
