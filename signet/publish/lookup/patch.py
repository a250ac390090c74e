"""Changing what the look-up says of a few records, between two builds.

What a record says is replaced wherever it stands; where it stands, and under which words, is left
to the next build. So a new name isn't found yet, but no result tells an old standing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from signet.publish.lookup.shards import (
    FOLDER,
    HASH_LENGTH,
    MANIFEST,
    bin_name,
    branch_name,
    shard,
)

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LISTS = ("records", "best")
_IS_PERMIT = 1
_PART = re.compile(r"([^(),]*)([(),])")


class CannotPatch(Exception):
    """The look-up can't be changed in part; a whole build can."""


def patched(
    paths: Iterable[str], read: Callable[[str], bytes], said: Mapping[str, bytes | None]
) -> dict[str, bytes | None]:
    """The files that change, by path: their new content, or None for those that go.

    `said` is what each record says now, by key ("member 100001"), None for one that is no longer
    public. `read` gives a published file of `paths`. Raises CannotPatch.
    """
    changed: dict[str, bytes | None] = {}
    renamed: dict[str, str] = {}  # shards' names, and their new hashes
    for path in paths:
        if path.startswith(FOLDER) and path != MANIFEST and path.count("/") == FOLDER.count("/"):
            content = read(path)
            if any(f'"{key.split(" ", 1)[1]}"'.encode() in content for key in said):
                _patch_shard(path, content, said, changed, renamed)
    if renamed:
        changed[MANIFEST] = _manifest(read(MANIFEST), renamed)
    return changed


def _patch_shard(
    path: str,
    content: bytes,
    said: Mapping[str, bytes | None],
    changed: dict[str, bytes | None],
    renamed: dict[str, str],
) -> None:
    held = json.loads(content)
    for name in _LISTS:
        if name in held:
            held[name] = [now for record in held[name] if (now := _now(record, said)) is not None]
    name = path.removeprefix(FOLDER).rsplit(".", 2)[0]
    made = shard(name, _JSON.encode(held).encode())
    if made.path != path:
        changed[path] = None
        changed[made.path] = made.content
        renamed[name] = made.digest


def _now(record: list[Any], said: Mapping[str, bytes | None]) -> list[Any] | None:
    key = f"{'permit' if record[0] & _IS_PERMIT else 'member'} {record[1]}"
    if key not in said:
        return record
    content = said[key]
    found: list[Any] | None = None if content is None else json.loads(content)
    return found


def _manifest(content: bytes, renamed: Mapping[str, str]) -> bytes:
    held = json.loads(content)
    text = held["hashes"]
    hashes = [text[at : at + HASH_LENGTH] for at in range(0, len(text), HASH_LENGTH)]
    names = list(shard_names(held["shape"]))
    if len(names) != len(hashes) or not renamed.keys() <= set(names):
        raise CannotPatch("the look-up's manifest doesn't fit its shards: run a whole build")
    held["hashes"] = "".join(
        renamed.get(name, digest) for name, digest in zip(names, hashes, strict=True)
    )
    return _JSON.encode(held).encode()


def shard_names(shape: str) -> Iterator[str]:
    """The names of all shards, in the order of their hashes, from the manifest's shape.

    A branch is its own shard, its bins (the characters of each, then a comma), its longer branches
    (the text that leads to each first), all in round brackets.
    """
    keys: list[str] = [""]
    for text, sign in _PART.findall(shape):
        if sign == "(":
            keys.append(keys[-1] + text)
            yield branch_name(keys[-1])
        elif sign == ",":
            yield bin_name(keys[-1], text[0])
        else:
            keys.pop()
