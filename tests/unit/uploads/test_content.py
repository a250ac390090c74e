"""What a file is by its content; what isn't plainly one kind of file is refused (threat 16)."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.uploads.content import Bounds, Kind, Reason, Unfit
from signet.uploads.content.examine import examine
from tests import uploaded
from tests.uploaded import (
    JPEG,
    PROGRESSIVE,
    archive,
    chunk,
    pdf,
    pdf_of,
    png,
    stream,
    with_segment,
)

BOUNDS = Bounds(pixels=1_000_000, unpacked=20_000_000)
ALL = frozenset(Kind)


def reason(data: bytes, bounds: Bounds = BOUNDS) -> Reason | None:
    try:
        examine(data, ALL, bounds)
    except Unfit as unfit:
        return unfit.reason
    return None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf(), Kind.PDF),
        (pdf_of(b"<</Type /Catalog>>"), Kind.PDF),
        (png(), Kind.PNG),
        (JPEG, Kind.JPEG),
        (PROGRESSIVE, Kind.JPEG),
        (PROGRESSIVE + bytes(40), Kind.JPEG),
        (PROGRESSIVE + bytes(9) + JPEG, Kind.JPEG),  # a phone's picture with its preview
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, kind: Kind) -> None:
    assert examine(data, ALL, BOUNDS) is kind


@pytest.mark.parametrize("interlace", [0, 1])
@pytest.mark.parametrize(("depth", "colour"), [(1, 0), (16, 0), (8, 2), (4, 3), (16, 4), (8, 6)])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (5, 9), (17, 8)])
def test_every_way_of_writing_a_png_is_taken(
    width: int, height: int, depth: int, colour: int, interlace: int
) -> None:
    data = png(width, height, depth=depth, colour=colour, interlace=interlace)
    assert reason(data) is None


def test_only_the_kinds_of_the_list_are_taken() -> None:
    with pytest.raises(Unfit) as refused:
        examine(png(), {Kind.PDF}, BOUNDS)
    assert refused.value.reason is Reason.KIND


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        uploaded.GIF_SCRIPT,
        uploaded.EICAR,
        archive(),
        b"MZ" + bytes(100),
        b"#!/bin/sh\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b" " + pdf(),
        b"\xef\xbb\xbf" + pdf(),
        b"junk before\n" + pdf(),
        png()[1:],
        b"\0" + JPEG,
    ],
)
def test_what_doesnt_begin_as_a_kind_of_the_list_is_no_such_kind(data: bytes) -> None:
    assert reason(data) is Reason.KIND


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert reason(b"") is Reason.EMPTY


MARKUP = b"<html><script>alert(document.cookie)</script>"


@pytest.mark.parametrize(
    "data",
    [
        png(after=MARKUP),
        png(after=b"\0"),
        png(after=archive()),
        png(about=chunk(b"tEXt", b"Comment\0" + MARKUP)),
        png(about=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(MARKUP))),
        png(about=chunk(b"iTXt", b"Comment\0\1\0en\0x\0" + zlib.compress(MARKUP))),
        png(about=chunk(b"iTXt", b"Comment\0\0\0en\0x\0" + MARKUP)),
        png(about=chunk(b"prIv", MARKUP)),
        JPEG + MARKUP,
        JPEG + archive(),
        JPEG + pdf(),
        JPEG + b"SEFT",
        with_segment(0xFE, MARKUP),
        with_segment(0xE1, b"Exif\0\0" + MARKUP),
        pdf_of(b"<</Type /Catalog /X (" + MARKUP + b")>>"),
        pdf_of(b"<</Type /Catalog>>", b"(<SCRIPT>)"),
        pdf() + MARKUP,
        pdf() + archive(),
        pdf()[:-6] + archive(comment=pdf()[-6:]),
    ],
)
def test_a_file_that_is_two_things_is_refused(data: bytes) -> None:
    assert reason(data) is Reason.TWO_THINGS


def test_a_document_that_is_an_archive_too_is_refused_however_it_is_hidden() -> None:
    hidden = archive(comment=b"\n%%EOF\n")
    data = pdf_of(stream(b"x", about=b""), ending=b"%%EOF\n" + hidden)
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["a.txt"]
    assert data.endswith(b"%%EOF\n")
    assert reason(data) is Reason.TWO_THINGS


@pytest.mark.parametrize(
    "data",
    [
        png()[:-1],
        png()[:-12],
        png()[:40],
        png().replace(b"IDAT", b"IDAX"),
        png(rows=b"\0" * 5),
        png(depth=3),
        png(0, 5),
        png(about=chunk(b"NEED", b"")),
        png(about=chunk(b"IHDR", bytes(13))),
        png(about=chunk(b"zTXt", b"Comment\0\0not packed")),
        JPEG[:-2],
        JPEG[:60],
        JPEG[:3],
        JPEG[:2] + b"\xff\xd9",
        JPEG.replace(b"\xff\xc0\x00\x0b\x08\x00\x01", b"\xff\xc0\x00\x0b\x08\x00\x00"),
        b"%PDF-1.7\n1 0 obj\n",
        b"%PDF-nonsense",
        pdf()[: len(pdf()) // 2],
        pdf_of(stream(b"not packed", about=b"/Type /ObjStm /Filter /FlateDecode")),
    ],
)
def test_a_file_that_isnt_whole_is_refused(data: bytes) -> None:
    assert reason(data) is Reason.BROKEN


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    flood = png(60_000, 60_000, rows=b"\0")
    assert reason(flood) is Reason.TOO_MANY_PIXELS
    at = JPEG.index(b"\xff\xc0") + 5
    assert reason(JPEG[:at] + b"\xff\xff\xff\xff" + JPEG[at + 4 :]) is Reason.TOO_MANY_PIXELS
    hidden = PROGRESSIVE + JPEG[:at] + b"\xff\xff\xff\xff" + JPEG[at + 4 :]
    assert reason(hidden) is Reason.TOO_MANY_PIXELS


def nested(levels: int, size: int) -> bytes:
    data = bytes(size)
    for _ in range(levels):
        data = zlib.compress(data, 9)
    return data


BOMBS = {
    "rows": png(10, 10, rows=bytes(30_000_000)),
    "text": png(about=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(30_000_000)))),
    "profile": png(about=chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(30_000_000)))),
    "texts": png(about=chunk(b"zTXt", b"C\0\0" + zlib.compress(bytes(600_000))) * 2),
    "deep picture": png(1000, 1000, depth=16, colour=6, rows=b"\0"),
    "stream": pdf_of(stream(zlib.compress(bytes(30_000_000)))),
    "streams": pdf_of(*[stream(zlib.compress(bytes(3_000_000)))] * 10),
    "objects": pdf_of(
        stream(zlib.compress(bytes(17_000_000)), b"/Type /ObjStm /Filter /FlateDecode")
    ),
    "packed twice": pdf_of(stream(nested(2, 10**6), b"/Filter [/FlateDecode /FlateDecode]")),
    "short names": pdf_of(stream(nested(2, 10**6), b"/Filter [/Fl /Fl]")),
    "hidden names": pdf_of(stream(nested(2, 10**6), b"/Filter [/Flate#44ecode /F#6c]")),
    "old packing": pdf_of(stream(b"x", b"/Filter /LZWDecode")),
    "scans": JPEG[: JPEG.index(b"\xff\xda")]
    + JPEG[JPEG.index(b"\xff\xda") : -2] * 100
    + b"\xff\xd9",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unpacks_to_more_than_it_should_is_refused_while_it_is_small(bomb: str) -> None:
    bounds = Bounds(pixels=1_000_000, unpacked=4_000_000) if bomb == "deep picture" else BOUNDS
    assert reason(BOMBS[bomb], bounds) is Reason.BOMB


@pytest.mark.parametrize(
    "data",
    [
        pdf_of(b"<</OpenAction <</S /JavaScript /JS (app.alert(1))>>>>"),
        pdf_of(b"<</OpenAction <</S /Java#53cript /JS (app.alert(1))>>>>"),
        pdf_of(b"<</OpenAction <</S/Launch/F(cmd.exe)>>>>"),
        pdf_of(b"<</Names <</EmbeddedFiles 3 0 R>>>>"),
        pdf_of(b"<</AcroForm <</XFA 3 0 R>>>>"),
        pdf_of(
            stream(
                zlib.compress(b"1 0 <</S /JavaScript /JS 3 0 R>>"),
                b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
            )
        ),
        pdf_of(b"<</Type /Catalog>> % stream\n <</S /JavaScript>>\nendstream"),
    ],
)
def test_a_document_that_runs_something_or_carries_files_is_refused(data: bytes) -> None:
    assert reason(data) is Reason.ACTIVE


def test_a_document_behind_a_password_cant_be_checked() -> None:
    assert reason(pdf_of(b"<</Encrypt 5 0 R>>")) is Reason.LOCKED


def test_a_picture_that_moves_is_no_picture_of_the_list() -> None:
    assert reason(png(about=chunk(b"acTL", bytes(8)))) is Reason.KIND


def overlapping() -> bytes:
    """Streams that all lead into one long run of empty blocks, to be unpacked over and over."""
    run = b"\0\0\0\xff\xff" * 400_000
    starts = b""
    for _ in range(1500):
        after = len(starts)
        jump = struct.pack("<BHH", 0, after, after ^ 0xFFFF) if after < 65_000 else b""
        starts = b"obj/Fl stream\n\x78\x9c" + jump + starts
    return b"%PDF-1.7\n" + starts + run + b"\n%%EOF\n"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"stream\n" * 1_000_000 + b"%%EOF\n",
        b"%PDF-1.7\n" + b"obj /Fl stream\n" * 500_000 + b"%%EOF\n",
        b"%PDF-1.7\n" + b"#41" * 2_000_000 + b"%%EOF\n",
        overlapping(),
        b"\x89PNG\r\n\x1a\n" + chunk(b"tEXt", b"") * 500_000,
        b"\xff\xd8" + b"\xff\xfe\x00\x02" * 1_000_000,
        JPEG[:-2] + b"\xff\x00" * 3_000_000,
        b"\xff\xd8\xff" + b"PK\x05\x06" * 1_000_000,
    ],
    ids=["streams", "objects", "escapes", "overlaps", "chunks", "segments", "scan", "archives"],
)
def test_no_file_keeps_the_check_busy_for_long(data: bytes) -> None:
    started = time.process_time()
    reason(data)
    # Of the processor, not of the clock: other work on the machine doesn't count.
    assert time.process_time() - started < 6


@given(st.sampled_from([pdf(), png(), JPEG, PROGRESSIVE]), st.data())
def test_a_file_with_any_bytes_changed_is_examined_to_an_end(
    good: bytes, data: st.DataObject
) -> None:
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        if not changed:
            break
    assert reason(bytes(changed)) in {None, *Reason}


@given(st.sampled_from([pdf(), png(), JPEG, PROGRESSIVE]), st.binary(min_size=1, max_size=300))
def test_nothing_can_be_put_before_or_behind_a_file(good: bytes, more: bytes) -> None:
    blank = set(more) <= set(b"\r\n\t\f \0")
    before, behind = reason(more + good), reason(good + more)
    assert before is not None
    assert blank or behind is not None or more.rstrip(b"\r\n\t\f \0").endswith(b"%%EOF")
