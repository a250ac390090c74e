"""The browse lists: the whole register to be read without a script.

A long list is split by the letters that its names begin with, as deep as it takes, and never by
counting: so a change to one record changes one page of each list, not every page after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from signet.policy import Policy
from signet.publish import order
from signet.publish.public import IndexPage, ListPage, PageLink, Row, ScopeListPage, ScopeRow
from signet.publish.records import Listed

PAGE = 250  # rows of a page before it is split
BROWSE = "/register/browse/"
SCOPES = "/register/scopes/"
REGISTER_LINK = PageLink("Register", "/register/")
BROWSE_LINK = PageLink("Browse", BROWSE)
SCOPES_LINK = PageLink("Scopes of practice", SCOPES)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Item]):
    """A part of a list small enough for a page: the names that begin with `prefix`."""

    prefix: str
    items: Sequence[Item]


def leaves(
    items: Sequence[Item], key: Callable[[Item], str], prefix: str = "", most: int = PAGE
) -> Iterator[Leaf[Item]]:
    """Split a sorted list by first letters until each part fits a page.

    Names that are the same to the letter and still too many stay together.
    """
    if len(items) <= most:
        yield Leaf(prefix, items)
        return
    parts: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        parts[key(item)[: len(prefix) + 1]].append(item)
    for start in sorted(parts):
        if len(start) <= len(prefix):
            yield Leaf(f"{start} ", parts[start])  # the names that end here
        else:
            yield from leaves(parts[start], key, start, most)


def _label(prefix: str) -> str:
    return prefix.strip().title() or "All"


def _address(base: str, prefix: str) -> str:
    if not prefix:
        return base
    ending = "-" if prefix.endswith(" ") else ""
    return f"{base}{order.slug(prefix)}{ending}/"


def _pages(found: Sequence[Leaf[Item]], base: str) -> tuple[PageLink, ...]:
    if len(found) == 1:
        return ()
    return tuple(PageLink(_label(leaf.prefix), _address(base, leaf.prefix)) for leaf in found)


def _near(pages: tuple[PageLink, ...], at: int) -> tuple[PageLink, ...]:
    """The links a page shows: its own letter's pages, and the first page of each other letter."""
    if not pages:
        return ()
    letter = pages[at].label[:1]
    shown, seen = [], set()
    for position, page in enumerate(pages):
        first = page.label[:1] not in seen
        seen.add(page.label[:1])
        if first or page.label[:1] == letter:
            label = page.label if page.label[:1] == letter else page.label[:1]
            shown.append(PageLink(label, page.path, current=position == at))
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class BrowseList:
    """One list: its address, words, and the records on it."""

    base: str
    title: str
    lead: str
    kind: str
    listed: Sequence[Listed]
    up: tuple[PageLink, ...]

    def pages(self) -> Iterator[ListPage]:
        """The list's pages; the first stands at `base` too when the list is split."""
        found = list(leaves(self.listed, lambda item: item.key))
        links = _pages(found, self.base)
        for at, leaf in enumerate(found):
            address = _address(self.base, leaf.prefix) if links else self.base
            yield self._page(address, leaf, _near(links, at))

    def _page(self, path: str, leaf: Leaf[Listed], links: tuple[PageLink, ...]) -> ListPage:
        title = f"{self.title}: {_label(leaf.prefix)}" if links else self.title
        return ListPage(
            path=path,
            title=title,
            lead=self.lead,
            kind="permit" if self.kind == "permit" else "member",
            rows=tuple(item.row for item in leaf.items),
            pages=links,
            up=self.up,
        )

    def link(self) -> PageLink:
        """The way into the list, with how many records are on it."""
        found = list(leaves(self.listed, lambda item: item.key))
        first = self.base if len(found) == 1 else _address(self.base, found[0].prefix)
        return PageLink(self.title, first, note=str(len(self.listed)))

    def letters(self) -> tuple[PageLink, ...]:
        """A link for each first letter."""
        found = list(leaves(self.listed, lambda item: item.key))
        links: dict[str, PageLink] = {}
        for leaf in found:
            letter = _label(leaf.prefix)[:1] if leaf.prefix else "All"
            path = _address(self.base, leaf.prefix) if len(found) > 1 else self.base
            links.setdefault(letter, PageLink(letter, path))
        return tuple(links.values())


def _grouped(
    listed: Iterable[Listed], keys: Callable[[Listed], Iterable[str]]
) -> dict[str, list[Listed]]:
    groups: dict[str, list[Listed]] = defaultdict(list)
    for item in listed:
        for key in keys(item):
            if key:
                groups[key].append(item)
    return dict(sorted(groups.items(), key=lambda pair: order.sort_key(pair[0])))


def _lists(
    folder: str, groups: dict[str, list[Listed]], titles: Callable[[str], str], lead: str
) -> list[BrowseList]:
    return [
        BrowseList(
            base=f"{BROWSE}{folder}/{order.slug(name)}/",
            title=titles(name),
            lead=lead,
            kind="member",
            listed=listed,
            up=(REGISTER_LINK, BROWSE_LINK),
        )
        for name, listed in groups.items()
    ]


