"""Building the index of the scope search: the people who may practise today, by their scopes.

It is an index like the look-up's, with a tree of its own. A word that leads to more people than a
shard holds is divided by city, then by discipline. See docs/scope-search.md for the format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from signet.publish.lookup import spelling
from signet.publish.lookup.corpus import RECORD, Corpus, Indexed, Layout, gathered
from signet.publish.lookup.tree import grow
from signet.publish.public import PublicMember, Scope
from signet.publish.scope_search import FOLDER
from signet.publish.scope_search.words import joined, stems

MANIFEST = f"{FOLDER}manifest.json"
FORMAT = 1
# The most a shard may weigh, which leaves room for a manifest of 3 kB at 18,000 members.
LARGEST = 11_000
# About the bytes that a person takes in a compressed shard.
_WEIGHT = 30
_BYTES_PER_WEIGHT = 5
FACETS = ("cities", "disciplines", "activities")
_FILTERS = ".:"  # begin the keys of a city and of a discipline


class Person(NamedTuple):
    """A person as the index holds them, read from their content."""

    number: str
    city: str
    scopes: list[list[Any]]  # designation, discipline, activities, text, limits

    @classmethod
    def read(cls, content: bytes) -> Person:
        """Return the person of a shard's JSON."""
        _, number, _, city, _, scopes, _ = from_json(content)
        return cls(number, city, scopes)

    def facets(self, word: str) -> dict[str, set[str]]:
        """Return the values by which the person is counted, by the name of the count.

        They are those of the scopes to which the beginning of a word leads, all for "".
        """
        scopes = self._led_to(word)
        return {
            "cities": {self.city} - {""},
            "disciplines": {scope[1] for scope in scopes} - {""},
            "activities": {activity for scope in scopes for activity in scope[2]},
        }

    def _led_to(self, word: str) -> list[list[Any]]:
        """Return the scopes that a word leads to; those with it in the limits if there are none."""
        if len(self.scopes) == 1 or _begins([_city_key(self.city), *stems(self.city)], word):
            return self.scopes
        return [scope for scope in self.scopes if _begins(_direct(scope), word)] or [
            scope for scope in self.scopes if _begins(stems(scope[4]), word)
        ]

    def current(self) -> list[str]:
        """Return what leads to the person: the stems of scopes and city, and the filters' keys."""
        words = [_city_key(self.city), *stems(self.city)]
        for scope in self.scopes:
            words += _direct(scope)
        return list(dict.fromkeys(words))

    def others(self) -> list[str]:
        """Return the stems of the limits, which may say what the scope leaves out."""
        return list(dict.fromkeys(one for scope in self.scopes for one in stems(scope[4])))

    def places(self) -> list[str]:
        """Return the words by which people of a common word are told apart: city and discipline."""
        disciplines = dict.fromkeys(joined(scope[1]) for scope in self.scopes)
        return [f"{joined(self.city)}.{one}.{joined(self.number)}" for one in disciplines]


def _direct(scope: list[Any]) -> list[str]:
    """Return what leads to a scope, without its limits."""
    _, discipline, activities, text, _ = scope
    texts = (discipline, *activities, text)
    return [f":{joined(discipline)}", *(one for part in texts for one in stems(part))]


def _city_key(city: str) -> str:
    return f".{joined(city)}"


def _begins(words: Iterable[str], beginning: str) -> bool:
    return any(word.startswith(beginning) for word in words)


def indexed(member: PublicMember, permitted: Collection[str]) -> Indexed | None:
    """Return a member's part of the index; None for one who may practise nothing today.

    `permitted` are the designations practised under now.
    """
    scopes = [scope for scope in member.scopes if scope.designation in permitted]
    if not scopes:
        return None
    return of(_content(member, scopes))


def of(content: bytes) -> Indexed:
    """Return a person's part of the index from the JSON that shards hold."""
    person = Person.read(content)
    return Indexed(
        key=f"member {person.number}",
        content=content,
        rank=0,
        weight=_WEIGHT + len(content) // _BYTES_PER_WEIGHT,
        current=" ".join(person.current()),
        others=" ".join(person.others()),
        beside=" ".join(person.places()),
        city="",
    )


def _content(member: PublicMember, scopes: Iterable[Scope]) -> bytes:
    """Return the person as scope-search.js reads them: a short array, since many shards hold it."""
    permits = [
        [permit.number, permit.name]
        for permit in member.responsible_for
        if permit.headline.answer == "in_force"
    ]
    written = [[s.designation, s.discipline, s.activities, s.text, s.limits] for s in scopes]
    conditions = len(member.conditions)
    return to_json([0, member.number, member.sort_name, member.city, conditions, written, permits])


def build(people: Iterable[Indexed]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the index as pairs of path and content, the manifest last.

    The same people give the same files, in whatever order they come.
    """
    facets = _Facets()
    corpus = gathered(people, Layout(FOLDER, LARGEST, facets.members))
    tree = yield from grow(corpus)
    words = ((word, count) for word, count in corpus.counts() if word[0] not in _FILTERS)
    spelt = yield from spelling.shards(words, f"{FOLDER}spelling/")
    manifest = {
        "format": FORMAT,
        "shape": tree.shape(),
        "count": len(corpus.contents),
        **facets.counted(corpus, "", range(len(corpus.contents))),
        "spelling": spelt,
    }
    yield MANIFEST, to_json(manifest)


def word_of(key: str) -> str:
    """Return the word, or its beginning, that leads to a branch."""
    return key.partition(" ")[0]


class _Facets:
    """Counts the people of divided branches by city, discipline and activity.

    Each is counted in hundreds of branches, so their values are read once, as strings that begin
    with the number of the facet. Of people with several scopes they depend on the branch's word.
    """

    def __init__(self) -> None:
        self._values: list[tuple[str, ...]] = []
        self._several: dict[int, Person] = {}

    def members(self, corpus: Corpus, key: str, postings: Iterable[int]) -> bytes:
        """Return the counts of a branch's people as JSON members, each after a comma."""
        return b"," + to_json(self.counted(corpus, word_of(key), postings))[1:-1]

    def counted(
        self, corpus: Corpus, word: str, postings: Iterable[int]
    ) -> dict[str, list[tuple[str, int]]]:
        """Return how many people of a word have each value of each facet, in their order."""
        if not self._values:
            self._read(corpus.contents)
        places = {posting & RECORD for posting in postings}
        counter = Counter(chain.from_iterable(map(self._values.__getitem__, places)))
        for place in places & self._several.keys():
            counter.update(_values(self._several[place], word))
        counts: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
        for value, count in sorted(counter.items()):
            counts[FACETS[int(value[0])]].append((value[1:], count))
        return counts

    def _read(self, contents: Sequence[bytes]) -> None:
        for place, content in enumerate(contents):
            person = Person.read(content)
            if len(person.scopes) > 1:
                self._several[place] = person
            self._values.append(() if place in self._several else _values(person, ""))


def _values(person: Person, word: str) -> tuple[str, ...]:
    facets = person.facets(word)
    return tuple(f"{at}{value}" for at, name in enumerate(FACETS) for value in facets[name])
