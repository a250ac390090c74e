"""The browse lists: the whole register, readable without a script.

A long list is split by the first letters of its names, as deep as needed, and never by counting: so
a change to one record changes one page of each list, not every page after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from signet.policy import Policy
from signet.publish.batch import Listed
from signet.publish.lookup.entry import ListEntry
from signet.publish.lookup.normal import LEGAL_FORMS
from signet.publish.public import ActionKind, IndexPage, ListKind, ListPage, PageLink
from signet.publish.render import order

PAGE = 250  # rows of a page before it is split
BROWSE = "/register/browse/"
REGISTER_LINK = PageLink("Register", "/register/")
BROWSE_LINK = PageLink("Browse", BROWSE)

# Legal forms that are everyday words too.
_PLAIN_WORDS = frozenset(("and", "et", "of", "the"))

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Item]):
    """A part of a list small enough for a page: the names that begin with `prefix`."""

    prefix: str
    items: Sequence[Item]


def leaves(
    items: Sequence[Item], key: Callable[[Item], str], prefix: str = "", limit: int = PAGE
) -> Iterator[Leaf[Item]]:
    """Split a sorted list by first letters until each part fits a page.

    Identical names stay together, even when they are too many.
    """
    if len(items) <= limit:
        yield Leaf(prefix, items)
        return

    def beginning(item: Item) -> str:
        return f"{key(item)} "[: len(prefix) + 1]  # a name ends with a space too

    at = 0
    while at < len(items):
        start = beginning(items[at])
        end = bisect_right(items, start, at, key=beginning)
        part = items[at:end]
        if start == prefix:
            yield Leaf(start, part)  # the names that end here
        else:
            yield from leaves(part, key, start, limit)
        at = end


def label_of(prefix: str) -> str:
    """Return the label of a part of a list: the letters its names begin with."""
    return prefix.strip().title() or "All"


def address_of(base: str, prefix: str) -> str:
    """Return the address of a part of the list at `base`."""
    if not prefix:
        return base
    ending = "-" if prefix.endswith(" ") else ""
    return f"{base}{order.slug(prefix)}{ending}/"


class Sisters:
    """The pages that a list is split into, and the links that each of them shows."""

    def __init__(self, found: Sequence[Leaf[Item]], base: str) -> None:
        self.base = base
        self.split = len(found) > 1
        self.links = [
            PageLink(label_of(leaf.prefix), address_of(base, leaf.prefix) if self.split else base)
            for leaf in found
        ]
        self._by_letter: dict[str, list[PageLink]] = defaultdict(list)
        for link in self.links:
            self._by_letter[link.label[:1]].append(link)
        self._firsts = {
            letter: PageLink(letter, own[0].path) for letter, own in self._by_letter.items()
        }

    def letters(self) -> tuple[PageLink, ...]:
        """Return a link to the first page of each letter, or to the only page."""
        if not self.split:
            return (PageLink("From A to Z", self.base),)
        return tuple(self._firsts.values())

    def shown_at(self, at: int) -> tuple[PageLink, ...]:
        """Return the links on one page: all pages of its own letter, the first of each other."""
        if not self.split:
            return ()
        here = self.links[at]
        shown: list[PageLink] = []
        for letter, own in self._by_letter.items():
            if letter == here.label[:1]:
                shown += [replace(p, current=True) if p is here else p for p in own]
            else:
                shown.append(self._firsts[letter])
        return tuple(shown)

    def index(self, title: str, lead: str, up: tuple[PageLink, ...]) -> IndexPage | None:
        """Return the index page at the list's own address, or None when the list isn't split."""
        if not self.split:
            return None
        groups = tuple((letter, tuple(own)) for letter, own in self._by_letter.items())
        return IndexPage(self.base, title, lead, groups, up)


class BrowseList:
    """One list: its address, words, and the records on it, divided into pages."""

    def __init__(
        self,
        base: str,
        title: str,
        lead: str,
        kind: ListKind,
        listed: Sequence[Listed],
        up: tuple[PageLink, ...],
    ) -> None:
        self.base, self.title, self.lead, self.kind, self.up = base, title, lead, kind, up
        self.size = len(listed)
        self._leaves = list(leaves(listed, lambda item: item.key))
        self._sisters = Sisters(self._leaves, base)

    def pages(self) -> Iterator[ListPage]:
        """Yield the list's pages; an undivided list has one, at its own address."""
        for at, leaf in enumerate(self._leaves):
            yield self._page(self._sisters.links[at].path, leaf, self._sisters.shown_at(at))

    def front(self) -> ListPage | None:
        """Return the page at a split list's address, with the number of records and the first part.

        The first part also has an address of its own, like every other part. None if the list isn't
        split.
        """
        if not self._sisters.split:
            return None
        first = self._page(self.base, self._leaves[0], self._sisters.shown_at(0))
        return replace(first, title=self.title, count=self.size)

    def _page(self, path: str, leaf: Leaf[Listed], links: tuple[PageLink, ...]) -> ListPage:
        split = self._sisters.split
        title = f"{self.title}: {label_of(leaf.prefix)}" if split else self.title
        return ListPage(
            path=path,
            title=title,
            lead=self.lead,
            kind=self.kind,
            rows=tuple(item.row for item in leaf.items),
            pages=links,
            up=self.up,
            count=0 if split else self.size,
        )

    def link(self) -> PageLink:
        """Return a link to the list, with the number of its records."""
        return PageLink(self.title, self.base, note=f"{self.size:,}")

    def letters(self) -> tuple[PageLink, ...]:
        """Return a link for each first letter."""
        return self._sisters.letters()


