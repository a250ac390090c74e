"""Reading what a site publishes, from its folder or its address, to decide on a stamp."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from signet.publish.render.feeds import CURRENT
from signet.publish.stamped.decision import decide
from signet.publish.stamped.model import Answer, Asked, Documents, TooOld
from signet.publish.stamped.rules import RULES
from signet.register.payloads import NUMBER

Read = Callable[[str], Any]

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_ABSENT = {403, 404, 410}  # object stores say 403 where they don't let anyone list their files
_SECONDS = 30


class CannotCheck(Exception):
    """The published files can't be read or don't answer; the message says why."""


def check(site: str, asked: Asked) -> Answer:
    """Return the answer that a published site gives. Raises CannotCheck when it gives none.

    `site` is a folder or an http(s) address; a field may be written in any case.
    """
    read = _reader(site)
    rules = read(RULES)
    if rules is None:
        raise CannotCheck(
            f"{site} has no {RULES}: it isn't a register's site, or was built by a version of "
            "Signet that published none"
        )
    asked = asked._replace(field=_field(asked.field, rules))
    documents = _documents(read, asked, site)
    try:
        return decide(_as_registered(asked, documents), documents, rules)
    except TooOld:
        raise CannotCheck(f"the records of {site} have no periods: build it again") from None


def _documents(read: Read, asked: Asked, site: str) -> Documents:
    current = read(CURRENT)  # first: what is read after it is at least as new
    if current is None:
        raise CannotCheck(f"{site} doesn't say to which day it is current: {CURRENT} is missing")
    return Documents(
        current["as_of"],
        _record(read, "members", asked.member),
        _record(read, "permits", asked.permit),
    )


def _record(read: Read, kind: str, number: str) -> Any:
    """Return a record's document; a number may be written in small letters."""
    for spelt in dict.fromkeys((number, number.upper())):
        if NUMBER.fullmatch(spelt):  # no other number has an address
            found = read(f"register/{kind}/{spelt}/index.json")
            if found is not None:
                return found
    return None


def _as_registered(asked: Asked, documents: Documents) -> Asked:
    """Return what is asked with the numbers as the register spells them."""
    member, permit = documents.member, documents.permit
    return asked._replace(
        member=member["number"] if member else asked.member,
        permit=permit["number"] if permit else asked.permit,
    )


def _field(field: str, rules: Mapping[str, Any]) -> str:
    named = {name.casefold(): name for name in rules["disciplines"]}
    if field and field.casefold() not in named:
        listed = ", ".join(rules["disciplines"])
        raise CannotCheck(f"{field!r} isn't a discipline of this register; these are: {listed}")
    return str(named.get(field.casefold(), ""))


def _reader(site: str) -> Read:
    """Return what reads a file of the site as JSON, by its path; None if there is no such file."""
    fetch = _fetcher(site) if _ADDRESS.match(site) else _opener(site)

    def read(path: str) -> Any:
        content = fetch(path)
        try:
            return None if content is None else json.loads(content)
        except ValueError:
            raise CannotCheck(f"{path} of {site} isn't JSON") from None

    return read


def _opener(site: str) -> Callable[[str], bytes | None]:
    folder = Path(site)
    if not folder.is_dir():
        raise CannotCheck(f"there is no folder {site}; an address begins with https://")

    def read(path: str) -> bytes | None:
        try:
            return (folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise CannotCheck(f"{folder / path} can't be read: {error.strerror}") from None

    return read


def _fetcher(site: str) -> Callable[[str], bytes | None]:
    root = site.rstrip("/")

    def fetch(path: str) -> bytes | None:
        asked = urllib.request.Request(  # noqa: S310 - http(s) by _ADDRESS
            f"{root}/{path}", headers={"Cache-Control": "no-cache", "User-Agent": "signet-check"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310 - likewise
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            if error.code in _ABSENT:
                return None
            raise CannotCheck(f"{root}/{path} answers {error.code}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = getattr(error, "reason", None) or error
            raise CannotCheck(f"{root}/{path} can't be reached: {why}") from None

    return fetch
