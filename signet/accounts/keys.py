"""Hashes that stand for what isn't kept: cookies, codes, and addresses that rows are found by."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

from signet.addresses import is_address
from signet.errors import Unavailable

KEY = "SIGNET_ADDRESS_KEY"
SHORTEST = 32  # characters: 128 bits, where they are hexadecimal
SECRET_BYTES = 32

BLANKS = " \t\r\n"  # what is around a thing typed or pasted; every other character is part of it

Random = Callable[[int], bytes]

_LOWER = {ord(upper): ord(upper) + 32 for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class NoKey(Unavailable):
    """The key that addresses are hashed with isn't set, or is too short to keep them."""

    usual = f"{KEY} has to be set, to at least {SHORTEST} characters that nobody can guess."


def keyed(purpose: str, *values: str) -> str:
    """Return a hash that can't be tried out without our key. Raises NoKey.

    A purpose keeps apart the hashes of the same value for different ends.
    """
    key = os.environ.get(KEY, "")
    if len(key) < SHORTEST:
        raise NoKey
    text = "\0".join((purpose, *values))
    return hmac.new(key.encode(), text.encode(), sha256).hexdigest()


def hashed(secret: str) -> str:
    """Return the hash of a secret that is too long to guess, and so needs no key."""
    return sha256(secret.encode()).hexdigest()


def secret(random: Random) -> str:
    """Return 256 bits from `random` as text that goes into cookies and addresses as it is."""
    return urlsafe_b64encode(random(SECRET_BYTES)).rstrip(b"=").decode()


def digits(random: Random, count: int) -> str:
    """Return a code of so many digits, each as likely as any other."""
    # 256 bits more than the number needs leave no digit likelier than another in practice.
    return f"{int.from_bytes(random(SECRET_BYTES + count)) % 10**count:0{count}d}"


def address(email: str) -> str:
    """Return an e-mail address as it is compared, "" for what isn't one.

    Only the letters A to Z lose their case, and only the blanks of ASCII around it go: other
    foldings make some distinct addresses one, and would hand one person's record to another.
    """
    plain = email.strip(BLANKS).translate(_LOWER)
    return plain if is_address(plain) else ""
