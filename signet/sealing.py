"""Sealing: encryption for which a writer needs only a public key, and can't read what it wrote.

A text or file has a random key of its own (AES-256-GCM), which is sealed to a public key (HPKE, RFC
9180: X25519, HKDF-SHA256, AES-256-GCM) and can be stored separately: destroying that key erases the
content, wherever copies of it are. Each seal names what it belongs to, so that nothing sealed can
be passed off as something else.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signet.errors import Unavailable

# Settings that hold a public key: 32 bytes in base64.
OFFICE = "SIGNET_OFFICE_PUBLIC"  # for the staff who handle complaints
MAIL = "SIGNET_MAIL_PUBLIC"  # for the function that sends mail
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_NONCE = 12
Random = Callable[[int], bytes]
PrivateKeyOf = Callable[[str], X25519PrivateKey]


class CannotOpen(Exception):
    """The box can't be opened with this key, or belongs to something else."""


class Recipient(NamedTuple):
    """A public key to seal to. Rows name the key that they were sealed to by its `id`."""

    id: str
    public: X25519PublicKey


class Sealed(NamedTuple):
    """Sealed content: `box` is stored in the row or object, `key` in the table of keys."""

    box: bytes
    key: WrappedKey


class WrappedKey(NamedTuple):
    """The key of one text or file, sealed to the recipient with that id."""

    recipient: str
    wrapped: bytes


def recipient(public: X25519PublicKey) -> Recipient:
    """Return a public key with its id."""
    return Recipient(sha256(public.public_bytes_raw()).hexdigest()[:16], public)


@cache
def _read(text: str) -> Recipient:
    return recipient(X25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True)))


def set_as(variable: str) -> Recipient:
    """Return the public key in a setting (OFFICE, MAIL). Raises Unavailable when it isn't set."""
    try:
        return _read(os.environ[variable])
    except (KeyError, ValueError) as error:
        raise Unavailable from error


def seal(content: bytes, to: Recipient, about: str, random: Random = os.urandom) -> Sealed:
    """Seal content to a recipient. `about` names what it belongs to: the key of a row or object."""
    key = random(32)
    return Sealed(boxed(content, key, about, random), wrap(key, to, about))


def boxed(content: bytes, key: bytes, about: str, random: Random = os.urandom) -> bytes:
    """Seal content under a given content key."""
    nonce = random(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode())


def opened_box(box: bytes, key: bytes, about: str) -> bytes:
    """Return what `boxed` sealed under this key. Raises CannotOpen."""
    try:
        return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def wrap(key: bytes, to: Recipient, about: str) -> WrappedKey:
    """Seal a content key to a recipient."""
    return WrappedKey(to.id, _SUITE.encrypt(key, to.public, info=about.encode()))


def opened(box: bytes, key: WrappedKey, private: PrivateKeyOf, about: str) -> bytes:
    """Return what `seal` sealed; `private` returns the private key of an id. Raises CannotOpen."""
    try:
        own = _SUITE.decrypt(key.wrapped, private(key.recipient), info=about.encode())
        return AESGCM(own).decrypt(box[:_NONCE], box[_NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def direct(content: bytes, to: X25519PublicKey, about: str) -> bytes:
    """Seal something short to a public key, without a separate content key."""
    return _SUITE.encrypt(content, to, info=about.encode())


def opened_directly(box: bytes, private: X25519PrivateKey, about: str) -> bytes:
    """Return what `direct` sealed. Raises CannotOpen."""
    try:
        return _SUITE.decrypt(box, private, info=about.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
