"""The scope listings: who may practise what (SCO-3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from signet.publish import order
from signet.publish.lists import (
    REGISTER_LINK,
    address_of,
    by_address,
    label_of,
    leaves,
    near,
    page_links,
)
from signet.publish.public import IndexPage, PageLink, ScopeListPage, ScopeRow

SCOPES = "/register/scopes/"
SCOPES_LINK = PageLink("Scopes of practice", SCOPES)


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

    def pages(self) -> Iterator[ScopeListPage]:
        """Every page of both listings."""
        for folder, _, lead, groups in self._groups():
            for name, rows in groups.items():
                base = f"{SCOPES}{folder}/{order.slug(name)}/"
                found = list(leaves(rows, _scope_key))
                links = page_links(found, base)
                for at, leaf in enumerate(found):
                    label = f"{name}: {label_of(leaf.prefix)}" if links else name
                    yield ScopeListPage(
                        path=address_of(base, leaf.prefix) if links else base,
                        title=label,
                        lead=lead,
                        rows=tuple(leaf.items),
                        pages=near(links, at),
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
        return PageLink(name, base if len(found) == 1 else address_of(base, found[0].prefix))


def _place(row: ScopeRow) -> tuple[str, str, str]:
    return _scope_key(row), row.number, row.designation


def _scope_key(row: ScopeRow) -> str:
    return order.sort_key(row.sort_name)


def scopes(rows: list[ScopeRow]) -> Scopes:
    """The scope listings over those permitted to practise."""
    rows.sort(key=_place)
    return Scopes(rows)
