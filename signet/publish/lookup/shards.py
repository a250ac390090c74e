"""The files that a look-up fetches: how they are named and what is in them."""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "register/lookup/"
MANIFEST = f"{FOLDER}manifest.json"
SPELLING = f"{FOLDER}spelling/"
HASH_LENGTH = 5
_LONGEST_NAME = 80
_UNSAFE = re.compile("[^0-9a-z]")


class Shard(NamedTuple):
    """A file of the look-up: its path, its content, and the hash in the path, if there is one."""

    path: str
    content: bytes
    digest: str = ""


def shard(name: str, content: bytes) -> Shard:
    """Return the shard of this name (as `branch_name` and `bin_name` make it) and content."""
    # 25 bits: a shard's address must only differ from the one it had before, and the manifest,
    # which holds every hash, is part of each first answer.
    digest = b32encode(sha256(content).digest()[:5])[:HASH_LENGTH].decode().lower()
    return Shard(f"{FOLDER}{name}.{digest}.json", content, digest)


def branch_name(key: str) -> str:
    """Return the name of the shard of a divided branch."""
    return f"n-{_safe(key)}"[:_LONGEST_NAME]


def bin_name(key: str, first: str) -> str:
    """Return the name of a shard below a branch, by the first of its characters."""
    return f"b-{_safe(key + first)}"[:_LONGEST_NAME]


def records_content(records: Iterable[bytes]) -> bytes:
    """Return the content of a shard that holds all records of its branches."""
    return b'{"records":[%b]}' % b",".join(records)


def branch_content(
    count: int, best: Iterable[bytes], records: Iterable[bytes], *, cut: bool
) -> bytes:
    """Return the content of a divided branch: how many it has, the best, and the undivided rest.

    `cut` says that there is more that no shard holds: too many records have the same words.
    """
    return b'{"count":%d,"cut":%b,"best":[%b],"records":[%b]}' % (
        count,
        b"true" if cut else b"false",
        b",".join(best),
        b",".join(records),
    )


def _safe(key: str) -> str:
    return _UNSAFE.sub(lambda found: _escaped(found.group()), key)


def _escaped(character: str) -> str:
    return "_" if character == " " else f"-{ord(character):x}-"
