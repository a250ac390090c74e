"""The exchange format: what is written is read back, and what is wrong is told with its place."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.register import fold, standing, verdict
from signet.register.exchange import decode
from signet.register.exchange.read import Folder
from signet.register.exchange.rows import joined, split
from signet.register.exchange.schema import TABLES, Table
from signet.register.exchange.write import write_folder
from signet.register.model import Entry
from signet.register.payloads import KINDS, Payload
from signet.register.problems import InputProblems, Problem
from tests.documents import example_folder, section
from tests.entries import (
    HOSTILE,
    P_TECH,
    POLICY,
    WORD,
    day,
    entry,
    histories,
    issued,
    permit_entry,
    practitioner,
    registered,
    unhurried,
)

DATED = date(2021, 6, 1)
DOCUMENT = "exchange-format.md"


def written(out: Path, members: Iterable[list[Entry]], permits: Iterable[list[Entry]] = ()) -> Path:
    write_folder(out, DATED, permits, members, None, POLICY)
    return out


def records(path: Path) -> Iterator[list[Entry]]:
    folder = Folder(path)
    for raw in (*folder.permits(), *folder.members()):
        yield decode.entries(raw, folder.dated or DATED, POLICY)


def problems(path: Path) -> list[Problem]:
    """Return what the first bad record, or the file, is refused for."""
    with pytest.raises(InputProblems) as refused:
        list(records(path))
    return refused.value.problems


def edited(path: Path, file: str, change: Callable[[list[dict[str, str]]], Any]) -> Path:
    """Change the rows of a file in a folder, as an editor would."""
    with (path / file).open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        rows, names = list(reader), list(reader.fieldnames or ())
    rows = change(rows) or rows
    with (path / file).open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def made(path: Path, **files: str) -> Path:
    """Return a folder written by hand."""
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


PERMIT = [
    issued(fields=["Civil"]),
    permit_entry("responsible_member_added", "2020-01-02", member="100"),
    permit_entry("renamed", "2020-03-01", legal_name="Southgate Ltd."),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "out", [practitioner("100"), [registered(number="101")]], [PERMIT])


# -- there and back


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (e.subject, e.number, e.id))


@unhurried
@given(histories("member", "100"), histories("member", "101"), histories("permit", "P-1"))
def test_what_is_written_is_read_back_whole(
    first: list[Entry], second: list[Entry], permit: list[Entry]
) -> None:
    with TemporaryDirectory() as name:
        found = list(records(written(Path(name), [first, second], [permit])))
    assert [in_order(entries) for entries in found] == [
        in_order(permit),
        in_order(first),
        in_order(second),
    ]


@unhurried
@given(st.lists(WORD.map(str.strip).filter(bool), max_size=5))
def test_a_list_survives_its_cell(words: list[str]) -> None:
    assert split(joined(words)) == tuple(words)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("a; b;c", ("a", "b", "c")),
        (" a ;; ", ("a",)),
        (r"a\; b; c", ("a; b", "c")),
        (r"C:\dir; b", (r"C:\dir", "b")),
        ("a\\\\; b", ("a\\", "b")),
        ("a\\", ("a\\",)),
        ("", ()),
        (None, ()),
    ],
)
def test_lists_as_people_write_them(cell: str | None, parts: tuple[str, ...]) -> None:
    assert split(cell) == parts


def test_a_cell_full_of_backslashes_is_read_at_once() -> None:
    assert split("\\" * 1_000_000 + "x") == ("\\" * 1_000_000 + "x",)


@unhurried
@given(HOSTILE)
def test_no_cell_is_a_formula_to_a_spreadsheet(text: str) -> None:
    scope = {"limits": text, "text": text}
    with TemporaryDirectory() as name:
        path = written(Path(name), [practitioner(**scope)])
        with (path / "scopes.csv").open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        (entries,) = records(path)
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@]", cell)]
    assert entries[2].data.get("limits", "") == text


def test_writing_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    permit, *members = records(folder)
    again = written(tmp_path / "again", members, [permit])
    for file in folder.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes()


def test_a_folder_written_without_contacts_has_none_of_an_earlier_one(tmp_path: Path) -> None:
    contact = {"number": "100", "email": "ana@example.org"}
    write_folder(tmp_path, DATED, [], [practitioner()], [contact], POLICY)
    assert "ana@example.org" in (tmp_path / "contacts.csv").read_text()
    write_folder(tmp_path, DATED, [], [practitioner()], None, POLICY)
    assert not (tmp_path / "contacts.csv").exists()
    assert "contacts" not in (tmp_path / "datapackage.json").read_text()


def test_the_descriptor_says_what_the_files_have(folder: Path) -> None:
    described = json.loads((folder / "datapackage.json").read_text())
    assert (described["dated"], described["sorted"]) == ("2021-06-01", True)
    for resource in described["resources"]:
        with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_a_record_of_the_future_is_written_as_it_will_be(tmp_path: Path) -> None:
    later = [registered("2025-01-01", city="Olds")]
    assert list(records(written(tmp_path, [later]))) == [later]
    assert "Olds" in (tmp_path / "members.csv").read_text()


def test_the_order_of_rows_and_columns_doesn_t_matter_where_none_is_claimed(folder: Path) -> None:
    before = list(records(folder))
    (folder / "datapackage.json").write_text('{"dated": "2021-06-01"}')
    for file in folder.glob("*.csv"):
        edited(
            folder,
            file.name,
            lambda rows: [dict(reversed(row.items())) for row in reversed(rows)],
        )
    assert [in_order(entries) for entries in records(folder)] == [in_order(e) for e in before]


def test_other_files_may_be_left_out_where_there_are_entries(folder: Path) -> None:
    before = list(records(folder))
    for name in ("other_names", "scopes", "responsible_members"):
        (folder / f"{name}.csv").unlink()
    edited(
        folder, "members.csv", lambda rows: [{n: r[n] for n in ("number", "family")} for r in rows]
    )
    assert list(records(folder)) == before


# -- where there are no entries


def test_rows_without_entries_become_a_record_s_first_entries(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        members="number,family,given,designations,registered_on\n100,Lee,Ana,P.Tech.(Eng.),2011-04-18\n",
        scopes="number,designation,discipline,activities,since\n"
        "100,P.Tech.(Eng.),Civil,Design; Inspection,2019-09-12\n",
        permits="number,legal_name,issued_on\nP-1,Northgate Ltd.,2021-01-01\n",
        responsible_members="permit,member,from,to\nP-1,100,2021-01-01,\n",
    )
    permit, member = records(path)
    assert [e.kind for e in permit] == ["issued", "responsible_member_added"]
    record = fold.member(member, DATED)
    assert record is not None
    assert standing.of_member(record, POLICY).answer == "permitted"
    assert record.scopes[0].activities == ("Design", "Inspection")
    assert record.designations[0].granted_on == day("2019-09-12")


def test_empty_cells_mean_the_usual(tmp_path: Path) -> None:
    path = made(tmp_path, members="number,category,family,status,city\n100,,Lee,,\n")
    (entries,) = records(path)
    record = fold.member(entries, DATED)
    assert record is not None
    assert (record.category, record.status, record.city) == ("member", "registered", "")


def test_an_empty_folder_s_files_hold_nothing(tmp_path: Path) -> None:
    assert list(records(written(tmp_path, []))) == []


# -- entries win: what disagrees with them is told


def disagreement(path: Path) -> Problem:
    (problem,) = problems(path)
    return problem


def set_cell(column: str, value: str, at: int = 0) -> Callable[[list[dict[str, str]]], None]:
    def change(rows: list[dict[str, str]]) -> None:
        rows[at][column] = value

    return change


@pytest.mark.parametrize(
    ("file", "column", "value", "held"),
    [
        ("members.csv", "family", "Leigh", "Lee"),
        ("members.csv", "status", "suspended", "registered"),
        ("members.csv", "designations", "C.E.T.", P_TECH),
        ("members.csv", "registered_on", "2019-01-01", "2020-01-01"),
        ("members.csv", "conditions", "Reviewed", ""),
        ("scopes.csv", "limits", "None", "Up to 25 kV"),
        ("permits.csv", "legal_name", "Northgate Ltd.", "Southgate Ltd."),
        ("permits.csv", "expires_on", "2030-12-31", "2020-12-31"),
        ("responsible_members.csv", "member", "101", "100"),
        ("other_names.csv", "name", "Westgate Ltd.", "Northgate Ltd."),
    ],
)
def test_a_file_that_disagrees_with_the_entries_is_an_error_at_its_place(
    folder: Path, file: str, column: str, value: str, held: str
) -> None:
    problem = disagreement(edited(folder, file, set_cell(column, value)))
    assert (problem.file, problem.line, problem.column) == (file, 2, column)
    assert problem.value == value
    assert repr(held) in problem.expected
    assert "entries.csv" in problem.expected


@pytest.mark.parametrize("file", ["scopes.csv", "responsible_members.csv", "other_names.csv"])
def test_a_row_too_few_or_too_many_is_an_error(folder: Path, file: str) -> None:
    (problem,) = problems(edited(folder, file, lambda rows: [*rows, rows[0]]))
    assert (problem.file, problem.line) == (file, 2)
    assert "1 rows" in problem.expected


def test_a_member_without_entries_is_an_error(folder: Path) -> None:
    gone = edited(folder, "entries.csv", lambda rows: [r for r in rows if r["number"] != "101"])
    problem = disagreement(gone)
    assert (problem.file, problem.line, problem.value) == ("members.csv", 3, "101")


def test_lists_agree_in_whatever_order(tmp_path: Path) -> None:
    entries = [registered(disciplines=["Civil", "Mechanical"])]
    path = written(tmp_path, [entries])
    edited(path, "members.csv", set_cell("disciplines", "Mechanical;Civil"))
    assert list(records(path)) == [entries]


# -- hostile entries


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("id", "", "an id"),
        ("id", "designation_granted-2020-01-01", "an id not used above"),
        ("effective_on", "2020-02-30", "a date that exists"),
        ("effective_on", "", "a date that exists"),
        ("recorded_at", "2020-01-01", "a moment"),
        ("recorded_at", "yesterday", "a moment"),
        ("recorded_at", "0001-01-01T00:00:00+14:00", "a moment"),
        ("corrects", "nowhere", "the id of another entry"),
        ("corrects", "scope_granted-2020-01-01", "the id of another entry"),
        ("kind", "knighted", "one of"),
        ("kind", "issued", "one of"),
        ("data", "", "a JSON object"),
        ("data", "{", "a JSON object"),
        ("data", "[" * 200_000, "a JSON object"),
        ("data", "[]", ""),
        ("data", "null", ""),
        ("data", '{"designation":"P.Tech.(Eng.)"}', "Field required"),
        ("data", '{"designation":"x","discipline":"y","colour":"red"}', "Extra inputs"),
        ("data", '{"designation":"\\ud800","discipline":"y"}', "a JSON object"),
        ("data", '{"designation":1,"discipline":"y"}', "valid string"),
    ],
)
def test_a_bad_entry_is_told_with_file_line_and_column(
    folder: Path, column: str, value: str, expected: str
) -> None:
    edited(folder, "entries.csv", set_cell(column, value, at=5))  # the scope of member 100
    found = problems(folder)
    assert {p.file for p in found} == {"entries.csv"}
    assert {p.line for p in found} == {7}
    assert all(p.column.split(".")[0] in (column, "data") for p in found)
    assert any(expected in p.expected for p in found)


@pytest.mark.parametrize("kind", ["member", "permit"])
def test_every_kind_of_entry_refuses_what_it_doesn_t_know(kind: str) -> None:
    models: dict[str, type[Payload]] = KINDS[kind]
    for model in models.values():
        assert model.model_config["extra"] == "forbid"


def test_an_entry_of_something_else_isn_t_taken_for_a_permit_s(folder: Path) -> None:
    (problem,) = problems(edited(folder, "entries.csv", set_cell("subject", "company")))
    assert (problem.line, problem.column, problem.value) == (2, "subject", "company")
    assert problem.expected == "member or permit"


def test_every_bad_cell_of_a_record_is_told_at_once(folder: Path) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        rows[3]["effective_on"] = "soon"
        rows[4]["data"] = "{"
        rows[5]["recorded_at"] = ""

    found = problems(edited(folder, "entries.csv", change))
    assert [(p.line, p.column) for p in found] == [
        (5, "effective_on"),
        (6, "data"),
        (7, "recorded_at"),
    ]


# -- hostile files


def test_rows_out_of_the_order_that_is_claimed(tmp_path: Path) -> None:
    path = made(tmp_path, members="number,family\n101,Lee\n100,Roy\n")
    (path / "datapackage.json").write_text('{"sorted": true}')
    (problem,) = problems(path)
    assert (problem.file, problem.line, problem.value) == ("members.csv", 3, "100")
    assert "in order" in problem.expected


def test_records_out_of_the_order_of_their_entries(folder: Path) -> None:
    (problem,) = problems(edited(folder, "members.csv", lambda rows: rows[::-1]))
    assert (problem.file, problem.value) == ("entries.csv", "100")
    assert "in its order" in problem.expected


@pytest.mark.parametrize(
    "file", ["entries.csv", "scopes.csv", "responsible_members.csv", "other_names.csv"]
)
def test_rows_of_nobody(folder: Path, file: str) -> None:
    column = "permit" if file == "responsible_members.csv" else "number"
    count = len((folder / file).read_text().splitlines())
    (problem,) = problems(edited(folder, file, set_cell(column, "zz", at=-1)))
    assert (problem.file, problem.line, problem.column, problem.value) == (
        file,
        count,
        "number",
        "zz",
    )


def test_a_number_used_twice(folder: Path) -> None:
    (problem,) = problems(edited(folder, "members.csv", lambda rows: [rows[0], rows[0], rows[1]]))
    assert (problem.file, problem.line, problem.value) == ("members.csv", 3, "100")


@pytest.mark.parametrize("number", ["", "../x", "a b", "x" * 33, "É"])
def test_a_number_that_can_t_be_part_of_an_address(tmp_path: Path, number: str) -> None:
    (problem, *_) = problems(made(tmp_path, members=f"number,family\n{number},Lee\n"))
    assert (problem.file, problem.line, problem.column) == ("members.csv", 2, "number")
    assert "a number of letters" in problem.expected or "a value" in problem.expected


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("number,given\n1,Ana\n", "family"),
        ("number,family,shoe_size\n1,Lee,9\n", "shoe_size"),
        ("number,family,family\n1,Lee,Lee\n", "family"),
        ("", "number"),
    ],
)
def test_columns_that_are_missing_unknown_or_double(
    tmp_path: Path, header: str, column: str
) -> None:
    found = problems(made(tmp_path, members=header))
    assert (found[0].file, found[0].line) == ("members.csv", 1)
    assert column in [p.column for p in found]


@pytest.mark.parametrize("row", ["1,Lee", "1,Lee,Ana,more"])
def test_a_row_too_short_or_too_long(tmp_path: Path, row: str) -> None:
    (problem,) = problems(made(tmp_path, members=f"number,family,given\n0,Roy,Bo\n{row}\n"))
    assert (problem.line, problem.expected[:7]) == (3, "3 cells")


def test_a_row_is_known_by_the_line_it_starts_on(tmp_path: Path) -> None:
    text = 'number,family,city\n1,Lee,"Olds\nand\nLeduc"\n\n2,"R\noy",x,y\n'
    (problem,) = problems(made(tmp_path, members=text))
    assert problem.line == 6


def test_files_that_aren_t_utf_8(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_bytes("number,family\n1,Côté\n".encode("cp1252"))
    (problem,) = problems(tmp_path)
    assert problem.file == "members.csv"
    assert "UTF-8" in problem.expected


def test_a_byte_order_mark_is_no_part_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("\ufeffnumber,family\r\n1,Lee\r\n", encoding="utf-8")
    ((entry_,),) = records(tmp_path)
    assert entry_.data["family"] == "Lee"


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"dated": "soon"}', '{"dated": null}'])
def test_a_descriptor_that_can_t_be_used(folder: Path, text: str) -> None:
    (folder / "datapackage.json").write_text(text)
    (problem,) = problems(folder)
    assert problem.file == "datapackage.json"


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert "members.csv or permits.csv" in problem.expected


@pytest.mark.parametrize("value", ["2021-13-01", "01/02/2021", "soon"])
def test_dates_that_don_t_exist(tmp_path: Path, value: str) -> None:
    path = made(tmp_path, members=f"number,family,registered_on\n1,Lee,{value}\n")
    (problem,) = problems(path)
    assert (problem.line, problem.column, problem.value) == (2, "registered_on", value)


# -- the document says what is so


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_the_document_names_every_column_of_every_file(table: Table) -> None:
    (part,) = [
        p for p in section(DOCUMENT, "The files").split("\n### ") if p.startswith(f"{table.file}\n")
    ]
    named = re.findall(r"^\| `(\w+)`", part, re.MULTILINE)
    assert named == list(table.names)
    needed = re.findall(r"^\| `(\w+)` \| (\w+), required", part, re.MULTILINE)
    assert [name for name, _ in needed] == [c.name for c in table.columns if c.required]


def test_the_document_names_every_kind_of_entry_and_its_data() -> None:
    named = {
        (subject, kind, field)
        for subject, part in (("member", "Entries of members"), ("permit", "Entries of permits"))
        for kind, fields in re.findall(
            r"^\| `(\w+)` \| (.*?) \|", section(DOCUMENT, part), re.MULTILINE
        )
        for field in re.findall(r"`(\w+)`", fields) or [""]
    }
    assert named == {
        (subject, kind, field)
        for subject, models in KINDS.items()
        for kind, model in models.items()
        for field in list(model.model_fields) or [""]
    }


def test_the_document_s_example_can_be_read(tmp_path: Path) -> None:
    example_folder(tmp_path)
    assert (tmp_path / "entries.csv").exists()
    found = {entries[0].number: entries for entries in records(tmp_path)}
    ana = fold.member(found["100482"], date(2026, 11, 21))
    assert ana is not None
    assert standing.of_member(ana, POLICY).answer == "permitted"
    permit = fold.permit(found["P-418"], date(2026, 11, 21), POLICY)
    assert permit is not None
    assert verdict.is_in_force(permit, date(2026, 11, 21), POLICY)
    assert [r.member for r in permit.answering()] == ["100482"]
    (tmp_path / "entries.csv").unlink()
    assert [e[0].number for e in records(tmp_path)] == ["P-418", "100482"]


def test_a_name_that_was_taken_back_still_round_trips(tmp_path: Path) -> None:
    entries = [
        registered(),
        entry("name_changed", "2021-01-01", family="Roy"),
        entry("voided", "2021-02-01", corrects="name_changed-2021-01-01"),
    ]
    assert list(records(written(tmp_path, [entries]))) == [entries]
