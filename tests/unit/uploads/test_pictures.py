"""Pictures encoded anew: they show the same, and hold nothing else (threats 16, 25)."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from signet.uploads.content import Bounds, Clean, Kind, Reason, Unfit
from signet.uploads.content.worker import written_anew
from tests.examples import examples
from tests.uploaded import (
    JPEG,
    PROGRESSIVE,
    archive,
    chunk,
    many_scans,
    pdf,
    png,
    raw_png,
    with_segment,
)

CANARY = b"canary-7b3e"
WORD = CANARY.decode()
BOUNDS = Bounds(pixels=1_000_000, unpacked=20_000_000)
SRGB = ImageCms.createProfile("sRGB")
# Red and green changed places: what is drawn by it looks otherwise than its numbers say.
OTHER = ImageCms.ImageCmsProfile(SRGB).tobytes()
SWAPPED = OTHER.replace(b"rXYZ", b"xxxx").replace(b"gXYZ", b"rXYZ").replace(b"xxxx", b"gXYZ")
GPS, ORIENTATION, ARTIST = 0x8825, 0x0112, 0x013B
MARKUP = b"<html><script>alert(document.cookie)</script>"


def clean(kind: Kind, data: bytes, bounds: Bounds = BOUNDS) -> Clean:
    return written_anew(kind, data, bounds)


def reason(kind: Kind, data: bytes, bounds: Bounds = BOUNDS) -> Reason | None:
    try:
        clean(kind, data, bounds)
    except Unfit as unfit:
        return unfit.reason
    return None


def shown(data: bytes) -> Image.Image:
    """Return what a person sees: turned as it is to be, in 8 bits, in the colours of a screen."""
    with Image.open(io.BytesIO(data)) as image:
        profile = image.info.get("icc_profile")
        whole = ImageOps.exif_transpose(image)
    if whole.mode == "I;16":
        whole = whole.point(lambda value: value / 256).convert("L")
    if profile and whole.mode in {"RGB", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(whole, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):  # no profile: it is ignored
            made = whole
        whole = made or whole
    return whole.convert("RGBA")


def difference(one: bytes, other: bytes) -> float:
    """Return how far two pictures are apart, of 255, in the middle of all samples."""
    first, second = shown(one), shown(other)
    assert first.size == second.size
    histogram = ImageChops.difference(first, second).convert("RGB").histogram()
    total = sum(value * count for at, count in enumerate(histogram) for value in (at % 256,))
    return total / (3 * first.width * first.height)


def exif(turned: int) -> bytes:
    """Return Exif as a phone writes it: which way is up, who took it, and where."""
    made = Image.Exif()
    made[ORIENTATION] = turned
    made[ARTIST] = WORD
    made.get_ifd(GPS)[29] = WORD
    return made.tobytes()


@st.composite
def photographs(draw: st.DrawFn) -> bytes:
    """Draw JPEG pictures of every usual make, full of what their makers write into them."""
    mode = draw(st.sampled_from(["L", "RGB", "CMYK"]))
    kept: dict[str, Any] = {"exif": exif(draw(st.integers(0, 9))), "comment": CANARY}
    if draw(st.booleans()) and mode == "RGB":
        kept["icc_profile"] = draw(st.sampled_from([OTHER, SWAPPED, b"no profile"]))
    kept["xmp"] = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    kept |= {"progressive": draw(st.booleans()), "quality": draw(st.integers(75, 95))}
    kept["subsampling"] = draw(st.integers(0, 2))
    made = io.BytesIO()
    image(draw, mode).save(made, "JPEG", dpi=(72, 72), **kept)
    return segments(made.getvalue(), draw)


def image(draw: st.DrawFn, mode: str) -> Image.Image:
    width, height = draw(st.integers(8, 40)), draw(st.integers(8, 40))
    size = len(mode) if mode != "P" else 1
    noise = random.Random(draw(st.integers(0, 2**32))).randbytes(4 * size)
    return Image.frombytes(mode, (2, 2), noise).resize((width, height), Image.Resampling.BILINEAR)


def segments(data: bytes, draw: st.DrawFn) -> bytes:
    """Put an application's segments at the front, as editors and phones do."""
    kinds = draw(st.lists(st.sampled_from([*range(0xE3, 0xEE), 0xFE]), max_size=4))
    about = [struct.pack(">BBH", 0xFF, kind, len(CANARY) + 2) + CANARY for kind in kinds]
    return data[:2] + b"".join(about) + data[2:]


