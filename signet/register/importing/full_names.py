"""Splitting of full names by rules: titles, particles, degrees, Jr. and III.

Rules rather than a library, which would guess silently: what they can't split with certainty is a
problem (docs/decisions/2026-11-29-text-and-names-by-rules.md).
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from signet.text_names import GENERATION, is_degree

FullName = Literal["Family, Given", "Given Family"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENERATION = re.compile(GENERATION)
_TWO_PEOPLE = re.compile(r"(?:^|\s)(?:and|&|et|und)(?:\s|$)", re.I)
_AND = ("y", "e")  # Ortega y Gasset
_TITLES = _words("mr mrs ms miss mx dr prof professor sir dame rev hon m mme mlle herr frau")
_PARTICLES = _words(
    "van von vom zu zum zur der den de la le du da das do dos di del della dello degli delle des "
    "el al bin ibn bint ben ter ten te tho af av san santa st st. y e e' 't mc mac ó ní uí abu "
    "abi abd"
)


class CannotSplit(ValueError):
    """A full name that the rules can't split with certainty; the message says what is valid."""


class Split(NamedTuple):
    """The parts of a full name.

    `dropped` are titles and degrees; `doubtful` is what a person should check.
    """

    given: str
    family: str
    dropped: tuple[str, ...] = ()
    doubtful: str = ""


def split(name: str, order: FullName) -> Split:
    """Return the parts of a full name. A name of one word is a family name.

    Jr., Sr., II, III stay with the family name, as do the particles before it ("Ludwig van
    Beethoven"); titles before it and degrees after it are dropped. Raises CannotSplit.
    """
    if not name.strip():
        return Split("", "")
    first, *others = [piece.strip() for piece in name.split(",")]
    generation = [piece for piece in others if _GENERATION.fullmatch(piece)]
    others = [piece for piece in others if piece not in generation]
    least = 1 if order == "Family, Given" else 0  # a piece alone after it is the given name
    dropped = [p for p in others if p and is_degree(p, behind_comma=len(others) > least)]
    others = [piece for piece in others if piece not in dropped]
    if order == "Given Family":
        if any(others):
            raise CannotSplit("a given and a family name without a comma between them")
        split_name = _given_family(first.split(), dropped)
    else:
        split_name = _family_given([first, *others], dropped)
    if _TWO_PEOPLE.search(split_name.given) or split_name.family.rstrip(".").casefold() in _TITLES:
        raise CannotSplit("the name of one person")
    family = " ".join([split_name.family, *generation])
    return split_name._replace(family=family, dropped=tuple(dropped))


def _family_given(pieces: list[str], dropped: list[str]) -> Split:
    if len(pieces) > 2 or not pieces[0] or (dropped and len(pieces) == 1):
        raise CannotSplit("a family name, a comma and a given name")
    family = _without_degrees(pieces[0].split(), dropped)
    if len(pieces) == 1 or not pieces[1]:
        if len(pieces) == 1 and len(family) > 1 and not _GENERATION.fullmatch(family[-1]):
            raise CannotSplit("a family name, a comma and a given name; there is no comma")
        return Split("", " ".join(family))
    given_names = _without_titles(_without_degrees(pieces[1].split(), dropped), dropped)
    while len(given_names) > 1 and given_names[-1].islower() and given_names[-1] in _PARTICLES:
        family.insert(0, given_names.pop())  # "Berg, Pieter van der"
    behind = (
        [given_names.pop()]
        if len(given_names) > 1 and _GENERATION.fullmatch(given_names[-1])
        else []
    )
    return Split(" ".join(given_names), " ".join([*family, *behind]))


def _given_family(words: list[str], dropped: list[str]) -> Split:
    words = _without_titles(_without_degrees(words, dropped), dropped)
    behind: list[str] = []
    while len(words) > 1 and _GENERATION.fullmatch(words[-1]):
        behind.insert(0, words.pop())
    if not words:
        raise CannotSplit("a name besides titles and degrees")
    if len(words) > 1 and re.fullmatch(r"\w\.|.*\)", words[-1]):
        raise CannotSplit("a given name, then a family name, without brackets behind it")
    at, capital = len(words) - 1, False
    while at > 1 and (words[at - 1].casefold() in _PARTICLES or words[at - 1][:1].islower()):
        at -= 1
        capital = capital or words[at].istitle()
        at -= words[at] in _AND and at > 1
    if all(word in _PARTICLES for word in words[:at]):
        at = 0  # "de la Cruz"
    family = " ".join([*words[at:], *behind])
    # "Smith J" may be the other way round, and of "John O Brien" a part may be lost.
    capital = capital or len(words[-1]) == 1 or words[at - 1 : at] in (["O"], ["o"])
    return Split(" ".join(words[:at]), family, (), f"family name {family!r}" if capital else "")


def _without_titles(words: list[str], dropped: list[str]) -> list[str]:
    words = list(words)
    titles: list[str] = []
    while len(words) > 1 and _is_title(words[0], alone=len(words) == 2):
        titles.append(words.pop(0))
    dropped[:0] = titles
    return words


def _is_title(word: str, *, alone: bool) -> bool:
    """Tell whether a word is a title, as in "Dr. Pratt"; the M. in "M. Pratt" may be an initial."""
    plain = word.rstrip(".").casefold()
    return plain in _TITLES and not (plain == "m" or (alone and plain == "hon"))


def _without_degrees(words: list[str], dropped: list[str]) -> list[str]:
    words = list(words)
    degrees: list[str] = []
    while len(words) > 1 and is_degree(words[-1], behind_comma=False):
        degrees.insert(0, words.pop())
    dropped[:0] = degrees
    return words
