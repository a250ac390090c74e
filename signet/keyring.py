"""Key pairs for sealing: the public halves are public, the private ones are wrapped by AWS KMS.

A setting lists the key pairs of a purpose. The first is the one that new data is sealed to; the
others stay so that older data can be opened. A private key is unwrapped when it is first needed,
with its purpose as KMS encryption context, and is held in this process's memory only.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import sealing
from signet.errors import Unavailable

CONTEXT = "signet"  # the name in the KMS encryption context; its value is the purpose
SECONDS = 5  # timeout for KMS; a function has half a minute for everything it does


class Purpose(StrEnum):
    """What a key pair is for: reading complaints, or sending confidential mail."""

    OFFICE = "office"
    MAIL = "mail"

    @property
    def public(self) -> str:
        """The setting that holds the public key that new data is sealed to."""
        return f"SIGNET_{self.upper()}_PUBLIC"

    @property
    def keys(self) -> str:
        """The setting that lists all key pairs, for programs that open sealed data."""
        return f"SIGNET_{self.upper()}_KEYS"


class Pair(NamedTuple):
    """A key pair as in the settings, in base64; the private key can only be used through KMS."""

    id: str
    public: str
    wrapped: str


class NoSuchKey(Unavailable):
    """The data was sealed to a key that isn't configured, or the list of keys can't be read."""


class CannotUnwrap(Unavailable):
    """KMS can't be reached, or refuses the request."""


def key_pairs(purpose: Purpose) -> tuple[Pair, ...]:
    """Return the configured key pairs, the current one first; an empty tuple when there are none.

    Raises NoSuchKey when the setting isn't a valid list.
    """
    try:
        rows = json.loads(os.environ.get(purpose.keys) or "[]")
        return tuple(Pair(str(row["id"]), str(row["public"]), str(row["wrapped"])) for row in rows)
    except (ValueError, TypeError, KeyError):
        # A chained exception would show the setting's value.
        raise NoSuchKey(
            f"{purpose.keys} has to be a JSON list of id, public and wrapped, "
            "as signet keys prints it."
        ) from None


def private_key(purpose: Purpose, id_: str) -> X25519PrivateKey:
    """Return the private key of an id. Raises NoSuchKey or CannotUnwrap, both Unavailable."""
    for pair in key_pairs(purpose):
        if pair.id == id_:
            return unwrapped(pair, purpose)
    raise NoSuchKey(
        f"This was sealed to the key {id_}, which isn't among {purpose.keys}. Nothing is lost: "
        "tell the people responsible for the keys."
    )


def private_keys(purpose: Purpose) -> Iterator[X25519PrivateKey]:
    """Yield each configured private key, the newest first. Raises as `private_key`."""
    for pair in key_pairs(purpose):
        yield unwrapped(pair, purpose)


@cache  # exceptions aren't cached, so the next request tries again
def unwrapped(pair: Pair, purpose: Purpose) -> X25519PrivateKey:
    """Return the private key of a pair. Raises CannotUnwrap."""
    try:
        answer = _kms().decrypt(
            CiphertextBlob=base64.b64decode(pair.wrapped, validate=True),
            EncryptionContext={CONTEXT: purpose.value},
        )
        private = X25519PrivateKey.from_private_bytes(answer["Plaintext"])
    except (ClientError, BotoCoreError, ValueError) as error:
        raise CannotUnwrap(_not_unwrapped(pair.id, _reason(error))) from None
    if sealing.recipient(private.public_key()).id != pair.id:
        raise CannotUnwrap(_not_unwrapped(pair.id, "what came of it is another key"))
    return private


def wrapped(private: X25519PrivateKey, purpose: Purpose, kms_key: str) -> Pair:
    """Return a pair whose private key only `kms_key` (an id, ARN or alias) can unwrap.

    Raises CannotUnwrap when KMS can't be reached or refuses the request.
    """
    try:
        answer = _kms().encrypt(
            KeyId=kms_key,
            Plaintext=private.private_bytes_raw(),
            EncryptionContext={CONTEXT: purpose.value},
        )
    except (ClientError, BotoCoreError) as error:
        raise CannotUnwrap(f"KMS doesn't wrap anything with {kms_key}: {_reason(error)}") from None
    public = private.public_key()
    return Pair(
        sealing.recipient(public).id,
        base64.b64encode(public.public_bytes_raw()).decode(),
        base64.b64encode(answer["CiphertextBlob"]).decode(),
    )


def settings(purpose: Purpose, pairs: Iterable[Pair]) -> dict[str, str]:
    """Return the settings for these pairs; new data is sealed to the first from now on."""
    listed = tuple(pairs)
    rows = [pair._asdict() for pair in listed]
    return {
        purpose.public: listed[0].public,
        purpose.keys: json.dumps(rows, separators=(",", ":")),
    }


def _not_unwrapped(id_: str, reason: str) -> str:
    return (
        f"The key {id_} can't be unwrapped: {reason}. Nothing is lost: try again, or tell whoever "
        "looks after the keys."
    )


def _reason(error: Exception) -> str:
    """Return the error's name only: any more of it might hold a secret."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "an unknown error"))
    return type(error).__name__


def _kms() -> Any:
    variables = ("AWS_ENDPOINT_URL_KMS", "AWS_REGION", "AWS_ACCESS_KEY_ID")
    return _client(*(os.environ.get(name, "") for name in variables))


@cache
def _client(endpoint: str, region: str, account: str) -> Any:  # noqa: ARG001 - part of the cache's key
    # Imported late: boto3 takes longer to import than everything else that a function needs.
    from boto3.session import Session
    from botocore.config import Config

    config = Config(
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    # A session of its own: the default one can't be shared by threads, and caches credentials.
    return Session().client(
        "kms", region_name=region or None, endpoint_url=endpoint or None, config=config
    )
