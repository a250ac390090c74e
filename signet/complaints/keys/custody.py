"""The office's private key, split between two custodians; both shares together restore it.

One share is random, the other is the key XORed with it, so either alone reveals nothing about the
key. Each is a printable sheet of text that can be typed in again, with its own check value.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import sealing
from signet.errors import Refused
from signet.sealing import Random

KEY_BYTES = 32
CHECK_LETTERS = 8
GROUP, GROUPS_A_LINE = 4, 8
_PARTS = re.compile(
    r"^key: *(?P<key>[0-9a-f]{16})\s+share: *(?P<number>[12])\s+of\s+2\s+(?P<secret>[0-9a-f\s]+)"
    r"^check: *(?P<check>[0-9a-f]+)\s*$",
    re.MULTILINE,
)
_SHEET = """\
SIGNET: RECOVERY SHARE {number} OF 2 OF THE COMPLAINTS OFFICE'S KEY

You are one of two custodians. Together you can bring back the key that opens complaints, should
the copy in AWS KMS be lost. Alone, this sheet opens nothing and tells nothing.

- Keep it on paper and sealed, in another place than the other share. Sign and date the seal.
- Never let anybody photograph, copy or mail it, and never hold both shares yourself.
- Delete the file it was printed from.
- It is used only by both custodians together, by the command
      signet keys recover SHARE-1 SHARE-2 --kms KEY
  and once a year for a trial:  signet keys check --shares SHARE-1 SHARE-2
- If it is lost, or somebody has seen it, say so: the key is then replaced (signet keys rotate).

The lines below can be typed in again from paper; everything else on this sheet is left out then.

Key: {key}
Share: {number} of 2
{secret}
Check: {check}
"""


class WrongShare(Refused):
    """The text isn't a share, was changed, or doesn't belong with the other share."""


class Share(NamedTuple):
    """One custodian's half of the key with ID `key`; `number` is 1 or 2."""

    key: str
    number: int
    secret: bytes

    @property
    def sheet(self) -> str:
        """Return the share as a printable sheet with instructions for its custodian."""
        text = self.secret.hex()
        groups = [text[at : at + GROUP] for at in range(0, len(text), GROUP)]
        lines = [
            " ".join(groups[at : at + GROUPS_A_LINE]) for at in range(0, len(groups), GROUPS_A_LINE)
        ]
        return _SHEET.format(
            number=self.number, key=self.key, secret="\n".join(lines), check=self._check
        )

    @property
    def _check(self) -> str:
        content = f"signet share {self.key} {self.number} ".encode() + self.secret
        return sha256(content).hexdigest()[:CHECK_LETTERS]


def split(private: X25519PrivateKey, random: Random) -> tuple[Share, Share]:
    """Split a key into two shares."""
    secret, mask = private.private_bytes_raw(), random(KEY_BYTES)
    key = sealing.recipient(private.public_key()).id
    return Share(key, 1, mask), Share(key, 2, _xor(secret, mask))


def read(text: str) -> Share:
    """Return the share on a sheet, or typed in from its last lines. Raises WrongShare."""
    match = _PARTS.search(text.lower())
    if not match:
        raise WrongShare("This isn't a recovery share: it lacks the lines Key, Share and Check.")
    secret = "".join(match["secret"].split())
    whole = len(secret) == 2 * KEY_BYTES
    share = Share(match["key"], int(match["number"]), bytes.fromhex(secret) if whole else b"")
    if not hmac.compare_digest(share._check, match["check"]):
        raise WrongShare(
            "This share was mistyped or changed: its letters don't fit its check. Compare it with "
            "the paper, letter by letter."
        )
    return share


def joined(one: Share, other: Share) -> X25519PrivateKey:
    """Return the key that two shares make. Raises WrongShare when it isn't the key they name."""
    if one.key != other.key:
        raise WrongShare(f"These are shares of two keys: {one.key} and {other.key}.")
    if one.number == other.number:
        raise WrongShare(
            f"Both are share {one.number}. It takes share 1 and share 2, from both custodians."
        )
    private = X25519PrivateKey.from_private_bytes(_xor(one.secret, other.secret))
    if sealing.recipient(private.public_key()).id != one.key:
        raise WrongShare(
            f"Together these don't make the key {one.key}: they were made on different occasions."
        )
    return private


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