@dataclass(frozen=True, slots=True)
class Browse:
    """All browse lists, and the page that leads into them."""

    names: BrowseList
    permit_holders: BrowseList
    designations: list[BrowseList]
    disciplines: list[BrowseList]
    cities: list[BrowseList]

    def pages(self) -> Iterator[ListPage]:
        for browse_list in (
            self.names,
            self.permit_holders,
            *self.designations,
            *self.disciplines,
            *self.cities,
        ):
            yield from browse_list.pages()

    def index(self) -> IndexPage:
        return IndexPage(
            path=BROWSE,
            title="Browse the register",
            lead="Everyone on the register and every permit holder, to be read without searching.",
            groups=(
                ("Members by family name", self.names.letters()),
                ("Permit holders by name", self.permit_holders.letters()),
                ("Members by designation", tuple(b.link() for b in self.designations)),
                ("Members by discipline", tuple(b.link() for b in self.disciplines)),
                ("Members by city", tuple(b.link() for b in self.cities)),
            ),
            up=(REGISTER_LINK,),
        )


def browse(members: list[Listed], permits: list[Listed], policy: Policy) -> Browse:
    """The lists over all public members and permits."""
    members.sort(key=lambda item: (item.key, item.row.number))
    permits.sort(key=lambda item: (item.key, item.row.number))
    codes = {d.slug: f"{d.code} {d.name}" for d in policy.designations.values()}
    senior = _grouped(members, lambda item: (item.designation,))
    return Browse(
        names=BrowseList(
            f"{BROWSE}names/",
            "Members by family name",
            "All members, current and former, with where they stand today.",
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
            {slug: senior[slug] for slug in codes if slug in senior},
            lambda slug: codes[slug],
            "Each person is listed once, under the senior designation they hold.",
        ),
        disciplines=_lists(
            "disciplines",
            _grouped(members, lambda item: item.disciplines),
            str,
            "Everyone on the register in this discipline, with where they stand today.",
        ),
        cities=_lists(
            "cities",
            _grouped(members, lambda item: (item.row.city,)),
            str,
            "Everyone on the register in this place, with where they stand today.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scope listings: by discipline and by activity (SCO-3)."""

    rows: list[ScopeRow]

    def _by(self, keys: Callable[[ScopeRow], Iterable[str]]) -> dict[str, list[ScopeRow]]:
        groups: dict[str, list[ScopeRow]] = defaultdict(list)
        for row in self.rows:
            for key in keys(row):
                groups[key].append(row)
        return dict(sorted(groups.items(), key=lambda pair: order.sort_key(pair[0])))

    def _groups(self) -> tuple[tuple[str, str, str, dict[str, list[ScopeRow]]], ...]:
        return (
            (
                "disciplines",
                "By discipline",
                "Professional technologists who may practise independently in this discipline, "
                "each within the scope shown.",
                self._by(lambda row: (row.scope.discipline,)),
            ),
            (
                "activities",
                "By activity",
                "Professional technologists whose scope of practice takes in this activity.",
                self._by(lambda row: row.scope.activities),
            ),
        )

    def pages(self) -> Iterator[ScopeListPage]:
        for folder, _, lead, groups in self._groups():
            for name, rows in groups.items():
                base = f"{SCOPES}{folder}/{order.slug(name)}/"
                found = list(leaves(rows, _scope_key))
                links = _pages(found, base)
                for at, leaf in enumerate(found):
                    label = f"{name}: {_label(leaf.prefix)}" if links else name
                    yield ScopeListPage(
                        path=_address(base, leaf.prefix) if links else base,
                        title=label,
                        lead=lead,
                        rows=tuple(leaf.items),
                        pages=_near(links, at),
                        up=(REGISTER_LINK, SCOPES_LINK),
                    )

    def index(self) -> IndexPage:
        """The way in. It tells no counts: they would change with every suspension."""
        return IndexPage(
            path=SCOPES,
            title="Scopes of practice",
            lead="Find professional technologists by what they may practise independently.",
            groups=tuple(
                (heading, tuple(self._link(folder, name, rows) for name, rows in groups.items()))
                for folder, heading, _, groups in self._groups()
            ),
            up=(REGISTER_LINK,),
        )

    def _link(self, folder: str, name: str, rows: list[ScopeRow]) -> PageLink:
        base = f"{SCOPES}{folder}/{order.slug(name)}/"
        found = list(leaves(rows, _scope_key))
        return PageLink(name, base if len(found) == 1 else _address(base, found[0].prefix))


def _scope_key(row: ScopeRow) -> str:
    return order.sort_key(row.sort_name)


def scopes(rows: list[ScopeRow]) -> Scopes:
    """The scope listings over those permitted to practise."""
    rows.sort(key=lambda row: (_scope_key(row), row.number, row.designation))
    return Scopes(rows)


def rows_listed(pages: Iterable[ListPage]) -> int:
    """How many rows the pages hold in all."""
    return sum(len(page.rows) for page in pages)
