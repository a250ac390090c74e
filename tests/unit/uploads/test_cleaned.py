"""Pictures without what they tell beside what they show (threat 16)."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from signet.uploads.content import Bounds, Kind, Unfit
from signet.uploads.content.cleaned import without_metadata
from signet.uploads.content.dimensions import shown_size
from signet.uploads.content.examine import examine
from signet.uploads.content.orientation import orientation, tiff
from tests.examples import examples
from tests.uploaded import JPEG, PROGRESSIVE, chunk, pdf, png, with_segment

CANARY = b"canary-7b3e"
WORD = CANARY.decode()
BOUNDS = Bounds(pixels=1_000_000, unpacked=20_000_000)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GPS, ORIENTATION, ARTIST = 0x8825, 0x0112, 0x013B


def shown(data: bytes) -> tuple[Any, ...]:
    """Return what a person sees: the pixels, turned as they are to be, and in which colours."""
    with Image.open(io.BytesIO(data)) as image:
        profile, gamma = image.info.get("icc_profile"), image.info.get("gamma")
        clear = image.info.get("transparency")
        whole = ImageOps.exif_transpose(image)
        return whole.mode, whole.size, whole.tobytes(), profile, gamma, clear


def exif(turned: int) -> bytes:
    """Exif as a phone writes it: which way is up, who took it, and where."""
    made = Image.Exif()
    made[ORIENTATION] = turned
    made[ARTIST] = WORD
    made.get_ifd(GPS)[29] = WORD
    return made.tobytes()


@st.composite
def photographs(draw: st.DrawFn) -> bytes:
    """JPEG pictures of every usual make, full of what their makers write into them."""
    mode = draw(st.sampled_from(["L", "RGB", "CMYK"]))
    kept: dict[str, Any] = {"exif": exif(draw(st.integers(0, 9))), "comment": CANARY}
    if draw(st.booleans()) and mode == "RGB":
        kept["icc_profile"] = PROFILE
    kept["xmp"] = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    kept |= {"progressive": draw(st.booleans()), "quality": draw(st.integers(20, 95))}
    made = io.BytesIO()
    image(draw, mode).save(made, "JPEG", dpi=(72, 72), **kept)
    return segments(made.getvalue(), draw)


def image(draw: st.DrawFn, mode: str) -> Image.Image:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    size = len(mode) if mode != "P" else 1
    noise = random.Random(draw(st.integers(0, 2**32))).randbytes(width * height * size)
    return Image.frombytes(mode, (width, height), noise)


def segments(data: bytes, draw: st.DrawFn) -> bytes:
    """Put an application's segments at the front, as editors and phones do."""
    kinds = draw(st.lists(st.sampled_from([*range(0xE1, 0xF0), 0xFE]), max_size=4))
    about = [struct.pack(">BBH", 0xFF, kind, len(CANARY) + 2) + CANARY for kind in kinds]
    return data[:2] + b"".join(about) + data[2:]


@st.composite
def drawings(draw: st.DrawFn) -> bytes:
    """PNG pictures of every colour type, with texts, times and chunks of programs' own."""
    mode = draw(st.sampled_from(["L", "LA", "RGB", "RGBA", "P", "1", "I;16"]))
    about = PngInfo()
    about.add_text("Author", WORD)
    about.add_text("Comment", WORD, zip=True)
    about.add_itxt("XML:com.adobe.xmp", WORD, zip=draw(st.booleans()))
    about.add(b"tIME", bytes(7))
    about.add(b"prVt", CANARY)
    about.add(b"gAMA", struct.pack(">I", 45455))
    kept: dict[str, Any] = {"exif": exif(draw(st.integers(0, 9))), "dpi": (72, 72)}
    if draw(st.booleans()):
        kept["icc_profile"] = PROFILE
    if mode == "P":
        kept["transparency"] = draw(st.integers(0, 255))
    made = io.BytesIO()
    picture(draw, mode).save(made, "PNG", pnginfo=about, **kept)
    return made.getvalue()


def picture(draw: st.DrawFn, mode: str) -> Image.Image:
    if mode == "1":
        return image(draw, "L").convert("1")
    if mode == "I;16":
        return image(draw, "LA").convert("L").convert("I;16")
    made = image(draw, mode)
    if mode == "P":
        made.putpalette(bytes(range(256)) * 3)
    return made


EXAMPLES = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@EXAMPLES
@given(photographs())
def test_a_photograph_shows_the_same_and_tells_nothing_else(data: bytes) -> None:
    cleaned = without_metadata(Kind.JPEG, data)
    assert CANARY in data
    assert CANARY not in cleaned
    assert shown(cleaned) == shown(data)
    assert examine(cleaned, {Kind.JPEG}, BOUNDS) is Kind.JPEG
    assert without_metadata(Kind.JPEG, cleaned) == cleaned