@st.composite
def drawings(draw: st.DrawFn) -> bytes:
    """Draw PNG pictures of every colour type, with texts, times and chunks of programs' own."""
    mode = draw(st.sampled_from(["L", "LA", "RGB", "RGBA", "P", "1", "I;16"]))
    about = PngInfo()
    about.add_text("Author", WORD)
    about.add_text("Comment", WORD, zip=True)
    about.add_itxt("XML:com.adobe.xmp", WORD, zip=draw(st.booleans()))
    about.add(b"tIME", bytes(7))
    about.add(b"prVt", CANARY)
    kept: dict[str, Any] = {"exif": exif(draw(st.integers(0, 9))), "dpi": (72, 72)}
    if draw(st.booleans()) and mode in {"RGB", "RGBA"}:
        kept["icc_profile"] = draw(st.sampled_from([OTHER, b"no profile"]))
    if mode == "P":
        kept["transparency"] = draw(st.integers(0, 255))
    made = io.BytesIO()
    picture(draw, mode).save(made, "PNG", pnginfo=about, **kept)
    return made.getvalue()


def picture(draw: st.DrawFn, mode: str) -> Image.Image:
    if mode == "1":
        return image(draw, "L").convert("1")
    if mode == "I;16":
        return image(draw, "L").convert("I").point(lambda value: value * 256).convert("I;16")
    if mode == "P":
        made = image(draw, "L").convert("P")
        made.putpalette(bytes(range(256)) * 3)
        return made
    return image(draw, mode)


EXAMPLES = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@EXAMPLES
@given(photographs())
def test_a_photograph_shows_the_same_and_tells_nothing_else(data: bytes) -> None:
    made = clean(Kind.JPEG, data)
    assert CANARY in data
    assert CANARY not in made.content
    assert difference(made.content, data) < 12
    with Image.open(io.BytesIO(made.content)) as image:
        assert (image.width, image.height) == (made.width, made.height) == image.size
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"} | {
            "progressive",
            "progression",
        }
        assert image.mode in {"L", "RGB"}


@EXAMPLES
@given(drawings())
def test_a_drawing_shows_the_same_and_tells_nothing_else(data: bytes) -> None:
    made = clean(Kind.PNG, data)
    assert CANARY in data
    assert difference(made.content, data) <= 1
    with Image.open(io.BytesIO(made.content)) as image:
        image.load()
        assert set(image.info) <= {"transparency"}
        assert image.size == (made.width, made.height)
    assert clean(Kind.PNG, made.content) == made


def test_what_shows_through_a_drawing_still_does() -> None:
    given = Image.new("P", (2, 1))
    given.putdata([0, 1])
    given.putpalette([255, 0, 0, 0, 255, 0])
    made = io.BytesIO()
    given.save(made, "PNG", transparency=1)
    alpha = shown(clean(Kind.PNG, made.getvalue()).content).getchannel("A")
    assert [alpha.getpixel((at, 0)) for at in (0, 1)] == [255, 0]


@pytest.mark.parametrize("interlace", [0, 1])
@pytest.mark.parametrize(("depth", "colour"), [(1, 0), (16, 0), (8, 2), (16, 4), (8, 6), (16, 6)])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (5, 9), (17, 8)])
def test_every_way_of_writing_a_png_is_taken(
    width: int, height: int, depth: int, colour: int, interlace: int
) -> None:
    data = raw_png(width, height, depth=depth, colour=colour, interlace=interlace)
    assert clean(Kind.PNG, data)[2:] == (width, height)


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photograph_is_turned_as_the_camera_was_held(turned: int) -> None:
    given = io.BytesIO()
    sides = Image.linear_gradient("L").resize((32, 16))
    sides.save(given, "JPEG", exif=exif(turned), quality=95)
    made = clean(Kind.JPEG, given.getvalue())
    assert made[2:] == ((32, 16) if turned < 5 else (16, 32))
    assert difference(made.content, given.getvalue()) < 3


def test_colours_stay_what_they_are_without_their_profile() -> None:
    given = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(given, "PNG", icc_profile=SWAPPED)
    red, green, _, _ = shown(clean(Kind.PNG, given.getvalue()).content).getpixel((0, 0))  # type: ignore[misc]
    assert green > red


def test_a_print_shop_s_colours_become_those_of_a_screen() -> None:
    given = io.BytesIO()
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(given, "JPEG", quality=95)
    with Image.open(io.BytesIO(clean(Kind.JPEG, given.getvalue()).content)) as image:
        red, green, blue = image.getpixel((0, 0))  # type: ignore[misc]
    assert red > 240
    assert green + blue < 30


