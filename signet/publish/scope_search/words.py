"""The words of a scope, and the stems by which they are found.

`site/assets/scope-search.js` does the same, in the same steps; a test checks that the two agree.
Words are folded as those of the look-up are. A stem takes away an English or French plural and
nothing else: a word that is asked for leads to every word that begins with its stem.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from signet.publish.lookup import normal

# Words that lead to nobody: all scopes have them. English, then French.
LITTLE = frozenset(
    [
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "between",
        "both",
        "but",
        "by",
        "each",
        "except",
        "excludes",
        "excluding",
        "following",
        "for",
        "from",
        "if",
        "in",
        "includes",
        "including",
        "into",
        "is",
        "it",
        "its",
        "less",
        "more",
        "most",
        "no",
        "not",
        "of",
        "off",
        "on",
        "only",
        "or",
        "other",
        "over",
        "per",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "these",
        "this",
        "those",
        "through",
        "to",
        "under",
        "up",
        "upon",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "will",
        "with",
        "within",
        "without",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "chez",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "en",
        "entre",
        "est",
        "et",
        "il",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "mais",
        "ne",
        "ou",
        "par",
        "pas",
        "plus",
        "pour",
        "que",
        "qui",
        "sans",
        "ses",
        "son",
        "sous",
        "sur",
        "un",
        "une",
        "vers",
    ]
)
_SHORTEST = 4  # letters of a word that may be a plural
_AFTER_HISS = re.compile("(?:x|ch|sh|ss|z)es$")
_NO_PLURALS = ("ss", "us", "is")


def stem(word: str) -> str:
    """Return a folded word without the ending of its plural.

    Walls is wall, boxes box, batteries and batterie battery, eaux eau.
    """
    if len(word) < _SHORTEST:
        return word
    if len(word) > _SHORTEST and word.endswith(("ies", "ie")):
        return f"{word[: word.rindex('ie')]}y"
    if _AFTER_HISS.search(word):
        return word[:-2]
    if word.endswith(("eaux", "eux")) or (word.endswith("s") and not word.endswith(_NO_PLURALS)):
        return word[:-1]
    return word


def stems(text: str) -> list[str]:
    """Return the stems of a text's words, each once, without single letters and little words."""
    return list(dict.fromkeys(chain.from_iterable(map(_stems_of, text.split(" ")))))


@lru_cache(maxsize=32768)
def _stems_of(part: str) -> tuple[str, ...]:
    """Return the stems of what stands between two blanks; the same parts are in many scopes."""
    words = normal.words(part)
    return tuple(stem(word) for word in words if len(word) > 1 and word not in LITTLE)


def joined(text: str) -> str:
    """Return the words of a name as one: a city's, a discipline's, as keys of the index hold it."""
    return "".join(normal.asked(text))
