"""Cookies that no script reads, no other host sets and no other site's form brings along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HOST = "__Host-"
SESSION = f"{HOST}session"
BLANKS = " \t"
# Browsers enforce these for __Host-: secure, this host alone, the whole site.
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"


def keep(name: str, value: str, seconds: int) -> str:
    """Return the Set-Cookie value that sets a cookie for some seconds.

    `value` is of characters that need no quoting.
    """
    return f"{name}={value}; {_ATTRIBUTES}; Max-Age={seconds}"


def drop(name: str) -> str:
    """Return the Set-Cookie value that removes a cookie."""
    return f"{name}=; {_ATTRIBUTES}; Max-Age=0"


def read(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the cookies of a version 2 event. The first of a name counts.

    AWS gives them in `cookies`; emulators leave them in the header. Only space and tab are stripped
    around a cookie (RFC 6265, 5.2): a name that begins with another blank is a different name, for
    which browsers don't enforce what `__Host-` promises (threat 28). Browsers send one cookie of a
    `__Host-` name; where two arrive, one isn't ours, and neither is used.
    """
    headers = event.get("headers") or {}
    lines = [*(event.get("cookies") or ()), headers.get("cookie") or headers.get("Cookie") or ""]
    cookies: dict[str, str] = {}
    doubled: set[str] = set()
    for pair in ";".join(lines).split(";"):
        name, separator, value = pair.partition("=")
        name, value = name.strip(BLANKS), value.strip(BLANKS)
        if not separator:
            continue
        if name in cookies and name.startswith(HOST):
            doubled.add(name)
        cookies.setdefault(name, value)
    return {name: value for name, value in cookies.items() if name not in doubled}
