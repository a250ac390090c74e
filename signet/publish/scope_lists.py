"""The scope listings: who may practise what (SCO-3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from signet.publish import order
from signet.publish.lists import REGISTER_LINK, Leaf, Sisters, by_address, label_of, leaves
from signet.publish.public import IndexPage, PageLink, ScopeListPage, ScopeRow

SCOPES = "/register/scopes/"
SCOPES_LINK = PageLink("Scopes of practice", SCOPES)
UP = (REGISTER_LINK, SCOPES_LINK)


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scope listings: by discipline and by activity (SCO-3)."""

    rows: list[ScopeRow]

    def _by(self, keys: Callable[[ScopeRow], Iterable[str]]) -> dict[str, list[ScopeRow]]:
        groups: dict[str, list[ScopeRow]] = defaultdict(list)
        for row in self.rows:
            for key in keys(row):
                groups[key].append(row)
        return by_address(groups, _place)

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

    def _lists(self) -> Iterator[tuple[str, str, str, list[Leaf[ScopeRow]]]]:
        """Each listing as its address, name, lead and parts."""
        for folder, _, lead, groups in self._groups():
            for name, rows in groups.items():
                base = f"{SCOPES}{folder}/{order.slug(name)}/"
                yield base, name, lead, list(leaves(rows, _scope_key))

    def pages(self) -> Iterator[ScopeListPage]:
        """Every page of both listings."""
        for base, name, lead, found in self._lists():
            sisters = Sisters(found, base)
            for at, leaf in enumerate(found):
                yield ScopeListPage(
                    path=sisters.links[at].path,
                    title=f"{name}: {label_of(leaf.prefix)}" if sisters.split else name,
                    lead=lead,
                    rows=tuple(leaf.items),
                    pages=sisters.shown_at(at),
                    up=UP,
                )

    def own_indexes(self) -> Iterator[IndexPage]:
        """The pages at the addresses of the listings that are split."""
        for base, name, lead, found in self._lists():
            index = Sisters(found, base).index(name, lead, UP)
            if index is not None:
                yield index

    def index(self) -> IndexPage:
        """The way in. It tells no counts: they would change with every suspension."""
        return IndexPage(
            path=SCOPES,
            title="Scopes of practice",
            lead="Find professional technologists by what they may practise independently.",
            groups=tuple(
                (
                    heading,
                    tuple(PageLink(n, f"{SCOPES}{folder}/{order.slug(n)}/") for n in groups),
                )
                for folder, heading, _, groups in self._groups()
            ),
            up=(REGISTER_LINK,),
        )


def _place(row: ScopeRow) -> tuple[str, str, str]:
    return _scope_key(row), row.number, row.designation


def _scope_key(row: ScopeRow) -> str:
    return order.sort_key(row.sort_name)


def scopes(rows: list[ScopeRow]) -> Scopes:
    """The scope listings over those permitted to practise."""
    rows.sort(key=_place)
    return Scopes(rows)