@EXAMPLES
@given(drawings())
def test_a_drawing_shows_the_same_and_tells_nothing_else(data: bytes) -> None:
    cleaned = without_metadata(Kind.PNG, data)
    assert CANARY in data
    assert CANARY not in unpacked(cleaned)
    assert shown(cleaned) == shown(data)
    assert examine(cleaned, {Kind.PNG}, BOUNDS) is Kind.PNG
    assert without_metadata(Kind.PNG, cleaned) == cleaned


@EXAMPLES
@given(photographs())
def test_a_photographs_size_is_that_of_what_is_seen_whichever_way_the_camera_was_held(
    data: bytes,
) -> None:
    assert shown_size(Kind.JPEG, data) == shown(data)[1]
    assert shown_size(Kind.JPEG, without_metadata(Kind.JPEG, data)) == shown(data)[1]


def test_a_drawings_size_is_that_of_its_pixels() -> None:
    assert shown_size(Kind.PNG, png(64, 48)) == (64, 48)


def unpacked(data: bytes) -> bytes:
    """Return a drawing's bytes with all of its texts as they read."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return data + repr(image.info).encode()


@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE])
def test_a_photograph_without_metadata_stays_as_it_is(data: bytes) -> None:
    assert without_metadata(Kind.JPEG, data) == data


def test_a_drawing_without_metadata_stays_as_it_is() -> None:
    assert without_metadata(Kind.PNG, png()) == png()


def test_the_preview_behind_a_phone_s_picture_goes_too() -> None:
    behind = PROGRESSIVE + bytes(9) + with_segment(0xFE, CANARY)
    assert without_metadata(Kind.JPEG, behind) == PROGRESSIVE


def test_the_small_preview_in_a_photograph_s_first_segment_goes_too() -> None:
    jfif = b"JFIF\0\1\2\0\0\1\0\1\2\1" + b"canary"
    held = JPEG[:2] + b"\xff\xe0" + struct.pack(">H", len(jfif) + 2) + jfif + JPEG[20:]
    assert shown(held) == shown(JPEG)
    cleaned = without_metadata(Kind.JPEG, held)
    assert b"canary" not in cleaned
    assert shown(cleaned) == shown(JPEG)


@pytest.mark.parametrize("name", [b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"cICP"])
def test_a_chunk_of_the_wrong_size_is_no_hiding_place(name: bytes) -> None:
    assert CANARY not in without_metadata(Kind.PNG, png(about=chunk(name, CANARY)))


def test_a_second_chunk_about_the_same_is_no_hiding_place() -> None:
    twice = chunk(b"pHYs", bytes(9)) + chunk(b"pHYs", b"canary-7b")
    assert b"canary" not in without_metadata(Kind.PNG, png(about=twice))


def test_the_name_of_a_colour_profile_is_no_hiding_place() -> None:
    profile = chunk(b"iCCP", CANARY + b"\0\0" + zlib.compress(PROFILE))
    cleaned = without_metadata(Kind.PNG, png(about=profile))
    assert CANARY not in cleaned
    assert shown(cleaned)[3] == PROFILE


def test_a_document_comes_back_as_it_was_sent() -> None:
    assert without_metadata(Kind.PDF, pdf()) == pdf()


def test_what_is_no_whole_picture_is_not_made_into_one() -> None:
    for kind, data in ((Kind.JPEG, JPEG), (Kind.PNG, png())):
        for end in range(4, len(data)):
            with pytest.raises(Unfit):
                without_metadata(kind, data[:end])


@given(st.binary(max_size=120), st.sampled_from([b"II*\0", b"MM\0*"]))
@example(struct.pack(">I", 2**32 - 1), b"MM\0*")
@example(struct.pack(">IH", 8, 65535) + bytes(50), b"MM\0*")
def test_exif_that_is_none_tells_no_orientation_and_breaks_nothing(
    rest: bytes, mark: bytes
) -> None:
    assert 1 <= orientation(mark + rest) <= 8
    assert orientation(rest) in range(1, 9)


@pytest.mark.parametrize("turned", range(1, 9))
def test_the_exif_that_is_kept_says_the_orientation_and_nothing_else(turned: int) -> None:
    assert orientation(tiff(turned)) == turned
    read = Image.Exif()
    read.load(tiff(turned))
    assert dict(read) == {ORIENTATION: turned}
