"""Whose a typed number is, by what is published: all that the intake may know of the register.

Published documents are read and nothing else, so nobody learns here what isn't public. Which number
was asked for is written nowhere. When the site can't be read nothing is found, and the complaint is
taken all the same: then the Registrar finds out whom it is about.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from signet.complaints import numbers
from signet.complaints.model import About

Read = Callable[[str], bytes | None]  # a published file by its path, None where there is none
FOLDERS: Mapping[About, str] = {About.MEMBER: "members", About.PERMIT: "permits"}
# On AWS a function that may not list the bucket hears of a missing file that it may not read it.
ABSENT = frozenset({"404", "403", "NoSuchKey", "NotFound", "AccessDenied"})
CONNECT_SECONDS, READ_SECONDS, TRIES = 2, 3, 2  # a complaint waits for no site


class Named(NamedTuple):
    """A record of the register as it is published: of which kind, its number, its name, where."""

    about: About
    number: str
    name: str
    city: str = ""


class Found(NamedTuple):
    """Whose some typed numbers are, by how they were typed: those that are known.

    `reached` is off where the site couldn't be read, so that nobody is told to be unknown.
    """

    named: Mapping[str, Named] = MappingProxyType({})
    reached: bool = True


class Unreadable(Exception):
    """What is published can't be read just now."""


def whose(typed: Iterable[str], about: About, read: Read | None = None) -> Found:
    """Return whose each of some typed numbers is. Never raises."""
    reading = read or published()
    if reading is None:
        return Found(reached=False)
    found = {}
    try:
        for one in typed:
            if named := find(one, about, reading):
                found[one] = named
    except Unreadable:
        return Found(found, reached=False)
    return Found(found)


def find(typed: str, about: About, read: Read) -> Named | None:
    """Return the record that a typed number is of; None for none, and for two of either kind.

    Whoever complains says whether it is about a member or a permit holder; where that is unsure and
    both registers have the number, nobody is chosen for them.
    """
    for spelled in numbers.spellings(typed):
        matches = {one.about: one for one in _of(spelled, read)}
        if about in matches:
            return matches[about]
        if len(matches) == 1:
            return next(iter(matches.values()))
        if matches:
            return None
    return None


def _of(number: str, read: Read) -> Iterator[Named]:
    for about, folder in FOLDERS.items():
        content = read(f"register/{folder}/{quote(number, safe='-')}/index.json")
        if content is not None and (named := _named(about, number, content)):
            yield named


def _named(about: About, number: str, content: bytes) -> Named | None:
    try:
        told = json.loads(content)
        # A file system may take P-1001 and p-1001 for one: what the document says counts.
        right = isinstance(told, dict) and told["number"] == number
        return Named(about, number, str(told["name"]), str(told["city"])) if right else None
    except (ValueError, KeyError):
        return None


def published() -> Read | None:
    """Return how published files are read here: from the site's bucket or folder; None for none."""
    named, folder = os.environ.get("SIGNET_SITE_BUCKET"), os.environ.get("SIGNET_SITE_FOLDER")
    if named:
        return _bucket(named)
    return _folder(Path(folder)) if folder else None


def _folder(root: Path) -> Read:
    def read(path: str) -> bytes | None:
        try:
            return (root / path).read_bytes()
        except OSError:
            return None

    return read


def _bucket(named: str) -> Read:
    bucket, _, prefix = named.removeprefix("s3://").partition("/")

    def read(path: str) -> bytes | None:
        try:
            got = _client().get_object(Bucket=bucket, Key=f"{prefix}/{path}" if prefix else path)
            content: bytes = got["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise Unreadable from None
        except BotoCoreError:
            raise Unreadable from None
        return content

    return read


@cache
def _client() -> Any:
    from botocore.config import Config  # only here: few requests look anybody up
    from botocore.session import Session

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": TRIES},
    )
    return Session().create_client("s3", config=config)
