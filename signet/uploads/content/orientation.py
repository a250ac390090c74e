"""A picture's orientation from its Exif data: the only part that changes what is shown."""

from __future__ import annotations

import struct

ORIENTATION, SHORT = 0x0112, 3  # the field, and how its value is written
FIELD = 12  # bytes
ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def orientation(exif: bytes) -> int:
    """Return the Exif orientation, 1 to 8; 1, the picture as stored, when there is none.

    `exif` begins with TIFF's byte order mark. It takes time in proportion to its size, whatever it
    holds.
    """
    order = ORDERS.get(exif[:4])
    if order is None or len(exif) < 8:
        return 1
    (at,) = struct.unpack_from(f"{order}I", exif, 4)
    if at + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(f"{order}H", exif, at)
    for place in range(at + 2, min(at + 2 + count * FIELD, len(exif) - FIELD + 1), FIELD):
        field, written, values, said = struct.unpack_from(f"{order}HHIH", exif, place)
        if (field, written, values) == (ORIENTATION, SHORT, 1):
            return int(said) if 1 <= said <= 8 else 1
    return 1


def tiff(turned: int) -> bytes:
    """Return Exif data with this orientation and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, SHORT, 1, turned, 0, 0)
