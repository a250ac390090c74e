"""Taking people out of the scope search, or changing them, between two whole builds.

Who may no longer practise is removed from every shard and every count; what else changed of a
person is written wherever they stand. Who may practise again, and words that are new in a scope,
are found after the next whole build.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic_core import from_json, to_json

from signet.publish.lookup import patch
from signet.publish.lookup.shards import branch_path
from signet.publish.scope_search import FOLDER
from signet.publish.scope_search.index import MANIFEST, Person, word_of

Read = Callable[[str], bytes]
_LISTS = ("records", "best")


def patched(
    paths: Mapping[str, bytes], read: Read, said: Mapping[str, bytes | None]
) -> dict[str, bytes]:
    """Return the files that change, by path, with their new content.

    `said` is each person's new content by key ("member 100001"), or None for one who may not
    practise. `read` returns a published file of `paths`.
    """
    changed = patch.patched(paths, read, said, FOLDER)
    counted: dict[str, dict[str, Any]] = {}
    for key, before in _before(list(changed), read, said):
        now = said[key]
        after = None if now is None else Person.read(now)
        for path, word in _counting(before).items():
            if path in paths:
                if path not in counted:
                    counted[path] = from_json(changed.get(path) or read(path))
                _count_again(counted[path], word, before, after)
    return changed | {path: to_json(content) for path, content in counted.items()}


def _before(
    shards: list[str], read: Read, said: Mapping[str, bytes | None]
) -> Iterator[tuple[str, Person]]:
    """Yield the people concerned as they were published, by key, each once."""
    found: set[str] = set()
    for path in shards:
        content = from_json(read(path))
        for record in (one for name in _LISTS for one in content.get(name, ())):
            key = f"member {record[1]}"
            if key in said and key not in found:
                found.add(key)
                yield key, Person.read(json.dumps(record).encode())


def _counting(person: Person) -> dict[str, str]:
    """Return the files that may count a person, by path, with the word that leads there."""
    keys = {
        f"{stem} {place}"[:end]
        for stem in (*person.current(), *person.others())
        for place in person.places()
        for end in range(len(stem) + len(place) + 2)
    }
    return {branch_path(key, FOLDER): word_of(key) for key in keys} | {MANIFEST: ""}


def _count_again(content: dict[str, Any], word: str, before: Person, after: Person | None) -> None:
    if after is None:
        content["count"] -= 1
    new_values = {} if after is None else after.facets(word)
    for name, values in before.facets(word).items():
        if name not in content:
            continue
        counts: dict[str, int] = dict(content[name])
        for value in values:
            counts[value] = counts.get(value, 0) - 1
        for value in new_values.get(name, ()):
            counts[value] = counts.get(value, 0) + 1
        content[name] = sorted((value, count) for value, count in counts.items() if count > 0)
