"""The records and the words that lead to them, in as little memory as possible.

A posting is one integer: it holds the rank of a word in the sorted vocabulary, whether the word
comes from another name than the current one, and the record's position in the register, sorted by
key.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from signet.publish.lookup.shards import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RECORD_BITS = 24
RECORD = (1 << RECORD_BITS) - 1
OTHER_NAME = 1 << RECORD_BITS
WORD_SHIFT = RECORD_BITS + 1

# A city's word that more than one record in this many has leads to too many records to be useful.
_CITY_SHARE = 500
_NUMBER = re.compile("([a-z]{0,3})-?([0-9]{3,})")  # fewer digits can be any word
_CURRENT, _OTHERS, _BESIDE, _CITY = range(4)


class Indexed(NamedTuple):
    """A record prepared for the index, in a worker process.

    `content` is its JSON in a shard. `current` and `others` are the words that lead to it, of the
    current name and number, and of other names; `beside` and `city` are the words that can narrow
    such a search. `weight` is about the bytes that the record takes in a compressed shard; it
    depends on names alone, so that a changed status moves no record. `listing` is the size of a
    browse list, and 0 for a record.
    """

    key: str
    content: bytes
    rank: int
    weight: int
    current: str
    others: str
    beside: str
    city: str
    listing: int = 0


# The most a shard may weigh: about its compressed size in bytes. A first answer needs the manifest
# and one shard; larger shards make a smaller manifest, and the sum is smallest at about this size.
LARGEST = 6_000


def _nothing(_corpus: Corpus, _key: str, _postings: Iterable[int]) -> bytes:
    return b""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where an index is, how much a shard may weigh, and what a divided branch says of its records.

    `about` returns further JSON members of a branch's own shard, each after a comma, from the
    corpus, the branch's key and its postings.
    """

    folder: str = FOLDER
    largest: int = field(default_factory=lambda: LARGEST)
    about: Callable[[Corpus, str, Iterable[int]], bytes] = _nothing


@dataclass(slots=True)
class Corpus:
    """The records and browse lists, in the order of their keys, and the words that lead to them.

    `postings` are sorted. The other words of record `i` are `beside[bounds[i]:bounds[i + 1]]`, as
    ranks in the sorted vocabulary. `cities` are the words of cities that many records share: they
    narrow a search, but don't lead to records themselves. `lists` gives the sizes of browse lists
    by their position among the records; `numbers` holds the forms that record numbers have.
    """

    contents: list[bytes]
    ranks: array[int]
    weights: array[int]
    vocabulary: list[str]
    postings: array[int]
    beside: array[int]
    bounds: array[int]
    cities: list[str]
    lists: dict[int, int]
    numbers: list[str]
    layout: Layout = field(default_factory=Layout)

    def counts(self) -> Iterator[tuple[str, int]]:
        """Yield the words that lead to records, each with the number of its records."""
        start = 0
        while start < len(self.postings):
            rank = self.postings[start] >> WORD_SHIFT
            end = bisect_left(self.postings, (rank + 1) << WORD_SHIFT, start)
            yield self.vocabulary[rank], end - start
            start = end

    def weight(self, postings: Iterable[int]) -> int:
        """Return the total weight of the records."""
        weights = self.weights
        return sum([weights[posting & RECORD] for posting in postings])

    def written(self, postings: Iterable[int]) -> Iterator[bytes]:
        """Return the records' content, each once, in the register's order."""
        contents, lists = self.contents, self.lists
        records = sorted({posting & RECORD for posting in postings})
        return (contents[record] for record in records if record not in lists)

    def listed(self, postings: Iterable[int]) -> list[bytes]:
        """Return the content of the browse lists among the postings, the largest first."""
        lists = self.lists
        if not lists:
            return []
        listed = {posting & RECORD for posting in postings} & lists.keys()
        ordered = sorted(listed, key=lambda place: (-lists[place], place))
        return [self.contents[place] for place in ordered]

    def count(self, postings: Iterable[int]) -> int:
        """Return the number of distinct records, without browse lists."""
        return len({posting & RECORD for posting in postings} - self.lists.keys())

    def large_lists(self) -> Iterator[bytes]:
        """Yield the content of the lists that hold many records, or are named as a large city.

        They are asked for in parts: a discipline, a city.
        """
        records, cities = len(self.contents) - len(self.lists), set(self.cities)
        for place, size in self.lists.items():
            start, end = self.bounds[place], self.bounds[place + 1]
            words = {self.vocabulary[word] for word in self.beside[start:end]}
            if size * _CITY_SHARE > records or words <= cities:
                yield self.contents[place]


