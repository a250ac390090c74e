"""Copying a page's parts from one document into another, by `document_keys`."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from PIL import Image, JpegImagePlugin

from signet.uploads.content.document_keys import NAMES, OBJECTS, PARTS, PLAIN, STREAMS
from signet.uploads.content.found import Bounds, Reason, Unfit

DEEPEST = 60
# Ways of packing any content, by the names that readers take; and those of pictures, which are
# copied as they are once their size is known, with what they need to be read.
PACKED = frozenset(
    f"/{name}"
    for name in (
        *("FlateDecode", "Fl", "LZWDecode", "LZW", "ASCII85Decode", "A85"),
        *("ASCIIHexDecode", "AHx", "RunLengthDecode", "RL"),
    )
)
FLATE = frozenset({"/FlateDecode", "/Fl"})
PICTURES: Mapping[str, tuple[str, ...]] = {
    "/DCTDecode": ("/ColorTransform",),
    "/JPXDecode": (),
    "/CCITTFaxDecode": (
        *("/K", "/EndOfLine", "/EncodedByteAlign", "/Columns", "/Rows", "/EndOfBlock"),
        *("/BlackIs1", "/DamagedRowsBeforeError"),
    ),
    "/JBIG2Decode": (),
}
SHORT = {"/DCT": "/DCTDecode", "/CCF": "/CCITTFaxDecode"}
PREDICTED = ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")
Parms = dict[str, Any]


class Copying:
    """The parts copied into one document. Each is copied once, however often it is used."""

    def __init__(self, made: pikepdf.Pdf, bounds: Bounds) -> None:
        self.made = made
        self.bounds = bounds
        self.left = bounds.unpacked
        self.depth = 0
        self.known: dict[tuple[str, tuple[int, int]], pikepdf.Object] = {}

    def page(self, given: pikepdf.Object) -> pikepdf.Dictionary:
        """Return the copy of a page. Raises Unfit."""
        page = pikepdf.Dictionary(Type=pikepdf.Name.Page)
        copy = self.made.make_indirect(page)
        self._fill(copy, given, "page")
        if "/MediaBox" not in copy:
            raise Unfit(Reason.BROKEN)
        return copy

    def layers(self, given: object) -> pikepdf.Object | None:
        """Return which layers are shown, if a document has any."""
        if not isinstance(given, pikepdf.Dictionary):
            return None
        layers_copied: pikepdf.Object | None = self._part(given, "layers")
        return layers_copied

    def _fill(self, made: pikepdf.Object, given: pikepdf.Object, part: str) -> None:
        for key, kind in PARTS[part].items():
            value = given.get(key)
            if value is not None:
                copy = self._value(value, kind)
                if copy is not None:
                    made[key] = copy

    def _value(self, given: Any, kind: str) -> Any:
        """Return the copy of a value, None for what isn't of its kind."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unfit(Reason.BROKEN)
        try:
            if isinstance(given, pikepdf.Array):
                copies = [self._value(one, kind) for one in given]
                return pikepdf.Array([one for one in copies if one is not None])
            if isinstance(given, pikepdf.Dictionary | pikepdf.Stream):
                return None if kind == PLAIN else self._once(given, kind)
            return _plain(given, kind)
        finally:
            self.depth -= 1

    def _once(self, given: pikepdf.Object, kind: str) -> pikepdf.Object | None:
        if kind.startswith("*"):
            return self._named(given, kind[1:])
        part = OBJECTS.get(str(given.get("/Subtype", ""))) if kind == "object" else kind
        if part is None:
            return None
        known = (part, given.objgen)
        if given.is_indirect and known in self.known:
            return self.known[known]
        return self._part(given, part)

    def _named(self, given: pikepdf.Object, part: str) -> pikepdf.Dictionary:
        named_copy = pikepdf.Dictionary()
        for key, value in given.items():
            copy = self._value(value, part)
            if copy is not None:
                named_copy[key] = copy
        return named_copy

    def _part(self, given: pikepdf.Object, part: str) -> pikepdf.Object | None:
        copy: pikepdf.Object
        if isinstance(given, pikepdf.Stream):
            if part not in STREAMS:
                return None
            content, about = self._content(given, part)
            copy = pikepdf.Stream(self.made, content, about)
        else:
            copy = pikepdf.Dictionary()
        if given.is_indirect:
            copy = self.made.make_indirect(copy)
            # Known before it is filled: some parts lead back to themselves.
            self.known[part, given.objgen] = copy
        self._fill(copy, given, part)
        return copy

    def _content(self, given: pikepdf.Stream, part: str) -> tuple[bytes, Parms]:
        """Return a stream's content, compressed again, and the filters to unpack it."""
        filters, parms = _filters(given)
        if part == "image":
            self._allow(given)
            picture = SHORT.get(filters[-1], filters[-1]) if filters else ""
            if picture in PICTURES:
                content = self._unpacked(given, filters[:-1], parms[:-1])
                return self._picture(picture, content, parms[-1])
            if len(filters) == 1 and filters[0] in FLATE and parms[0].get("/Predictor", 1) != 1:
                self._unpacked(given, filters, parms)  # it can be, and within bounds
                content = self._unpacked(given, filters, [{}])
                kept = pikepdf.Dictionary({k: parms[0][k] for k in PREDICTED if k in parms[0]})
                return zlib.compress(content), _packed("/FlateDecode", kept)
        return zlib.compress(self._unpacked(given, filters, parms)), _packed("/FlateDecode")

    def _unpacked(self, given: pikepdf.Stream, filters: list[str], parms: list[Parms]) -> bytes:
        if not set(filters) <= PACKED:
            raise Unfit(Reason.BROKEN)
        raw = given.read_raw_bytes()
        about = {
            "/Filter": pikepdf.Array([pikepdf.Name(one) for one in filters]),
            "/DecodeParms": pikepdf.Array([pikepdf.Dictionary(one) for one in parms]),
        }
        content = pikepdf.Stream(self.made, raw, about).read_bytes() if filters else raw
        self.left -= len(content)
        if self.left < 0:
            raise Unfit(Reason.BOMB)
        return content

    def _allow(self, given: pikepdf.Stream) -> None:
        self.bounds.allow(int(given.get("/Width", 0)), int(given.get("/Height", 0)))

    def _picture(self, picture: str, content: bytes, parms: Parms) -> tuple[bytes, Parms]:
        kept: Parms = {key: parms[key] for key in PICTURES[picture] if key in parms}
        if picture == "/CCITTFaxDecode":
            size = int(kept.get("/Columns", 1728)), int(kept.get("/Rows", 0)) or 1
            self.bounds.allow(*size)
        elif picture == "/JBIG2Decode":
            shared = parms.get("/JBIG2Globals")
            if isinstance(shared, pikepdf.Stream):
                kept["/JBIG2Globals"] = self._value(shared, "glyphs")
        else:
            content = self._decodable(picture, content)
        return content, _packed(picture, pikepdf.Dictionary(kept) if kept else None)

    def _decodable(self, picture: str, content: bytes) -> bytes:
        """Return a picture whose true size is within bounds, a photograph without its metadata."""
        formats = ("JPEG",) if picture == "/DCTDecode" else ("JPEG2000",)
        try:
            with Image.open(io.BytesIO(content), formats=formats) as image:
                self.bounds.allow(*image.size)
                metadata = {"exif", "xmp", "comment", "photoshop"} & set(image.info)
                if not metadata or image.mode not in {"L", "RGB"}:
                    return content
                return _without_metadata(image)
        except (OSError, ValueError, SyntaxError):
            raise Unfit(Reason.BROKEN) from None


