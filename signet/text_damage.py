"""What wrong encodings leave in a text: letters decoded twice, signs in place of letters.

Rules rather than a library: ftfy repairs such text, but only its detection is needed here, and
every function would load it (docs/decisions/2026-11-29-text-and-names-by-rules.md).
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial

# A run of non-ASCII letters; decoded once too often it is at least twice its original length.
_BEYOND_ASCII = r"[^\x00-\x7f]{2,}"
_CODINGS = ("cp1252", "latin-1", "mac_roman", "cp437", "cp850", "cp1251")
_SIGNS_OF_MAC = "√|¬|≈|∆|‚Ä"  # "d’été" too has bytes that could have been read as Mac OS Roman
_LOST_BLANK = r"(?<=[a-z])Ã(?= |$)|(?<![^ ])Ã(?= [a-z])"  # "VoilÃ\xa0"


def twice_decoded(text: str) -> str:
    """Return the text before it was decoded twice, as "Gagné" for "GagnÃ©"; "" if it wasn't."""
    if text.isascii():
        return ""
    for encoding in _CODINGS:
        read = re.sub(_BEYOND_ASCII, partial(_once, encoding), text)
        if read != text:
            return twice_decoded(read) or read
    return re.sub(_LOST_BLANK, "à", text) if re.search(_LOST_BLANK, text) else ""


def _once(encoding: str, match: re.Match[str]) -> str:
    """Return the run before it was read in `encoding`; unchanged where that can't be."""
    run = match[0]
    if encoding == "mac_roman" and not re.search(_SIGNS_OF_MAC, run):
        return run
    try:
        was = b"".join(_byte(one, encoding) for one in run).decode("utf-8")
    except UnicodeError:
        return run
    if encoding == "cp1251":
        return was if len(was) > 1 and re.fullmatch("[\u0400-\u045f]+", was) else run
    likely = len(was) > 2 if not re.fullmatch(_LIKELY, was) else True
    return was if likely and all(map(str.isprintable, was.replace("\xa0", ""))) else run


# What a single letter of a name may have been: Latin, a quotation mark, a dash, a trademark or
# currency sign.
_LIKELY = "[\xa0-\u017f\u0192\u0218-\u021b\u1e00-\u1eff\u2010-\u203a\u20ac\u2122\ufb01\ufb02]+"


def _byte(one: str, encoding: str) -> bytes:
    """Return the byte of a character; what Windows leaves undefined stands for itself."""
    if encoding == "cp1252" and one in "\x81\x8d\x8f\x90\x9d":
        return one.encode("latin-1")
    return one.encode(encoding)


# Signs that don't belong in a name or a place (an apostrophe, a hyphen, a full stop and the like
# do). An accented letter read in the wrong encoding often becomes one of them.
_ODD = (
    r"[^\w\s'’‘ʼʻʹ´`ˊ\-‐‑‒–—.,·・･‧/()\[\]\"“”«»„&+;:!?\u0300-\u036f]"
    r"|(?<=\w)[“”«»„](?=\w)|[_¹²³]|(?<=[a-zß-ÿ])[ªº‘–](?=[a-zß-ÿ])|(?<=[^\W\d_])—(?=[^\W\d_])"
    r"|[À-ÿ]{4,}"  # Cyrillic or Greek, read as if it were Latin
)
_CAPITAL_WITHIN = (
    r"(?<=[a-zß-ÿ])[ŽŠŒŸÐÞ]|ƒ(?=[a-z])(?<=[a-z]ƒ)"
    r"|(?<=[a-zß-ÿ])[À-ÖØ-Ý](?!\w)"  # "JosÚ" is José, read as cp850; "DeÁngelis" is a name
    # "Franþois" is François and "Hernßndez" Hernández. Sigþór has a thorn, and Meißner an eszett
    # after a vowel.
    r"|(?<=[a-zß-ÿ])þ(?=[aiuA-Z]|o(?!r)|$)|(?<=[B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z])ß"
    r"|ß(?=(n|ng|ch)\b|rez)|(?<=[A-Za-z])[¼½¾ⁿˆ](?=[a-z])|(?<=[A-Za-km-z])·(?=[a-z])"
)
_NO_LETTERS = "[¼½¾ⁿˆµ]"  # a person's name has none, though some count as letters
# What may stand before a capital within a name: McÉwan, DeÁngelis, LaÉtoile, VanÖs.
_PREFIXES = (
    "Mc Mac Fitz De Di Da Du Del Dela Della Des Dos La Le Lo Las Los Les El Al Van Von Vander Ter "
    "Ten San Santa Saint Sainte St Ste Ap Abu Bin Ibn Nic Ni Ui Ní Uí"
)
_BEFORE_CAPITALS = frozenset(_PREFIXES.split())
_WITHOUT_APOSTROPHE = r"[DLO][ÁÀÂÉÈÊÍÎÓÔ]"  # "DÁvila", "LÉcuyer"
_ODD_WITHIN = (
    "(?<=[^\\W\\d_])[¡¤¥¦§¨¬¯±¶¸¢£‚„…†‡ˆ‰‹›“”˜](?=[^\\W\\d_])|(?<=[a-z])[‚„†‡ˆ‰¡¤¬¶](?!\\w)"
)
_LOST_WITHIN = r"(?<=[^\W\d_])\?(?=[^\W\d_])|\?\?\w|\w\?\?\w"
_LOST = r"\w\?|\?\w|\?\?"


def odd_sign(text: str, *, company: bool = False) -> str:
    """Return the first sign in a name that stands in place of a letter, or "".

    A company's name may have signs, so there only one within a word counts.
    """
    if company:
        odd = re.search(_ODD_WITHIN, text)
    else:
        odd = next((o for o in re.finditer(_ODD, text) if o[0][1:] or not _is_mark(o[0])), None)
        odd = odd or re.search(_NO_LETTERS, text)
    odd = odd or re.search(_CAPITAL_WITHIN, text)
    if odd or text.isascii():
        return odd[0] if odd else ""
    words = (word[0] for word in re.finditer(r"[^\W\d_]{3,}", text))
    return next(filter(None, (_capital_of_another(word, company=company) for word in words)), "")


def _capital_of_another(word: str, *, company: bool) -> str:
    """Return the first accented capital between small letters that stands for another letter.

    "RenÚe" is Renée, read as cp850, and "RenÈe" as Mac OS Roman; "RÚmi" is Rémi. Companies write
    "ÉcoÉnergie", so of theirs only the capitals count that hardly any word begins with.
    """
    for at in range(1, len(word) - 1):
        before, one, after = word[:at], word[at], word[at + 1]
        if not "\x7f" < one < "\u0250" or not one.isupper() or not after.islower():
            continue
        if company and one not in "ÚÛÙÝ":
            continue
        is_second = at == 1 and before.isascii() and before.isupper()
        if is_second and re.match(_WITHOUT_APOSTROPHE, word):
            continue
        # A prefix of one or two small letters: "hÓgáin", "dÁvila".
        prefixed = before in _BEFORE_CAPITALS or (at <= 2 and before.islower())
        if is_second or (before[-1].islower() and not prefixed):
            return one
    return ""


def lost_letter(text: str, *, company: bool = False) -> bool:
    """Tell whether a question mark stands in place of a letter."""
    return bool(re.search(_LOST_WITHIN if company else _LOST, text))


def _is_mark(one: str) -> bool:
    return unicodedata.category(one)[0] in "MLC"