def test_of_a_phone_s_picture_the_first_alone_is_kept() -> None:
    given = io.BytesIO()
    first, preview = Image.new("RGB", (16, 8), "red"), Image.new("RGB", (8, 4), "blue")
    first.save(given, "MPO", save_all=True, append_images=[preview])
    made = clean(Kind.JPEG, given.getvalue())
    assert made[2:] == (16, 8)
    assert made.content.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize(
    ("kind", "data", "same"),
    [
        (Kind.PNG, raw_png(after=MARKUP), raw_png()),
        (Kind.PNG, raw_png(after=b"\0"), raw_png()),
        (Kind.PNG, raw_png(about=chunk(b"tEXt", b"Comment\0" + MARKUP)), raw_png()),
        (Kind.PNG, raw_png(about=chunk(b"iTXt", b"C\0\0\0en\0x\0" + MARKUP)), raw_png()),
        (Kind.PNG, raw_png(about=chunk(b"prIv", MARKUP)), raw_png()),
        (Kind.PNG, raw_png(about=chunk(b"pHYs", CANARY)), raw_png()),
        (Kind.JPEG, JPEG + MARKUP, JPEG),
        (Kind.JPEG, JPEG + archive()[:-3], JPEG),
        (Kind.JPEG, JPEG + pdf(), JPEG),
        (Kind.JPEG, JPEG + bytes(9) + PROGRESSIVE, JPEG),
        (Kind.JPEG, with_segment(0xFE, MARKUP), JPEG),
        (Kind.JPEG, with_segment(0xE1, b"Exif\0\0" + MARKUP), JPEG),
    ],
)
def test_what_is_hidden_in_or_behind_a_picture_is_gone(
    kind: Kind, data: bytes, same: bytes
) -> None:
    assert clean(kind, data) == clean(kind, same)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.PNG, raw_png()[:-1][:40]),
        (Kind.PNG, png()[:30]),
        (Kind.PNG, raw_png(depth=3)),
        (Kind.PNG, raw_png(0, 5)),
        (Kind.PNG, raw_png().replace(b"IDAT", b"IDAX")),
        (Kind.PNG, b"\x89PNG\r\n\x1a\n" + b"GIF89a"),
        (Kind.JPEG, JPEG[:60]),
        (Kind.JPEG, JPEG[:3]),
        (Kind.JPEG, PROGRESSIVE[: len(PROGRESSIVE) // 2]),
        (Kind.JPEG, b"\xff\xd8\xff\xd9"),
        (Kind.JPEG, JPEG.replace(b"\xff\xc0\x00\x0b\x08\x00\x01", b"\xff\xc0\x00\x0b\x08\x00\x00")),
    ],
)
def test_a_picture_that_isnt_whole_is_refused(kind: Kind, data: bytes) -> None:
    assert reason(kind, data) is Reason.BROKEN


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    assert reason(Kind.PNG, raw_png(60_000, 60_000, rows=b"\0")) is Reason.TOO_MANY_PIXELS
    at = JPEG.index(b"\xff\xc0") + 5
    flood = JPEG[:at] + b"\xff\xff\xff\xff" + JPEG[at + 4 :]
    assert reason(Kind.JPEG, flood) is Reason.TOO_MANY_PIXELS


def test_a_picture_that_moves_is_no_picture_of_the_list() -> None:
    given = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), name) for name in ("red", "blue")]
    frames[0].save(given, "PNG", save_all=True, append_images=frames[1:])
    assert reason(Kind.PNG, given.getvalue()) is Reason.KIND


BOMBS = {
    "text": raw_png(about=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(30_000_000)))),
    "profile": raw_png(about=chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(30_000_000)))),
    "texts": raw_png(about=chunk(b"zTXt", b"C\0\0" + zlib.compress(bytes(900_000))) * 80),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_text_that_unpacks_to_more_than_it_should_is_refused_or_left_packed(bomb: str) -> None:
    assert reason(Kind.PNG, BOMBS[bomb]) in {None, Reason.BOMB, Reason.BROKEN}
    if reason(Kind.PNG, BOMBS[bomb]) is None:
        assert len(clean(Kind.PNG, BOMBS[bomb]).content) < 1000


def test_a_picture_of_very_many_scans_is_refused() -> None:
    assert reason(Kind.JPEG, many_scans()) is Reason.BOMB


@EXAMPLES
@given(st.sampled_from([png(), JPEG, PROGRESSIVE]), st.data())
def test_a_picture_with_any_bytes_changed_is_read_to_an_end(
    good: bytes, data: st.DataObject
) -> None:
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        if not changed:
            break
    kind = Kind.PNG if good.startswith(b"\x89") else Kind.JPEG
    assert reason(kind, bytes(changed)) in {None, *Reason}
