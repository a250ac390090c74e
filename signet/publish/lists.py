"""The browse lists: the whole register to be read without a script.

A long list is split by the letters that its names begin with, as deep as it takes, and never by
counting: so a change to one record changes one page of each list, not every page after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from signet.policy import Policy
from signet.publish import order
from signet.publish.public import IndexPage, ListPage, PageLink
from signet.publish.records import Listed

PAGE = 250  # rows of a page before it is split
BROWSE = "/register/browse/"
REGISTER_LINK = PageLink("Register", "/register/")
BROWSE_LINK = PageLink("Browse", BROWSE)

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
        parts[f"{key(item)} "[: len(prefix) + 1]].append(item)  # a name ends with a space too
    for start in sorted(parts):
        if start == prefix:
            yield Leaf(start, parts[start])  # the names that end here
        else:
            yield from leaves(parts[start], key, start, most)


def label_of(prefix: str) -> str:
    """What a part of a list is called: the letters its names begin with."""
    return prefix.strip().title() or "All"


def address_of(base: str, prefix: str) -> str:
    """The address of a part of the list at `base`."""
    if not prefix:
        return base
    ending = "-" if prefix.endswith(" ") else ""
    return f"{base}{order.slug(prefix)}{ending}/"


def page_links(found: Sequence[Leaf[Item]], base: str) -> tuple[PageLink, ...]:
    """A link to each part; none when there is just one."""
    if len(found) == 1:
        return ()
    return tuple(PageLink(label_of(leaf.prefix), address_of(base, leaf.prefix)) for leaf in found)


def near(pages: tuple[PageLink, ...], at: int) -> tuple[PageLink, ...]:
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
        links = page_links(found, self.base)
        for at, leaf in enumerate(found):
            address = address_of(self.base, leaf.prefix) if links else self.base
            yield self._page(address, leaf, near(links, at))

    def _page(self, path: str, leaf: Leaf[Listed], links: tuple[PageLink, ...]) -> ListPage:
        title = f"{self.title}: {label_of(leaf.prefix)}" if links else self.title
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
        first = self.base if len(found) == 1 else address_of(self.base, found[0].prefix)
        return PageLink(self.title, first, note=str(len(self.listed)))

    def letters(self) -> tuple[PageLink, ...]:
        """A link for each first letter."""
        found = list(leaves(self.listed, lambda item: item.key))
        links: dict[str, PageLink] = {}
        for leaf in found:
            letter = label_of(leaf.prefix)[:1] if leaf.prefix else "All"
            path = address_of(self.base, leaf.prefix) if len(found) > 1 else self.base
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
    return by_address(groups, _place)


def _place(item: Listed) -> tuple[str, str]:
    return item.key, item.row.number


def by_address(
    groups: Mapping[str, list[Item]], place: Callable[[Item], tuple[str, ...]]
) -> dict[str, list[Item]]:
    """The groups by name, those that would have the same address as one.

    "St. Albert" and "ST ALBERT" share a page, called by the commoner way of writing.
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
        """Every page of every list."""
        for browse_list in (
            self.names,
            self.permit_holders,
            *self.designations,
            *self.disciplines,
            *self.cities,
        ):
            yield from browse_list.pages()

    def index(self) -> IndexPage:
        """The page that leads into the lists."""
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
    members.sort(key=_place)
    permits.sort(key=_place)
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
