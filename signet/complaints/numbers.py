"""Register and permit numbers as people write them: "No. 100 026", "M100026", "0100026", "P 1004".

A typed number is turned into the spellings under which the register may have it, and into a key
that is equal for all spellings: its digits without leading zeros. Keys are only for comparing,
where treating two numbers as the same is the safe mistake; the register decides which record it is.
"""

from __future__ import annotations

import re
import unicodedata

MOST = 32  # the longest number, as in the register's own entries
# Letters with full stops, such as "P.Tech.(Eng.)" and "C.E.T.": whichever designations there are.
_POSTNOMINAL = r"[A-Z]{1,2}\.\s*(?:[A-Z]+\.\s*)*[A-Z]+\.?(?:\s*\([A-Z]+\.?\))?(?![A-Z])"
# Labels before a number, in any order: "Permit to practise No.", "P.Tech. member #".
_LABELS = re.compile(
    rf"^(?:(?:NUMBER|NUMERO|NUM|NR|NO|PERMIT(?:\s+TO\s+PRACTI[CS]E)?|LICEN[CS]E|MEMBER"
    rf"|REGISTRATION|REGISTER|REG|ID|{_POSTNOMINAL})(?![A-Z])[\s.:,#ºO°-]*|[\s.:,#]+)+"
)
_AFTER = re.compile(rf"(?<=[0-9])(?:[\s,]+{_POSTNOMINAL})+$")
_DASHES = re.compile(r"[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_APART = re.compile(r"[\s.\-_/#:,()'’]+")
_DIGITS = re.compile(r"[0-9]+")
_PARTS = re.compile(r"([A-Z]*)([0-9]+)([A-Z]*)")
_SPELLED = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,30}[A-Z0-9])?")
PADDED = (5, 6)  # lengths to which registers pad numbers with zeros
PERMIT = "P"  # the prefix of permit numbers, often left out


def normalized(typed: str) -> str:
    """Return a typed number normalised: plain digits, capitals, no label, blanks or dashes."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", typed))
    text = "".join(map(_digit, _DASHES.sub("-", text))).upper().strip()
    return _APART.sub("", _AFTER.sub("", _LABELS.sub("", text)))


def _digit(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def is_number(typed: str) -> bool:
    """Tell whether this can be a number: short, only letters and digits, at least one digit."""
    text = normalized(typed)
    return text.isascii() and text.isalnum() and len(text) <= MOST and any(map(str.isdigit, text))


def key(typed: str) -> str:
    """Return the comparison key, equal for all spellings of a number; "" if it isn't one."""
    digits = "".join(_DIGITS.findall(normalized(typed)))
    return digits.lstrip("0") or digits[:1]


def spellings(typed: str) -> tuple[str, ...]:
    """Return the spellings that the register may have for a typed number, most likely first."""
    text = normalized(typed)
    parts = _PARTS.fullmatch(text)
    texts = [_as_typed(typed), text]
    if parts:
        letters, digits, after = parts.groups()
        bare = digits.lstrip("0") or "0"
        if letters:
            texts += [f"{letters}-{digits}{after}", f"{letters}-{bare}{after}"]
        texts += [digits + after, bare + after]
        if letters in ("", PERMIT):
            texts += [f"{PERMIT}-{digits}", f"{PERMIT}-{bare}"]
        if not letters and not after:
            texts += [bare.zfill(length) for length in PADDED]
    return tuple(one for one in dict.fromkeys(texts) if _SPELLED.fullmatch(one))


def _as_typed(typed: str) -> str:
    """Return a typed number with its dashes, for registers whose numbers have several."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).upper().strip()


def mentioned(text: str) -> frozenset[str]:
    """Return the keys of everything in a text that looks like a number.

    Groups of digits are taken both joined and separately.
    """
    plainly = "".join(map(_digit, _UNSEEN.sub("", unicodedata.normalize("NFKC", text))))
    numbers = set(_DIGITS.findall(plainly))
    for groups in re.findall(r"[0-9]+(?:[\s.\-–—_/]{1,2}[0-9]+)+", plainly):
        runs = _DIGITS.findall(groups)
        numbers |= {
            "".join(runs[first:last])
            for first in range(len(runs))
            for last in range(first + 2, min(len(runs), first + 6) + 1)
        }
    return frozenset(one.lstrip("0") for one in numbers if one.lstrip("0"))
