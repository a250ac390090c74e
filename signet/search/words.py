"""The words that lead to a record, and where the index has them.

Names become words as they do for the public look-up (`signet.publish.lookup.normal`).
"""

from __future__ import annotations

from collections.abc import Iterable

from signet.complaints import numbers
from signet.publish.lookup import normal
from signet.publish.lookup.entry import Kind, LookupEntry
from signet.search.model import Name
from signet.search.tables import WORD

LONGEST = 32  # letters; the rest of a word is ignored
SHORTEST = 3  # letters by which words that begin like them are found


def leading(kind: Kind, number: str, names: Iterable[Name]) -> tuple[str, ...]:
    """Return the words that lead to a record: of its number and of all its names."""
    words = of_number(number)
    for text in _texts(kind, number, names):
        words += normal.postable(text, normal.words(text), kind)
    return _once(words)


def beside(kind: Kind, number: str, names: Iterable[Name]) -> tuple[str, ...]:
    """Return the words that only narrow a search: initials, particles, legal forms."""
    names = tuple(names)
    all_ = _once(word for text in _texts(kind, number, names) for word in normal.words(text))
    led = frozenset(leading(kind, number, names))
    return tuple(word for word in all_ if word not in led)


def _texts(kind: Kind, number: str, names: Iterable[Name]) -> list[str]:
    """Return the names as they are searched: one in another script romanised too."""
    pairs = tuple((one.what, one.text) for one in names)
    entry = LookupEntry(kind, number, "", "", "", "neutral", 0, pairs, "")
    return [text for _, text in pairs] + normal.romanised(entry)


def of_number(number: str) -> list[str]:
    """Return the words of a number: whole, without letters, without noughts before it."""
    return [*normal.number_words(number), numbers.key(number)]


def of_reference(reference: str) -> tuple[str, ...]:
    """Return the words of a request's reference: whole, and without the R before it."""
    whole = "".join(normal.asked(reference))
    return whole, whole[1:]


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word[:LONGEST] for word in words if word))


def place(word: str) -> str:
    """Return the partition of a word: its first letters.

    A Chinese, Japanese or Korean name is one word, of which one character is the family name.
    """
    return WORD + word[: SHORTEST if word[0] < "\u2e80" else 1]


def is_beginning(word: str) -> bool:
    """Tell whether words that begin like this one can be found, not only the word itself."""
    return len(word) >= SHORTEST or word[0] >= "\u2e80"


def fits(asked: Iterable[str], held: Iterable[str]) -> bool:
    """Tell whether each word asked for begins a word of its own: S. Smith isn't John Smith."""
    there = tuple(held)
    choices = [
        [at for at, word in enumerate(there) if word.startswith(one)]
        for one in dict.fromkeys(asked)
    ]
    taken: dict[int, int] = {}

    def find(which: int, tried: set[int]) -> bool:
        for at in choices[which]:
            if at not in tried:
                tried.add(at)
                if at not in taken or find(taken[at], tried):
                    taken[at] = which
                    return True
        return False

    return all(find(which, set()) for which in range(len(choices)))
