"""One request, as views see it: what was asked, by whom and when."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet.errors import NotFound, SignInNeeded
from signet.transactions.context import Context
from signet.web import cookies
from signet.web.errors import BadRequest, TooLarge, UnsupportedMedia

if TYPE_CHECKING:
    from signet.accounts.model import Principal
    from signet.web.typed import Typed

# A complaint of 15,000 letters in any script: each may take twelve bytes in a form.
MOST_BYTES = 500_000
MOST_FIELDS = 500
ID_BYTES = 16
_ID = re.compile(r"[0-9a-f]{32}")
_WHOLE = re.compile(r"[0-9]{1,6}")
_FORM = "application/x-www-form-urlencoded"
_JSON = re.compile(r"application/(?:json|[\w.-]+\+json)")

# What a path, or a query, may hold without encoding (RFC 3986, 3.3 and 3.4).
_IN_PATH = "/-._~!$&'()*+,;=:@"
_AS_SENT = f"{_IN_PATH}?%"

PrincipalOf = Callable[[str, datetime], "Principal | None"]


def whole_number(text: str) -> int | None:
    """Return a whole number below a million from an address or a form's hidden field, else None.

    Python reads digits of any script, and refuses more than 4,300 of them with an error.
    """
    return int(text) if _WHOLE.fullmatch(text) else None


def id_of(text: str) -> str:
    """Return the id in an address or a form. Raises NotFound for a malformed one."""
    if not _ID.fullmatch(text):
        raise NotFound
    return text


def ascii_path(path: str) -> str:
    """Return a decoded path, percent-encoded for a header or a URL."""
    return quote(path, safe=_IN_PATH)


class Request:
    """A version 2 event of an HTTP API, parsed only as far as a view asks.

    `now` is in UTC. Bodies raise TooLarge above 500 kB, UnsupportedMedia when of another media type
    and BadRequest when they can't be parsed.
    """

    def __init__(
        self,
        event: Mapping[str, Any],
        now: datetime,
        random: Callable[[int], bytes],
        principal_of: PrincipalOf,
    ) -> None:
        self.event = event
        self.now = now
        self.typed: Typed | None = None  # what to fill in again in the page's form
        self._random = random
        self._principal_of = principal_of
        http = event["requestContext"]["http"]
        self.method: str = http["method"].upper()
        self.path: str = event["rawPath"]
        self.headers: dict[str, str] = {
            name.lower(): value for name, value in (event.get("headers") or {}).items()
        }

    @cached_property
    def id(self) -> str:
        """The id that a person can quote to us and the log names: the gateway's or one of ours."""
        return str(self.event["requestContext"].get("requestId") or self.new_id())

    @cached_property
    def today(self) -> date:
        """The date in the regulator's time zone."""
        return self.now.astimezone(ZoneInfo(policies.load().regulator.time_zone)).date()

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters; the first value of a name counts."""
        return {name: values[0] for name, values in self._pairs(self._raw_query).items()}

    @property
    def _raw_query(self) -> str:
        return self.event.get("rawQueryString") or ""

    @property
    def target(self) -> str:
        """The path with its query, to come back to after signing in, in plain ASCII."""
        path = ascii_path(self.path)
        return f"{path}?{quote(self._raw_query, safe=_AS_SENT)}" if self._raw_query else path

    @cached_property
    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        return cookies.read(self.event)

    @cached_property
    def body(self) -> bytes:
        """The body as it was sent."""
        text: str = self.event.get("body") or ""
        if len(text) > MOST_BYTES * 4 // 3 + 4:
            raise TooLarge
        try:
            encoded = self.event.get("isBase64Encoded")
            content = base64.b64decode(text, validate=True) if encoded else text.encode()
        except (binascii.Error, ValueError):
            raise BadRequest from None
        if len(content) > MOST_BYTES:
            raise TooLarge
        return content

    @property
    def media(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The fields of a posted form, each with every value that was sent."""
        if self.media != _FORM:
            raise UnsupportedMedia
        try:
            return self._pairs(self.body.decode("ascii"))
        except UnicodeDecodeError:
            raise BadRequest from None

    def json(self) -> Any:
        """Return the body as JSON. Raises BadRequest for what JSON doesn't allow, such as NaN."""
        if not _JSON.fullmatch(self.media):
            raise UnsupportedMedia
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise BadRequest from None

    @cached_property
    def maybe_principal(self) -> Principal | None:
        """Who is signed in, or None; looked up once."""
        token = self.cookies.get(cookies.SESSION)
        return self._principal_of(token, self.now) if token else None

    @property
    def principal(self) -> Principal:
        """Who is signed in. Raises SignInNeeded when nobody is."""
        if self.maybe_principal is None:
            raise SignInNeeded
        return self.maybe_principal

    @property
    def seen_principal(self) -> Principal | None:
        """Who is signed in, if that was looked up already: error pages query no database."""
        principal: Principal | None = self.__dict__.get("maybe_principal")
        return principal

    @property
    def operation_id(self) -> str:
        """The id of the requested operation: a retry brings the same one.

        Forms carry it in the hidden field `act`, JSON clients in the header Idempotency-Key, as 32
        hex digits. Raises BadRequest without one.
        """
        if self.media == _FORM:
            ids = self.form.get("act", [])
        else:
            ids = [self.headers.get("idempotency-key", "")]
        if len(ids) != 1 or not _ID.fullmatch(ids[0]):
            raise BadRequest
        return ids[0]

    def context(self, operation: str = "") -> Context:
        """Return the context in which the signed-in person does an operation, or sees a page.

        `operation` is `operation_id` for a form, and "" for a page that is only seen.
        """
        me = self.principal
        return Context(
            account=me.account,
            operation=operation or self.new_id(),
            now=self.now,
            today=self.today,
            policy=policies.load(),
            member=me.member or "",
            email=me.email,
            roles=me.roles,
        )

    def new_id(self) -> str:
        """Return a fresh id of 128 random bits, as 32 hex digits: for a new form."""
        return self._random(ID_BYTES).hex()

    def _pairs(self, text: str) -> dict[str, list[str]]:
        try:
            pairs = parse_qsl(
                text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
            )
        except ValueError:
            raise BadRequest from None
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            # Browsers end lines with CR LF, and count them as one character.
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
        return values


def _refuse(constant: str) -> None:
    raise ValueError(constant)
