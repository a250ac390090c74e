"""The key that opens complaints; only the desk's role may use its KMS key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


def private_key(recipient: str) -> X25519PrivateKey:
    """Return the office's private key with an ID, as rows give it. Raises Unavailable."""
    from signet import keyring  # imported late: not every page opens something

    return keyring.private_key(keyring.Purpose.OFFICE, recipient)
