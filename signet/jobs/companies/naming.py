"""Slugs and ids: making URL slugs, comparing company names, validating ids taken from URLs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from signet.errors import NotFound

_NUMBER = re.compile(r"\d{9}")
MOST = 60  # characters
LEGAL_FORMS = {"ltd", "limited", "ltée", "ltee", "inc", "incorporated", "corp", "corporation"}
LEGAL_FORMS |= {"co", "company", "llp", "lp", "ulc"}


def slug_of(words: str) -> str:
    """Return words as a URL slug: letters a to z, digits, single hyphens."""
    from anyascii import anyascii  # only here: it is large

    plain = "".join(c if c.isalnum() else " " for c in anyascii(words).lower())
    return "-".join(plain.split())[:MOST].rstrip("-")


def company_key(name: str) -> str:
    """Return a company's name in the form used for comparison, "" for no name.

    Case, punctuation and the legal form at the end don't count.
    """
    words = "".join(c if c.isalnum() else " " for c in normalize("NFKC", name).casefold()).split()
    while words and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def renamed(before: str, after: str, former: Sequence[str]) -> tuple[str, ...]:
    """Return the list of former names, extended by the previous one if it changed; each once."""
    return tuple(dict.fromkeys((*former, before))) if after != before else tuple(former)


def former_links(
    before: Sequence[str], after: Sequence[str], former: Sequence[str]
) -> tuple[str, ...]:
    """Return the former links, addresses and numbers, extended by those given up now; each once.

    Former marks stay, whatever the current ones are: changing one there and back loses nothing.
    """
    gone = (one for one in before if one and one not in after)
    return tuple(dict.fromkeys((*former, *gone)))


def number_of(text: str) -> str:
    """Return the text if it is the number of a posting. Raises NotFound otherwise."""
    if not _NUMBER.fullmatch(text):
        raise NotFound
    return text
