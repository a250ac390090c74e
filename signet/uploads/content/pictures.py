"""Pictures, decoded within bounds and re-encoded: only what can be seen is kept.

Metadata, previews, further frames, and whatever stands behind the picture aren't written. The
picture is turned as its Exif data says, and its colours are those of sRGB, so that both hold
without metadata.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin

from signet.uploads.content.found import Bounds, Clean, Kind, Reason, Unfit

# A progressive picture has some ten scans; each costs a pass over the whole picture. A preview in
# the metadata has its own.
MOST_SCANS = 100
SCAN = b"\xff\xda"
QUALITY = 90  # of a JPEG whose tables can't be used for another picture
BEST = {"optimize": True}
TURNED_SIDEWAYS = {5, 6, 7, 8}
ORIENTATION = 0x0112
# How a mode of Pillow's is written, where not as it is. 16 bits a sample are reduced to 8.
PNG_MODES = {"I;16": "L", "I": "L", "F": "L", "PA": "RGBA", "CMYK": "RGB"}
# The size is checked before anything is decoded; Pillow's own bound would only warn.
Image.MAX_IMAGE_PIXELS = None


def written_anew(kind: Kind, data: bytes, bounds: Bounds) -> Clean:
    """Return a picture as it looks and nothing else. Raises Unfit."""
    try:
        with _opened(kind, data) as image:
            bounds.allow(*image.size)
            image.load()
            shown = _in_srgb(image, ImageOps.exif_transpose(image))
            content = _png(image, shown) if kind is Kind.PNG else _jpeg(image, shown)
            return Clean(kind, content, *shown.size)
    except ValueError as error:
        # Pillow's decoder bounds what a picture's texts and profile unpack to.
        bomb = "too large" in str(error).lower() or "MAX_TEXT" in str(error)
        raise Unfit(Reason.BOMB if bomb else Reason.BROKEN) from None


def _opened(kind: Kind, data: bytes) -> Image.Image:
    """Open by the decoder of this kind alone: others aren't tried."""
    if kind is Kind.JPEG:
        if data.count(SCAN) > MOST_SCANS:
            raise Unfit(Reason.BOMB)
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    image = PngImagePlugin.PngImageFile(io.BytesIO(data))
    if image.is_animated:
        raise Unfit(Reason.KIND)
    return image


def _in_srgb(image: Image.Image, turned: Image.Image) -> Image.Image:
    """Return a picture in the colours that are assumed of a picture that doesn't say."""
    plain = _reduced(turned)
    profile = image.info.get("icc_profile")
    if not profile or plain.mode in {"1", "P"}:
        return plain.convert("RGB") if plain.mode == "CMYK" else plain
    alpha = plain.getchannel("A") if plain.mode in {"LA", "RGBA"} else None
    base = plain.convert(plain.mode.removesuffix("A")) if alpha else plain
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            base, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        converted = None  # not the profile of such a picture: readers ignore it too
    if converted is None:
        return plain.convert("RGB") if plain.mode == "CMYK" else plain
    if alpha:
        converted.putalpha(alpha)
    return converted


def _reduced(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value / 256).convert("L")
    other = PNG_MODES.get(image.mode)
    return image.convert(other) if other and image.mode != "CMYK" else image


def _png(image: Image.Image, shown: Image.Image) -> bytes:
    output = io.BytesIO()
    kept: dict[str, Any] = dict(BEST)
    clear = image.info.get("transparency")
    if clear is not None and shown.mode == image.mode and shown.mode in {"1", "L", "P", "RGB"}:
        kept["transparency"] = clear
    shown.info = {}
    shown.save(output, "PNG", **kept)
    return output.getvalue()


def _jpeg(image: Image.Image, shown: Image.Image) -> bytes:
    """Encode by the picture's own tables, which loses next to nothing a second time."""
    output = io.BytesIO()
    kept: dict[str, Any] = BEST | {"progressive": bool(image.info.get("progressive"))}
    same = shown.mode == image.mode and shown.mode in {"L", "RGB"}
    if same and isinstance(image, JpegImagePlugin.JpegImageFile):
        kept["qtables"] = image.quantization
        sampling = JpegImagePlugin.get_sampling(image)
        sideways = image.getexif().get(ORIENTATION) in TURNED_SIDEWAYS
        if sampling >= 0:
            kept["subsampling"] = 0 if sideways and sampling == 1 else sampling
    else:
        kept["quality"] = QUALITY
    plain = shown if shown.mode in {"L", "RGB"} else shown.convert("RGB")
    plain.info = {}
    plain.save(output, "JPEG", **kept)
    return output.getvalue()
