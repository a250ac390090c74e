"""Bad files: every problem is reported, with file, line, column, value and what was expected."""

from __future__ import annotations

import csv
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signet.policy import load as load_policy
from signet.register.importing import Mapping, Tables, read, read_exchange
from signet.register.problems import Problem
from signet.text import problems as text_problems
from signet.text import without_invisible
from tests.examples import examples

POLICY = load_policy("alberta")
MAPPING = Mapping.model_validate(
    {
        "dates": ["%d/%m/%Y"],
        "members": {
            "columns": {
                "number": "No",
                "family": "Name",
                "city": "Town",
                "registered_on": "Since",
                "status": {
                    "from": "Standing",
                    "words": {"Active": "registered", "Gone": "resigned"},
                },
            }
        },
    }
)
HEADER = "No,Name,Town,Since,Standing\n"


def folder(at: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (at / f"{name}.csv").write_bytes(data)
    return at


def exchange(at: Path, **files: str | bytes) -> Tables:
    return read_exchange(folder(at, **files), POLICY)


def mapped(at: Path, content: str | bytes) -> Tables:
    return read(folder(at, x=content) / "x.csv", MAPPING, POLICY)


def one(tables: Tables) -> Problem:
    (problem,) = tables.problems
    return problem


def told(tables: Tables) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.value) for p in tables.problems]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = "1,Bell,Leduc,30/02/2023,Active\n,Ann,,,Active\n#3,Cy,,1/1/23,activ\n4,,,,Gone\n"
    tables = mapped(tmp_path, HEADER + rows)
    assert told(tables) == [
        (2, "Since", "30/02/2023"),
        (3, "No", ""),
        (4, "No", "#3"),
        (4, "Since", "1/1/23"),
        (4, "Standing", "activ"),
        (5, "Name", ""),
    ]
    assert {p.file for p in tables.problems} == {"x.csv"}


@pytest.mark.parametrize("day", ["2023-02-30", "2023-2-3", "20230203", "03/02/2023", "2023-W05-5"])
def test_a_date_that_does_not_exist_or_is_written_otherwise(tmp_path: Path, day: str) -> None:
    problem = one(exchange(tmp_path, members=f"number,family,registered_on\n1,Bell,{day}\n"))
    assert (problem.column, problem.value) == ("registered_on", day)
    assert "2001-12-31" in problem.expected


def test_an_unknown_word_of_the_source_lists_the_known_ones_and_the_nearest(tmp_path: Path) -> None:
    problem = one(mapped(tmp_path, HEADER + "1,Bell,,,Actve\n"))
    assert problem.expected == "'Active' perhaps; one of Active, Gone"


@pytest.mark.parametrize(
    ("table", "header", "row", "column", "near"),
    [
        ("members", "number,family,status", "1,B,registred", "status", "'registered' perhaps"),
        ("members", "number,family,status_reason", "1,B,fee", "status_reason", "'fees' perhaps"),
        ("members", "number,family,category", "1,B,studnet", "category", "'student' perhaps"),
        ("members", "number,family,designations", "1,B,C.E.T.;CET", "designations", "C.Tech."),
        ("members", "number,family,disciplines", "1,B,Civl", "disciplines", "'Civil' perhaps"),
        ("permits", "number,legal_name,status", "1,B,inforce", "status", "'in_force' perhaps"),
        ("permits", "number,legal_name,status", "1,B,resigned", "status", "one of in_force"),
    ],
)
def test_words_of_the_policy_are_checked(
    tmp_path: Path, table: str, header: str, row: str, column: str, near: str
) -> None:
    problem = one(exchange(tmp_path, **{table: f"{header}\n{row}\n"}))
    assert problem.column == column
    assert near in problem.expected


