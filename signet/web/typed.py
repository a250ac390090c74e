"""What a person typed isn't lost when it can't be accepted: the form shows it again.

The page that says why it isn't accepted carries the fields along. From there they are posted to the
address of the form's page, and this function shows that page, as it is now, with them filled in
(`signet.web.refill`): nothing is saved by that. It works in one way for every form of every desk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from signet.errors import SignetError
from signet.web import csrf
from signet.web.answer import own_path
from signet.web.errors import CrossSite

if TYPE_CHECKING:
    from signet.web.request import Request

PREFIX = "typed."
ACTION, WHY, PAGE = f"{PREFIX}action", f"{PREFIX}why", f"{PREFIX}page"
FIELD = f"{PREFIX}field."
SIGNED_IN, CHANGED = "signed-in", "changed"
# A fresh id on each page, the version that reveals changes by others, and consent to give again.
NOT_TYPED = frozenset({"act", "version", "seen", "consent"})
# Also not shown to people: hidden fields that pages fill in, and the values of buttons.
UNSEEN = NOT_TYPED | {"hash", "back", "purpose", "do", "entries", "mail"}
MOST = 300_000  # bytes: what is stored while signing in has to fit a row
_OURS = re.compile(r"/services/(?!account/(?:typed|sign-))")

Fields = Mapping[str, list[str]]


class Typed(NamedTuple):
    """The fields of a form as sent: to which address, from which page, why it is shown again."""

    page: str
    action: str
    fields: Fields
    why: str

    def is_at(self, path: str) -> bool:
        """Tell whether a decoded path is that of the form's page."""
        return unquote(self.page.partition("?")[0]) == path

    @property
    def words(self) -> list[tuple[str, str]]:
        """What was typed, by field, for people to copy."""
        return [
            (name.replace("_", " ").capitalize(), value)
            for name, values in self.fields.items()
            if name not in UNSEEN
            for value in values
            if value.strip()
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The hidden fields that carry what was typed."""
        about = [(PAGE, self.page), (ACTION, self.action), (WHY, self.why)]
        return about + [
            (f"{FIELD}{name}", one) for name, many in self.fields.items() for one in many
        ]


def of_post(request: Request, why: str) -> Typed | None:
    """Return what was typed into the form that a request sends, or None."""
    if request.method in csrf.SAFE:
        return None
    try:
        fields = request.form
    except SignetError:
        return None
    carried = of_hidden_fields(request)
    if carried is not None:
        return carried
    if any(name.startswith(PREFIX) for name in fields):
        return None
    typed = Typed(_page_of(request), request.path, fields, why)
    size = sum(len(name) + len(value.encode()) for name, value in typed.hidden)
    return typed if typed.words and size <= MOST and _OURS.match(typed.page) else None


def of_hidden_fields(request: Request) -> Typed | None:
    """Return what a page of ours carries along in a request, or None."""
    try:
        sent = request.form if request.method == "POST" else {}
        csrf.check(request.method, request.headers, _site())
    except (SignetError, CrossSite):
        return None
    page = "".join(sent.get(PAGE, ()))
    if not _OURS.match(own_path(page, otherwise="")):
        return None
    fields = {
        name.removeprefix(FIELD): values for name, values in sent.items() if name.startswith(FIELD)
    }
    action, why = "".join(sent.get(ACTION, ())), "".join(sent.get(WHY, ()))
    return Typed(page, action, fields, why if why == CHANGED else SIGNED_IN)


def _page_of(request: Request) -> str:
    """Return the page that a form is on: the browser's Referer, else the form's own address."""
    message = request.headers.get("referer", "")
    site = _site()
    if site and message.startswith(f"{site}/"):
        parts = urlsplit(message)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if _OURS.match(own_path(path, otherwise="")):
            return path
    return request.target


def _site() -> str:
    return os.environ.get("SIGNET_SITE_URL", "").rstrip("/")


def as_look(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event as a GET, for the page on which what was typed is shown again."""
    about = event["requestContext"]
    looked = {**about, "http": {**about["http"], "method": "GET"}}
    return {**event, "requestContext": looked}