def gathered(records: Iterable[Indexed], layout: Layout | None = None) -> Corpus:
    """Return the corpus of these records, which doesn't depend on their order.

    Raises ValueError when two records have the same kind and number.
    """
    gathering = _Gathering()
    for record in records:
        gathering.add(record)
    return gathering.corpus(layout or Layout())


class _Gathering:
    """Collects records one by one, and stores their words as numbers."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._contents: list[bytes] = []
        self._ranks = array("B")
        self._weights = array("I")
        self._listings: dict[int, int] = {}
        self._words: dict[str, int] = {}
        self._links = array("I")
        self._ends = array("I", [0])  # four a record: current, others, beside, city

    def add(self, record: Indexed) -> None:
        words, links = self._words, self._links
        if record.listing:
            self._listings[len(self._keys)] = record.listing
        self._keys.append(record.key)
        self._contents.append(record.content)
        self._ranks.append(record.rank)
        self._weights.append(record.weight)
        for text in (record.current, record.others, record.beside, record.city):
            links.extend([words.setdefault(word, len(words)) for word in text.split()])
            self._ends.append(len(links))

    def corpus(self, layout: Layout) -> Corpus:
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        self._refuse_doubles(order)
        cities = self._shared_cities()
        vocabulary = sorted(self._words)
        rank_of = array("I", bytes(4 * len(vocabulary)))
        for rank, word in enumerate(vocabulary):
            rank_of[self._words[word]] = rank
        self._words.clear()
        shared = {rank_of[word] for word in cities}
        beside, bounds = self._beside(order, rank_of)
        return Corpus(
            contents=[self._contents[i] for i in order],
            ranks=array("B", (self._ranks[i] for i in order)),
            weights=array("I", (self._weights[i] for i in order)),
            vocabulary=vocabulary,
            postings=self._postings(order, rank_of, shared),
            beside=beside,
            bounds=bounds,
            cities=[vocabulary[rank] for rank in sorted(shared)],
            lists={
                place: self._listings[i] for place, i in enumerate(order) if i in self._listings
            },
            numbers=self._forms_of_numbers(),
            layout=layout,
        )

    def _forms_of_numbers(self) -> list[str]:
        """Return the forms of numbers, as letters and a count of digits: "6", "p4"."""
        forms = set()
        for i, key in enumerate(self._keys):
            form = _NUMBER.fullmatch(key.partition(" ")[2].lower())
            if form and i not in self._listings:
                forms.add(f"{form[1]}{len(form[2])}")
        return sorted(forms)

    def _words_of(self, record: int, first: int, last: int) -> array[int]:
        """Return a record's words, from the first to the last of the four kinds given."""
        return self._links[self._ends[4 * record + first] : self._ends[4 * record + last + 1]]

    def _shared_cities(self) -> list[int]:
        times: Counter[int] = Counter()
        for record in range(len(self._keys)):
            times.update(self._words_of(record, _CITY, _CITY))
        records = len(self._keys) - len(self._listings)
        return [word for word, count in times.items() if count * _CITY_SHARE > records]

    def _refuse_doubles(self, order: list[int]) -> None:
        before = ""
        for i in order:
            if self._keys[i] == before:
                raise ValueError(f"two records are {before}")
            before = self._keys[i]

    def _postings(self, order: list[int], rank_of: array[int], cities: set[int]) -> array[int]:
        postings: list[int] = []
        for place, i in enumerate(order):
            current = [rank_of[word] for word in self._words_of(i, _CURRENT, _CURRENT)]
            postings += [word << WORD_SHIFT | place for word in current]
            others = [rank_of[word] for word in self._words_of(i, _OTHERS, _OTHERS)]
            city = [rank_of[word] for word in self._words_of(i, _CITY, _CITY)]
            others += [word for word in city if word not in cities]
            if others:
                low = OTHER_NAME | place
                postings += [
                    w << WORD_SHIFT | low for w in dict.fromkeys(others) if w not in current
                ]
        postings.sort()
        return array("Q", postings)

    def _beside(self, order: list[int], rank_of: array[int]) -> tuple[array[int], array[int]]:
        beside, bounds = array("I"), array("I", [0])
        for i in order:
            words = dict.fromkeys(self._words_of(i, _BESIDE, _CITY))
            beside.extend([rank_of[word] for word in words])
            bounds.append(len(beside))
        return beside, bounds
