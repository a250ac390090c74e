"""Names as the look-up compares them: words without case, diacritics or punctuation.

`site/assets/lookup.js` does exactly the same, in the same steps; a test checks that the two agree.
Nothing here depends on Unicode's character classes, which differ between versions of Python and of
browsers: the characters that end a word, or are dropped from it, are listed by code point.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from anyascii import anyascii

from signet.publish.lookup.entry import NATIVE, Kind, LookupEntry

if TYPE_CHECKING:
    from collections.abc import Callable


def _characters(ranges: str) -> str:
    """Return a character class of code points, given in hex as `a-b` or `a`."""
    bounds = [part.partition("-") for part in ranges.split()]
    return "".join(
        f"{re.escape(chr(int(a, 16)))}-{re.escape(chr(int(b or a, 16)))}" for a, _, b in bounds
    )


# The characters that people and keyboards write for an apostrophe.
APOSTROPHES = "60 b4 2b9 2bb-2bf 2c8 5f3 2018 2019 201b 2032 a78c ff07"
HYPHENS = "58a 5be 2010-2015 2212 fe58 fe63 ff0d"
# Diacritics of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic, invisible characters.
# Vowel signs of other scripts work as letters, so they stay.
DROPPED = (
    "ad 300-36f 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7 640 64b-65f 670 180e 200b-200f 202a-202e "
    "2060-2069 fe00-fe0f feff"
)
# The characters that end a word; the plain hyphen and apostrophe don't, they join its parts.
SEPARATORS = (
    "0-26 28-2c 2e-2f 3a-40 5b-60 7b-a9 ab-b4 b6-b9 bb-bf d7 f7 2c2-2c5 2d2-2df 37e 387 55a-55f "
    "589 5c0 5c3 5c6 5f4 600-60f 61b-61f 66a-66d 6d4 964-965 104a-104f 10fb 1360-1368 2000-206f "
    "20a0-20cf 2100-214f 2190-2bff 2e00-2e7f 3000-3004 3008-3020 3030 303d 30a0 30fb fd3e-fd3f "
    "fe10-fe1f fe30-fe6f fff0-ffff 1f000-1faff"
)
EAST_ASIAN = "3005-3007 3040-30ff 3400-9fff ac00-d7af f900-faff 20000-3ffff"
FOLDED = {
    "ß": "ss",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ə": "e",
    "ς": "σ",
}

# Name particles. The name is found whether they are written apart, joined or left out.
_PARTICLES = (
    "af al ap av bar ben bin bint d da das de dei del della den der des di do dos du e el fitz "
    "ibn l la las le les lo los mac mc o op san st ste ten ter van vd vom von y zu zum zur"
)
# Legal forms don't tell one company from another, so they don't lead to any.
_LEGAL_FORMS = (
    "and co company corp corporation et inc incorporated limited limitee llc llp lp ltd ltee of "
    "pc plc the ulc"
)
PARTICLES = frozenset(_PARTICLES.split())
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
_INITIALS = frozenset("abcdefghijklmnopqrstuvwxyz")
_WEAK = PARTICLES | LEGAL_FORMS | _INITIALS
# Particles that a searcher may separate from a name written as one word: O Brien, Mc Donald.
_OPENERS = frozenset(("mc", "mac", "fitz", "o"))

_LONGEST_RUN = 4  # pieces of a Chinese, Japanese or Korean name written apart
# Where a name in one word may be written in two: McDonald, MacDonald, FitzGerald, OBrien.
_OPENED = re.compile(
    "(^|[^A-Za-z])([Mm][Cc](?=[A-Za-z]{3})|(?:Mac|Fitz|O)(?=[A-Z][a-z]))", re.ASCII
)
# Words written in full or abbreviated in names: St. Pierre, Saint-Pierre, Ft. McMurray.
_OTHER_LENGTH = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}
_OTHER_LENGTH |= {short: full for full, short in _OTHER_LENGTH.items()}
_SHORTENED = re.compile(
    r"(^|[^A-Za-z])(saint|sainte|st|ste|fort|ft|mount|mt)(?=\.?[ -])", re.ASCII | re.IGNORECASE
)
# Letters that some write as two: Müller is Muller to one and Mueller to another.
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)

_APOSTROPHE = re.compile(f"[{_characters(APOSTROPHES)}]")
_HYPHEN = re.compile(f"[{_characters(HYPHENS)}]")
_DROP = re.compile(f"[{_characters(DROPPED)}]")
_CHUNK = re.compile(f"[^{_characters(SEPARATORS)}]+")
_EAST_ASIAN_WORD = re.compile(f"[{_characters(EAST_ASIAN)}]+")
_FOLDS = str.maketrans(FOLDED)
_PLAIN = re.compile("[0-9a-z .,]*")
_ENDS = str.maketrans(".,", "  ")
_LATIN = re.compile("[0-9a-z]+")
_DIGIT = re.compile("[0-9]")
_NO_DIGITS = "abcdefghijklmnopqrstuvwxyz"
_CAPITAL = re.compile("(?<=[^A-Z ])(?=[A-Z])")


def fold(text: str) -> str:
    """Return a text without case, diacritics and ligatures; apostrophes as ' and hyphens as -."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = normalize("NFKD", _APOSTROPHE.sub("'", text))
    plain = _DROP.sub("", plain).lower().translate(_FOLDS)
    return _HYPHEN.sub("-", normalize("NFC", plain))


