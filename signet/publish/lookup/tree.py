"""The tree over the words, which decides which records are in which shard.

Where a branch is divided depends only on the records below it, so that a change of one record
leaves all other shards as they were.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from signet.publish.lookup.corpus import OTHER_NAME, RECORD, WORD_SHIFT, Corpus
from signet.publish.lookup.shards import (
    Shard,
    bin_path,
    branch_content,
    branch_path,
    records_content,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

BEST = 20  # records that a divided branch shows by itself
MOST_LISTS = 8  # browse lists that a divided branch shows by itself
SHORTEST_OF_LIST = 3  # letters of a word that lead to a browse list
DEEPEST = 2  # words that lead to a record: "smith", "smith anna"
END = " "  # ends a word in a key
_AFTER_ASCII = "\x7f"
_AFTER_ALL = "\U0010ffff"


@dataclass(slots=True)
class Node:
    """A divided branch in the manifest: its bins and its longer branches.

    A bin is the set of characters that lead to it; a branch comes with the text that leads to it.
    """

    bins: list[str]
    branches: list[tuple[str, Node]]

    def shape(self) -> str:
        """Return the tree as text: `(` for a branch, its bins each with `,`, its branches, `)`."""
        bins = "".join(f"{characters}," for characters in self.bins)
        branches = "".join(f"{text}{node.shape()}" for text, node in self.branches)
        return f"({bins}{branches})"

    def place(self) -> str:
        """Return what the branch's own shard doesn't hold: `shape` without the deeper levels."""
        bins = "".join(f"{characters}," for characters in self.bins)
        return bins + "".join(f"{text}(" for text, _ in self.branches)


@dataclass(slots=True)
class Branch:
    """A position in the tree.

    `key` is the path to it ("smith jo"), `stem` the part of `key` that belongs to the word being
    read ("jo"), `used` the ranks of the whole words before it. `alone` are records that have no
    further word.
    """

    key: str
    stem: str
    used: tuple[int, ...]
    postings: Sequence[int]
    alone: Sequence[int] = ()


@dataclass(slots=True)
class Twig:
    """The postings of a branch that continue with the same character."""

    character: str
    postings: Sequence[int]
    weight: int


def grow(corpus: Corpus) -> Generator[Shard, None, Node]:
    """Yield all shards; return the tree that leads to them."""
    return (yield from _divide(corpus, Branch("", "", (), corpus.postings)))


def _divide(corpus: Corpus, branch: Branch) -> Generator[Shard, None, Node]:
    """Yield the shards of a branch that is too heavy for one; return its part of the tree."""
    node = Node([], [])
    light: list[Twig] = []
    folder, largest = corpus.layout.folder, corpus.layout.largest
    for twig in _twigs(corpus, branch):
        if twig.weight <= largest:
            light.append(twig)
            continue
        longer = _longer(corpus, branch, twig)
        grown = _divide(corpus, longer) if longer.postings else _cut(corpus, longer)
        node.branches.append((longer.key[len(branch.key) :], (yield from grown)))
    bins = _packed(light, largest)
    # The bin with most characters isn't named in the tree: whatever isn't named is in it.
    own = max(bins, key=len, default=[])
    for twigs in bins:
        if twigs is not own:
            characters = "".join(twig.character for twig in twigs)
            node.bins.append(characters)
            postings = list(_all(twigs))
            content = records_content(characters, corpus.written(postings), corpus.listed(postings))
            yield Shard(bin_path(branch.key, characters[0], folder), content)
    yield _own_shard(corpus, branch, node.place(), own)
    return node


def _twigs(corpus: Corpus, branch: Branch) -> Iterator[Twig]:
    """Divide a branch's postings by the character that follows its stem."""
    postings, vocabulary, length = branch.postings, corpus.vocabulary, len(branch.stem)
    start = 0
    while start < len(postings):
        rank = postings[start] >> WORD_SHIFT
        word = vocabulary[rank]
        if len(word) == length:
            character, following = END, rank + 1
        else:
            character = word[length]
            following = bisect_left(vocabulary, word[: length + 1] + _AFTER_ALL, rank)
        end = bisect_left(postings, following << WORD_SHIFT, start)
        part = postings[start:end]
        yield Twig(character, part, corpus.weight(part))
        start = end


def _longer(corpus: Corpus, branch: Branch, twig: Twig) -> Branch:
    """Return the branch that a heavy twig becomes, extended as far as all its words agree."""
    first, last = (corpus.vocabulary[twig.postings[end] >> WORD_SHIFT] for end in (0, -1))
    stem = _common_start(first, last)
    key = branch.key.removesuffix(branch.stem) + stem
    if first != last:
        return Branch(key, stem, branch.used, twig.postings)
    # All have the same whole word: only their other words tell these records apart.
    used = (*branch.used, twig.postings[0] >> WORD_SHIFT)
    if len(used) == DEEPEST:
        return Branch(key + END, "", used, (), twig.postings)
    return Branch(key + END, "", used, *_by_other_words(corpus, twig.postings, used))


