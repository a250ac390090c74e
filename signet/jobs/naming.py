"""Names for addresses."""

from __future__ import annotations

MOST = 60  # characters


def slug_of(words: str) -> str:
    """Return words as they stand in an address: letters a to z, digits, single hyphens."""
    from anyascii import anyascii  # only here: it is large

    plain = "".join(c if c.isalnum() else " " for c in anyascii(words).lower())
    return "-".join(plain.split())[:MOST].rstrip("-")
