"""Splitting long lists: nobody is lost, no two pages want one address."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from signet.publish.batch import Listed
from signet.publish.public import Scope, ScopeRow
from signet.publish.render.lists import BrowseList, address_of, browse, by_address, leaves
from signet.publish.render.order import slug, sort_key
from signet.publish.render.scope_lists import MOST, scopes
from tests.built_site import POLICY

NAMES = st.text(alphabet="abv nol'É-—李", max_size=8)


@given(st.lists(NAMES, max_size=40), st.integers(1, 4))
@example(["Van", "Van Dyke", "Vance", "Vanier"], 2)  # a name that ends where others go on
@example(["Van", "Van", "Van", "Van A", "Van B", "Van C"], 2)
@example(["—", "李", "", "a"], 1)
def test_a_split_list_has_everybody_once_and_an_address_for_each_page(
    names: list[str], most: int
) -> None:
    items = sorted(enumerate(names), key=lambda item: (sort_key(item[1]), item[0]))
    found = list(leaves(items, lambda item: sort_key(item[1]), limit=most))
    assert [item for leaf in found for item in leaf.items] == items
    addresses = [address_of("/base/", leaf.prefix) for leaf in found]
    assert len(set(addresses)) == len(addresses), addresses
    for leaf in found:
        alike = len({sort_key(name) for _, name in leaf.items})
        assert len(leaf.items) <= most or alike == 1


@given(st.lists(NAMES.filter(bool), max_size=30))
def test_a_page_gathers_every_way_of_writing_its_name(names: list[str]) -> None:
    groups: dict[str, list[tuple[str, int]]] = {}
    for at, name in enumerate(names):
        groups.setdefault(name, []).append((name, at))
    merged = by_address(groups, lambda item: (f"{item[1]:03d}",))
    assert len({slug(name) for name in merged}) == len(merged)
    assert sorted(i for items in merged.values() for i in items) == sorted(
        i for items in groups.values() for i in items
    )
    for name, items in merged.items():
        assert {slug(written) for written, _ in items} == {slug(name)}
        assert items == sorted(items, key=lambda item: item[1])


def test_a_list_says_how_many_are_on_it_as_numbers_are_written() -> None:
    held = [Listed(f"name{at:04}", str(at), "", (), (), "") for at in range(1045)]
    assert BrowseList("/base/", "Names", "", "member", held, ()).link().note == "1,045"


def test_a_list_of_one_page_is_led_to_by_what_it_holds() -> None:
    held = [Listed("name", "1", "", (), (), "")]
    (link,) = BrowseList("/base/", "Names", "", "permit", held, ()).letters()
    assert (link.label, link.path) == ("From A to Z", "/base/")


def test_a_split_list_begins_at_its_own_address_with_people_and_their_number() -> None:
    held = [
        Listed(sort_key(f"{letter}family{at}"), f"{letter}{at}", "", (), (), f"<{letter}{at}>")
        for letter in "abc"
        for at in range(200)
    ]
    made = BrowseList("/base/", "Edmonton", "", "member", held, ())
    front = made.front()
    assert front is not None
    assert (front.path, front.title, front.count) == ("/base/", "Edmonton", 600)
    assert front.rows == tuple(item.row for item in held[:200])
    assert [(link.label, link.current) for link in front.pages] == [
        ("A", True), ("B", False), ("C", False)
    ]  # fmt: skip
    pages = list(made.pages())
    assert [page.path for page in pages] == ["/base/a/", "/base/b/", "/base/c/"]
    assert [row for page in pages for row in page.rows] == [item.row for item in held]
    assert all(page.count == 0 for page in pages)  # a new member changes one page, not each


def test_a_list_of_one_page_says_how_many_are_on_it() -> None:
    held = [Listed(f"name{at}", str(at), "", (), (), "") for at in range(3)]
    made = BrowseList("/base/", "Olds", "", "member", held, ())
    assert made.front() is None
    assert [page.count for page in made.pages()] == [3]


def scope_row(
    at: int, discipline: str, *activities: str, city: str = "Olds", text: str = ""
) -> Any:
    scope = Scope("P.Tech.(Eng.)", discipline, activities, "", text, "2020-01-01")
    return ScopeRow(str(at), f"Name {at}", f"{at:04}", city, "P.Tech.(Eng.)", scope, 0)


def test_scopes_are_counted_by_discipline_activity_both_and_city() -> None:
    made = scopes([
        scope_row(1, "Civil", "Design", "Inspection"),
        scope_row(2, "Civil", "Design", city="Banff"),
        scope_row(3, "Electrical", "Design"),
    ])  # fmt: skip
    groups = {
        heading: {link.label: link.note for link in links} for heading, links in made.index().groups
    }
    assert groups == {
        "By discipline": {"Civil": "2", "Electrical": "1"},
        "By activity": {"Design": "3", "Inspection": "1"},
        "By city": {"Banff": "1", "Olds": "2"},
    }
    pages = {page.path: page for page in made.pages()}
    civil = pages["/register/scopes/disciplines/civil/"]
    narrower = {link.label: (link.note, link.path) for link in civil.narrower}
    both = "/register/scopes/disciplines/civil/activities/"
    assert narrower == {
        "Design": ("2", f"{both}design/"),
        "Inspection": ("1", f"{both}inspection/"),
    }
    assert [row.number for row in pages[f"{both}inspection/"].rows] == ["1"]
    assert pages[f"{both}design/"].count == 2


def test_scopes_are_found_by_a_word_that_few_of_them_have() -> None:
    made = scopes([
        scope_row(1, "Civil", text="Stormwater drainage of subdivisions."),
        scope_row(2, "Civil", text="Sewers, and stormwater ponds with their outlets."),
        *(scope_row(at, "Civil", text="Roads of municipalities.") for at in range(3, 3 + MOST + 1)),
    ])  # fmt: skip
    index = made.words_index()
    assert index is not None
    assert [link.label for _, links in index.groups for link in links] == ["stormwater"]
    pages = {page.path: page for page in made.pages()}
    assert [row.number for row in pages["/register/scopes/words/stormwater/"].rows] == ["1", "2"]
    assert "By word" in dict(made.index().groups)


def test_every_scope_is_listed_once_in_its_discipline() -> None:
    rows = [scope_row(at, f"Field {at % 7}", "Design") for at in range(600)]
    assert sorted(row.number for row in scopes(rows).rows()) == sorted(row.number for row in rows)


def test_permit_holders_are_listed_by_city_and_by_field() -> None:
    held = [Listed("alder", "P-1", "Olds", (), ("Civil", "Electrical"), "<row>")]
    made = browse([], held, POLICY)
    paths = {page.path: page for page in made.pages() if page.rows}
    assert paths.keys() == {
        "/register/browse/permit-holders/",
        "/register/browse/permit-fields/civil/",
        "/register/browse/permit-fields/electrical/",
        "/register/browse/permit-cities/olds/",
    }
    assert {page.kind for page in paths.values()} == {"permit"}
