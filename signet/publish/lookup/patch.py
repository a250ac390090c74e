"""Changing what the look-up says of a few records, between two builds.

What a record says is replaced wherever it stands; where it stands, and under which words, is left
to the next build. So a new name isn't found yet, but no result tells an old standing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from signet.publish.lookup.shards import FOLDER, HASH_LENGTH, MANIFEST, shard

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LISTS = ("records", "best")
_IS_PERMIT = 1


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
    renamed: dict[str, str] = {}
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
    name, before, _ = path.removeprefix(FOLDER).rsplit(".", 2)
    made = shard(name, _JSON.encode(held).encode())
    if made.path != path:
        changed[path] = None
        changed[made.path] = made.content
        renamed[before] = made.digest


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
    for before in renamed:
        if hashes.count(before) != 1:
            raise CannotPatch(f"{hashes.count(before)} shards have the hash {before}")
    held["hashes"] = "".join(renamed.get(digest, digest) for digest in hashes)
    return _JSON.encode(held).encode()
