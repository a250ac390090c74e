"""The size at which a picture is shown: its pixels, once turned as its Exif data says."""

from __future__ import annotations

import struct

from signet.uploads.content import jpeg, png
from signet.uploads.content.cleaned import EXIF
from signet.uploads.content.found import Kind, Reason, Unfit
from signet.uploads.content.orientation import orientation

ON_ITS_SIDE = 5  # from this value on, Exif's orientations swap width and height


def shown_size(kind: Kind, content: bytes) -> tuple[int, int]:
    """Return a picture's width and height as shown. Raises Unfit unless it is a whole picture."""
    match kind:
        case Kind.PNG:
            width, height = struct.unpack_from(">II", content, len(png.START) + 8)
            return width, height
        case Kind.JPEG:
            return _jpeg(content)
        case Kind.PDF:
            raise Unfit(Reason.KIND)


def _jpeg(data: bytes) -> tuple[int, int]:
    marker, at = jpeg.marker(data, 2)
    turned = 1
    while marker not in jpeg.FRAMES:
        if marker == jpeg.END:
            raise Unfit(Reason.BROKEN)
        if marker not in jpeg.BARE:
            content, at = jpeg.segment(data, at)
            if marker == 0xE1 and content.startswith(EXIF):
                turned = orientation(content[len(EXIF) :])
        marker, at = jpeg.marker(data, at)
    height, width = jpeg.SIZES.unpack_from(jpeg.segment(data, at)[0], 1)
    return (height, width) if turned >= ON_ITS_SIDE else (width, height)