def test_scopes_and_other_names_are_checked_against_their_words(tmp_path: Path) -> None:
    tables = exchange(
        tmp_path,
        members="number,family\n1,Bell\n",
        scopes="number,designation,discipline,activities\n1,PTech,Civvil,Desing; Inspection\n",
        other_names="subject,number,name,type\nperson,1,Ring,maiden\n",
    )
    assert told(tables) == [
        (2, "subject", "person"),
        (2, "type", "maiden"),
        (2, "designation", "PTech"),
        (2, "discipline", "Civvil"),
        (2, "activities", "Desing"),
    ]


def test_a_reason_has_to_be_one_of_the_status(tmp_path: Path) -> None:
    content = "number,family,status,status_reason\n1,Bell,suspended,lack_of_progress\n"
    problem = one(exchange(tmp_path, members=content))
    assert problem.expected == "a reason of suspended: discipline, fees, cpd, administrative"


def test_missing_unknown_and_doubled_columns(tmp_path: Path) -> None:
    tables = exchange(tmp_path, members="number,famly,city,city\n1,Bell,,\n")
    assert told(tables) == [(1, "city", ""), (1, "family", ""), (1, "famly", "")]
    assert "'family' perhaps" in tables.problems[2].expected
    assert tables.rows["members"] == []


def test_a_column_the_mapping_needs_is_missing(tmp_path: Path) -> None:
    problem = one(mapped(tmp_path, "No,Name,Since,Standing\n1,Bell,,Active\n"))
    assert (problem.line, problem.column) == (1, "Town")
    assert "No, Name, Since, Standing" in problem.expected


def test_a_duplicate_number_names_the_first_line(tmp_path: Path) -> None:
    problem = one(mapped(tmp_path, HEADER + "1,Bell,,,\n2,Cy,,,\n1,Ann,,,\n"))
    assert (problem.line, problem.value) == (4, "1")
    assert "line 2" in problem.expected


def test_a_duplicate_is_seen_when_the_first_row_is_bad_too(tmp_path: Path) -> None:
    tables = mapped(tmp_path, HEADER + "1,,,,\n1,Ann,,,\n")
    assert told(tables) == [(2, "Name", ""), (3, "number", "1")]


@pytest.mark.parametrize("number", ["A 1", "-1", "1-", "1/2", "é", "1" * 33, "１２"])
def test_a_number_has_letters_digits_and_inner_hyphens_only(tmp_path: Path, number: str) -> None:
    problem = one(exchange(tmp_path, members=f"number,family\n{number},Bell\n"))
    assert (problem.column, problem.value) == ("number", number)


def test_rows_that_speak_of_nobody(tmp_path: Path) -> None:
    files = {
        "members": "number,family\n1,Bell\n",
        "permits": "number,legal_name\nP1,Acme\n",
        "responsible_members": "permit,member\nP1,1\nP1,9\nP9,1\n",
        "scopes": "number,designation,discipline\n8,C.E.T.,Civil\n",
        "other_names": "subject,number,name\npermit,1,Old Acme\nmember,1,Ring\n",
        "contacts": "number,email\n7,a@example.org\n",
    }
    tables = exchange(tmp_path, **files)
    assert [(p.file, p.line, p.column, p.value) for p in tables.problems] == [
        ("contacts.csv", 2, "number", "7"),
        ("other_names.csv", 2, "number", "1"),
        ("responsible_members.csv", 3, "member", "9"),
        ("responsible_members.csv", 4, "permit", "P9"),
        ("scopes.csv", 2, "number", "8"),
    ]
    known = read_exchange(tmp_path, POLICY, {"7", "8", "9"}, {"1", "P9"})
    assert known.problems == []


def test_a_bad_member_is_not_also_a_missing_one(tmp_path: Path) -> None:
    tables = exchange(
        tmp_path,
        members="number,family,city\n1,Bell,\x07\n",
        contacts="number,email\n1,a@example.org\n",
    )
    assert told(tables) == [(2, "city", "\x07")]


def test_without_a_readable_members_file_nobody_is_called_missing(tmp_path: Path) -> None:
    tables = exchange(
        tmp_path, members="nummer,family\n1,Bell\n", contacts="number,email\n1,a@example.org\n"
    )
    assert {p.file for p in tables.problems} == {"members.csv"}


