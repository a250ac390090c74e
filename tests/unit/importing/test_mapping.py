"""A wrong mapping is told by its keys, all of them at once."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from signet.policy import load as load_policy
from signet.register.exchange.schema import TABLES
from signet.register.importing import Mapping, load, read
from signet.register.importing.mapping import ColumnMapping, TableMapping
from signet.register.problems import InputProblems, Problem

ROOT = Path(__file__).parents[3]
POLICY = load_policy("alberta")
GOOD = '[members.columns]\nnumber = "No"\nfamily = "Name"\n'


def wrong(tmp_path: Path, text: str) -> list[Problem]:
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        load(tmp_path / "m.toml", POLICY)
    assert all(problem.file == "m.toml" for problem in caught.value.problems)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        (GOOD + 'colour = "Red"', "members.columns.colour", "one of number"),
        (GOOD + 'citty = "Town"', "members.columns.citty", "'city' perhaps"),
        (GOOD + "city = { form = 'Town' }", "members.columns.city.form", "no such key"),
        (GOOD + "city = {}", "members.columns.city", "exactly one of from, template and value"),
        (GOOD + "city = { from = 'a', value = 'b' }", "members.columns.city", "exactly one"),
        (GOOD + "city = { from = 'a', match = '(' }", "city.match", "regular expression"),
        (GOOD + "city = { from = 'a', match = '(a)(b)' }", "city.match", "one group"),
        (GOOD + "city = { from = ['a', 'b'] }", "city.from", "template joins"),
        (GOOD + "city = { from = 'a', dates = ['%Y'] }", "city.dates", "no dates"),
        (GOOD + "city = { from = 'a', separator = '/' }", "city.separator", "no separator"),
        (GOOD + "city = { from = 'a', full_name = 'Family, Given' }", "full_name", "family, given"),
        (GOOD + "city = { from = 'a', make_number = 'E' }", "make_number", "a number only"),
        (GOOD + "city = { from = 'a', blank = 'erase' }", "city.blank", "'keep' or 'clear'"),
        (GOOD + "registered_on = { from = 'a', dates = ['dd/mm/yyyy'] }", "dates", "%d/%m/%Y"),
        (GOOD + "registered_on = { from = 'a', dates = ['%d/%m'] }", "dates", "with its year"),
        (
            GOOD + "status = { from = 'a', words = { A = 'registred' } }",
            "members.columns.status.words.A",
            "'registered' perhaps",
        ),
        (GOOD + "designations = { value = 'C.E.T.; B.A.' }", "designations.value", "C.E.T."),
        ('[members.columns]\nnumber = "No"', "members.columns.family", "can't do without"),
        ('colour = "red"\n' + GOOD, "colour", "no such key"),
        ('encoding = "cp9999"\n' + GOOD, "encoding", "cp1252"),
        ('delimiter = "x"\n' + GOOD, "delimiter", "';'"),
        ("[scopes]\nrepeats = 'merge'\n[scopes.columns]\n", "scopes.repeats", "refuse"),
        ("blank = 'keep'", "", "a table to make"),
        ("[entries.columns]\nid = 'x'", "entries", "no such key"),
        ("members = [", "", "TOML"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, key: str, expected: str) -> None:
    problems = wrong(tmp_path, text)
    assert any(p.column.endswith(key) and expected in p.expected for p in problems), problems


def test_every_wrong_key_is_reported_at_once(tmp_path: Path) -> None:
    problems = wrong(tmp_path, GOOD + "citty = 'x'\nstatus = { value = 'alive' }\nfoo = 'x'")
    assert len(problems) == 3


def test_a_mapping_that_is_not_there_is_a_problem_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as caught:
        load(tmp_path / "none.toml", POLICY)
    assert "can be read" in caught.value.problems[0].expected


def test_a_table_can_be_made_several_times_of_one_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("No,Name,Born as,Known as\n1,Bell,Ring,Dong\n")
    names = {"subject": {"value": "member"}, "number": "No"}
    mapping = Mapping.model_validate(
        {
            "members": {"columns": {"number": "No", "family": "Name"}},
            "other_names": [
                {"columns": {**names, "name": "Born as"}},
                {"columns": {**names, "name": "Known as", "type": {"value": "known_as"}}},
            ],
        }
    )
    tables = read(tmp_path / "x.csv", mapping, POLICY)
    assert tables.problems == []
    assert [row.values["name"] for row in tables.rows["other_names"]] == ["Ring", "Dong"]


def _blocks(page: str) -> list[str]:
    """Return the indented examples of a page, without their indentation."""
    found = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", page, re.MULTILINE)
    return [textwrap.dedent(block).strip("\n") + "\n" for block in found]


def test_the_example_of_the_documentation_gives_what_it_says(tmp_path: Path) -> None:
    blocks = _blocks((ROOT / "docs" / "importing.md").read_text(encoding="utf-8"))
    (export,) = [block for block in blocks if block.startswith("No.;")]
    (mapping,) = [block for block in blocks if "[members.columns]" in block]
    (tmp_path / "people.csv").write_bytes(export.encode("cp1252"))
    (tmp_path / "our-system.toml").write_text(mapping, encoding="utf-8")
    tables = read(tmp_path / "people.csv", load(tmp_path / "our-system.toml", POLICY), POLICY)
    assert tables.problems == []
    assert [row.number for row in tables.rows["members"]] == ["M101", "M102"]
    assert [row.number for row in tables.rows["other_names"]] == ["M101"]


def test_the_documentation_explains_every_key() -> None:
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    column = {how.alias or name for name, how in ColumnMapping.model_fields.items()}
    top = Mapping.model_fields.keys() - TABLES.keys()
    assert explained == column | set(TableMapping.model_fields) | top


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "mappings").glob("*.toml")), ids=lambda p: p.stem
)
def test_the_mappings_kept_here_are_good(path: Path) -> None:
    assert list(load(path, POLICY).tables())
