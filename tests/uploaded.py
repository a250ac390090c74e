"""Files to send: small ones that are what they say, and ones that aren't."""

import base64
import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from functools import cache

from fpdf import FPDF
from PIL import Image

from signet.uploads.content import Bounds, Kind
from signet.uploads.content.worker import written_anew
from signet.uploads.scanner import TRIAL

BOUNDS = Bounds(pixels=1_000_000, unpacked=20_000_000)
# A grey pixel, as a camera's software writes it.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcp"
    "LDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAA"
    "AAD/2gAIAQEAAD8AP//Z"
)
EICAR = TRIAL
GIF_SCRIPT = b"GIF89a/*\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00*/=1;alert(1);"


def with_segment(marker: int, content: bytes) -> bytes:
    """Return a JPEG picture with a segment of an application's, or a comment."""
    length = struct.pack(">H", len(content) + 2)
    return JPEG[:2] + bytes([0xFF, marker]) + length + content + JPEG[2:]


def many_scans() -> bytes:
    """Return a JPEG picture that is gone over again and again."""
    at = JPEG.index(b"\xff\xda")
    return JPEG[:at] + JPEG[at:-2] * 150 + JPEG[-2:]


def chunk(name: bytes, content: bytes) -> bytes:
    """One part of a PNG picture."""
    sum_ = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum_)


@cache
def png(width: int = 3, height: int = 2) -> bytes:
    """Return a PNG picture that stays as it is when it is encoded anew."""
    made = io.BytesIO()
    Image.new("RGB", (width, height)).save(made, "PNG")
    return written_anew(Kind.PNG, made.getvalue(), BOUNDS).content


def raw_png(
    width: int = 3,
    height: int = 2,
    *,
    depth: int = 8,
    colour: int = 2,
    interlace: int = 0,
    rows: bytes | None = None,
    about: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Return a PNG picture written by hand.

    `rows` are unpacked, `about` are its chunks, `after` comes last.
    """
    if rows is None:
        samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
        rows = b"".join(
            b"\0" + bytes((columns * depth * samples + 7) // 8)
            for columns, count in passes(width, height, interlace)
            for _ in range(count)
            if columns
        )
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + about
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
        + after
    )


def passes(width: int, height: int, interlace: int) -> list[tuple[int, int]]:
    """Return the columns and rows of each pass, by walking over the pixels."""
    if not interlace:
        return [(width, height)]
    # Which pass each pixel of an 8 by 8 square belongs to, as the standard draws it.
    drawn = ("16462646", "7" * 8, "56565656", "7" * 8, "36463646", "7" * 8, "56565656", "7" * 8)
    held: dict[str, tuple[set[int], set[int]]] = {str(n): (set(), set()) for n in range(1, 8)}
    for y in range(height):
        for x in range(width):
            columns, rows = held[drawn[y % 8][x % 8]]
            columns.add(x)
            rows.add(y)
    return [(len(columns), len(rows)) for columns, rows in held.values()]


def progressive() -> bytes:
    """Return a small progressive picture that stays as it is when it is encoded anew."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((24, 16)).convert("RGB").save(made, "JPEG", progressive=True)
    content = made.getvalue()
    while (again := written_anew(Kind.JPEG, content, BOUNDS).content) != content:
        content = again
    return content


@cache
def pdf(text: str = "Certificate of attendance") -> bytes:
    """Return a PDF document that stays as it is when it is written anew."""
    return written_anew(Kind.PDF, raw_pdf(text), BOUNDS).content


def raw_pdf(text: str = "Certificate of attendance") -> bytes:
    """Return a PDF document as one of our own letters would be made."""
    document = FPDF()
    document.set_creation_date(datetime(2026, 3, 14, tzinfo=UTC))
    document.add_page()
    document.set_font("helvetica")
    document.cell(text=text)
    return bytes(document.output())


def pdf_of(*objects: bytes, ending: bytes = b"%%EOF\n") -> bytes:
    """Return a PDF document with objects of one's own, written by hand."""
    numbered = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    trailer = b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n"
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + numbered + trailer + ending


def stream(content: bytes, about: bytes = b"/Filter /FlateDecode") -> bytes:
    """Return an object's dictionary and stream; the content is given as it is to stand there."""
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (about, len(content), content)


def archive(comment: bytes = b"") -> bytes:
    """Return a ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("a.txt", "x")
        zipped.comment = comment
    return made.getvalue()


PROGRESSIVE = progressive()