@pytest.mark.parametrize(
    ("table", "content", "column"),
    [
        ("responsible_members", "permit,member,from,to\nP1,1,2025-02-02,2025-02-01\n", "to"),
        (
            "permits",
            "number,legal_name,issued_on,expires_on\nP2,Bo,2025-02-02,2025-02-01\n",
            "expires_on",
        ),
        (
            "members",
            "number,family,status_since,status_until\n2,Bo,2025-02-02,2025-02-01\n",
            "status_until",
        ),
    ],
)
def test_an_end_before_its_start(tmp_path: Path, table: str, content: str, column: str) -> None:
    problem = one(read_exchange(folder(tmp_path, **{table: content}), POLICY, {"1"}, {"P1"}))
    assert (problem.column, problem.value) == (column, "2025-02-01")


def test_too_few_and_too_many_cells(tmp_path: Path) -> None:
    tables = mapped(tmp_path, HEADER + "1,Bell\n2,Cy,,,,,\n\n  \n,,,,\n3,Di,,,\n")
    assert [(p.line, p.expected) for p in tables.problems] == [
        (2, "5 cells, not 2"),
        (3, "5 cells, not 7"),
    ]
    assert [row.line for row in tables.rows["members"]] == [7]


def test_an_unclosed_quote_is_told_where_it_opens_and_the_rest_is_read(tmp_path: Path) -> None:
    tables = mapped(tmp_path, HEADER + '1,"Bell,,,\n2,Cy,,,\n3,"Di"x,,,\n4,El,,,\n')
    assert [p.line for p in tables.problems] == [2, 4]
    assert [row.values["number"] for row in tables.rows["members"]] == ["2", "4"]


def test_a_file_of_broken_rows_is_given_up_and_cannot_be_used(tmp_path: Path) -> None:
    tables = mapped(tmp_path, HEADER + '1,"a"b,,,\n' * 30 + "2,Cy,,,\n")
    assert len(tables.problems) == 21
    assert "x.csv" in tables.unusable


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a\x00b", "U+0000"),
        ("a\x07b", "U+0007"),
        ("a\u202eb", "U+202E"),
        ("a\ufffdb", "U+FFFD"),
        ("a\x85b", "U+0085"),
        ('"a\nb"', "U+000A"),
    ],
)
def test_characters_that_no_name_has(tmp_path: Path, value: str, code: str) -> None:
    problem = one(exchange(tmp_path, members=f"number,family\n1,{value}\n"))
    assert (problem.line, problem.column) == (2, "family")
    assert code in problem.expected


@pytest.mark.parametrize("name", ["علی\u200cرضا", "بدر\u200f", "O’Brien", "李小龍", "Ὀδυσσεύς"])
def test_names_of_every_script_are_good(tmp_path: Path, name: str) -> None:
    assert exchange(tmp_path, members=f"number,family\n1,{name}\n").problems == []


def test_values_that_are_too_long_are_cut_in_the_report(tmp_path: Path) -> None:
    long = "x" * 201
    problem = one(exchange(tmp_path, members=f"number,family\n1,{long}\n"))
    assert problem.expected == "at most 200 characters, not 201"
    assert len(problem.value) == 80
    assert exchange(tmp_path, members=f"number,family\n1,{long[1:]}\n").problems == []


def test_a_byte_that_the_encoding_does_not_have(tmp_path: Path) -> None:
    content = HEADER.encode() + b"1,Bell,,,\n2,C\x81y,,,\n"  # neither UTF-8 nor cp1252
    problem = one(mapped(tmp_path, content))
    assert (problem.line, problem.value) == (3, "byte 0x81")


def test_a_damaged_utf8_file_is_not_read_as_something_else(tmp_path: Path) -> None:
    content = HEADER.encode() + "1,Müller,,,\n".encode() + b"2,M\xfcller,,,\n"
    tables = mapped(tmp_path, content)
    assert (one(tables).line, one(tables).expected) == (3, "text in UTF-8")
    assert [row.values["family"] for row in tables.rows["members"]] == ["Müller"]


