"""Documents written anew: harm is refused or gone, what is shown stays (threats 24, 25)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image
from pypdf import PdfReader

from signet.uploads.content import Bounds, Kind, Reason, Unfit
from signet.uploads.content.worker import written_anew
from tests import armed
from tests.armed import CANARY, laid_out, names, one_page, saved, unpacked
from tests.uploaded import pdf, pdf_of, raw_pdf, stream

BOUNDS = Bounds(pixels=1_000_000, unpacked=20_000_000)
# No document that we hand out has one of these, whatever was sent.
NEVER = {
    *(
        "/A",
        "/AA",
        "/AcroForm",
        "/Annots",
        "/EF",
        "/Encrypt",
        "/F",
        "/JS",
        "/JavaScript",
        *("/Metadata", "/GoTo", "/GoToR", "/ImportData", "/Launch", "/SubmitForm"),
    ),
    *("/Names", "/OpenAction", "/Outlines", "/PieceInfo", "/StructTreeRoot", "/URI", "/XFA"),
}


def clean(data: bytes, bounds: Bounds = BOUNDS) -> bytes:
    made = written_anew(Kind.PDF, data, bounds).content
    assert not NEVER & names(made)
    return made


def reason(data: bytes, bounds: Bounds = BOUNDS) -> Reason | None:
    try:
        clean(data, bounds)
    except Unfit as unfit:
        return unfit.reason
    return None


def text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


# -- what does harm


@pytest.mark.parametrize("how", armed.ARMED)
def test_a_document_that_runs_something_or_carries_files_is_refused(how: str) -> None:
    assert reason(armed.ARMED[how]()) is Reason.ACTIVE


def test_nothing_is_copied_but_what_a_page_is_made_of() -> None:
    given = armed.talkative()
    assert unpacked(given).count(CANARY.encode()) > 40
    assert CANARY.encode() not in unpacked(clean(given))
    assert text(clean(given)) == text(raw_pdf())


def test_an_earlier_version_in_the_file_is_not_copied() -> None:
    given = armed.replaced()
    assert b"JavaScript" in given
    assert b"JavaScript" not in unpacked(clean(given))


@pytest.mark.parametrize(
    "behind", [b"<html><script>alert(1)</script>", b"\0" * 3, b"SEFT", raw_pdf()]
)
def test_what_stands_behind_a_document_is_not_copied(behind: bytes) -> None:
    assert clean(raw_pdf() + behind) == pdf()


def test_what_stands_between_its_objects_is_not_copied() -> None:
    given = one_page(b"").replace(b"endobj\n2 0 obj", b"endobj\n2 0 obj")
    given = given.replace(b"%\xe2\xe3\xcf\xd3", b"%" + CANARY.encode())
    assert CANARY.encode() not in clean(given)


@pytest.mark.parametrize(
    "page",
    [
        b"/Resources (x)",
        b"/Resources [<</Font <<>>>>]",
        b"/Contents <</Told (canary-7b3e)>>",
        b"/Group <</S /Transparency /CS [/ICCBased <</Told (canary-7b3e)>>]>>",
        b"/MediaBox <</Told (canary-7b3e)>>",
        b"/Annots <</Told (canary-7b3e)>>",
    ],
)
def test_what_isnt_of_its_kind_is_not_copied(page: bytes) -> None:
    assert CANARY.encode() not in unpacked(clean(one_page(b"", page=page)))


# -- what is taken


def layers(*off: int) -> bytes:
    """Return a document of two layers, of which some are switched off."""

    def change(document: Pdf) -> None:
        made = [
            document.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in "ab"
        ]
        default = Dictionary(OFF=Array([made[one] for one in off]), BaseState=Name.ON)
        document.Root.OCProperties = Dictionary(OCGs=Array(made), D=default)
        document.pages[0].Resources.Properties = Dictionary(L0=made[0], L1=made[1])

    return saved(change)


@pytest.mark.parametrize(
    "given",
    [
        saved(lambda _: None, linearize=True),
        saved(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        saved(lambda _: None, encryption=pikepdf.Encryption(owner="secret")),
        b"\xef\xbb\xbf" + raw_pdf(),
        raw_pdf().removesuffix(b"%%EOF\n").removesuffix(b"%%EOF"),
        raw_pdf().replace(b"startxref\n", b"startxref\n9"),
    ],
    ids=["linearized", "object streams", "locked for owners", "mark", "no end", "wrong table"],
)
def test_a_document_is_taken_however_it_was_saved(given: bytes) -> None:
    assert text(clean(given)) == text(raw_pdf())


def test_equal_bytes_come_of_equal_ones_and_a_clean_document_stays_as_it_is() -> None:
    given = armed.talkative()
    assert clean(given) == clean(given)
    assert clean(clean(given)) == clean(given)


def test_what_was_typed_into_a_form_is_on_the_page_afterwards() -> None:
    def change(document: Pdf) -> None:
        shown = Stream(document, b"BT /Helv 12 Tf 0 0 Td (42 hours) Tj ET")
        shown.Type, shown.Subtype, shown.BBox = Name.XObject, Name.Form, [0, 0, 100, 20]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        shown.Resources = Dictionary(Font=Dictionary(Helv=font))
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("hours"))
        field.V, field.Rect, field.AP = String("42 hours"), [10, 10, 110, 30], Dictionary(N=shown)
        field.F = 4
        document.pages[0].Annots = Array([document.make_indirect(field)])
        document.Root.AcroForm = Dictionary(Fields=Array([document.pages[0].Annots[0]]))

    assert "42 hours" in text(clean(saved(change)))


def test_a_layer_that_is_switched_off_stays_so() -> None:
    with pikepdf.open(io.BytesIO(clean(layers(1)))) as document:
        (off,) = document.Root.OCProperties.D.OFF
        assert off.is_same_object_as(document.pages[0].Resources.Properties.L1)
        assert str(off.Name) == "b"


def picture(filter_: str, content: bytes, parms: dict[str, object] | None = None) -> bytes:
    """Return a document that shows one picture of 4 by 2 pixels."""

    def change(document: Pdf) -> None:
        held = Stream(document, content, Subtype=Name.Image, Width=4, Height=2)
        held.Filter, held.BitsPerComponent = Name(filter_), 8
        held.ColorSpace = Name.DeviceGray
        if parms:
            held.DecodeParms = Dictionary(parms)
        document.pages[0].Resources.XObject = Dictionary(Im=held)

    return saved(change)


def photograph(width: int = 4, height: int = 2) -> bytes:
    exif = Image.Exif()
    exif[0x013B] = CANARY
    made = io.BytesIO()
    Image.new("L", (width, height), 128).save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_pictures_stay_and_a_photograph_loses_what_it_tells_beside() -> None:
    predicted = zlib.compress(b"\x02abcd\x02\0\0\0\0")
    given = picture("/FlateDecode", predicted, {"/Predictor": 15, "/Columns": 4})
    with pikepdf.open(io.BytesIO(clean(given))) as document:
        assert document.pages[0].Resources.XObject.Im.read_bytes() == b"abcdabcd"
    given = picture("/DCTDecode", photograph())
    assert CANARY.encode() in given
    with pikepdf.open(io.BytesIO(clean(given))) as document:
        raw = document.pages[0].Resources.XObject.Im.read_raw_bytes()
    assert CANARY.encode() not in raw
    assert Image.open(io.BytesIO(raw)).size == (4, 2)


def test_a_picture_packed_twice_stays() -> None:
    def change(document: Pdf) -> None:
        held = Stream(document, zlib.compress(photograph()), Subtype=Name.Image, Width=4, Height=2)
        held.Filter = Array([Name.FlateDecode, Name.DCTDecode])
        document.pages[0].Resources.XObject = Dictionary(Im=held)

    with pikepdf.open(io.BytesIO(clean(saved(change)))) as document:
        assert document.pages[0].Resources.XObject.Im.Filter == Name.DCTDecode


def test_what_leads_back_to_itself_is_copied_once() -> None:
    def change(document: Pdf) -> None:
        drawn = Stream(document, b"", Subtype=Name.Form, BBox=[0, 0, 1, 1])
        drawn.Resources = Dictionary(XObject=Dictionary(Again=drawn))
        document.pages[0].Resources.XObject = Dictionary(Fm=drawn)

    assert reason(saved(change)) is None


# -- what isn't


def test_a_document_behind_a_password_cant_be_checked() -> None:
    assert (
        reason(saved(lambda _: None, encryption=pikepdf.Encryption(user="x", owner="y")))
        is Reason.LOCKED
    )


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj\n",
        b"%PDF-nonsense",
        b"%PDF-1.7\n%%EOF\n",
        raw_pdf()[: len(raw_pdf()) // 2],
        pdf_of(stream(b"not packed", about=b"/Type /ObjStm /Filter /FlateDecode")),
        laid_out(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [] /Count 0>>"),
        one_page(
            b"", b"<</Length 3 /Filter /Unknown>>\nstream\nabc\nendstream", page=b"/Contents 4 0 R"
        ),
        picture("/DCTDecode", b"no picture"),
        saved(lambda d: d.pages.append(d.pages[0])).replace(b"/Count 2", b"/Count 3")[:-40],
    ],
    ids=[
        "cut",
        "nonsense",
        "nothing",
        "half",
        "objects",
        "no pages",
        "packing",
        "picture",
        "pages",
    ],
)
def test_a_document_that_isnt_whole_is_refused(data: bytes) -> None:
    assert reason(data) is Reason.BROKEN


def packed(content: bytes, filter_: bytes = b"/FlateDecode", more: bytes = b"") -> bytes:
    """Return a document whose page draws a stream packed like this."""
    about = b"<</Length %d /Filter %s %s>>" % (len(content), filter_, more)
    drawn = b"%s\nstream\n%s\nendstream" % (about, content)
    return one_page(b"", drawn, page=b"/Contents 4 0 R")


def nested(levels: int, size: int) -> bytes:
    data = bytes(size)
    for _ in range(levels):
        data = zlib.compress(data, 9)
    return data


def objects_bomb() -> bytes:
    return armed.in_object_stream(b"/FlateDecode", zlib.compress(armed.ACTION + bytes(90_000_000)))


def many(document: Pdf) -> None:
    for _ in range(9):
        one = Stream(document, zlib.compress(bytes(3_000_000)), Filter=Name.FlateDecode)
        document.pages[0].contents_add(document.make_indirect(one))


BOMBS: dict[str, Callable[[], bytes]] = {
    "stream": lambda: packed(zlib.compress(bytes(30_000_000))),
    "streams": lambda: saved(many, compress_streams=False),
    "objects": objects_bomb,
    "packed twice": lambda: packed(nested(2, 30_000_000), b"[/FlateDecode /FlateDecode]"),
    "short names": lambda: packed(nested(2, 30_000_000), b"[/Fl /Fl]"),
    "hidden names": lambda: packed(nested(2, 30_000_000), b"[/Flate#44ecode /F#6c]"),
    "runs": lambda: packed(b"\x81x" * 300_000 + b"\x80", b"/RunLengthDecode"),
    "rows": lambda: picture(
        "/FlateDecode", zlib.compress(bytes(30_000_000)), {"/Predictor": 15, "/Columns": 4}
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unpacks_to_more_than_it_should_is_refused(bomb: str) -> None:
    assert reason(BOMBS[bomb]()) in {Reason.BOMB, Reason.BROKEN}


def test_a_picture_of_too_many_pixels_is_refused_whatever_is_said_of_it() -> None:
    def change(document: Pdf) -> None:
        held = Stream(document, b"", Subtype=Name.Image, Width=60_000, Height=60_000)
        document.pages[0].Resources.XObject = Dictionary(Im=held)

    assert reason(saved(change)) is Reason.TOO_MANY_PIXELS
    small = Bounds(pixels=1_000, unpacked=20_000_000)
    assert reason(picture("/DCTDecode", photograph(200, 200)), small) is Reason.TOO_MANY_PIXELS
    rows: dict[str, object] = {"/Columns": 60_000, "/Rows": 60_000}
    assert reason(picture("/CCITTFaxDecode", b"", rows)) is Reason.TOO_MANY_PIXELS


def test_a_document_of_very_many_pages_is_refused() -> None:
    def change(document: Pdf) -> None:
        document.pages.extend([document.pages[0]] * 1_000)

    assert reason(saved(change)) is Reason.TOO_MANY_PAGES


def deep(levels: int) -> bytes:
    return one_page(b"", page=b"/Group " + b"<</CS [" * levels + b"]>>" * levels)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"#41" * 44_000 + b"\n%%EOF\n",
        one_page(b"/X /" + b"#41" * 44_000),
        b"%PDF-1.7\n" + b"obj /Fl stream\n" * 100_000 + b"%%EOF\n",
        b"%PDF-1.7\n" + b"1 0 obj\n<<" * 100_000 + b"%%EOF\n",
        one_page(b"/X " + b"[" * 200_000),
        deep(60),
        deep(5_000),
        laid_out(
            b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 2>>"
        ),
        laid_out(b"<</Type /Catalog /Pages 1 0 R>>"),
    ],
    ids=["escapes", "name", "streams", "objects", "arrays", "deep", "deeper", "loop", "itself"],
)
def test_every_document_comes_to_an_end(data: bytes) -> None:
    """Whatever it comes to: the limits of the process that reads it are tested beside."""
    assert reason(data) in {None, *Reason}


@given(st.data())
def test_a_document_with_any_bytes_changed_is_read_to_an_end(data: st.DataObject) -> None:
    changed = bytearray(data.draw(st.sampled_from([raw_pdf(), pdf(), armed.replaced()])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        if not changed:
            break
    assert reason(bytes(changed)) in {None, *Reason}
