"""Taking the good rows: what is left out with a bad one, and the file of what was left out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signet.policy import load as load_policy
from signet.register.exchange.cells import safe
from signet.register.importing import (
    Mapping,
    Tables,
    accept_valid,
    read,
    read_exchange,
    write_rejected,
)
from signet.register.problems import InputProblems
from tests.examples import examples

POLICY = load_policy("alberta")
MAPPING = Mapping.model_validate(
    {
        "members": {"columns": {"number": "No", "family": "Name", "registered_on": "Since"}},
        "contacts": {"columns": {"number": "No", "birth_date": "Born"}},
    }
)


def exchange(at: Path, **files: str) -> Tables:
    for name, content in files.items():
        (at / f"{name}.csv").write_text(content, encoding="utf-8", newline="")
    return read_exchange(at, POLICY)


def numbers(tables: Tables) -> dict[str, list[str]]:
    return {table: [row.number for row in rows] for table, rows in tables.rows.items()}


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_good_rows_are_taken_and_bad_ones_are_not(tmp_path: Path) -> None:
    taken = accept_valid(exchange(tmp_path, members="number,family\n1,Bell\n2,\n3,Cy\n"))
    assert numbers(taken) == {"members": ["1", "3"]}


def test_a_bad_dependent_row_leaves_its_record(tmp_path: Path) -> None:
    taken = accept_valid(
        exchange(
            tmp_path,
            members="number,family\n1,Bell\n",
            contacts="number,birth_date\n1,1980-02-30\n",
        )
    )
    assert numbers(taken) == {"members": ["1"], "contacts": []}


def test_a_bad_member_takes_its_dependants_with_it(tmp_path: Path) -> None:
    taken = accept_valid(
        exchange(
            tmp_path,
            members="number,family\n1,\n2,Bell\n",
            contacts="number,email\n1,a@example.org\n2,b@example.org\n",
            scopes="number,designation,discipline\n1,C.E.T.,Civil\n",
            other_names="subject,number,name\nmember,1,Ring\npermit,P1,Old\n",
            permits="number,legal_name\nP1,Acme\n",
            responsible_members="permit,member\nP1,1\nP1,2\n",
        )
    )
    assert numbers(taken) == {
        "members": ["2"],
        "contacts": ["2"],
        "scopes": [],
        "other_names": ["P1"],
        "permits": ["P1"],
        "responsible_members": ["P1"],
    }
    (reason,) = taken.bad["scopes.csv", 2]
    assert "members.csv:2 was rejected" in reason.expected


def test_neither_of_two_rows_with_one_number_is_taken(tmp_path: Path) -> None:
    taken = accept_valid(exchange(tmp_path, members="number,family\n1,Bell\n2,Cy\n1,Ann\n"))
    assert numbers(taken) == {"members": ["2"]}
    assert sorted(line for _, line in taken.bad) == [2, 4]


def test_one_wrong_cell_rejects_all_that_its_row_makes_and_what_hangs_on_it(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "No,Name,Since,Born\n1,Bell,2020-01-01,1980-02-30\n2,Cy,2020-01-01,1980-02-28\n"
    )
    taken = accept_valid(read(tmp_path / "x.csv", MAPPING, POLICY))
    assert numbers(taken) == {"members": ["2"], "contacts": ["2"]}


def test_nothing_of_a_file_with_a_wrong_header_is_taken(tmp_path: Path) -> None:
    tables = exchange(tmp_path, members="number,family\n1,Bell\n", permits="number,name\nP1,Acme\n")
    with pytest.raises(InputProblems) as caught:
        accept_valid(tables)
    assert {p.file for p in caught.value.problems} == {"permits.csv"}


def test_all_the_lines_of_a_merged_record_go_when_one_of_them_is_bad(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "Co,To\nAcme,2020-12-31\nBo,2020-12-31\nACME,x\nAcme,2022-12-31\n"
    )
    mapping = Mapping.model_validate(
        {
            "permits": {
                "repeats": "merge",
                "columns": {
                    "number": {"from": "Co", "make_number": "E"},
                    "legal_name": "Co",
                    "expires_on": "To",
                },
            }
        }
    )
    taken = accept_valid(read(tmp_path / "x.csv", mapping, POLICY))
    assert [row.values["legal_name"] for row in taken.rows["permits"]] == ["Bo"]
    assert sorted(line for _, line in taken.bad) == [2, 4, 5]


def test_rejected_rows_are_written_with_their_line_and_problem(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(
        'No;Name;Since;Born\r\n1;Müller;2020-02-30;"1980\r\n"\r\n2;Cy;;\r\n3;=Di;;;;\r\n'.encode(
            "cp1252"
        )
    )
    taken = accept_valid(read(tmp_path / "x.csv", MAPPING, POLICY))
    (path,) = write_rejected(taken)
    assert path == tmp_path / "x.rejected.csv"
    header, first, second = cells(path)
    assert header == ["No", "Name", "Since", "Born", "line", "problem"]
    assert first[:5] == ["1", "Müller", "2020-02-30", "1980\r\n", "2"]
    assert "Since: expected a date that exists" in first[5]
    assert "Born: expected" in first[5]
    assert second[:5] == ["3", "'=Di", "", ";;", "5"]


def test_nothing_is_written_when_all_is_good(tmp_path: Path) -> None:
    taken = accept_valid(exchange(tmp_path, members="number,family\n1,Bell\n"))
    assert write_rejected(taken) == []
    assert [path.name for path in tmp_path.iterdir()] == ["members.csv"]


def test_rejected_rows_put_right_can_be_imported(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("No,Name,Since,Born\n1,-Bell,2020-02-30,\n2,Cy,,\n")
    (path,) = write_rejected(accept_valid(read(tmp_path / "x.csv", MAPPING, POLICY)))
    path.write_text(path.read_text("utf-8-sig").replace("2020-02-30", "2020-02-28"), "utf-8")
    again = read(path, MAPPING, POLICY)
    assert again.problems == []
    (row,) = again.rows["members"]
    assert (row.values["number"], row.values["family"]) == ("1", "-Bell")


def test_rejected_rows_of_the_exchange_format_can_be_imported_too(tmp_path: Path) -> None:
    cell = safe("-Bell")
    tables = exchange(tmp_path, members=f"number,family,status\n1,{cell},dead\n2,Cy,\n")
    (path,) = write_rejected(accept_valid(tables))
    assert read_exchange(tmp_path, POLICY).problems == tables.problems  # it isn't a table's file
    path.write_text(path.read_text("utf-8-sig").replace("dead", "deceased"), "utf-8")
    again = read_exchange(path, POLICY)
    assert again.problems == []
    assert again.rows["members"][0].values["family"] == "-Bell"


row = st.tuples(
    st.sampled_from(["1", "2", "3", "4", "?"]), st.sampled_from(["Bell", ""]), st.booleans()
)


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(row, max_size=8), st.lists(row, max_size=8))
def test_what_is_taken_would_pass_by_itself_and_every_other_line_says_why(
    tmp_path: Path, members: list[tuple[str, str, bool]], contacts: list[tuple[str, str, bool]]
) -> None:
    tables = exchange(
        tmp_path,
        members="number,family\n" + "".join(f"{n},{name}\n" for n, name, _ in members),
        contacts="number,birth_date\n"
        + "".join(f"{n},{'2000-01-01' if good else 'x'}\n" for n, _, good in contacts),
    )
    taken = accept_valid(tables)
    held = [row.number for row in taken.rows["members"]]
    reached = [row.number for row in taken.rows["contacts"]]
    assert len(set(held)) == len(held)
    assert set(reached) <= set(held)
    for name, lines, kept in (("members.csv", members, held), ("contacts.csv", contacts, reached)):
        assert len([place for place in taken.bad if place[0] == name]) + len(kept) == len(lines)
    assert not (set(tables.bad) - set(taken.bad))
