"""Repair and comparison of names from other systems: capitals, spellings, made-up numbers."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

# Base 32 without letters that are mistaken for digits or for one another (Crockford's).
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MADE_DIGITS = 8
# A word, and what follows the apostrophe of O'Brien but not of Bogdan's.
_WORD = re.compile(r"(?<![\w'’])\w+|(?<=\b[OoDdLl]['’])\w{2,}")


class Repaired(NamedTuple):
    """A name with its capitals repaired; `doubtful` when the rules may not know it."""

    text: str
    doubtful: bool = False


_ROMAN = re.compile(r"II|III|IV|VII|VIII")  # VI and XI are names too
_TURKISH = re.compile("[İĞŞ]")
_DOUBTFUL = re.compile(r"\b(?:Ma?c\w|Fitz\w|V[Ii]\b|X[Ii]\b|(?:De|Van|Von|Le|La|Du|Da|Di|Al|El)\b)")


def fixed_case(text: str) -> str:
    """Capitalize each word of a text that is all in capitals, or all in lower case.

    Other text is returned unchanged, since the author of "de Winton" or "McMurray" knew why.
    """
    return repaired(text).text


def repaired(text: str) -> Repaired:
    """Return `fixed_case`, with whether a person should check the result."""
    plain = text.replace("ß", "")
    if not (plain.isupper() or plain.islower()):
        return Repaired(text)
    small = _small(text)
    # Keep the first letter: small i has one capital in Turkish and another elsewhere.
    capital = text if text.isupper() and len(text) == len(small) else small
    text_repaired = _WORD.sub(lambda word: capital[word.start()].upper() + word[0][1:], small)
    words = text_repaired.split(" ")
    for at, word in enumerate(text.split(" ")):
        if at and _ROMAN.fullmatch(word.upper()):  # Lindqvist III
            words[at] = word.upper()
    # McDonald; Macdonald or MacDonald can't be told apart.
    text_repaired = re.sub(
        r"\bMc(\w)(?=\w\w)", lambda name: "Mc" + name[1].upper(), " ".join(words)
    )
    return Repaired(
        unicodedata.normalize("NFC", text_repaired), bool(_DOUBTFUL.search(text_repaired))
    )


def _small(text: str) -> str:
    """Return text in lower case, by Turkish rules if it has Turkish letters: IŞIK is ışık."""
    if _TURKISH.search(text):
        text = text.replace("İ", "i").replace("I", "ı")
    return text.lower()


def key(name: str) -> str:
    """Return what all spellings of a name share: its letters and digits.

    Case and accents are ignored, and `&` is read as "and".
    """
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    return "".join(c for c in plain if c.isalnum() or _vowel_sign(c))


def _vowel_sign(char: str) -> bool:
    """Tell whether a mark is part of the spelling, as in the scripts of India, and no accent."""
    return unicodedata.category(char)[0] == "M" and not unicodedata.combining(char)


def build_number(prefix: str, name_key: str) -> str:
    """Return a number for a record that has none.

    It depends only on the name's key, so that the next export gives the same number; a renamed
    record gets a new one.
    """
    value = int.from_bytes(hashlib.sha256(name_key.encode()).digest()[:8], "big")
    digits = ""
    for _ in range(MADE_DIGITS):
        value, digit = divmod(value, len(DIGITS))
        digits += DIGITS[digit]
    return prefix + digits