def test_a_damaged_line_inside_a_quoted_cell_spoils_its_row(tmp_path: Path) -> None:
    content = HEADER.encode() + '1,Müller,"a\n'.encode() + b'\xfc\n",,\n2,Cy,,,\n'
    tables = mapped(tmp_path, content)
    assert one(tables).line == 3
    assert list(tables.bad) == [("x.csv", 2)]
    assert [row.values["number"] for row in tables.rows["members"]] == ["2"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x01\x02"])
def test_a_file_without_a_header(tmp_path: Path, content: bytes) -> None:
    tables = mapped(tmp_path, content)
    assert tables.problems
    assert "x.csv" in tables.unusable


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert "can be read" in one(read(tmp_path / "none.csv", MAPPING, POLICY)).expected
    assert "one file *.csv" in one(read(tmp_path, MAPPING, POLICY)).expected
    assert "a folder with members.csv" in one(read_exchange(tmp_path, POLICY)).expected
    folder(tmp_path, membres="number,family\n")
    assert "'members.csv' perhaps" in one(read_exchange(tmp_path, POLICY)).expected


SECRET = "canary\x07@example.org"


def test_private_values_are_in_no_problem(tmp_path: Path) -> None:
    tables = exchange(
        tmp_path,
        members="number,family\n1,Bell\n",
        contacts=f"number,email,phone,birth_date,address\n1,{SECRET},{SECRET},{SECRET},{SECRET}\n",
    )
    assert [(p.column, p.value) for p in tables.problems] == [
        ("email", "…"),
        ("phone", "…"),
        ("birth_date", "…"),
        ("address", "…"),
    ]
    assert "canary" not in str(tables.problems)


def test_a_private_source_column_is_hidden_wherever_it_is_used(tmp_path: Path) -> None:
    folder(tmp_path, x="No,Name,Address,Note\n1,Bell,canary street,canary note\n")
    mapping = Mapping.model_validate(
        {
            "private": ["Note"],
            "members": {
                "columns": {
                    "number": "No",
                    "family": "Name",
                    "city": {"from": "Address", "match": "^[0-9]+$"},
                    "known_as": {"from": "Note", "match": "^[0-9]+$"},
                }
            },
            "contacts": {"columns": {"number": "No", "address": "Address"}},
        }
    )
    tables = read(tmp_path / "x.csv", mapping, POLICY)
    assert [(p.column, p.value) for p in tables.problems] == [("Address", "…"), ("Note", "…")]


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_at_all_give_rows_or_problems_and_never_a_crash(
    tmp_path: Path, content: bytes, with_header: bool
) -> None:
    tables = mapped(tmp_path, (HEADER.encode() if with_header else b"") + content)
    says_something = any(byte < 128 and chr(byte).isalnum() for byte in content)
    assert tables.problems or tables.rows["members"] or not says_something


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(words, max_size=5), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_was_written_is_what_is_read(
    tmp_path: Path, families: list[str], delimiter: str, ending: str
) -> None:
    with (tmp_path / "x.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=ending)
        writer.writerow(["number", "family"])
        writer.writerows([str(n), family] for n, family in enumerate(families))
    mapping = Mapping.model_validate(
        {"members": {"columns": {"number": "number", "family": "family"}}}
    )
    tables = read(tmp_path / "x.csv", mapping, POLICY)
    expected = [normalize("NFC", without_invisible(family)) for family in families]
    bad = [f for f in expected if not f or any(text_problems(f, "name"))]
    assert len(tables.problems) == len(bad)
    assert [row.values["family"] for row in tables.rows["members"]] == [
        f for f in expected if f not in bad
    ]


def test_a_big_file_is_read(tmp_path: Path) -> None:
    rows = "".join(f"{n},Bell,Leduc,01/02/{1990 + n % 30},Active\n" for n in range(20_000))
    assert len(mapped(tmp_path, HEADER + rows).rows["members"]) == 20_000
