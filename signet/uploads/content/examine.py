"""Which accepted kind a file is, and whether it is plainly that and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection

from signet.uploads.content import jpeg, pdf, png
from signet.uploads.content.found import Bounds, Kind, Reason, Unfit
from signet.uploads.content.mixed import refuse_archive

# Only at the very start: a file of two kinds relies on readers that look further in.
STARTS: tuple[tuple[bytes, Kind, Callable[[bytes, Bounds], None]], ...] = (
    (pdf.START, Kind.PDF, pdf.examine),
    (png.START, Kind.PNG, png.examine),
    (jpeg.START, Kind.JPEG, jpeg.examine),
)


def examine(data: bytes, taken: Collection[Kind], bounds: Bounds) -> Kind:
    """Return the kind of a file, judged by its content alone.

    `taken` are the accepted kinds. Raises Unfit when it is none of them, isn't whole, is also
    something else, or unpacks to more than `bounds`. Takes time in proportion to the file's size
    and the bounds, whatever the file holds.
    """
    if not data:
        raise Unfit(Reason.EMPTY)
    for start, kind, examine_kind in STARTS:
        if data.startswith(start) and kind in taken:
            refuse_archive(data)
            examine_kind(data, bounds)
            return kind
    raise Unfit(Reason.KIND)
