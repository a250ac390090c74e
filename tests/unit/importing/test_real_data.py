"""Real exports, through the mappings kept here. They aren't part of the project: skip without."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from signet.policy import load as load_policy
from signet.register.importing import Tables, load, read

TESTS = Path(__file__).parents[2]
DATA = TESTS.parents[1] / "shared" / "data"
POLICY = load_policy("alberta")


def real(data: str, mapping: str) -> Tables:
    path = DATA / data
    if not path.exists():
        pytest.skip(f"{data} isn't beside the project")
    return read(path, load(TESTS / "mappings" / mapping, POLICY), POLICY)


def california(month: str, day: str) -> Tables:
    return real(f"california_structural_engineers_{month}-{day}.csv", f"california_{month}.toml")


def test_california_in_september() -> None:
    tables = california("2025-09", "13")
    assert tables.problems == []
    rows = [row.values for row in tables.rows["members"]]
    assert len(rows) == 4819
    assert Counter(row["status"] for row in rows) == {"registered": 4491, "suspended": 328}
    assert {(row["status"], row["status_reason"]) for row in rows} == {
        ("registered", ""),
        ("suspended", "fees"),
    }
    assert sum("province" not in row for row in rows) == 48
    assert not any("city" in row for row in rows)


def test_california_in_november_has_counties() -> None:
    tables = california("2025-11", "17")
    assert tables.problems == []
    rows = [row.values for row in tables.rows["members"]]
    assert len(rows) == 4818
    assert Counter(row.get("city") for row in rows).most_common(2) == [
        (None, 1418),
        ("Los Angeles", 778),
    ]


def test_a_mapping_for_other_columns_is_refused() -> None:
    data = "california_structural_engineers_2025-11-17.csv"
    (problem,) = real(data, "california_2025-09.toml").problems
    assert problem.column == "County"


def test_the_two_exports_of_california_are_of_the_same_people() -> None:
    september, november = california("2025-09", "13"), california("2025-11", "17")
    before = {row.number: row.values for row in september.rows["members"]}
    after = {row.number: row.values for row in november.rows["members"]}
    both = before.keys() & after.keys()
    assert (len(before.keys() - both), len(after.keys() - both)) == (14, 13)
    moved = [n for n in both if before[n]["status"] != after[n]["status"]]
    assert len(moved) == 28
    assert all(before[n]["registered_on"] == after[n]["registered_on"] for n in both)


def test_alberta_s_employers_become_permit_holders() -> None:
    tables = real("alberta_engtech_employers.csv", "alberta_employers.toml")
    assert tables.problems == []
    permits = tables.rows["permits"]
    assert len(permits) == len({row.number for row in permits}) == 288
    assert sum(len(row.places) for row in permits) == 378  # every row of the list went somewhere
    assert {row.values["province"] for row in permits} == {"AB"}
    assert not any(str(row.values["city"]).isupper() for row in permits)
    spelled = {row.number: row.values["name"] for row in tables.rows["other_names"]}
    startech = next(r for r in permits if r.values["legal_name"] == "STARTECH SERVICES LTD.")
    assert spelled[startech.number] == "Startech Services Ltd"
    trading = [row.values["operating_names"] for row in permits if "operating_names" in row.values]
    assert ["Alberta Arborists"] in trading
    assert len(trading) == 4