def _without_metadata(image: Image.Image) -> bytes:
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        raise Unfit(Reason.BROKEN)
    out = io.BytesIO()
    sampling = max(JpegImagePlugin.get_sampling(image), 0)
    plain = image.copy()
    plain.info = {}
    plain.save(out, "JPEG", qtables=image.quantization, subsampling=sampling, optimize=True)
    return out.getvalue()


def _filters(given: pikepdf.Stream) -> tuple[list[str], list[Parms]]:
    """Return how a stream is packed: the names of the ways, and what is said of each."""
    named = _listed(given.get("/Filter"))
    filters = [str(one) for one in named if isinstance(one, pikepdf.Name)]
    values = _listed(given.get("/DecodeParms"))
    parms = [dict(one.items()) if isinstance(one, pikepdf.Dictionary) else {} for one in values]
    parms += [{} for _ in range(len(filters) - len(parms))]
    together = list(zip(filters, parms, strict=False))
    # A document's own lock is open by now; this way of packing only says which one it was.
    kept = [(name, about) for name, about in together if name != "/Crypt"]
    return [name for name, _ in kept], [about for _, about in kept]


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, pikepdf.Array) else [given]


def _packed(how: str, parms: pikepdf.Dictionary | None = None) -> Parms:
    about: Parms = {"/Filter": pikepdf.Name(how)}
    if parms is not None:
        about["/DecodeParms"] = parms
    return about


def _plain(given: Any, kind: str) -> Any:
    """Return a number, name or string that belongs to no document, None where there may be none."""
    if isinstance(given, pikepdf.Name):
        return pikepdf.Name(str(given)) if kind in NAMES else None
    if kind not in {PLAIN, "colours", "font"} or isinstance(given, pikepdf.Object):
        text = isinstance(given, pikepdf.String) and kind in {PLAIN, "colours"}
        return pikepdf.String(bytes(given)) if text else None
    return given