def words(text: str) -> list[str]:
    """Return all words by which a name can be found, each once.

    A hyphenated name gives its parts and the whole without hyphen, a particle gives itself and the
    name joined to it. So the words that `asked` returns for the same name, however a searcher
    writes it, are among them. Included are both ways of writing an umlaut and a Saint, and what
    follows a Mc.
    """
    opened = _OPENED.sub(r"\1\2'", text)
    result = _words(fold(opened))
    if not text.isascii():
        plain = normalize("NFC", opened)
        written_out = plain.translate(_WRITTEN_OUT)
        if written_out != plain:
            result = list(dict.fromkeys([*result, *_words(fold(written_out))]))
    other = _SHORTENED.sub(lambda m: m[1] + _OTHER_LENGTH[m[2].lower()], opened)
    return result if other == opened else list(dict.fromkeys([*result, *_words(fold(other))]))


def _words(folded: str) -> list[str]:
    if _PLAIN.fullmatch(folded):
        flat = folded.translate(_ENDS).split()
        joined = dict.fromkeys(flat)
        # Fast path: most names have nothing that could be joined.
        if PARTICLES.isdisjoint(flat) and sum(len(word) == 1 for word in flat) < 2:
            return list(joined)
        chunks = [[word] for word in flat]
    else:
        chunks = _chunks(folded)
        joined = {}
        flat = _parted(chunks, joined)
    _add_joined(flat, joined)
    joined.update(dict.fromkeys(_asked(chunks)))
    return list(joined)


def asked(text: str) -> list[str]:
    """Return the words of a query; all of them must match, the last as a prefix."""
    return _asked(_chunks(fold(text)))


def number_words(number: str) -> list[str]:
    """Return the words that find a number: itself, and its digits without leading letters."""
    whole = fold(number)
    if not whole.isalnum():
        whole = "".join(part for parts in _chunks(whole) for part in parts).replace("'", "")
    digits = whole.lstrip(_NO_DIGITS)
    return [whole, digits] if digits and digits != whole else [whole]


def romanised(entry: LookupEntry) -> list[str]:
    """Return Latin forms of those names that are in another script and have none."""
    latin = {text for _, text in entry.names if _is_latin(text)}
    return [
        # A Chinese or Korean name comes out in one piece, each syllable with a capital.
        _CAPITAL.sub(" ", anyascii(text))
        for what, text in entry.names
        if text not in latin and not (what == NATIVE and latin)
    ]


