"""Hashes that are stored instead of cookies, codes and the addresses that rows are found by."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

from signet.addresses import is_address
from signet.errors import Unavailable

KEY = "SIGNET_ADDRESS_KEY"
SHORTEST = 32  # characters: 128 bits if they are hexadecimal
SECRET_BYTES = 32

BLANKS = " \t\r\n"  # stripped from around typed or pasted text; other characters are part of it

Random = Callable[[int], bytes]

_LOWER = {ord(upper): ord(upper) + 32 for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class NoKey(Unavailable):
    """The key for hashing addresses isn't set, or is too short to protect them."""

    usual = f"{KEY} has to be set, to at least {SHORTEST} characters that nobody can guess."


def keyed(purpose: str, *values: str) -> str:
    """Return a hash that can't be brute-forced without our key. Raises NoKey.

    `purpose` separates the hashes of the same value for different uses.
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
    """Return 256 bits from `random` as text that is safe in cookies and URLs."""
    return urlsafe_b64encode(random(SECRET_BYTES)).rstrip(b"=").decode()


def digits(random: Random, count: int) -> str:
    """Return a code of `count` digits, each as likely as any other."""
    # 256 more bits than the number needs: the bias of the modulo is negligible.
    return f"{int.from_bytes(random(SECRET_BYTES + count)) % 10**count:0{count}d}"


def address(email: str) -> str:
    """Return an e-mail address in the form used for comparison, "" for text that isn't one.

    Only the letters A to Z are lower-cased, and only ASCII whitespace around it is stripped. Other
    case foldings make some distinct addresses equal, which would give one person's record to
    another.
    """
    plain = email.strip(BLANKS).translate(_LOWER)
    return plain if is_address(plain) else ""
