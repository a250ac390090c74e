"""The look-up's files: their names and their content."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "register/lookup/"
MANIFEST = f"{FOLDER}manifest.json"
SPELLING = f"{FOLDER}spelling/"
_UNSAFE = re.compile("[^0-9a-z]")


class Shard(NamedTuple):
    """A file of the look-up: its path and its content."""

    path: str
    content: bytes


def branch_path(key: str, folder: str = FOLDER) -> str:
    """Return the path of the shard of a divided branch."""
    return f"{folder}n-{_safe(key)}.json"


def bin_path(key: str, first: str, folder: str = FOLDER) -> str:
    """Return the path of a shard below a branch, by the first of its characters."""
    return f"{folder}b-{_safe(key + first)}.json"


def is_shard(path: str, folder: str = FOLDER) -> bool:
    """Tell whether a published file holds records of the index in a folder."""
    return path.startswith((f"{folder}n-", f"{folder}b-"))


def records_content(place: str, records: Iterable[bytes], lists: Iterable[bytes]) -> bytes:
    """Return the content of a shard that holds all records of the characters in `place`.

    A client compares `place` with the manifest: a shard of another release may hold other
    characters under the same path.
    """
    return b'{"place":%b,"records":[%b]%b}' % (_quoted(place), b",".join(records), _lists(lists))


def branch_content(
    place: str,
    count: int,
    best: Iterable[bytes],
    records: Iterable[bytes],
    lists: Iterable[bytes],
    *,
    cut: bool,
    about: bytes = b"",
) -> bytes:
    """Return the content of a divided branch: its count, its best records, and the undivided rest.

    `place` says what other shards hold, as in the manifest. `cut` says that there are records that
    no shard holds: too many have the same words. `about` are further JSON members, each after a
    comma.
    """
    return b'{"place":%b,"count":%d,"cut":%b,"best":[%b],"records":[%b]%b%b}' % (
        _quoted(place),
        count,
        b"true" if cut else b"false",
        b",".join(best),
        b",".join(records),
        _lists(lists),
        about,
    )


def _lists(lists: Iterable[bytes]) -> bytes:
    joined = b",".join(lists)
    return b',"lists":[%b]' % joined if joined else b""


def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode()


def _safe(key: str) -> str:
    # A folder for each first word: two long words in another script are too long for a file name.
    return (
        _UNSAFE.sub(lambda found: _escaped(found.group()), key)
        .replace("_", "_/", 1)
        .removesuffix("/")
    )


def _escaped(character: str) -> str:
    return "_" if character == " " else f"-{ord(character):x}-"
