"""The look-up's files: records in, shards and a manifest out.

The index is a tree over the characters of words. A branch with more records than fit one shard
is divided by its next character; a whole word that is still too common is divided again by the
records' other words, so that "smith" leads on to "smith anna" and "smith calgary". Shards hold
the records themselves, and where a branch was divided, the best of it and the count. See
docs/lookup.md for the format.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from signet.publish.lookup import normal, spelling
from signet.publish.lookup.corpus import Indexed, gathered
from signet.publish.lookup.entry import TONES, LookupEntry
from signet.publish.lookup.shards import MANIFEST, Shard
from signet.publish.lookup.tree import grow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Indexed", "build", "indexed"]

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
SEARCH_ONLY = "~"  # marks a name that is searched and never shown
LONGEST_WORD = 32  # letters of a word that count; nobody types more
FORMAT = 2


def indexed(entry: LookupEntry) -> Indexed:
    """Return the record's part of the index; done apart, so that processes can share the work."""
    names = [*entry.names, *((SEARCH_ONLY, text) for text in normal.romanised(entry))]
    current = normal.number_words(entry.number)
    others: list[str] = []
    beside: list[str] = []
    for what, text in names:
        found = normal.words(text)
        (others if what and what != SEARCH_ONLY else current).extend(normal.postable(text, found))
        beside += found
    return Indexed(
        key=f"{entry.kind} {entry.number}",
        content=_content(entry, names),
        rank=min(entry.rank, 255),
        weight=12 + sum(len(text.encode()) for _, text in names) // 2,
        current=_joined(current),
        others=_joined(others),
        beside=_joined(word for word in beside if word not in normal.LEGAL_FORMS),
        city=_city_words(entry.city),
    )


@lru_cache(maxsize=1000)
def _city_words(city: str) -> str:
    return _joined(normal.asked(city))


def build(records: Iterable[Indexed]) -> Iterator[tuple[str, bytes]]:
    """Return the look-up's files as pairs of path and content, the manifest last.

    The same records give the same files, in whatever order they come. Memory grows by the
    records' content and a few numbers a word, not by what is written.
    """
    return ((made.path, made.content) for made in _shards(records))


def _shards(records: Iterable[Indexed]) -> Iterator[Shard]:
    corpus = gathered(records)
    tree = yield from grow(corpus)
    spelt = yield from spelling.shards(corpus.counts())
    manifest = {
        "format": FORMAT,
        "shape": tree.shape(),
        "cities": " ".join(corpus.cities),
        "spelling": spelt,
    }
    content = _JSON.encode(manifest).encode()
    yield Shard(MANIFEST, content)


def _content(entry: LookupEntry, names: list[tuple[str, str]]) -> bytes:
    """Return the record as lookup.js reads it: an array, as it is in many shards."""
    # Nearly every detail ends with the city: then it is written once.
    at_end = bool(entry.city) and entry.detail.endswith(entry.city)
    flags = (entry.kind == "permit") | at_end << 1 | TONES.index(entry.tone) << 2 | entry.rank << 4
    detail = entry.detail.removesuffix(entry.city) if at_end else entry.detail
    fields = [flags, entry.number, entry.label, detail, entry.city, entry.status]
    for what, text in names:
        if what or text != entry.label:
            fields += [what, text]
    return _JSON.encode(fields).encode()


def _joined(words: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(word[:LONGEST_WORD] for word in words))
