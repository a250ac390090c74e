"""Events as an HTTP API (version 2) sends them to functions, and the answers made readable."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

Event = dict[str, Any]
FormValues = Mapping[str, str | Sequence[str]]

SITE = "https://register.example"
OWN_PAGE = {"sec-fetch-site": "same-origin"}
SESSION = "__Host-session"
ACT = "0123456789abcdef0123456789abcdef"


def event(
    method: str,
    target: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    session: str = "",
    cookies: Mapping[str, str] | None = None,
) -> Event:
    """One event. `target` is the path with its query; `session` the token of a session."""
    parts = urlsplit(target)
    held = dict(cookies or {}) | ({SESSION: session} if session else {})
    made: Event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": {"host": "register.example", **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "register.example",
            "http": {
                "method": method,
                "path": parts.path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "request-1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Nov/2026:18:00:00 +0000",
            "timeEpoch": 1793642400000,
        },
        "isBase64Encoded": False,
    }
    if held:
        made["cookies"] = [f"{name}={value}" for name, value in held.items()]
    if body is not None:
        made |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return made


def get(target: str, **about: Any) -> Event:
    """Somebody looks at a page."""
    return event("GET", target, **about)


def post(
    target: str,
    form: FormValues | None = None,
    *,
    act: str = ACT,
    headers: Mapping[str, str] | None = None,
    **about: Any,
) -> Event:
    """Somebody sends a form of our own page; `act=""` leaves out the act's id."""
    fields: dict[str, Any] = {**({"act": act} if act else {}), **(form or {})}
    kind = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(fields, doseq=True).encode()
    return event("POST", target, body=body, headers=kind | dict(headers or OWN_PAGE), **about)


def send_json(
    method: str,
    target: str,
    content: Any,
    *,
    act: str = ACT,
    headers: Mapping[str, str] | None = None,
    **about: Any,
) -> Event:
    """Send JSON as a program, from our own site; `act=""` leaves out Idempotency-Key."""
    kind = {"content-type": "application/json"} | ({"idempotency-key": act} if act else {})
    body = json.dumps(content).encode()
    return event(method, target, body=body, headers=kind | dict(headers or OWN_PAGE), **about)


@dataclass(frozen=True)
class Answered:
    """A function's answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()

    @property
    def location(self) -> str:
        """Where the answer leads."""
        return self.headers.get("location", "")

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.content)


def ask(handler: Callable[[Any, Any], dict[str, Any]], asked: Event) -> Answered:
    """Call a function's handler with an event, as the service would: through JSON both ways."""
    given = json.loads(json.dumps(handler(json.loads(json.dumps(asked)), None)))
    body = given.get("body") or ""
    content = base64.b64decode(body) if given.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): value for name, value in given["headers"].items()}
    return Answered(given["statusCode"], headers, tuple(given.get("cookies", ())), content)
