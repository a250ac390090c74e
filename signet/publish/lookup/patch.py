"""Updating a few records in the look-up's files, between two whole builds.

The content of a record is replaced in every shard that holds it; which shards and words lead to it
is left to the next whole build. So a new name isn't found yet, but no result shows an old standing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from signet.publish.lookup.shards import FOLDER, is_shard

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LISTS = ("records", "best")
_IS_PERMIT = 1


def patched(
    paths: Iterable[str],
    read: Callable[[str], bytes],
    said: Mapping[str, bytes | None],
    folder: str = FOLDER,
) -> dict[str, bytes]:
    """Return the shards that change, by path, with their new content.

    `said` is each record's new content by key ("member 100001"), or None for one that is no longer
    public. `read` returns a published file of `paths`; only the index in `folder` is updated.
    """
    numbers = [f'"{key.split(" ", 1)[1]}"'.encode() for key in said]
    changed: dict[str, bytes] = {}
    for path in paths:
        if not is_shard(path, folder):
            continue
        content = read(path)
        # Most shards hold none of the records, and needn't be parsed.
        if any(number in content for number in numbers):
            now = _now(content, said)
            if now != content:
                changed[path] = now
    return changed


def _now(content: bytes, said: Mapping[str, bytes | None]) -> bytes:
    held = json.loads(content)
    for name in _LISTS:
        if name in held:
            records = (_told(record, said) for record in held[name])
            held[name] = [record for record in records if record is not None]
    return _JSON.encode(held).encode()


def _told(record: list[Any], said: Mapping[str, bytes | None]) -> list[Any] | None:
    key = f"{'permit' if record[0] & _IS_PERMIT else 'member'} {record[1]}"
    if key not in said:
        return record
    content = said[key]
    array: list[Any] | None = None if content is None else json.loads(content)
    return array
