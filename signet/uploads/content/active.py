"""What a document does by itself or carries beside its pages: nothing that a record needs.

All of it is left out when the pages are copied. A document that has it is refused all the same: its
sender may count on what is inside, and an original may be kept as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from signet.uploads.content.found import Reason, Unfit

# Actions that run something, fetch or send something, or open another file.
ACTIONS = frozenset(
    f"/{name}"
    for name in (
        *("JavaScript", "Launch", "ImportData", "SubmitForm", "GoToR", "GoToE", "Rendition"),
        *("Movie", "Sound", "RichMediaExecute", "GoTo3DView"),
    )
)
KEYS = frozenset(
    f"/{name}"
    for name in (
        *("JS", "JavaScript", "EF", "EmbeddedFiles", "XFA", "RichMediaContent", "Collection"),
        "RichMediaSettings",
    )
)
KINDS = frozenset(
    f"/{name}"
    for name in ("EmbeddedFile", "FileAttachment", "RichMedia", "3D", "Movie", "Sound", "Screen")
)
LINKS = ("http:", "https:", "mailto:", "tel:")


def refuse(given: pikepdf.Pdf) -> None:
    """Raise Unfit when any object of a document, used or not, runs something or carries a file."""
    for part in _dictionaries(given):
        keys = set(part.keys())
        if keys & KEYS or _name(part, "/S") in ACTIONS or _names_a_kind(part) or _leads_away(part):
            raise Unfit(Reason.ACTIVE)


def _dictionaries(given: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    waiting: list[object] = [*given.objects, given.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            inside = list(one)
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            inside = [value for _, value in one.items()]
        else:
            continue
        # What is indirect is an object of the document, and comes by itself.
        waiting += [
            each
            for each in inside
            if isinstance(each, pikepdf.Array | pikepdf.Dictionary) and not each.is_indirect
        ]


def _name(part: pikepdf.Object, key: str) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _names_a_kind(part: pikepdf.Object) -> bool:
    return _name(part, "/Type") in KINDS or _name(part, "/Subtype") in KINDS


def _leads_away(part: pikepdf.Object) -> bool:
    """Tell whether a link is to anything but a page, an address or a number."""
    target = part.get("/URI") if _name(part, "/S") == "/URI" else None
    if target is None:
        return False
    address = str(target).strip().lower()
    return ":" in address and not address.startswith(LINKS)
