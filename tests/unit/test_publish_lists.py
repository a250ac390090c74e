"""Splitting long lists: nobody is lost, no two pages want one address."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from signet.publish.batch import Listed
from signet.publish.lists import BrowseList, address_of, by_address, leaves
from signet.publish.order import slug, sort_key

NAMES = st.text(alphabet="abv nol'É-—李", max_size=8)


@given(st.lists(NAMES, max_size=40), st.integers(1, 4))
@example(["Van", "Van Dyke", "Vance", "Vanier"], 2)  # a name that ends where others go on
@example(["Van", "Van", "Van", "Van A", "Van B", "Van C"], 2)
@example(["—", "李", "", "a"], 1)
def test_a_split_list_has_everybody_once_and_an_address_for_each_page(
    names: list[str], most: int
) -> None:
    items = sorted(enumerate(names), key=lambda item: (sort_key(item[1]), item[0]))
    found = list(leaves(items, lambda item: sort_key(item[1]), most=most))
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
