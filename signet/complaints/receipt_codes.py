"""What a complaint is known by: the form's submission, the receipt code, and all that follows.

A form carries a random submission, signed so that nobody chooses their own. The receipt code
follows from it, and from the code follow the keys of the rows: so a form that is sent again finds
the rows it made before without anybody reading, and whoever holds the code, and nobody else, finds
them again. Neither the submission nor the code is ever kept. Nothing leads from a row's key back to
them.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUBMISSION_BYTES = 16
CODE_LETTERS = 20  # of five bits each: 100 bits
GROUP = 4
# Crockford's: no letter that reads like a digit, and no U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_APART = re.compile(r"[\s\-–—.·]+")
_SIGNED = re.compile(r"[0-9a-f]{64}")
# Whose a code is: what follows from it differs, so that neither opens anything of the other's.
COMPLAINT, RESPONDENT = "complaint", "respondent"


def signed(submission: bytes, key: bytes) -> str:
    """Return the hidden field of a new form; `submission` is 16 random bytes."""
    return submission.hex() + _seal_of(submission, key).hex()


def submission_of(field: str, key: bytes) -> bytes | None:
    """Return the submission of a form's hidden field, or None when we never made it."""
    if not _SIGNED.fullmatch(field):
        return None
    given = bytes.fromhex(field)
    submission, seal = given[:SUBMISSION_BYTES], given[SUBMISSION_BYTES:]
    return submission if hmac.compare_digest(seal, _seal_of(submission, key)) else None


def _seal_of(submission: bytes, key: bytes) -> bytes:
    made = hmac.digest(key, b"signet complaint form" + submission, sha256)
    return made[:SUBMISSION_BYTES]


def code_of(submission: bytes) -> str:
    """Return the receipt code of a submission, as it is shown: K7QM-2XRD-…"""
    bits = int.from_bytes(_derived(submission, "receipt code", 13)) >> 4
    letters = "".join(_LETTERS[bits >> 5 * at & 31] for at in range(CODE_LETTERS))
    return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LETTERS, GROUP))


def read_code(typed: str) -> str | None:
    """Return a code as it was shown from how somebody typed it, or None when it can't be one."""
    letters = _APART.sub("", typed).upper().translate(MISREAD)
    if len(letters) != CODE_LETTERS or not set(letters) <= set(_LETTERS):
        return None
    return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LETTERS, GROUP))


class Filing(NamedTuple):
    """What follows from a code. `locator` is the key of the filing's rows.

    `of` is whose code it is: a complainant's receipt code or a respondent's.
    """

    code: str
    of: str = COMPLAINT

    @property
    def locator(self) -> str:
        """The key of the filing's own rows: 256 bits as hexadecimal digits."""
        return self._hex("filing", 32)

    @property
    def reader(self) -> X25519PrivateKey:
        """The key that opens what staff ask; its public half is kept with the filing."""
        return X25519PrivateKey.from_private_bytes(_derived(self._secret, "reader", 32, self.of))

    def case(self, position: int) -> str:
        """The key of the case about the person named at a position, the first being 0."""
        return self._hex(f"case {position}", 16)

    def file(self, position: int) -> str:
        """The id of a file that the receipt invites, the first being 0."""
        return self._hex(f"file {position}", 16)

    def _hex(self, what: str, length: int) -> str:
        return _derived(self._secret, what, length, self.of).hex()

    @property
    def _secret(self) -> bytes:
        return self.code.encode()


def reference(case: str) -> str:
    """Return what a case is called in letters and on the telephone. It opens nothing."""
    bits = int(case[:10], 16)
    letters = "".join(_LETTERS[bits >> 5 * at & 31] for at in range(8))
    return f"C-{letters[:GROUP]}-{letters[GROUP:]}"


def said(submission: bytes, body: bytes) -> str:
    """Return what a form and its content are known by together: the same for a form sent again."""
    return hmac.digest(submission, b"signet said" + body, sha256).hex()


def about(number: str, key: bytes) -> str:
    """Return what stands for a register number where a reader of the database can't tell whose.

    Equal for equal numbers: so that a respondent is known to be one before anything is opened.
    """
    return hmac.digest(key, b"signet about" + number.encode(), sha256).hex()[:32]


def entry(case: str, step: str, key: bytes) -> str:
    """Return the id of the register's act that a step of a case leads to, the same each time.

    The register is public: without the key, nothing in it leads to the case.
    """
    return hmac.digest(key, f"signet entry {case} {step}".encode(), sha256).hex()[:32]


def _derived(secret: bytes, what: str, length: int, of: str = COMPLAINT) -> bytes:
    # Without a salt: the secret is random already (RFC 5869, 3.1).
    info = f"signet {of} {what}".encode()
    return HKDF(SHA256(), length, salt=None, info=info).derive(secret)
