"""What a person typed before their session ended, stored until they have signed in again.

It is sealed with a key that only the browser's cookie holds, so the row by itself reveals nothing.
It is shown only to the account that typed it, on request, and for half an hour.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from signet.accounts import sessions
from signet.accounts.keys import Random, hashed, keyed, secret
from signet.accounts.model import Principal
from signet.accounts.tables import SessionRow
from signet.errors import NotAllowed, NotFound
from signet.tables import reachable

# Says which account was last signed in on a browser: it can be compared and nothing else.
WHO_COOKIE = "__Host-who"
KEPT_COOKIE = "__Host-typed"
WHO_SECONDS = 30 * 24 * 3600
HOLDS = timedelta(minutes=30)
PART = "typed"
MOST = 350_000  # bytes, sealed: a row holds 400 kB
_COOKIE = re.compile(r"([\w-]{43})\.([\w-]{43})", re.ASCII)

Content = Mapping[str, Any]


def cookie_mark(account: str) -> str:
    """Return the value that stands for an account in a browser's cookie."""
    return keyed("who", account)


@reachable
def keep(content: Content, *, who: str, session: str, now: datetime, random: Random) -> str | None:
    """Store what was typed; return the cookie's value, or None if its account can't be determined.

    `who` is the browser's mark. Without one the expired session tells the account, while its row
    exists.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", who):
        account = sessions.account_of(session)
        if account is None:
            return None
        who = cookie_mark(account)
    name, key = secret(random), secret(random)
    plain = zlib.compress(json.dumps(dict(content)).encode())
    from signet import sealing  # only here: signing in needs no cryptography of ours

    sealed = sealing.boxed(plain, _key(key), name, random)
    if len(sealed) > MOST:
        return None
    body = json.dumps({"who": who, "until": (now + HOLDS).isoformat()})
    SessionRow(f"typed#{hashed(name)}", PART, body=body, sealed=sealed, expires=now + HOLDS).save()
    return f"{name}.{key}"


@reachable
def load(by: Principal, cookie: str, now: datetime) -> Content:
    """Return what was typed, to the account that typed it.

    Raises NotFound if nothing is stored (any more), NotAllowed for another account.
    """
    match = _COOKIE.fullmatch(cookie)
    row = sessions.row(f"typed#{hashed(match[1])}", PART) if match else None
    if match is None or row is None or not row.sealed:
        raise NotFound("What you typed is no longer saved here.")
    body = json.loads(row.body or "{}")
    if now >= datetime.fromisoformat(body["until"]):
        raise NotFound("What you typed was saved for half an hour, and has been erased.")
    if body["who"] != cookie_mark(by.account):
        raise NotAllowed("This was typed by someone signed in with another account.")
    from signet import sealing

    try:
        plain = sealing.opened_box(bytes(row.sealed), _key(match[2]), match[1])
    except sealing.CannotOpen:
        raise NotFound("What you typed is no longer saved here.") from None
    content: Content = json.loads(zlib.decompress(plain))
    return content


@reachable
def forget(cookie: str) -> None:
    """Erase what is stored for a browser."""
    match = _COOKIE.fullmatch(cookie)
    if match:
        SessionRow(f"typed#{hashed(match[1])}", PART).delete()


def _key(text: str) -> bytes:
    return bytes.fromhex(hashed(text))
