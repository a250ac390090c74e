"""Looks up register numbers in the published register: all that the intake may know of it.

It reads only published documents, so it reveals nothing that isn't public, and it records nowhere
which number was looked up. When the site can't be read, nothing is found and the complaint is
accepted all the same; the Registrar then identifies the respondent.
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

Read = Callable[[str], bytes | None]  # reads a published file by path; None if there is none
FOLDERS: Mapping[About, str] = {About.MEMBER: "members", About.PERMIT: "permits"}
# On AWS, a function that may not list the bucket gets "access denied" for a missing file.
ABSENT = frozenset({"404", "403", "NoSuchKey", "NotFound", "AccessDenied"})
CONNECT_SECONDS, READ_SECONDS, TRIES = 2, 3, 2  # a slow site mustn't hold up a complaint


class Named(NamedTuple):
    """A published record of the register: its kind, number, name and city."""

    about: About
    number: str
    name: str
    city: str = ""


class Holders(NamedTuple):
    """Look-up results by number as typed, without those that weren't found.

    `reached` is False where the site couldn't be read, so that no number is reported as unknown.
    """

    named: Mapping[str, Named] = MappingProxyType({})
    reached: bool = True


class Unreadable(Exception):
    """The published register can't be read at the moment."""


def holders(typed: Iterable[str], about: About, read: Read | None = None) -> Holders:
    """Return the holder of each number, as far as they are found. Never raises."""
    reading = read or published()
    if reading is None:
        return Holders(reached=False)
    by_number = {}
    try:
        for one in typed:
            if named := find(one, about, reading):
                by_number[one] = named
    except Unreadable:
        return Holders(by_number, reached=False)
    return Holders(by_number)


def find(typed: str, about: About, read: Read) -> Named | None:
    """Return the record of a number; None if there is none or it is ambiguous.

    The complainant says whether it is about a member or a permit holder. If they are unsure and
    both registers have the number, neither is chosen.
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
        document = json.loads(content)
        # A file system may ignore case (P-1001, p-1001), so the number in the document decides.
        right = isinstance(document, dict) and document["number"] == number
        return Named(about, number, str(document["name"]), str(document["city"])) if right else None
    except (ValueError, KeyError):
        return None


def published() -> Read | None:
    """Return the reader of published files, from the site's bucket or folder; None if not set."""
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
    from botocore.config import Config  # imported here: few requests look up a number
    from botocore.session import Session

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": TRIES},
    )
    return Session().create_client("s3", config=config)
