"""PDF documents: their pages copied into a new document, by an allow-list of page contents.

A saved document keeps whatever it held, an action on opening too, so nothing is saved: a document
is made that has the pages and nothing else. What notes and forms show becomes part of the page.
"""

from __future__ import annotations

import io

import pikepdf

from signet.uploads.content import active
from signet.uploads.content.found import Bounds, Clean, Kind, Reason, Unfit
from signet.uploads.content.page_parts import Copying

MOST_PAGES = 1_000
MOST_OBJECTS = 200_000
DEEPEST = 100


def written_anew(data: bytes, bounds: Bounds) -> Clean:
    """Return a document of the same pages, and nothing else; equal bytes for equal input.

    Raises Unfit.
    """
    most = bounds.unpacked
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1_000,
        parser_max_nesting=DEEPEST,
        parser_max_container_size=1_000_000,
        max_stream_filters=4,
        dct_max_progressive_scans=100,
        flate_max_memory=most,
        png_max_memory=most,
        tiff_max_memory=most,
        run_length_max_memory=most,
    )
    try:
        return Clean(Kind.PDF, _copied(data, bounds))
    except pikepdf.PasswordError:
        raise Unfit(Reason.LOCKED) from None
    except (pikepdf.PikepdfError, RuntimeError) as error:
        raise Unfit(_reason(str(error))) from None


def _reason(said: str) -> Reason:
    lowered = said.lower()
    if "encrypt" in lowered:
        return Reason.LOCKED
    return Reason.BOMB if "limit" in lowered or "memory" in lowered else Reason.BROKEN


def _copied(data: bytes, bounds: Bounds) -> bytes:
    with _opened(data) as source, pikepdf.new() as copy:
        if not len(source.pages):
            raise Unfit(Reason.BROKEN)
        if len(source.pages) > MOST_PAGES:
            raise Unfit(Reason.TOO_MANY_PAGES)
        _check_objects(source)
        active.refuse(source)
        _draw_notes(source)
        copying = Copying(copy, bounds)
        for page in source.pages:
            copy.pages.append(pikepdf.Page(copying.page(page.obj)))
        if layers := copying.layers(source.Root.get("/OCProperties")):
            copy.Root.OCProperties = layers
        out = io.BytesIO()
        copy.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            min_version="1.7",
        )
    return out.getvalue()


def _opened(data: bytes) -> pikepdf.Pdf:
    """Open a document; a damaged one only if nothing of it is missing."""
    try:
        document = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        document = pikepdf.open(io.BytesIO(data))
        if _is_torn(data, document):
            document.close()
            raise Unfit(Reason.BROKEN) from None
    return document


def _is_torn(data: bytes, given: pikepdf.Pdf) -> bool:
    """Tell whether a damaged document was cut off, or pages that it counts aren't there."""
    counted = given.Root.get("/Pages", pikepdf.Dictionary()).get("/Count", 0)
    return int(counted) != len(given.pages) or data.rfind(b"startxref") < data.rfind(b"endobj")


def _check_objects(given: pikepdf.Pdf) -> None:
    """Raise Unfit when there are too many objects, or some couldn't be unpacked."""
    if len(given.objects) > MOST_OBJECTS:
        raise Unfit(Reason.BOMB)
    for warning in given.get_warnings():
        if "decoding stream" in warning:
            raise Unfit(_reason(warning))


def _draw_notes(given: pikepdf.Pdf) -> None:
    """Make what is written into forms and notes part of the pages."""
    form = given.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and form.get("/NeedAppearances", False):
        given.generate_appearance_streams()
    given.flatten_annotations("screen")
