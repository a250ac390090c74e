"""Spelling suggestions: words that are one wrong letter from what was typed.

A word is filed under the letter groups it has: a number with one bit for each group. A wrong,
missing or extra letter changes few of these bits and two swapped letters none. So each word is
filed under all numbers that one mistake can lead to, and a single shard answers wherever the
mistake is, the first letter included.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from signet.publish.lookup.shards import SPELLING, Shard

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

SHORTEST = 3  # letters: a word of four with one missing
_LONGEST = 20
_COUNT_CLASSES = 9
_DIGIT = re.compile("[0-9]")

# The least number of words, the number of groups, and the group of each letter from a to z (in base
# 36). Found by experiment: about half the names from all over the world have each group, so that
# the shards are of even size.
_GROUPINGS = (
    (0, 6, "02544425315301252415235302"),
    (6_000, 8, "03642746551234111763351771"),
    (24_000, 11, "a0559100458137897623154029"),
)


def shards(
    words: Iterable[tuple[str, int]], folder: str = SPELLING
) -> Generator[Shard, None, dict[str, object]]:
    """Yield the spelling shards of words with their record counts; return how to find them.

    Each shard is a JSON string of words separated by spaces, each followed by a digit, the number
    of bits of its count. Their paths hold no hash, since an old shard does no harm: it has a few
    words too few or too many. The result describes the groups; a number that no word can reach has
    no shard.
    """
    spelt = [
        (word, min(count.bit_length(), _COUNT_CLASSES))
        for word, count in words
        if SHORTEST <= len(word) <= _LONGEST and not _DIGIT.search(word)
    ]
    bits, letters = next((b, g) for least, b, g in reversed(_GROUPINGS) if len(spelt) >= least)
    filed: list[list[str]] = [[] for _ in range(1 << bits)]
    groups = _Groups(bits, letters)
    for word, size in spelt:
        entry = f"{word}{size}"
        for number in groups.reached(word):
            filed[number].append(entry)
    for number, entries in enumerate(filed):
        if entries:
            content = json.dumps(" ".join(entries), ensure_ascii=False).encode()
            yield Shard(f"{folder}{number:x}.json", content)
    return {"bits": bits, "letters": letters}


class _Groups:
    """The letter groups of words."""

    def __init__(self, bits: int, letters: str) -> None:
        self._bits = bits
        self._of = {chr(ord("a") + i): int(group, 36) for i, group in enumerate(letters)}

    def reached(self, word: str) -> tuple[int, ...]:
        """Return all numbers that a word may have after at most one mistake."""
        some = several = 0
        for letter in word:
            bit = 1 << self._group(letter)
            several |= some & bit
            some |= bit
        return _reached(some, some & ~several, self._bits)

    def _group(self, letter: str) -> int:
        known = self._of.get(letter)
        return ord(letter) % self._bits if known is None else known


@cache
def _reached(number: int, once: int, bits: int) -> tuple[int, ...]:
    """Return the numbers after one mistake: a group seen once may be lost, any one gained."""
    single = [1 << bit for bit in range(bits)]
    left = [number, *(number & ~bit for bit in single if once & bit)]
    return tuple(sorted({kept | gained for kept in left for gained in (0, *single)}))
