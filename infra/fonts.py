"""`python -m infra.fonts`: writes which characters the documents' fonts can print.

The functions that people wait for have no fonts; from this file they can tell an officer what a
letter can't print. Run it when the fonts' version changes; a test compares the two.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import manimgx_fonts
import manimgx_fonts_cjk
from fontTools.ttLib import TTFont

from signet.letters import coverage

# The families in the order in which a character's is looked for, with their files. Characters that
# Chinese, Japanese and Korean share have the shapes usual in mainland China: a name doesn't say
# which of them it is.
_SCRIPTS = (
    "Arabic Hebrew Devanagari Gurmukhi Bengali Gujarati Oriya Tamil Telugu Kannada Malayalam "
    "Sinhala Thai Lao Khmer Myanmar Armenian Georgian Ethiopic"
)
_PLAIN = Path(manimgx_fonts.__path__[0])
FILES = {
    "Noto Sans": _PLAIN / "NotoSans[wght].ttf",
    **{f"Noto Sans {name}": _PLAIN / f"NotoSans{name}[wght].ttf" for name in _SCRIPTS.split()},
    "Noto Sans CJK SC": Path(manimgx_fonts_cjk.__path__[0]) / "NotoSansCJK-VF.otf.ttc",
    "Noto Sans Symbols": _PLAIN / "NotoSansSymbols[wght].ttf",
    "Noto Emoji": _PLAIN / "NotoEmoji[wght].ttf",
}
_IN_COLLECTION = {"Noto Sans CJK SC": 2}
# Control and format characters, surrogates, private and unassigned ones are never printed as such.
_NEVER = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def covered(family: str) -> frozenset[int]:
    """Return the code points that a family has a glyph for, from its font file."""
    font = TTFont(FILES[family], fontNumber=_IN_COLLECTION.get(family, -1), lazy=True)
    signs = font.getBestCmap()
    return frozenset(one for one in signs if unicodedata.category(chr(one)) not in _NEVER)


def lines() -> Iterator[str]:
    """Yield the lines of the file: a family, a tab, and its ranges in hexadecimal."""
    for family in FILES:
        ranges = " ".join(_range(*one) for one in _ranges(sorted(covered(family))))
        yield f"{family}\t{ranges}\n"


def _ranges(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for point in points:
        if point != last + 1 and first >= 0:
            yield first, last
        first, last = (first, point) if point == last + 1 and first >= 0 else (point, point)
    yield first, last


def _range(first: int, last: int) -> str:
    return f"{first:X}" if first == last else f"{first:X}-{last:X}"


if __name__ == "__main__":
    coverage.FILE.write_text("".join(lines()), encoding="ascii")
    sys.stdout.write(f"{coverage.FILE}: {coverage.FILE.stat().st_size} bytes\n")
