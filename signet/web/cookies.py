"""Cookies that no script reads, no other host sets and no other site's form brings along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SESSION = "__Host-session"
# __Host- holds browsers to these: secure, this host alone, the whole site.
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"


def keep(name: str, value: str, seconds: int) -> str:
    """The Set-Cookie value that keeps a cookie for some seconds; `value` is of plain characters."""
    return f"{name}={value}; {_ATTRIBUTES}; Max-Age={seconds}"


def drop(name: str) -> str:
    """The Set-Cookie value that removes a cookie."""
    return f"{name}=; {_ATTRIBUTES}; Max-Age=0"


def read(event: Mapping[str, Any]) -> dict[str, str]:
    """The cookies of a version 2 event. The first of a name counts.

    AWS gives them in `cookies`; emulators leave them in the header.
    """
    headers = event.get("headers") or {}
    lines = [*(event.get("cookies") or ()), headers.get("cookie") or headers.get("Cookie") or ""]
    found: dict[str, str] = {}
    for pair in ";".join(lines).split(";"):
        name, separator, value = pair.strip().partition("=")
        if separator:
            found.setdefault(name, value)
    return found
