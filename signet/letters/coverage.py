"""Which characters documents can print, and what stands in place of those that they can't.

Typst refuses a whole accessible PDF for one missing glyph. So what a font lacks is found first: it
prints as its code point, U+13000, and officers are told. Nothing is transliterated: a name in other
letters is another name.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("coverage.txt")
# Invisible characters that shape or join their neighbours, or say where a line may break.
_SHAPING = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u034f\u061c\ufe0e\ufe0f")
_JOINER = "\u200d"
_BLANK = re.compile(r"[\t\v\f\x85\u2028\u2029]")
_LINE = re.compile(r"\r\n?")


class Family(NamedTuple):
    """A family of fonts: its name, and the first and last code points of its ranges, ascending."""

    name: str
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def has(self, character: str) -> bool:
        """Tell whether it has a glyph for a character."""
        point = ord(character)
        at = bisect.bisect_right(self.firsts, point) - 1
        return at >= 0 and point <= self.lasts[at]


@cache
def families() -> tuple[Family, ...]:
    """Return the families of fonts, in the order in which a character's is looked for."""
    return tuple(_family(line) for line in FILE.read_text(encoding="ascii").splitlines())


def _family(line: str) -> Family:
    name, _, listed = line.partition("\t")
    ranges = [one.partition("-") for one in listed.split(" ")]
    firsts = tuple(int(first, 16) for first, _, _ in ranges)
    return Family(name, firsts, tuple(int(last or first, 16) for first, _, last in ranges))


def uncovered(*texts: str) -> tuple[str, ...]:
    """Return the characters of texts that print as code points, each once, in order.

    They are as an officer is told of them: "𓀀 (U+13000)", or the code point alone for what is
    invisible.
    """
    signs = dict.fromkeys(sign for text in texts for sign in _without_glyph(_plain(text)))
    return tuple(_described(sign) for sign in signs)


def printable(text: str) -> str:
    """Return a text with every character that can't be printed replaced by its code point."""
    return "".join(
        cluster if _has_glyphs(cluster) else "".join(map(_replaced, cluster))
        for cluster in _clusters(_plain(text))
    )


def _plain(text: str) -> str:
    """Return a text whose line ends are newlines, and whose other blanks are spaces."""
    return _BLANK.sub(" ", _LINE.sub("\n", text))


def _without_glyph(text: str) -> Iterator[str]:
    for cluster in _clusters(text):
        if not _has_glyphs(cluster):
            yield from (sign for sign in cluster if sign not in _SHAPING)


def _clusters(text: str) -> Iterable[str]:
    """Yield the text in parts that one font has to print: a letter with its marks."""
    cluster = ""
    for sign in text:
        joins = unicodedata.category(sign)[0] == "M" or sign == _JOINER
        if cluster and (joins or cluster[-1] == _JOINER):
            cluster += sign
            continue
        if cluster:
            yield cluster
        cluster = sign
    if cluster:
        yield cluster


@lru_cache(maxsize=4096)
def _has_glyphs(cluster: str) -> bool:
    signs = [
        sign
        for sign in unicodedata.normalize("NFC", cluster)
        if sign not in _SHAPING and sign != "\n"
    ]
    return any(all(map(family.has, signs)) for family in families())


def _replaced(sign: str) -> str:
    return sign if sign in _SHAPING else _code(sign)


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X}"


def _described(sign: str) -> str:
    visible = unicodedata.category(sign)[0] in "LNPS"
    return f"{sign} ({_code(sign)})" if visible else _code(sign)
