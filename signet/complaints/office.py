"""The key that opens complaints: the desk's alone, whose role alone may use its KMS key."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import keyring
from signet.keyring import Purpose


def private_key(recipient: str) -> X25519PrivateKey:
    """Return the office's private key of an id, as rows name it. Raises Unavailable."""
    return keyring.private_key(Purpose.OFFICE, recipient)
