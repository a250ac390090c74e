"""Names as other systems hold them: in one cell, in several spellings, without a number."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Literal

FullName = Literal["Family, Given", "Given Family"]
# Base 32 without the letters that are taken for digits or for one another (Crockford's).
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MADE_DIGITS = 8
# A word, and what follows the apostrophe of O'Brien but not of Bogdan's.
_WORD = re.compile(r"(?<![\w'’])\w+|(?<=\b[OoDdLl]['’])\w{2,}")


def parts(name: str, order: FullName) -> tuple[str, str]:
    """(given, family) of a full name. A name of one word is a family name.

    "Given Family": the family name is the last word and the small particles before it, as in
    "Ludwig van Beethoven".
    """
    if order == "Family, Given":
        family, _, given = name.partition(",")
        return given.strip(), family.strip()
    words = name.split()
    at = len(words) - 1
    while at > 1 and words[at - 1][:1].islower():
        at -= 1
    return " ".join(words[: max(at, 0)]), " ".join(words[max(at, 0) :])


def mended_case(text: str) -> str:
    """Text all in capitals, or all in small letters, with a capital to each word; other text as it
    is, since whoever wrote "de Winton" or "McMurray" knew why."""
    if not (text.isupper() or text.islower()):
        return text
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:], text.lower())


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
