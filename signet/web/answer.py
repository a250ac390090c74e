"""The answers that a view can return."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote

from pydantic import BaseModel

# Backslashes count as slashes in browsers; control characters are dropped by them.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_PLAIN_NAME = re.compile(r"[^\w.\- ]", re.ASCII)
HOME = "/services/"


class Page(NamedTuple):
    """A page from `site/services/`, with its template `context`.

    `form_action`: origins besides our own that a form on it is sent to. `cookies` are Set-Cookie
    values (signet.web.cookies).
    """

    template: str
    context: Mapping[str, Any] = MappingProxyType({})
    status: int = HTTPStatus.OK
    form_action: Sequence[str] = ()
    headers: Mapping[str, str] = MappingProxyType({})
    cookies: Sequence[str] = ()


class SeeOther(NamedTuple):
    """A redirect (303) to a path of ours, or to the identity provider's address."""

    path: str
    cookies: Sequence[str] = ()


class Json(NamedTuple):
    """A model, or plain data, as JSON. `media` is for special JSON types such as problem+json."""

    content: BaseModel | Mapping[str, Any] | Sequence[Any]
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = MappingProxyType({})
    media: str = "application/json"


class Download(NamedTuple):
    """A file to save: always an attachment, so that nothing in it runs in our origin."""

    content: bytes | str
    media: str
    filename: str
    headers: Mapping[str, str] = MappingProxyType({})


Answer: TypeAlias = Page | SeeOther | Json | Download


def own_path(text: str, otherwise: str = HOME) -> str:
    """Return a path of our own site from user input, or `otherwise` when it leads elsewhere."""
    return text if _OWN_PATH.fullmatch(text) else otherwise


def attachment(filename: str) -> str:
    """Return the Content-Disposition of a download, for names in any script (RFC 6266)."""
    plain = _PLAIN_NAME.sub("_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
