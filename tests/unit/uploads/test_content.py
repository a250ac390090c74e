"""A file is judged by its content, in a process of its own with limits (threats 16, 24, 25)."""

from __future__ import annotations

import io
import os
import zipfile
import zlib

import pytest
from PIL import Image

from signet.uploads.content import Bounds, Kind, Reason, Unfit, cleaning
from signet.uploads.content.cleaning import clean
from signet.uploads.scanner import CannotScan
from tests import armed, uploaded
from tests.uploaded import JPEG, PROGRESSIVE, archive, pdf, pdf_of, png, raw_png, stream

BOUNDS = Bounds(pixels=60_000_000, unpacked=500_000_000)
ALL = frozenset(Kind)


def reason(data: bytes) -> Reason | None:
    try:
        clean(data, ALL, BOUNDS)
    except Unfit as unfit:
        return unfit.reason
    return None


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        (pdf(), Kind.PDF, (0, 0)),
        (png(4, 3), Kind.PNG, (4, 3)),
        (JPEG, Kind.JPEG, (1, 1)),
        (PROGRESSIVE, Kind.JPEG, (24, 16)),
    ],
    ids=["pdf", "png", "jpeg", "progressive"],
)
def test_a_file_is_known_by_its_content_and_a_clean_one_stays_as_it_is(
    data: bytes, kind: Kind, size: tuple[int, int]
) -> None:
    assert clean(data, ALL, BOUNDS) == (kind, data, *size)


def test_only_the_kinds_of_the_list_are_taken() -> None:
    with pytest.raises(Unfit) as refused:
        clean(png(), {Kind.PDF}, BOUNDS)
    assert refused.value.reason is Reason.KIND


def drawn(format_: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (2, 2)).save(made, format_)
    return made.getvalue()


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
        *(drawn(one) for one in ("GIF", "TIFF", "BMP", "ICO", "PPM", "WEBP", "JPEG2000")),
        b" " + pdf(),
        b"junk before\n" + pdf(),
        png()[1:],
        b"\0" + JPEG,
    ],
)
def test_what_doesnt_begin_as_a_kind_of_the_list_is_no_such_kind(data: bytes) -> None:
    assert reason(data) is Reason.KIND


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert reason(b"") is Reason.EMPTY


def test_a_file_that_is_an_archive_too_is_refused_however_it_is_hidden() -> None:
    hidden = archive(comment=b"\n%%EOF\n")
    data = pdf_of(stream(b"x", about=b""), ending=b"%%EOF\n" + hidden)
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["a.txt"]
    assert data.endswith(b"%%EOF\n")
    for both in (data, pdf() + archive(), JPEG + archive(), raw_png(after=archive())):
        assert reason(both) is Reason.TWO_THINGS


def test_what_the_other_process_finds_is_said_here() -> None:
    assert reason(armed.ARMED["script in hexadecimal objects"]()) is Reason.ACTIVE
    assert reason(raw_png(60_000, 60_000, rows=b"\0")) is Reason.TOO_MANY_PIXELS


def slow() -> bytes:
    """Return a small document that takes seconds to unpack and pack again."""
    content = zlib.compress(bytes(range(256)) * 1_000_000)
    drawing = b"<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream"
    return armed.one_page(b"", drawing % (len(content), content), page=b"/Contents 4 0 R")


def test_a_file_that_takes_too_much_of_the_processor_is_ended_and_said_to_be_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(slow()) < 1_500_000
    monkeypatch.setitem(cleaning.LIMITS, "processor", 1)
    with pytest.raises(Unfit) as refused:
        clean(slow(), ALL, BOUNDS, seconds=60)
    assert refused.value.reason is Reason.TOO_SLOW


def test_a_file_that_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cleaning.LIMITS, "memory", 300_000_000)
    flat = io.BytesIO()
    Image.new("RGB", (7_700, 7_700)).save(flat, "PNG", compress_level=1)
    with pytest.raises(Unfit) as refused:
        clean(flat.getvalue(), ALL, BOUNDS, seconds=60)
    assert refused.value.reason in {Reason.BOMB, Reason.BROKEN}


def test_a_busy_machine_is_not_the_file_s_fault() -> None:
    with pytest.raises(CannotScan):
        clean(pdf(), ALL, BOUNDS, seconds=0.001)


def test_nor_is_a_process_that_doesnt_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_STARTED", "raise SystemExit(1)")
    with pytest.raises(CannotScan):
        clean(pdf(), ALL, BOUNDS)


def test_what_reads_the_file_is_told_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    told = "import json, os; print(json.dumps(dict(reason='', width=0, height=0)))"
    monkeypatch.setattr(cleaning, "_STARTED", f"{told}; print(*os.environ)")
    seen = set(clean(pdf(), ALL, BOUNDS).content.decode().split())
    assert "AWS_SECRET_ACCESS_KEY" in os.environ
    assert seen <= {"LD_LIBRARY_PATH", "LC_CTYPE"}