def postable(text: str, found: list[str], kind: Kind) -> list[str]:
    """Return those of a name's words that get an entry of their own in the index.

    Particles within a name, initials and legal forms of companies don't: nobody searches for these
    alone. They still count when a record is compared with the query.
    """
    if _WEAK.isdisjoint(found):
        return found
    chunks = _chunks(fold(text))
    outer = {part.replace("'", "") for part in (chunks[0][0], chunks[-1][-1])}
    weak = (_WEAK - outer) | _INITIALS | (LEGAL_FORMS if kind == "permit" else frozenset())
    return [word for word in found if word not in weak] or found


def _is_latin(text: str) -> bool:
    return text.isascii() or all(
        _LATIN.fullmatch(part.replace("'", "")) for parts in _chunks(fold(text)) for part in parts
    )


def _chunks(folded: str) -> list[list[str]]:
    """Return the words of a folded text, each as its hyphen-separated parts."""
    chunks = (
        [part for part in chunk.split("-") if part.strip("'")] for chunk in _CHUNK.findall(folded)
    )
    return [parts for parts in chunks if parts]


def _parted(chunks: list[list[str]], found: dict[str, None]) -> list[str]:
    """Add the parts, and what they join to, to `found`; return the parts in a row."""
    flat: list[str] = []
    for parts in chunks:
        bare = [part.replace("'", "") for part in parts]
        flat += bare
        found.update(dict.fromkeys(bare))
        for part in parts:
            sides = part.split("'") if "'" in part else ()
            found.update(dict.fromkeys(side for side in sides if side))
        if len(bare) > 1:
            found["".join(bare)] = None
    return flat


def _add_joined(flat: list[str], found: dict[str, None]) -> None:
    """Add joined forms of what people write both ways: particles, initials, East Asian names."""
    for start, word in enumerate(flat[:-1]):
        if word in PARTICLES:
            end = _end_of_run(flat, start, PARTICLES.__contains__)
            found["".join(flat[start : end + 1])] = None
        if _initial(word) and not (start and _initial(flat[start - 1])):
            found["".join(flat[start : _end_of_run(flat, start, _initial)])] = None
        if _east_asian(word):
            end = min(_end_of_run(flat, start, _east_asian), start + _LONGEST_RUN)
            joined = ("".join(flat[start:stop]) for stop in range(start + 2, end + 1))
            found.update(dict.fromkeys(joined))
            if end - start > 1:  # the given name first, as some write it
                found[flat[start + 1] + word] = None


def _asked(chunks: list[list[str]]) -> list[str]:
    flat: list[str] = []
    for parts in chunks:
        bare = [part.replace("'", "") for part in parts]
        # A number is one word: 12-345 isn't a search for 12 and for 345.
        flat += ["".join(bare)] if _DIGIT.search("".join(bare)) else bare
    if all(_initial(word) for word in flat):
        flat = ["".join(flat)] if flat else []
    return _with_openers(_runs_joined(flat))


def _runs_joined(flat: list[str]) -> list[str]:
    """Join the pieces of a Chinese, Japanese or Korean name written apart."""
    out: list[str] = []
    start = 0
    while start < len(flat):
        end = _end_of_run(flat, start, _east_asian)
        if not start + 2 <= end <= start + _LONGEST_RUN:
            end = max(end, start + 1)
            out += flat[start:end]
        else:
            out.append("".join(flat[start:end]))
        start = end
    return out


def _with_openers(flat: list[str]) -> list[str]:
    """Join O Brien and Mc Donald to one word, as most people write them."""
    out: list[str] = []
    for word in reversed(flat):
        following = out[-1] if out else ""
        if following and word in _OPENERS:
            out[-1] = word + following
        else:
            out.append(word)
    return out[::-1]


def _end_of_run(flat: list[str], start: int, belongs: Callable[[str], bool]) -> int:
    """Return the index after the last word, from `start` on, that belongs to the run."""
    return next((i for i in range(start, len(flat)) if not belongs(flat[i])), len(flat))


def _initial(word: str) -> bool:
    return len(word) == 1 and word.isascii() and word.isalpha()


def _east_asian(word: str) -> bool:
    return _EAST_ASIAN_WORD.fullmatch(word) is not None
