"""Whatever is sent to whichever route, the answer is never a failure of ours."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.authorization_rows import Row
from tests.cpd_members import NUMBER
from tests.events import OWN_PAGE, Event, ask, event
from tests.people import Person, shell
from tests.service.web.test_authorization import (
    KNOWN,
    ROUTES,
    TABLE,
    World,
    address,
    cpd_tables_made,
    rows_kept,
    world,
)

__all__ = ["cpd_tables_made", "rows_kept", "shell", "world"]

# What each function reads in one place, whichever route it is for, is tried at one: what comes
# around a request, and a body by how it is written.
ONE_OF_EACH = frozenset({app.name: route for route, (app, _) in ROUTES.items()}.values())
ONE_BODY_OF_EACH = frozenset(
    {
        (app.name, route.is_json, route.signed): name
        for name, (app, route) in ROUTES.items()
        if route.method != "GET"
    }.values()
)
# And each kind of thing that addresses of a function name is swapped in all ways at one of them.
ONE_OF_EACH_THING = {
    (app.name, kind): route
    for route, (app, _) in ROUTES.items()
    if route in TABLE
    for kind in TABLE[route].things.values()
}
FORM = "application/x-www-form-urlencoded"
# Too long for a key, no text to a database, a digit that is none of ours.
EVERYWHERE = ("x" * 3000, "\x00", "\u0663")
PARTS = ("\u0101", "\x00", "\r\nset-cookie: a=b", "x" * 3000, "%", "\u0663", "..", "\U0001f600")
VALUES = (
    "\x00",
    "9" * 5000,
    "1e999999",
    "-1",
    "\u0663\u202e\ufffd",
    "0001-01-01",
    "9999-12-31",
    "NaN",
    "x" * 20_000,
)
HEADERS = (
    {"origin": "\u0101"},
    {"sec-fetch-site": "same-origin\xa0"},
    {"content-type": "\u0101/\x00; charset=\u0101"},
    {"idempotency-key": "\u0101" * 32},
    {"stripe-signature": "t=1,v1=\u0101"},
    {"cookie": "__Host-session=\u0101; __Host-signin=\x00; =; ;;"},
    {"cloudfront-viewer-address": "\u0101:\u0101"},
    {"user-agent": "\u0101", "accept-language": "\xff", "host": "\u0101"},
)
QUERIES = ("a=%ff", "%", "a=\u0101&=&&;", "a=%00", "a=1&" * 600, "code=%00&state=%C4%81")
WITHOUT_FIELDS = (b"", b"null")
BODIES = (
    b"a=%ff",
    b"\xff\xfe",
    b"act=1&act=2",
    b"%",
    b"=" * 1000,
    b"a=1&" * 600,
    b"[" * 100_000,
    b'{"a": NaN}',
    b'{"title": "\\ud800"}',
    b'{"version": 1' + b"0" * 5000 + b"}",
)


def around(row: Row, target: str, token: str) -> Iterator[Event]:
    """Yield requests for addresses that no browser asks for, and with such headers and cookies."""
    method = ROUTES[row.route][1].method
    own = {**OWN_PAGE, "content-type": FORM}
    for part in PARTS:
        made = event(method, "/", headers=own, session=token)
        made["rawPath"] = made["requestContext"]["http"]["path"] = target + part
        yield made
    for query in QUERIES:
        made = event(method, target, headers=own, session=token)
        made["rawQueryString"] = query
        yield made
    for headers in HEADERS:
        yield event(method, target, headers={**own, **headers}, session=token)
    for cookie in ("\u0101", "\x00", "x" * 5000):
        yield event(method, target, headers=own, session=cookie)


def queried(row: Row, target: str, token: str) -> Iterator[Event]:
    """Yield requests with each part of the query in turn as nobody means it."""
    method = ROUTES[row.route][1].method
    own = {**OWN_PAGE, "content-type": FORM}
    asked = dict(pair.split("=") for pair in row.query.split("&") if pair)
    for name in asked:
        for value in VALUES:
            made = event(method, target, headers=own, session=token)
            made["rawQueryString"] = urlencode(asked | {name: value})
            yield made


def swapped(row: Row, parts: Mapping[str, str], token: str) -> Iterator[Event]:
    """Each part of the address in turn, as something that nothing is called."""
    app, route = ROUTES[row.route]
    own = {**OWN_PAGE, "content-type": FORM}
    for name in {**row.parts, **parts}:
        kind = (app.name, row.things.get(name, ""))
        is_first = name in row.parts or ONE_OF_EACH_THING.get(kind) == row.route
        for part in PARTS if is_first else EVERYWHERE:
            made = event(route.method, "/", headers=own, session=token)
            made["rawPath"] = address(row, {**parts, name: part}).partition("?")[0]
            yield made


def writes(row: Row, target: str, token: str) -> Iterator[Event]:
    """Bodies that no page of ours sends, and each field in turn with what nobody means."""
    _, route = ROUTES[row.route]
    media = "application/json" if route.is_json else FORM

    def sent(body: bytes) -> Event:
        headers = {**OWN_PAGE, "content-type": media, "idempotency-key": secrets.token_hex(16)}
        return event(route.method, target, body=body, headers=headers, session=token)

    yield from map(sent, WITHOUT_FIELDS)
    if route.is_json or row.route in ONE_BODY_OF_EACH:
        yield from map(sent, BODIES)
        broken = sent(b"")
        yield broken | {"body": "\u0101 no base64", "isBase64Encoded": True}
        yield broken | {"body": "a=\u0101", "isBase64Encoded": False}
    for name in row.form:
        for value in VALUES:
            yield sent(_body({**row.form, name: value}, is_json=route.is_json))
        yield sent(_body({**row.form, name: ["1", "1"]}, is_json=route.is_json))
        yield sent(_body({**row.form, name: ["\x00", {}]}, is_json=True))


def _body(fields: Mapping[str, Any], *, is_json: bool) -> bytes:
    if is_json:
        return json.dumps(fields).encode()
    return urlencode({"act": secrets.token_hex(16), **fields}, doseq=True).encode()


@pytest.mark.parametrize("route", KNOWN)
def test_no_request_makes_a_function_fail(route: str, world: World) -> None:
    row, (app, registered) = TABLE[route], ROUTES[route]
    kind = min(row.who) if isinstance(row.who, frozenset) else ""
    who = world.one(kind)
    things = world.things(row, who.member or NUMBER)
    parts = {name: world.own(thing, who, things) for name, thing in row.things.items()}
    for asked in _all(row, registered.method, parts, who):
        answered = ask(app, asked)
        fine = answered.status < 500 or answered.status in row.answers
        assert fine, (answered.status, asked["rawPath"][:200], asked.get("body", "")[:300], asked)
        assert all(value.isascii() and value.isprintable() for value in answered.headers.values())


def _all(row: Row, method: str, parts: Mapping[str, str], who: Person) -> Iterator[Event]:
    target = address(row, {name: quote(value) for name, value in parts.items()})
    plain = target.partition("?")[0]
    yield from queried(row, plain, who.token)
    yield from swapped(row, parts, who.token)
    if row.route in ONE_OF_EACH:
        yield from around(row, plain, who.token)
    if method != "GET":
        yield from writes(row, plain, who.token)
