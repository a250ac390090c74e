"""Confidential mail, whose recipient and content are sealed to the function that sends it.

The sealed part has an id of its own. The row's id would tell the mail servers on its way which
operation it is about, so someone who reads both their logs and our database could tell whose it is.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import sealing
from signet.sealing import CannotOpen


def seal(id_: str, to: str, context: str) -> bytes:
    """Return the sealed recipient and template context (as JSON) to store in the row of this id.

    Raises Unavailable if no public key is set to seal it to.
    """
    content = {"to": to, "facts": context, "name": secrets.token_hex(16)}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return sealing.direct(text.encode(), sealing.set_as(sealing.MAIL).public, id_)


class OpenedMail(NamedTuple):
    """What was sealed of a mail: its recipient and template context, and an id of its own."""

    id: str
    to: str
    context: Mapping[str, Any]


def open_sealed(sealed: bytes, id_: str, keys: Iterable[X25519PrivateKey]) -> OpenedMail:
    """Return the sealed part of the row of this id, opened by the first of these keys that fits.

    Raises CannotOpen when none fits, and what the keys raise. Sending is then retried, because the
    key may only be missing from the settings.
    """
    for key in keys:
        try:
            content = json.loads(sealing.opened_directly(sealed, key, id_))
        except CannotOpen:
            continue
        return OpenedMail(content["name"], content["to"], json.loads(content["facts"]))
    raise CannotOpen
