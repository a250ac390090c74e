"""What of a PDF document is copied: for each part of it the keys, and what their values are.

Names are those of ISO 32000. A value is `plain` (numbers, names, strings, and arrays of them), a
part named here, or `*` and a part: a dictionary of such parts under names of the document's own.
What isn't listed isn't copied: actions, annotations, forms, files, names, metadata, structure.
"""

from __future__ import annotations

from collections.abc import Mapping

PLAIN = "plain"


def _keys(plain: str, **parts: str) -> Mapping[str, str]:
    names = dict.fromkeys(plain.split(), PLAIN) | parts
    return {f"/{name}": part for name, part in names.items()}


PARTS: Mapping[str, Mapping[str, str]] = {
    "page": _keys(
        "MediaBox CropBox TrimBox Rotate UserUnit",
        Resources="resources",
        Contents="drawing",
        Group="group",
    ),
    "resources": _keys(
        "ProcSet",
        ExtGState="*state",
        ColorSpace="*colours",
        Pattern="*pattern",
        Shading="*shading",
        XObject="*object",
        Font="*font",
        Properties="*layer",
    ),
    "drawing": {},
    "group": _keys("Type S I K", CS="colours"),
    "state": _keys(
        "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK", Font="font", SMask="mask"
    ),
    "mask": _keys("Type S BC", G="object", TR="function"),
    # A colour space is a name, or an array of a name and numbers, names, spaces and these.
    "colours": _keys(
        "N Range WhitePoint BlackPoint Gamma Matrix FunctionType Domain Size BitsPerSample Order "
        "Encode Decode C0 C1 Bounds",
        Alternate="colours",
        Functions="function",
    ),
    "function": _keys(
        "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds",
        Functions="function",
    ),
    "pattern": _keys(
        "Type PatternType PaintType TilingType BBox XStep YStep Matrix",
        Resources="resources",
        Shading="shading",
        ExtGState="state",
    ),
    "shading": _keys(
        "ShadingType Background BBox AntiAlias Coords Domain Extend Matrix BitsPerCoordinate "
        "BitsPerComponent BitsPerFlag Decode VerticesPerRow",
        ColorSpace="colours",
        Function="function",
    ),
    "image": _keys(
        "Type Subtype Width Height BitsPerComponent Intent ImageMask Decode Interpolate "
        "SMaskInData Matte",
        ColorSpace="colours",
        Mask="object",
        SMask="object",
        OC="layer",
    ),
    "form": _keys(
        "Type Subtype FormType BBox Matrix", Resources="resources", Group="group", OC="layer"
    ),
    "font": _keys(
        "Type Subtype BaseFont FirstChar LastChar Widths DW W DW2 W2 FontBBox FontMatrix Name",
        FontDescriptor="typeface",
        Encoding="encoding",
        ToUnicode="map",
        DescendantFonts="font",
        CIDSystemInfo="collection",
        CIDToGIDMap="map",
        CharProcs="*drawing",
        Resources="resources",
    ),
    "encoding": _keys(
        "Type BaseEncoding Differences CMapName WMode", CIDSystemInfo="collection", UseCMap="map"
    ),
    "map": _keys("Type CMapName WMode", CIDSystemInfo="collection", UseCMap="map"),
    "collection": _keys("Registry Ordering Supplement"),
    "typeface": _keys(
        "Type FontName FontFamily FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent "
        "Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth CharSet",
        FontFile="glyphs",
        FontFile2="glyphs",
        FontFile3="glyphs",
        CIDSet="glyphs",
    ),
    "glyphs": _keys("Length1 Length2 Length3 Subtype"),
    # Layers stay, or what is switched off would be shown.
    "layer": _keys("Type Name P VE", OCGs="layer"),
    "layers": _keys("", OCGs="layer", D="shown"),
    "shown": _keys("BaseState", ON="layer", OFF="layer"),
}
# What has a content beside its keys, and may thus be a stream.
STREAMS = frozenset(
    {"drawing", "colours", "function", "pattern", "shading", "image", "form", "map", "glyphs"}
    | {"encoding"}
)
# What a name alone may stand for.
NAMES = frozenset({PLAIN, "colours", "function", "mask", "encoding", "map"})
# Objects that a page draws, by their subtype. PostScript isn't among them.
OBJECTS = {"/Image": "image", "/Form": "form"}
