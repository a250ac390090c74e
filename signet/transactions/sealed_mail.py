"""Mail in confidence: to whom it goes and what it says is sealed to the function that sends it.

It has a name of its own inside, too. The row's would tell the servers on its way which act it is
about, and so a reader of theirs and of our database whose.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import sealing
from signet.sealing import CannotOpen
from signet.transactions.outbox import Letter


def closed(id_: str, to: str, facts: str) -> bytes:
    """Return what the row of this id holds instead of the recipient and the facts, as JSON.

    Raises Unavailable where no key is set to seal it to.
    """
    told = {"to": to, "facts": facts, "name": secrets.token_hex(16)}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sealing.direct(text.encode(), sealing.set_as(sealing.MAIL).public, id_)


def opened(letter: Letter, keys: Iterable[X25519PrivateKey]) -> Letter:
    """Return the letter with what was sealed of it, opened with the first of these keys that fits.

    Raises CannotOpen when none does, and what the keys raise: it is tried again then, because
    the key may only be missing from the settings.
    """
    for key in keys:
        try:
            told = json.loads(sealing.opened_directly(letter.sealed, key, letter.id))
        except CannotOpen:
            continue
        return Letter(told["name"], told["to"], letter.template, json.loads(told["facts"]))
    raise CannotOpen
