"""A file's name: the one its sender gave it, made safe to show and to save."""

from __future__ import annotations

import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header

LONGEST = 80
PLACEHOLDER = "${filename}"  # the store was to replace it with the name
ENDINGS = (".pdf", ".png", ".jpg", ".jpeg", ".jpe", ".jfif")
# Not allowed in names on the systems that people save to.
FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*'), " ")


def harmless(given: str) -> str:
    """Return a name without folders, extension, control and direction characters, maybe empty."""
    text = unicodedata.normalize("NFC", _decoded(given))
    if PLACEHOLDER in text:
        return ""
    last = text.replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    plain = " ".join(shown.translate(FORBIDDEN).split())
    ending = next((e for e in ENDINGS if plain.lower().endswith(e)), "")
    return plain[: len(plain) - len(ending)].strip(" .")[:LONGEST].strip()


def _decoded(given: str) -> str:
    """Undo the encoding of a name in a header (RFC 2047, or UTF-8 read as Latin-1)."""
    if given.startswith("=?"):
        try:
            return str(make_header(decode_header(given)))
        except (HeaderParseError, LookupError, ValueError):
            return ""
    try:
        return given.encode("latin-1").decode("utf-8")
    except ValueError:
        return given
