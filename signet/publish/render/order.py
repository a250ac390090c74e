"""The sort order of names in lists, and the slugs of lists."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def sort_key(name: str) -> str:
    """Return the sort key of a name: romanised, without case, accents or punctuation."""
    if name.isascii():
        return _NOT_A_WORD.sub(" ", name.lower()).strip()
    return _NOT_A_WORD.sub(" ", anyascii(name).lower()).strip()


@lru_cache(maxsize=8192)
def slug(words: str) -> str:
    """Return words as part of an address: lower case letters, digits and hyphens."""
    return sort_key(words).replace(" ", "-") or "none"
