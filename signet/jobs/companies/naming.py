"""Names for addresses, and what addresses name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from signet.errors import NotFound

_ID = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"\d{9}")
MOST = 60  # characters
LEGAL_FORMS = {"ltd", "limited", "ltée", "ltee", "inc", "incorporated", "corp", "corporation"}
LEGAL_FORMS |= {"co", "company", "llp", "lp", "ulc"}


def slug_of(words: str) -> str:
    """Return words as they stand in an address: letters a to z, digits, single hyphens."""
    from anyascii import anyascii  # only here: it is large

    plain = "".join(c if c.isalnum() else " " for c in anyascii(words).lower())
    return "-".join(plain.split())[:MOST].rstrip("-")


def company_key(name: str) -> str:
    """Return what two spellings of a company's name have in common, "" for no name.

    Neither capitals nor punctuation nor the legal form at its end count.
    """
    words = "".join(c if c.isalnum() else " " for c in normalize("NFKC", name).casefold()).split()
    while words and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def renamed(before: str, after: str, former: Sequence[str]) -> tuple[str, ...]:
    """Return the former names of something that may have a new one, each once."""
    return tuple(dict.fromkeys((*former, before))) if after != before else tuple(former)


def marked(before: Sequence[str], after: Sequence[str], former: Sequence[str]) -> tuple[str, ...]:
    """Return what something was known by and isn't any more, each once: links, addresses, numbers.

    What it had before is kept whatever it has now: changing it there and back loses nothing.
    """
    gone = (one for one in before if one and one not in after)
    return tuple(dict.fromkeys((*former, *gone)))


def id_of(text: str) -> str:
    """Return the id of a company, a person or a file. Raises NotFound for what can't be one."""
    if not _ID.fullmatch(text):
        raise NotFound
    return text


def number_of(text: str) -> str:
    """Return the number of a posting. Raises NotFound for what can't be one."""
    if not _NUMBER.fullmatch(text):
        raise NotFound
    return text
