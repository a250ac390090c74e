"""Names for addresses, and what addresses name."""

from __future__ import annotations

import re

from signet.errors import NotFound

_ID = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"\d{9}")
MOST = 60  # characters


def slug_of(words: str) -> str:
    """Return words as they stand in an address: letters a to z, digits, single hyphens."""
    from anyascii import anyascii  # only here: it is large

    plain = "".join(c if c.isalnum() else " " for c in anyascii(words).lower())
    return "-".join(plain.split())[:MOST].rstrip("-")


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
