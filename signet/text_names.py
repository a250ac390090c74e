"""Detection of what doesn't belong in a name: titles, degrees, notes, digits, mixed scripts.

A register that printed "Smith, P.Eng." as a person's name would vouch for the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Suffixes that are part of the name: they stay with the family name.
GENERATION = r"(?i:jr|sr|jnr|snr|junior|senior|ii|iii|iv|vi{1,3}|ix|2nd|3rd|4th)\.?"
# Degrees and titles that a register of names doesn't hold. Dots and case don't matter. So that no
# family name is lost (Ma, Do, Pe), short ones count only with their dots or after a comma.
_DEGREES = _words(
    "peng ptech ptecheng ptechgeo pgeo pgeol pgeoph cet ctech ret rpt ast asct tech engl phd msc "
    "bsc ba bs ma ms mba meng beng masc basc bcomm bed llb llm jd md dds rn esq fec fcet hon "
    "honours dipl pmp leed crsp nce eit git mit pe gsc ccca cstt qc kc cm om cd"
)
_DOTTED = r"(?:\w+\.)+\w*\.?(?:\([A-Za-z.]+\))?|\w+\([A-Za-z.]+\)"
_NO_NAME = _words("PhD MSc BSc MBA MEng BEng PEng PGeo PTech CTech CET RET PMP Esq JD LLB")
_SURE_TITLES = _words("mr mrs ms dr prof mme mlle rev")  # Hon and Herr are names too

# Words that describe a person or a record. Many are names too, but not where notes are written.
_NOTES = (
    "deceased|dec['’]?d|late|retired|ret['’]?d|resigned|cancell?ed|suspended|struck|merged|"
    "duplicate|dup|inactive|active|former|formerly|maiden|n[ée]e?|aka|a\\.k\\.a\\.?|dba|fka|void|"
    "do not|same as|see|test|old|new|hon|honorary|student|life|member|temp|temporary|unknown"
)
_NOTE = (
    rf"[(\[](?:{_NOTES})\b|(?:\s[-–—]|[-–—]\s)\s*(?:{_NOTES})\b|(?<=\s)(?:née?|a\.?k\.?a\.?|f\.?k\.?a\.?)(?=\s)"
    r"|\b(?:deceased|duplicate|do not (?:use|contact|mail)|estate of|the late|formerly known)\b"
)
_DIGIT = r"(?<![-\w])\w*\d\w*(?![-\w])"
_SIGNS = r"[+;:!&\[\]]|''|’’|--|,\s*(?:,|$)|^,|-$|^(['\"]).*\1$"
_PIECES_OF_TWO_SCRIPTS = r"[A-Za-z\u00c0-\u024f]\w*[\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f]\w*[A-Za-z\u00c0-\u024f]"  # noqa: E501
# Letters that resemble others and aren't: full-width ones, mathematical ones, fi as one letter; and
# combining marks that are piled up or strike a letter through.
_ODD_LETTERS = (
    "[\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]"
    "|[\u0334-\u0338]|[\u0300-\u036f]{3,}"
)


def is_degree(text: str, *, behind_comma: bool) -> bool:
    """Tell whether a text is one or more degrees; without dots only if it can't be a name."""
    if not text:
        return behind_comma
    return all(
        re.sub(r"[.()]", "", word).casefold() in _DEGREES
        and (behind_comma or word in _NO_NAME or bool(re.fullmatch(_DOTTED, word)))
        for word in text.replace("/", " ").split()
    )


def wrong_in_person(name: str) -> Iterator[tuple[str, str]]:
    """Yield what doesn't belong in a person's name, as (kind, what would be valid)."""
    if _has_title(name):
        yield "title-in-name", "a name without titles and degrees"
    elif re.search(_NOTE, name, re.IGNORECASE):
        yield "note-in-name", "a name alone, without a note"
    elif any(not re.fullmatch(GENERATION, word) for word in re.findall(_DIGIT, name)):
        yield "digit-in-name", "a name without digits"
    elif odd := re.search(_SIGNS, name):
        yield "odd-sign", f"letters that names have, not {odd[0][:1]!r} there"
    elif "," in name and not _generations(name):
        yield "odd-sign", "letters that names have, not ',' there"


def wrong_letters(name: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the letters of any name, as `wrong_in_person` does."""
    if name.isascii():
        return
    if odd := re.search(_ODD_LETTERS, name):
        yield "odd-sign", f"plain letters, not U+{ord(odd[0][0]):04X}"
    elif re.search(_PIECES_OF_TWO_SCRIPTS, name):
        yield "mixed-scripts", "letters of one script in a word; some only look like the others"


_ADDRESS = (
    r"\b[a-z]\d[a-z][ -]?\d[a-z]\d\b|\b\d{5}(?:-\d{4})?\b|\bp\.? ?o\.? ?box\b|\bc/o\b|#\s?\d"
    r"|^\W*\d[\w-]*,? .*\b(?:st|street|ave?|avenue|rd|road|dr|drive|blvd|boulevard|cres|crescent|"
    r"way|lane|ln|court|crt|ct|place|pl|trail|tr|close|nw|ne|sw|se|suite|unit|apt|floor)\b\.?"
)


def is_address(place: str) -> bool:
    """Tell whether a text given as a town is an address, which may be somebody's home."""
    return bool(re.search(r"\d|box|c/o", place, re.IGNORECASE)) and bool(
        re.search(_ADDRESS, place, re.IGNORECASE)
    )


def _has_title(name: str) -> bool:
    first, *pieces = [piece.strip() for piece in name.split(",")]
    words = first.split()
    if not words:
        return False
    if words[0].rstrip(".").casefold() in _SURE_TITLES or words[0] in ("Jr.", "Sr.", "Jr", "Sr"):
        return True
    if any(piece and is_degree(piece, behind_comma=True) for piece in pieces):
        return True
    # "M.A." after "Anna" is more often two initials than a degree.
    last = re.sub(r"[.()]", "", words[-1])
    return len(last) > 2 and is_degree(words[-1], behind_comma=False)


def _generations(name: str) -> bool:
    """Tell whether only Jr. and the like follow the commas of a name."""
    return all(re.fullmatch(GENERATION, piece.strip()) for piece in name.split(",")[1:])
