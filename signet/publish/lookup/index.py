"""Building the look-up's files: records in, shards and a manifest out.

The index is a tree over the characters of words. A branch with more records than fit one shard is
divided by its next character; a whole word that is still too common is divided again by the
records' other words, so that "smith" leads on to "smith anna" and "smith calgary". Shards hold the
records themselves, and where a branch was divided, its best records and the count. See
docs/lookup.md for the format.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

from signet.publish.lookup import normal, spelling
from signet.publish.lookup.corpus import Indexed, gathered
from signet.publish.lookup.entry import MOST_DISCIPLINES, TONES, ListEntry, LookupEntry
from signet.publish.lookup.shards import MANIFEST, Shard
from signet.publish.lookup.tree import grow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Indexed", "build", "indexed", "indexed_list"]

SEARCH_ONLY = "~"  # marks a name that is searched and never shown
LONGEST_WORD = 32  # letters; the rest of a word is ignored, since nobody types more
FORMAT = 3
DISCIPLINES_AT = 12  # bit offset of the disciplines in a record's flags, after the rank


def indexed(entry: LookupEntry) -> Indexed:
    """Return a record's part of the index; separate, so that processes can share the work."""
    names = [*entry.names, *((SEARCH_ONLY, text) for text in normal.romanised(entry))]
    current = normal.number_words(entry.number)
    others: list[str] = []
    beside: list[str] = []
    for what, text in names:
        words_of = normal.words(text)
        (others if what and what != SEARCH_ONLY else current).extend(
            normal.postable(text, words_of, entry.kind)
        )
        beside += words_of
    legal_forms = normal.LEGAL_FORMS if entry.kind == "permit" else ()
    return Indexed(
        key=f"{entry.kind} {entry.number}",
        content=_content(entry, names),
        rank=min(entry.rank, 255),
        weight=12 + sum(len(text.encode()) for _, text in names) // 2,
        current=_joined(current),
        others=_joined(others),
        beside=_joined(word for word in beside if word not in legal_forms),
        city=_city_words(entry.city),
    )


def indexed_list(entry: ListEntry) -> Indexed:
    """Return a browse list's part of the index: its words lead to it as to a record."""
    # "P.Tech.(Eng.)" is one word to people who write it without the dots.
    codes = (part for part in entry.title.split() if part.count(".") > 1)
    joined = ("".join(normal.asked(code)) for code in codes)
    also = _joined([*joined, *normal.words(entry.also)])
    words_of = [*normal.words(entry.title), *also.split()]
    content = [entry.path, entry.who, entry.title, entry.size, also]
    return Indexed(
        key=f"list {entry.path}",
        content=to_json(content),
        rank=0,
        weight=12 + sum(map(len, (entry.path, entry.title, also))) // 2,
        current=_joined(word for word in words_of if len(word) > 1),
        others="",
        beside=_joined(words_of),
        city="",
        listing=entry.size,
    )


@lru_cache(maxsize=1000)
def _city_words(city: str) -> str:
    return _joined(normal.asked(city))


def build(
    records: Iterable[Indexed],
    postnominals: Iterable[str] = (),
    postnominals_of_others: Iterable[str] = (),
    disciplines: Iterable[str] = (),
) -> Iterator[tuple[str, bytes]]:
    """Return the look-up's files as pairs of path and content, the manifest last.

    The same records give the same files, in whatever order they come. Memory grows with the
    records' content and a few numbers for each word, not with what is written. `postnominals` are
    the regulator's designations, `postnominals_of_others` those that other bodies grant: people
    write them after a name. `disciplines` names the bits of `LookupEntry.disciplines`.
    """
    written = [
        _joined("".join(normal.asked(text)) for text in texts)
        for texts in (postnominals, postnominals_of_others)
    ]
    known = list(disciplines)[:MOST_DISCIPLINES]
    return ((shard.path, shard.content) for shard in _shards(records, written, known))


def _shards(
    records: Iterable[Indexed], postnominals: list[str], disciplines: list[str]
) -> Iterator[Shard]:
    corpus = gathered(records)
    tree = yield from grow(corpus)
    spelt = yield from spelling.shards(corpus.counts())
    manifest = {
        "format": FORMAT,
        "shape": tree.shape(),
        "cities": " ".join(corpus.cities),
        "numbers": " ".join(corpus.numbers),
        "postnominals": postnominals,
        "disciplines": disciplines,
        "spelling": spelt,
        "lists": [from_json(content) for content in corpus.large_lists()],
    }
    yield Shard(MANIFEST, to_json(manifest))


def _content(entry: LookupEntry, names: list[tuple[str, str]]) -> bytes:
    """Return the record as lookup.js reads it: a short array, since many shards hold it."""
    # Nearly every detail ends with the city, which is then written only once.
    at_end = bool(entry.city) and entry.detail.endswith(entry.city)
    flags = (entry.kind == "permit") | at_end << 1 | TONES.index(entry.tone) << 2
    flags |= min(entry.rank, 255) << 4 | entry.disciplines << DISCIPLINES_AT
    detail = entry.detail.removesuffix(entry.city) if at_end else entry.detail
    fields = [flags, entry.number, entry.label, detail, entry.city, entry.status]
    for what, text in names:
        if what or text != entry.label:
            fields += [what, text]
    return to_json(fields)


def _joined(words: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(word[:LONGEST_WORD] for word in words))
