"""The scope lists: who may practise what (SCO-3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from signet.publish.public import IndexPage, PageLink, ScopeListPage, ScopeRow
from signet.publish.render import order
from signet.publish.render.lists import REGISTER_LINK, Sisters, by_address, label_of, leaves

SCOPES = "/register/scopes/"
SCOPES_LINK = PageLink("Scopes of practice", SCOPES)
UP = (REGISTER_LINK, SCOPES_LINK)
WORDS_LINK = PageLink("Scopes of practice by word", f"{SCOPES}words/")
FEWEST, MOST = 2, 120  # least and most scopes with a word that has a list; at most half a page
WORDS = 250  # most words that have a list; the rarest are left out
_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = frozenset(
    (
        *("about", "above", "after", "also", "and", "below", "between", "each", "from", "have"),
        *("including", "into", "less", "more", "most", "only", "other", "over", "related", "such"),
        *("than", "that", "their", "them", "these", "this", "those", "through", "under", "upon"),
        *("where", "which", "whose", "will", "with", "within", "without", "according", "does"),
    )
)

Groups = dict[str, list[ScopeRow]]


@dataclass(frozen=True, slots=True)
class ScopeList:
    """One scope list: its address, words and rows, and links to lists of a subset of them."""

    base: str
    title: str
    lead: str
    rows: Sequence[ScopeRow]
    narrower: tuple[PageLink, ...] = ()
    up: tuple[PageLink, ...] = UP

    def pages(self) -> Iterator[ScopeListPage]:
        """Yield the list's pages; at its own address the first, with the number of scopes."""
        leafs = list(leaves(self.rows, _scope_key))
        sisters = Sisters(leafs, self.base)
        for at, leaf in enumerate(leafs):
            title = f"{self.title}: {label_of(leaf.prefix)}" if sisters.split else self.title
            page = ScopeListPage(
                path=sisters.links[at].path,
                title=title,
                lead=self.lead,
                rows=tuple(leaf.items),
                pages=sisters.shown_at(at),
                up=self.up,
            )
            if at == 0:
                yield replace(
                    page,
                    path=self.base,
                    title=self.title,
                    count=len(self.rows),
                    narrower=self.narrower,
                )
            if sisters.split:
                yield page

    def link(self) -> PageLink:
        """Return a link to the list, with the number of its scopes."""
        return PageLink(self.title, self.base, note=f"{len(self.rows):,}")


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scope lists: by discipline, by activity and both, by city, by a word (SCO-3)."""

    disciplines: tuple[ScopeList, ...]
    both: tuple[ScopeList, ...]
    activities: tuple[ScopeList, ...]
    cities: tuple[ScopeList, ...]
    words: tuple[ScopeList, ...]

    def pages(self) -> Iterator[ScopeListPage]:
        """Yield every page of all lists."""
        lists = (*self.disciplines, *self.both, *self.activities, *self.cities, *self.words)
        for scope_list in lists:
            yield from scope_list.pages()

    def rows(self) -> Iterator[ScopeRow]:
        """Yield every listed scope, once, since each has one discipline."""
        for scope_list in self.disciplines:
            yield from scope_list.rows

    def index(self) -> IndexPage:
        """Return the index page of the scope lists."""
        groups = [
            ("By discipline", self.disciplines),
            ("By activity", self.activities),
            ("By city", self.cities),
        ]
        return IndexPage(
            path=SCOPES,
            title="Scopes of practice",
            lead="Find professional technologists by what they may practise independently. "
            "A discipline can be narrowed down by activity on its page.",
            groups=(
                *(
                    (heading, tuple(scope_list.link() for scope_list in lists))
                    for heading, lists in groups
                    if lists
                ),
                *((("By word", (WORDS_LINK,)),) if self.words else ()),
            ),
            up=(REGISTER_LINK,),
        )

    def words_index(self) -> IndexPage | None:
        """Return the index of words, or None where no word tells scopes apart."""
        if not self.words:
            return None
        letters: dict[str, list[PageLink]] = defaultdict(list)
        for scope_list in self.words:
            letters[order.sort_key(scope_list.title)[:1].upper() or "–"].append(scope_list.link())
        return IndexPage(
            path=WORDS_LINK.path,
            title=WORDS_LINK.label,
            lead="Words that some scopes of practice have and most don’t. Words of more than "
            f"{MOST} scopes aren’t here: look under a discipline or an activity.",
            groups=tuple((letter, tuple(links)) for letter, links in letters.items()),
            up=UP,
        )


def scopes(rows: list[ScopeRow]) -> Scopes:
    """Return the scope lists over the members permitted to practise."""
    rows.sort(key=_place)
    disciplines: list[ScopeList] = []
    both: list[ScopeList] = []
    for name, own in _grouped(rows, lambda row: (row.scope.discipline,)).items():
        base = f"{SCOPES}disciplines/{order.slug(name)}/"
        up = (*UP, PageLink(name, base))
        narrower = tuple(
            ScopeList(
                f"{base}activities/{order.slug(activity)}/",
                f"{name}: {activity}",
                "Professional technologists who may practise independently in this discipline and "
                "whose scope includes this activity.",
                part,
                up=up,
            )
            for activity, part in _grouped(own, lambda row: row.scope.activities).items()
        )
        both += narrower
        disciplines.append(
            ScopeList(
                base,
                name,
                "Professional technologists who may practise independently in this discipline, "
                "each within the scope shown.",
                own,
                tuple(
                    replace(scope_list.link(), label=scope_list.title.removeprefix(f"{name}: "))
                    for scope_list in narrower
                ),
            )
        )
    return Scopes(
        tuple(disciplines),
        tuple(both),
        _lists(
            "activities",
            _grouped(rows, lambda row: row.scope.activities),
            "Professional technologists whose scope of practice includes this activity.",
        ),
        _lists(
            "cities",
            _grouped(rows, lambda row: filter(None, (row.city,))),
            "Professional technologists in this place who may practise independently, each within "
            "the scope shown.",
        ),
        _lists(
            "words",
            _words(rows),
            "Professional technologists whose scope or its limits have this word. Read each in "
            "full: a limit may be what leaves it out.",
        ),
    )


def _lists(folder: str, groups: Groups, lead: str) -> tuple[ScopeList, ...]:
    return tuple(
        ScopeList(f"{SCOPES}{folder}/{order.slug(name)}/", name, lead, rows)
        for name, rows in groups.items()
    )


def _grouped(rows: Iterable[ScopeRow], keys: Callable[[ScopeRow], Iterable[str]]) -> Groups:
    groups: Groups = defaultdict(list)
    for row in rows:
        for key in keys(row):
            groups[key].append(row)
    return by_address(groups, _place)


def _words(rows: Sequence[ScopeRow]) -> Groups:
    """Return the scopes by the words of their wording and limits, where these tell scopes apart."""
    groups: Groups = defaultdict(list)
    for row in rows:
        words = set(_WORD.findall(f"{row.scope.text} {row.scope.limits}".lower()))
        for word in words - _COMMON:
            groups[word].append(row)
    telling = [word for word, own in groups.items() if FEWEST <= len(own) <= MOST]
    telling.sort(key=lambda word: (-len(groups[word]), word))
    return by_address({word: groups[word] for word in telling[:WORDS]}, _place)


def _place(row: ScopeRow) -> tuple[str, str, str]:
    return _scope_key(row), row.number, row.designation


def _scope_key(row: ScopeRow) -> str:
    return order.sort_key(row.sort_name)
