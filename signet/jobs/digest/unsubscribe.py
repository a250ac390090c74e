"""The URL by which a recipient unsubscribes from the digest without signing in (JOB-6, RFC 8058).

It contains the member's number, encrypted and authenticated with a key of ours: it can't be forged,
changed or read. A member's token is always the same, so that the link in an old mail works for as
long as the key.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from signet.accounts.keys import keyed
from signet.errors import NotFound

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

WIDTH = 24  # bytes: all tokens have the same length
END = b"\0"
ABOUT = [b"signet digest"]


def token(member: str) -> str:
    """Return the token that stands for a member in the URL. Raises NoKey."""
    plain = member.encode().ljust(WIDTH, END)
    return urlsafe_b64encode(_cipher().encrypt(plain, ABOUT)).rstrip(b"=").decode()


def member(text: str) -> str:
    """Return the member a token stands for. Raises NotFound for a token that we didn't make."""
    from cryptography.exceptions import InvalidTag  # only here: other pages need none of it

    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return _cipher().decrypt(sealed, ABOUT).rstrip(END).decode()
    except (ValueError, InvalidTag):
        raise NotFound from None


def _cipher() -> AESSIV:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(bytes.fromhex(keyed("digest")))