def _by_other_words(
    corpus: Corpus, postings: Sequence[int], used: tuple[int, ...]
) -> tuple[list[int], list[int]]:
    """Return the records' postings under their other words, and those that have no other."""
    beside, bounds = corpus.beside, corpus.bounds
    # Nobody types one name in two scripts. ASCII comes first in the vocabulary.
    least, limit = 0, bisect_left(corpus.vocabulary, _AFTER_ASCII)
    if used[0] >= limit:
        least, limit = limit, len(corpus.vocabulary)
    branches: list[int] = []
    alone: list[int] = []
    for posting in postings:
        record = posting & RECORD
        low = posting & (OTHER_NAME | RECORD)
        words = beside[bounds[record] : bounds[record + 1]]
        others = [word for word in words if least <= word < limit and word not in used]
        branches += [word << WORD_SHIFT | low for word in others]
        if not others:
            alone.append(posting)
    branches.sort()
    return branches, alone


def _common_start(first: str, last: str) -> str:
    """Return the common prefix of two words, and so of all between them in the alphabet."""
    unlike = (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(unlike, min(len(first), len(last)))]


def _packed(twigs: list[Twig], limit: int) -> list[list[Twig]]:
    """Pack twigs into bins, as many as one shard may hold, the heaviest first.

    Fuller shards are fewer, and the manifest names each.
    """
    bins: list[list[Twig]] = []
    rooms: list[int] = []
    for twig in sorted(twigs, key=lambda twig: (-twig.weight, twig.character)):
        at = next((i for i, room in enumerate(rooms) if twig.weight <= room), len(bins))
        if at == len(bins):
            bins.append([])
            rooms.append(limit)
        bins[at].append(twig)
        rooms[at] -= twig.weight
    return [sorted(stored, key=lambda twig: twig.character) for stored in bins]


def _own_shard(corpus: Corpus, branch: Branch, place: str, twigs: list[Twig]) -> Shard:
    """Return the shard of a divided branch: its best records, its count, and one bin."""
    alone, cut = branch.alone, False
    if corpus.weight(alone) > corpus.layout.largest:
        alone, cut = alone[:BEST], True
    count = corpus.count((*branch.postings, *branch.alone))
    # Nobody asks for the whole register, so the root has no best records.
    best = corpus.written(_best(corpus, branch)) if branch.key else ()
    own = [*_all(twigs), *alone]
    lists = list(dict.fromkeys([*corpus.listed(own), *_leading_lists(corpus, branch)]))
    about = _about(corpus, branch)
    content = branch_content(place, count, best, corpus.written(own), lists, cut=cut, about=about)
    return Shard(branch_path(branch.key, corpus.layout.folder), content)


def _cut(corpus: Corpus, branch: Branch) -> Generator[Shard, None, Node]:
    """Yield the shard of records that are too many to list and that no word tells apart."""
    best = corpus.written(_leading(corpus, branch.alone, BEST))
    count = corpus.count(branch.alone)
    lists, about = _leading_lists(corpus, branch), _about(corpus, branch)
    content = branch_content("", count, best, (), lists, cut=True, about=about)
    yield Shard(branch_path(branch.key, corpus.layout.folder), content)
    return Node([], [])


def _leading_lists(corpus: Corpus, branch: Branch) -> list[bytes]:
    """Return the largest browse lists of a branch; none for one or two letters, which name none."""
    if not _means_something(branch):
        return []
    return corpus.listed((*branch.postings, *branch.alone))[:MOST_LISTS]


def _about(corpus: Corpus, branch: Branch) -> bytes:
    """Return what the layout says of a branch; nothing for one or two letters."""
    if not _means_something(branch):
        return b""
    return corpus.layout.about(corpus, branch.key, (*branch.postings, *branch.alone))


def _means_something(branch: Branch) -> bool:
    return bool(branch.used) or len(branch.stem) >= SHORTEST_OF_LIST


def _best(corpus: Corpus, branch: Branch) -> list[int]:
    """Return the records to show first: those with the whole word, then in alphabetical order."""
    postings = branch.postings
    whole = 0
    if branch.stem and len(corpus.vocabulary[postings[0] >> WORD_SHIFT]) == len(branch.stem):
        whole = bisect_left(postings, ((postings[0] >> WORD_SHIFT) + 1) << WORD_SHIFT)
    best = _leading(corpus, postings[:whole], BEST)
    if len(best) < BEST:
        best += _leading(corpus, postings[whole:], BEST - len(best))
    return best or _leading(corpus, branch.alone, BEST)


def _leading(corpus: Corpus, postings: Sequence[int], wanted: int) -> list[int]:
    """Return the first records that are current and found by their current name, then others."""
    good: dict[int, None] = {}
    others: dict[int, tuple[int, int]] = {}
    for posting in postings:
        record = posting & RECORD
        if record in corpus.lists:
            continue
        worth = (corpus.ranks[record], posting & OTHER_NAME)
        if worth == (0, 0):
            good[record] = None
            if len(good) == wanted:
                return list(good)
        elif record not in others or worth < others[record]:
            others[record] = worth
    rest = (record for record in sorted(others, key=others.__getitem__) if record not in good)
    return [*good, *islice(rest, wanted - len(good))]


def _all(twigs: Iterable[Twig]) -> Iterator[int]:
    return (posting for twig in twigs for posting in twig.postings)
