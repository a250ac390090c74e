"""Identifiers of a complaint: the form's submission, the receipt code, and what derives from them.

A form carries a random submission ID, signed so that nobody can choose their own. The receipt code
derives from it, and the keys of the rows derive from the code. So a form that is sent again
collides with the rows that it made before, without a read, and only the person who holds the code
can find them later. Neither the submission nor the code is ever stored, and neither can be derived
from a row's key.
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
# Crockford's base 32: no letter that looks like a digit, and no U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_APART = re.compile(r"[\s\-–—.·]+")
_SIGNED = re.compile(r"[0-9a-f]{64}")
# The kinds of codes. All that is derived depends on it: neither kind opens the other's filings.
COMPLAINT, RESPONDENT = "complaint", "respondent"


def signed(submission: bytes, key: bytes) -> str:
    """Return the hidden field of a new form; `submission` is 16 random bytes."""
    return submission.hex() + _seal_of(submission, key).hex()


def submission_of(field: str, key: bytes) -> bytes | None:
    """Return the submission in a form's hidden field, or None when its signature is wrong."""
    if not _SIGNED.fullmatch(field):
        return None
    content = bytes.fromhex(field)
    submission, seal = content[:SUBMISSION_BYTES], content[SUBMISSION_BYTES:]
    return submission if hmac.compare_digest(seal, _seal_of(submission, key)) else None


def _seal_of(submission: bytes, key: bytes) -> bytes:
    digest = hmac.digest(key, b"signet complaint form" + submission, sha256)
    return digest[:SUBMISSION_BYTES]


def code_of(submission: bytes) -> str:
    """Return the receipt code of a submission as it is shown, such as K7QM-2XRD-…."""
    bits = int.from_bytes(_derived(submission, "receipt code", 13)) >> 4
    letters = "".join(_LETTERS[bits >> 5 * at & 31] for at in range(CODE_LETTERS))
    return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LETTERS, GROUP))


def read_code(typed: str) -> str | None:
    """Return a typed code in the form in which it is shown, or None when it can't be one."""
    letters = _APART.sub("", typed).upper().translate(MISREAD)
    if len(letters) != CODE_LETTERS or not set(letters) <= set(_LETTERS):
        return None
    return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LETTERS, GROUP))


class Filing(NamedTuple):
    """What is derived from a code. `locator` is the partition key of the filing's rows.

    `of` is the kind of code: a complainant's receipt code or a respondent's.
    """

    code: str
    of: str = COMPLAINT

    @property
    def locator(self) -> str:
        """Return the partition key of the filing's rows: 256 bits in hexadecimal."""
        return self._hex("filing", 32)

    @property
    def reader(self) -> X25519PrivateKey:
        """Return the key that opens what staff write; the filing stores its public half."""
        return X25519PrivateKey.from_private_bytes(_derived(self._secret, "reader", 32, self.of))

    def case(self, position: int) -> str:
        """Return the ID of the case about the respondent at a position, counted from 0."""
        return self._hex(f"case {position}", 16)

    def file(self, position: int) -> str:
        """Return the ID of the file at a position that the receipt invites, counted from 0."""
        return self._hex(f"file {position}", 16)

    def _hex(self, what: str, length: int) -> str:
        return _derived(self._secret, what, length, self.of).hex()

    @property
    def _secret(self) -> bytes:
        return self.code.encode()


def reference(case: str) -> str:
    """Return a case's reference, for letters and the telephone. It gives no access."""
    bits = int(case[:10], 16)
    letters = "".join(_LETTERS[bits >> 5 * at & 31] for at in range(8))
    return f"C-{letters[:GROUP]}-{letters[GROUP:]}"


def content_hash(submission: bytes, body: bytes) -> str:
    """Return the hash of a form and its content, which is the same when the form is sent again."""
    return hmac.digest(submission, b"signet said" + body, sha256).hex()


def respondent_hash(number: str, key: bytes) -> str:
    """Return the keyed hash of a register number, which readers of the database can't reverse.

    It is equal for equal numbers, so that a respondent is recognised before anything is opened.
    """
    return hmac.digest(key, b"signet about" + number.encode(), sha256).hex()[:32]


def entry(case: str, step: str, key: bytes) -> str:
    """Return the ID of the register operation that a step of a case leads to; always the same.

    The register is public: without the key, nothing in it leads to the case.
    """
    return hmac.digest(key, f"signet entry {case} {step}".encode(), sha256).hex()[:32]


def _derived(secret: bytes, what: str, length: int, of: str = COMPLAINT) -> bytes:
    # No salt, as the secret is random already (RFC 5869, 3.1).
    info = f"signet {of} {what}".encode()
    return HKDF(SHA256(), length, salt=None, info=info).derive(secret)