def _grouped(
    listed: Iterable[Listed], keys: Callable[[Listed], Iterable[str]]
) -> dict[str, list[Listed]]:
    groups: dict[str, list[Listed]] = defaultdict(list)
    for item in listed:
        for key in keys(item):
            if key:
                groups[key].append(item)
    return by_address(groups, _place)


def _place(item: Listed) -> tuple[str, str]:
    return item.key, item.number


def by_address(
    groups: Mapping[str, list[Item]], place: Callable[[Item], tuple[str, ...]]
) -> dict[str, list[Item]]:
    """Return the groups by name, merging those that would have the same address.

    "St. Albert" and "ST ALBERT" share a page, under the more common spelling.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for name in sorted(groups):
        alike[order.slug(name)].append(name)
    merged: dict[str, list[Item]] = {}
    for names in alike.values():
        name = max(names, key=lambda name: len(groups[name]))
        merged[name] = groups[name]
        if len(names) > 1:
            distinct = {id(item): item for name in names for item in groups[name]}
            merged[name] = sorted(distinct.values(), key=place)
    return dict(sorted(merged.items(), key=lambda pair: order.sort_key(pair[0])))


def _lists(
    folder: str,
    groups: dict[str, list[Listed]],
    titles: Callable[[str], str],
    lead: str,
    kind: ListKind = "member",
) -> list[BrowseList]:
    return [
        BrowseList(
            base=f"{BROWSE}{folder}/{order.slug(name)}/",
            title=titles(name),
            lead=lead,
            kind=kind,
            listed=listed,
            up=(REGISTER_LINK, BROWSE_LINK),
        )
        for name, listed in groups.items()
    ]


@dataclass(frozen=True, slots=True)
class Browse:
    """All browse lists, and the index page that links to them."""

    names: BrowseList
    permit_holders: BrowseList
    designations: list[BrowseList]
    disciplines: list[BrowseList]
    cities: list[BrowseList]
    permit_fields: list[BrowseList]
    permit_cities: list[BrowseList]
    actions: list[BrowseList]

    def _all(self) -> tuple[BrowseList, ...]:
        lists = (self.names, self.permit_holders, *self.designations, *self.disciplines)
        lists = (*lists, *self.cities, *self.permit_fields, *self.permit_cities)
        return (*lists, *self.actions)

    def looked_up(self) -> Iterator[ListEntry]:
        """Yield the look-up entries of the lists, to which a word such as a city's name leads.

        A list of nobody, as of permit holders where there are none, isn't looked for.
        """
        for browse_list in self._all():
            if browse_list in self.actions or not browse_list.size:
                continue
            who = "Members" if browse_list.kind == "member" else "Permit holders"
            if browse_list is self.permit_holders:
                also = " ".join(sorted(LEGAL_FORMS - _PLAIN_WORDS))
                yield ListEntry(browse_list.base, who, "Permits by name", browse_list.size, also)
            elif browse_list is not self.names:
                title = browse_list.title.removeprefix("Permit holders: ")
                title = title.removeprefix("Permit holders in ")
                yield ListEntry(browse_list.base, who, title, browse_list.size)

    def pages(self) -> Iterator[ListPage]:
        """Yield every page of every list."""
        for browse_list in self._all():
            yield from browse_list.pages()

    def fronts(self) -> Iterator[ListPage]:
        """Return the pages at the addresses of the lists that are split."""
        return (front for browse_list in self._all() if (front := browse_list.front()) is not None)

    def index(self) -> IndexPage:
        """Return the index page that links to the lists."""
        return IndexPage(
            path=BROWSE,
            title="Browse the register",
            lead="Everyone on the register and every permit holder, in lists.",
            groups=(
                ("Members by family name", self.names.letters()),
                ("Permit holders by name", self.permit_holders.letters()),
                ("Conditions, suspensions and decisions", _links(self.actions)),
                ("Members by designation", _links(self.designations)),
                ("Members by discipline", _links(self.disciplines)),
                ("Members by city", _links(self.cities)),
                ("Permit holders by field of practice", _links(self.permit_fields)),
                ("Permit holders by city", _links(self.permit_cities)),
            ),
            up=(REGISTER_LINK,),
        )


def _links(lists: Iterable[BrowseList]) -> tuple[PageLink, ...]:
    return tuple(browse_list.link() for browse_list in lists)


_ACTIONS: dict[ActionKind, tuple[str, str]] = {
    "conditions": (
        "Conditions on practice",
        "All conditions that limit what a person or an organization may do, as they apply now.",
    ),
    "suspensions": (
        "Suspensions",
        "Everyone who is suspended now, and every permit that is, with the reason.",
    ),
    "decisions": (
        "Published discipline decisions",
        "All decisions whose publication was directed. They stay here whatever the standing is "
        "now.",
    ),
}


def _actions(listed: Mapping[ActionKind, list[Listed]]) -> list[BrowseList]:
    """Return the lists of regulatory actions, those that are empty too."""
    return [
        BrowseList(
            f"{BROWSE}{kind}/",
            *_ACTIONS[kind],
            kind,
            sorted(listed.get(kind, ()), key=_place),
            (REGISTER_LINK, BROWSE_LINK),
        )
        for kind in _ACTIONS
    ]


def browse(
    members: list[Listed],
    permits: list[Listed],
    policy: Policy,
    actions: Mapping[ActionKind, list[Listed]] | None = None,
) -> Browse:
    """Return the lists over all public members and permits, and of the regulatory actions."""
    members.sort(key=_place)
    permits.sort(key=_place)
    codes = {d.slug: f"{d.code} {d.name}" for d in policy.designations.values()}
    holders = _grouped(members, lambda item: item.designations)
    return Browse(
        names=BrowseList(
            f"{BROWSE}names/",
            "Members by family name",
            "All members, current and former, with their standing today.",
            "member",
            members,
            (REGISTER_LINK, BROWSE_LINK),
        ),
        permit_holders=BrowseList(
            f"{BROWSE}permit-holders/",
            "Permit holders by name",
            "All organizations that hold or have held a permit to practise.",
            "permit",
            permits,
            (REGISTER_LINK, BROWSE_LINK),
        ),
        designations=_lists(
            "designations",
            {slug: holders[slug] for slug in codes if slug in holders},
            lambda slug: codes[slug],
            "Everyone who holds this designation, except those who hold one that builds on it.",
        ),
        disciplines=_lists(
            "disciplines",
            _grouped(members, lambda item: item.disciplines),
            str,
            "Everyone on the register in this discipline, with their standing today.",
        ),
        cities=_lists(
            "cities",
            _grouped(members, lambda item: (item.city,)),
            str,
            "Everyone on the register in this place, with their standing today.",
        ),
        permit_fields=_lists(
            "permit-fields",
            _grouped(permits, lambda item: item.disciplines),
            lambda name: f"Permit holders: {name}",
            "Organizations that hold or have held a permit in this field of practice.",
            "permit",
        ),
        permit_cities=_lists(
            "permit-cities",
            _grouped(permits, lambda item: (item.city,)),
            lambda name: f"Permit holders in {name}",
            "Organizations in this place that hold or have held a permit.",
            "permit",
        ),
        actions=_actions(actions or {}),
    )
