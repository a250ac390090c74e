"""Names as other systems hold them: in capitals, in several spellings, without a number."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

# Base 32 without the letters that are taken for digits or for one another (Crockford's).
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MADE_DIGITS = 8
# A word, and what follows the apostrophe of O'Brien but not of Bogdan's.
_WORD = re.compile(r"(?<![\w'’])\w+|(?<=\b[OoDdLl]['’])\w{2,}")


class Mended(NamedTuple):
    """A name with its capitals repaired; `doubtful` when the rules may not know it."""

    text: str
    doubtful: bool = False


_ROMAN = re.compile(r"II|III|IV|VII|VIII")  # VI and XI are names too
_TURKISH = re.compile("[İĞŞ]")
_DOUBTFUL = re.compile(r"\b(?:Ma?c\w|Fitz\w|V[Ii]\b|X[Ii]\b|(?:De|Van|Von|Le|La|Du|Da|Di|Al|El)\b)")


def mended_case(text: str) -> str:
    """Text all in capitals, or all in small letters, with a capital to each word; other text as it
    is, since whoever wrote "de Winton" or "McMurray" knew why."""
    return mended(text).text


def mended(text: str) -> Mended:
    """`mended_case`, with whether a person should look at what came out."""
    plain = text.replace("ß", "")
    if not (plain.isupper() or plain.islower()):
        return Mended(text)
    small = _small(text)
    # The first letter as it stood: small i has one capital in Turkish and another elsewhere.
    capital = text if text.isupper() and len(text) == len(small) else small
    made = _WORD.sub(lambda word: capital[word.start()].upper() + word[0][1:], small)
    words = made.split(" ")
    for at, word in enumerate(text.split(" ")):
        if at and _ROMAN.fullmatch(word.upper()):  # Lindqvist III
            words[at] = word.upper()
    # McDonald; of Macdonald or MacDonald nobody knows.
    made = re.sub(r"\bMc(\w)(?=\w\w)", lambda name: "Mc" + name[1].upper(), " ".join(words))
    return Mended(unicodedata.normalize("NFC", made), bool(_DOUBTFUL.search(made)))


def _small(text: str) -> str:
    """Small letters, by Turkish rules where a letter is Turkish: İPEK is ipek and IŞIK ışık."""
    if _TURKISH.search(text):
        text = text.replace("İ", "i").replace("I", "ı")
    return text.lower()


def key(name: str) -> str:
    """What stays the same in all spellings of a name: letters and digits alone, blind to case and
    accents, `&` read as "and"."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    return "".join(c for c in plain if c.isalnum() or _vowel_sign(c))


def _vowel_sign(char: str) -> bool:
    """A sign that is part of the spelling, as in the scripts of India, and no accent."""
    return unicodedata.category(char)[0] == "M" and not unicodedata.combining(char)


def made_number(prefix: str, name_key: str) -> str:
    """A number for a record that comes without one. It follows from the name's key alone, so that
    the next export gives the same number; a renamed record gets a new one."""
    value = int.from_bytes(hashlib.sha256(name_key.encode()).digest()[:8], "big")
    digits = ""
    for _ in range(MADE_DIGITS):
        value, digit = divmod(value, len(DIGITS))
        digits += DIGITS[digit]
    return prefix + digits
