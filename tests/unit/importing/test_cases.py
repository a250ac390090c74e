"""Files as they come from spreadsheets and old systems: nothing silly becomes a member in silence.

Made anew after reports of people who do this job.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from signet.policy import load as load_policy
from signet.register.importing import Limits, Mapping, Tables, read
from signet.register.importing.full_names import CannotSplit, split
from signet.register.importing.kinds import ACCEPTABLE
from signet.register.importing.names import repaired

POLICY = load_policy("alberta")
TODAY = date(2026, 11, 20)
COLUMNS = {"number": "No", "family": "Last", "given": "First", "city": "City",
           "registered_on": "Since"}  # fmt: skip
HEADER = "No,Last,First,City,Since\n"


def taken(
    path: Path,
    content: str | bytes,
    columns: dict[str, Any] = COLUMNS,
    *,
    accept: frozenset[str] = frozenset(),
    known: tuple[str, ...] = (),
    contacts: dict[str, Any] | None = None,
    **keys: Any,
) -> Tables:
    """Return a file read through a mapping of these columns."""
    file = path / "list.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    tables = {"members": {"columns": columns}}
    if contacts:
        tables["contacts"] = {"columns": {"number": "No", **contacts}}
    mapping = Mapping.model_validate({**tables, **keys})
    return read(file, mapping, POLICY, known, (), Limits(accept, TODAY))


def rows(tables: Tables) -> list[dict[str, Any]]:
    assert [str(problem) for problem in tables.problems] == []
    return [row.values for row in tables.rows["members"]]


def told(tables: Tables) -> list[tuple[str, str, str]]:
    """Return the problems: column, kind, what was expected."""
    return [(p.column, p.kind, p.expected) for p in tables.problems]


# -- what is no part of a name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Smith, P.Eng.", "title-in-name"), ("Smith P.Tech.(Eng.)", "title-in-name"),
        ("Dr. Smith", "title-in-name"), ("Jr.", "title-in-name"),
        ("Smith (deceased)", "note-in-name"), ("Smith - DECEASED", "note-in-name"),
        ("Smith (née Jones)", "note-in-name"), ("Smith née Jones", "note-in-name"),
        ("Smith aka Jones", "note-in-name"), ("Estate of J Smith", "note-in-name"),
        ("Smith2", "digit-in-name"), ("J0hn", "digit-in-name"), ("See 100001", "digit-in-name"),
        ("Gagn+AOk-", "odd-sign"), ("O''Brien", "odd-sign"), ("Smith,", "odd-sign"),
        ("Smith, Anna", "odd-sign"), ("Smith;", "odd-sign"), ("'Smith'", "odd-sign"),
        ("Smith & Jones", "odd-sign"), ("http://x.example", "odd-sign"), ("[Last]", "odd-sign"),
        ("Sm\u0456th", "mixed-scripts"), ("\u0405mith", "mixed-scripts"),
        ("Smi\ufb01th", "odd-sign"), ("\uff33\uff4d\uff49\uff54\uff48", "odd-sign"),
        ("Z\u0337algo", "odd-sign"), ("Member, Test", "placeholder"), ("Surname", "placeholder"),
        ("To be confirmed", "placeholder"), ("x", "placeholder"), ("NA", "placeholder"),
    ],
)  # fmt: skip
def test_a_title_a_note_or_a_digit_is_no_part_of_a_name(
    tmp_path: Path, name: str, kind: str
) -> None:
    content = f'{HEADER}101,"{name}",Ann,Calgary,2020-01-01\n'
    tables = taken(tmp_path, content)
    assert [(problem.column, problem.kind) for problem in tables.problems] == [("Last", kind)]
    assert len(rows(taken(tmp_path, content, accept=frozenset({kind})))) == 1


@pytest.mark.parametrize(
    "name",
    ["Smith Jr.", "Smith, Jr.", "Smith 3rd", "See", "Nee", "Late", "Na", "Hon", "O’Brien", "Ma",
     "’t Hooft", "Smith (Bob)", "M.A.", "Anna M.S.", "王 (小娜)", "Иванов", "Ho-Sang", "St. John"],
)  # fmt: skip
def test_names_that_look_like_titles_or_notes_are_names(tmp_path: Path, name: str) -> None:
    assert len(rows(taken(tmp_path, f'{HEADER}101,"{name}",Ann,Calgary,2020-01-01\n'))) == 1


def test_a_mapping_may_make_a_name_of_a_number(tmp_path: Path) -> None:
    columns = {**COLUMNS, "family": {"template": "Structural Engineer {No}"}, "given": "First"}
    content = HEADER.replace("Last,", "") + "101,Ann,Calgary,2020-01-01\n"
    assert rows(taken(tmp_path, content, columns))[0]["family"] == "Structural Engineer 101"


@pytest.mark.parametrize(
    "place",
    ["T2P 1J9", "Calgary, Alberta t2p1j9", "PO Box 12", "P.O. Box 12, Olds", "c/o Smith",
     "123 Main St NW", "4503 Brisebois Drive", "Helena MT 59601"],
)  # fmt: skip
def test_an_address_is_not_published_as_a_town(tmp_path: Path, place: str) -> None:
    tables = taken(tmp_path, f'{HEADER}101,Roy,Ann,"{place}",2020-01-01\n')
    assert [(p.column, p.kind) for p in tables.problems] == [("City", "address-in-place")]


@pytest.mark.parametrize("place", ["100 Mile House", "St. Albert", "Rue 1", "Boxelder", "Drayton"])
def test_a_town_may_have_a_digit(tmp_path: Path, place: str) -> None:
    assert len(rows(taken(tmp_path, f"{HEADER}101,Roy,Ann,{place},2020-01-01\n"))) == 1


@pytest.mark.parametrize("day", ["1900-01-01", "2026-11-21", "2040-05-06"])
def test_a_day_that_stands_for_none_or_is_to_come_is_asked_about(tmp_path: Path, day: str) -> None:
    content = f"{HEADER}101,Roy,Ann,Calgary,{day}\n"
    assert [p.kind for p in taken(tmp_path, content).problems] == ["odd-day"]
    assert len(rows(taken(tmp_path, content, accept=frozenset({"odd-day"})))) == 1


def test_a_date_that_two_forms_read_otherwise_is_a_problem(tmp_path: Path) -> None:
    forms = ["%d/%m/%Y", "%m/%d/%Y"]
    for text, day in (
        ("31/12/2020", "2020-12-31"),
        ("12/31/2020", "2020-12-31"),
        ("05/05/2020", "2020-05-05"),
    ):
        (row,) = rows(taken(tmp_path, f"{HEADER}101,Roy,Ann,Olds,{text}\n", dates=forms))
        assert str(row["registered_on"]) == day
    tables = taken(tmp_path, f"{HEADER}101,Roy,Ann,Olds,05/06/2020\n", dates=forms)
    assert "2020-05-06 or 2020-06-05" in tables.problems[0].expected


def test_a_line_end_within_a_name_is_told(tmp_path: Path) -> None:
    tables = taken(tmp_path, f'{HEADER}101,"Roy\nMarin",Ann,"Red\r\nDeer",2020-01-01\n')
    assert rows(tables)[0]["family"] == "Roy Marin"
    told = " ".join(map(str, tables.remarks))
    assert "line ends read as blanks in: Roy Marin" in told
    assert "Red Deer" in told


# -- encodings


def test_characters_that_nobody_sees_are_left_out_and_told(tmp_path: Path) -> None:
    text = HEADER + "1,Okafor\u200b,A\u00adda,Olds\u200e,2015-02-03\n"
    tables = taken(tmp_path, text)
    (row,) = rows(tables)
    assert (row["family"], row["given"], row["city"]) == ("Okafor", "Ada", "Olds")
    assert any("invisible characters left out of" in line for line in tables.remarks)


def test_a_name_of_nothing_that_can_be_seen_is_empty(tmp_path: Path) -> None:
    (problem,) = taken(tmp_path, HEADER + "1,\u200b,Ada,Olds,2015-02-03\n").problems
    assert "may not be empty" in problem.expected


def test_text_decoded_twice_is_a_problem_in_each_cell(tmp_path: Path) -> None:
    twice = "Côté,Zoë,Montréal".encode().decode("cp1252")
    found = told(taken(tmp_path, f"{HEADER}1,{twice},2015-02-03\n"))
    assert [(column, kind) for column, kind, _ in found] == [
        (column, "twice-decoded") for column in ("Last", "First", "City")
    ]


@pytest.mark.parametrize("encoding", ["cp850", "cp437", "mac_roman"])
def test_letters_that_no_name_has_name_the_key_for_the_encoding(
    tmp_path: Path, encoding: str
) -> None:
    content = f"{HEADER}1,Côté,Zoë,Montréal,2015-02-03\n".encode(encoding)
    tables = taken(tmp_path, content)
    assert "read as cp1252 (guessed" in tables.remarks[0]
    assert tables.problems
    assert all("`encoding =`" in problem.expected for problem in tables.problems)
    stated = taken(tmp_path, content, encoding=encoding)
    assert rows(stated)[0]["city"] == "Montréal"
    assert f"read as {encoding} (as stated)" in stated.remarks[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_found_out_with_its_mark_and_without(tmp_path: Path, encoding: str) -> None:
    content = f"{HEADER}1,Côté,Zoë,Montréal,2015-02-03\n".encode(encoding)
    assert rows(taken(tmp_path, content))[0]["family"] == "Côté"


def test_a_lost_letter_is_told(tmp_path: Path) -> None:
    found = told(taken(tmp_path, HEADER + "1,C?t?,Zo?,Montr?al,2015-02-03\n"))
    assert {kind for _, kind, _ in found} == {"lost-letter"}
    assert len(found) == 3


# -- what isn't a CSV file, or has something around it


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04\x14\x00 spreadsheet", "a spreadsheet (.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet of the old kind"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"<html><table><tr><th>No</th></tr></table>", "HTML"),
        (b"\xef\xbb\xbf\n <!doctype html>", "HTML"),
        (b'{"No": 1}', "JSON"),
        (b'[{"No": 1}]', "JSON"),
    ],
)
def test_a_file_of_another_kind_gets_one_message_that_says_so(
    tmp_path: Path, content: bytes, what: str
) -> None:
    (problem,) = taken(tmp_path, content).problems
    assert what in problem.expected
    assert "Save it as CSV" in problem.expected


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\n" + HEADER.replace(",", ";") + "1;Okafor;Ada;Calgary;2015-02-03\n",
        "sep=,\r\n" + HEADER + "1,Okafor,Ada,Calgary,2015-02-03\n",
        HEADER + "1,Okafor,Ada,Calgary,2015-02-03\r\n\x1a",
        HEADER + "1,Okafor,Ada,Calgary,2015-02-03\x1a\x1a\n",
        HEADER.replace("\n", ",,\n") + "1,Okafor,Ada,Calgary,2015-02-03,,\n,,,,,,\n,,,,,,\n",
        '="No",="Last",First,City,Since\n="1",="Okafor",="Ada",="Calgary",="2015-02-03"\n',
        HEADER + '"=""1""",Okafor,Ada,Calgary,2015-02-03\n',
        HEADER.replace("Last", "Last\xa0") + "1,Okafor\xa0,Ada,Calgary,2015-02-03\xa0\n",
        "\n\n" + HEADER + "\n1,Okafor,Ada,Calgary,2015-02-03\n\n",
    ],
)
def test_what_spreadsheets_put_around_a_list_is_passed_over(tmp_path: Path, content: str) -> None:
    assert rows(taken(tmp_path, content)) == [
        {"number": "1", "family": "Okafor", "given": "Ada", "city": "Calgary",
         "registered_on": date(2015, 2, 3)}
    ]  # fmt: skip


def test_lines_may_end_in_three_ways_in_one_file(tmp_path: Path) -> None:
    ends = ("\r\n", "\n", "\r", "\r\n")
    lines = [f"{n},Name,Ada,Olds,2015-02-0{n}{end}" for n, end in enumerate(ends, 1)]
    assert len(rows(taken(tmp_path, HEADER + "".join(lines)))) == 4


def test_titles_above_the_header_are_passed_over_when_the_mapping_says_so(tmp_path: Path) -> None:
    content = "Members of the Association\nAs at 20 November 2026\n\n" + HEADER
    content += "1,Okafor,Ada,Calgary,2015-02-03\n"
    assert len(rows(taken(tmp_path, content, header_row=4))) == 1
    assert "they are on line 4: header_row = 4" in taken(tmp_path, content).problems[0].expected


def test_a_header_in_the_middle_of_a_list_is_no_record(tmp_path: Path) -> None:
    content = HEADER + "1,Okafor,Ada,Calgary,2015-02-03\n" + HEADER
    content += "2,Marsh,Lena,Olds,2015-02-03\n"
    (problem,) = taken(tmp_path, content).problems
    assert (problem.line, problem.kind) == (3, "no-record")
    assert len(rows(taken(tmp_path, content, accept=frozenset({"no-record"})))) == 2


def test_a_quotation_mark_behind_a_backslash_is_told_for_what_it_is(tmp_path: Path) -> None:
    problem = taken(tmp_path, HEADER + '1,"O\\"Kafor",Ada,Calgary,2015-02-03\n').problems[0]
    assert "not behind a backslash" in problem.expected


# -- values


@pytest.mark.parametrize("word", ["NULL", "N/A", "-", "???", "#REF!", "None", "nan"])
def test_a_word_for_nothing_is_no_place(tmp_path: Path, word: str) -> None:
    ((column, kind, _),) = told(taken(tmp_path, f"{HEADER}1,Okafor,Ada,{word},2015-02-03\n"))
    assert (column, kind) == ("City", "placeholder")
    mapped = {**COLUMNS, "city": {"from": "City", "empty": [word]}}
    (row,) = rows(taken(tmp_path, f"{HEADER}1,Okafor,Ada,{word},2015-02-03\n", mapped))
    assert "city" not in row


def test_a_person_may_be_called_null(tmp_path: Path) -> None:
    content = HEADER + "1,Null,True,Calgary,2015-02-03\n2,NULL,Ann,Olds,2015-02-03\n"
    (problem,) = taken(tmp_path, content).problems
    assert (problem.line, problem.kind) == (3, "placeholder")
    tables = taken(tmp_path, content, accept=frozenset({"placeholder"}))
    assert [row["family"] for row in rows(tables)] == ["Null", "NULL"]
    assert any("taken on purpose" in line for line in tables.remarks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45231", "a spreadsheet's count of days, perhaps 2023-11-01"),
        ("2015-02-30", "a date that exists"),
        ("0000-00-00", "a date that exists"),
        ("2015-02-03 00:00:00", "%Y-%m-%d %H:%M:%S"),
        ("0215-02-03", "a day from 1900-01-01"),
        ("2126-02-03", "a day from 1900-01-01"),
    ],
)
def test_a_damaged_date_is_told_for_what_it_is(tmp_path: Path, text: str, expected: str) -> None:
    (problem,) = taken(tmp_path, f"{HEADER}1,Okafor,Ada,Calgary,{text}\n").problems
    assert expected in problem.expected


def test_a_year_of_two_digits_needs_a_stated_pivot(tmp_path: Path) -> None:
    content = HEADER + "".join(f"{n},Ng,Ada,Olds,05/03/{n}\n" for n in (15, 26, 27, 68, 69))
    found = taken(tmp_path, content, dates=["%d/%m/%y"])
    assert all("`pivot`" in expected for _, _, expected in told(found))
    assert len(found.problems) == 5
    (tmp_path / "stated").mkdir()
    stated = rows(taken(tmp_path / "stated", content, dates=["%d/%m/%y"], pivot=26))
    assert [row["registered_on"].year for row in stated] == [2015, 2026, 1927, 1968, 1969]


@pytest.mark.parametrize(
    ("phone", "email", "born", "wrong"),
    [
        ("4035550101 x12", "Ada.Okafor@EXAMPLE.org\xa0", "1970-01-01", ""),
        ("7.80555E+09", "a@x.org", "1970-01-01", "Phone"),
        ("unknown", "a@x.org", "1970-01-01", "Phone"),
        ("403", "lena@example.org; l@example.com", "1970-01-01", "Email"),
        ("403", "mailto:bo@example.org", "1970-01-01", "Email"),
        ("403", "not an address", "1970-01-01", "Email"),
        ("403", "Pat Gill <pat@example.org>", "1970-01-01", "Email"),
        ("403", "a@x.org", "2068-03-05", "Born"),
        ("403", "a@x.org", "2026-11-21", "Born"),
    ],
)
def test_contacts_are_what_they_say(
    tmp_path: Path, phone: str, email: str, born: str, wrong: str
) -> None:
    content = f"No,Last,Email,Phone,Born\n1,Okafor,{email},{phone},{born}\n"
    private = {"email": "Email", "phone": "Phone", "birth_date": "Born"}
    tables = taken(tmp_path, content, {"number": "No", "family": "Last"}, contacts=private)
    assert [p.column for p in tables.problems] == ([wrong] if wrong else [])
    assert not any(text in str(p) for p in tables.problems for text in (email, phone, born))


# -- numbers and records


@pytest.mark.parametrize(
    ("number", "kind"),
    [("10-Jan", "odd-number"), ("Jan-10", "odd-number"), ("2026-01-10", "odd-number"),
     ("1E5", "odd-number"), ("000", "odd-number"),
     ("TBD", "odd-number"), ("Total", "odd-number"), ("1.2E+05", ""), ("100064.0", ""),
     ("N/A", "")],
)  # fmt: skip
def test_a_number_that_a_spreadsheet_changed_is_told(
    tmp_path: Path, number: str, kind: str
) -> None:
    ((column, found, _),) = told(taken(tmp_path, f"{HEADER}{number},Okafor,Ada,Olds,2015-02-03\n"))
    assert (column, found) == ("No", kind)


def test_a_number_unlike_all_others_is_told(tmp_path: Path) -> None:
    lines = [f"{100_000 + n},Name,Ada{chr(97 + n)},Olds,2015-02-03\n" for n in range(6)]
    content = HEADER + "".join(lines) + "M7,Marsh,Lena,Olds,2015-02-03\n"
    ((_, kind, expected),) = told(taken(tmp_path, content))
    assert (kind, "such as 100000" in expected) == ("odd-number", True)
    assert len(rows(taken(tmp_path, content, accept=frozenset({"odd-number"})))) == 7
    held = tuple(f"P{n}" for n in range(1000, 1020))
    alone = taken(tmp_path, HEADER + "5,Marsh,Lena,Olds,2015-02-03\n", known=held)
    assert told(alone)[0][1] == "odd-number"


def test_a_digit_too_many_is_told_and_the_next_number_isn_t(tmp_path: Path) -> None:
    held = tuple(str(n) for n in range(99_900, 100_000))
    for number, kinds in (("1000001", ["odd-number"]), ("100000", [])):
        content = f"{HEADER}{number},Marsh,Lena,Olds,2015-02-03\n"
        assert [kind for _, kind, _ in told(taken(tmp_path, content, known=held))] == kinds


@pytest.mark.parametrize("number", ["123", "0123", "00-123"])
def test_a_number_that_is_another_s_but_for_zeros_is_told(tmp_path: Path, number: str) -> None:
    """Else everybody would be on the register twice."""
    content = f"{HEADER}{number},Okafor,Ada,Calgary,2015-02-03\n"
    ((_, kind, expected),) = told(taken(tmp_path, content, known=("00123", "00124")))
    assert (kind, "00123, which is on the register" in expected) == ("similar-number", True)
    both = content + "000123,Marsh,Lena,Olds,2015-02-04\n"
    assert ("No" not in both, told(taken(tmp_path, both))[0][1]) == (False, "similar-number")


def test_one_person_under_two_numbers_is_told(tmp_path: Path) -> None:
    content = HEADER + "1,Côté,Zoë,Olds,2015-02-03\n2,COTE,ZOE,Calgary,2015-02-03\n"
    ((_, kind, expected),) = told(taken(tmp_path, content))
    assert (kind, "line 2" in expected) == ("same-person", True)
    namesakes = content.replace("Calgary,2015-02-03", "Calgary,2016-02-03")
    assert len(rows(taken(tmp_path, namesakes))) == 2


# -- rows of one record, merged


def merged(path: Path, rows_: str, **keys: Any) -> Tables:
    file = path / "yearly.csv"
    file.write_text("No,Name,Standing,Until,City,Prov,Year\n" + rows_)
    standing = {"Ineligible": "suspended", "Eligible": "in_force"}
    why = {"Ineligible": "administrative", "Eligible": ""}
    columns = {
        "number": "No",
        "legal_name": "Name",
        "city": "City",
        "province": "Prov",
        "status": {"from": "Standing", "words": standing},
        "status_reason": {"from": "Standing", "words": why},
        "status_until": "Until",
    }
    permits = {"repeats": "merge", "columns": columns, **keys}
    mapping = Mapping.model_validate({"ignore": ["Year"], "permits": permits})
    return read(file, mapping, POLICY, (), (), Limits(today=TODAY))


OUT, IN = "7,A Ltd.,Ineligible,2028-01-01,Olds,AB,2024\n", "7,A Ltd.,Eligible,,Regina,,2025\n"


def test_a_merged_record_says_nothing_that_no_row_said(tmp_path: Path) -> None:
    tables = merged(tmp_path, OUT + IN, newest="last")
    (row,) = tables.rows["permits"]
    assert tables.problems == []
    assert row.values["status"] == "in_force"
    assert row.values["status_reason"] == ""
    assert "status_until" not in row.values
    assert (row.values["city"], "province" in row.values) == ("Regina", False)


def test_rows_are_merged_in_the_order_of_a_column(tmp_path: Path) -> None:
    middle = "7,B Ltd.,Ineligible,2027-01-01,Leduc,AB,2023\n"
    (row,) = merged(tmp_path, IN + OUT + middle, newest_by="Year").rows["permits"]
    assert (row.values["status"], row.values["city"]) == ("in_force", "Regina")
    bad = merged(tmp_path, IN + OUT.replace("2024", "last year"), newest_by="Year")
    assert "a date or a number to order rows by" in bad.problems[0].expected


def test_that_the_order_of_rows_is_trusted_is_told_where_it_matters(tmp_path: Path) -> None:
    for rows_, keys, said in (
        (OUT + IN, {}, True), (OUT + IN, {"newest": "last"}, False), (OUT + OUT, {}, False)
    ):  # fmt: skip
        tables = merged(tmp_path, rows_, **keys)
        assert (
            any("later rows were taken for newer ones" in line for line in tables.remarks) is said
        )


def test_a_merged_record_is_checked_as_a_whole(tmp_path: Path) -> None:
    columns = {
        "number": "No", "legal_name": "Name", "issued_on": "From", "expires_on": "To",
    }  # fmt: skip
    file = tmp_path / "yearly.csv"
    file.write_text("No,Name,From,To\n7,A Ltd.,2024-05-01,\n7,A Ltd.,,2023-04-30\n")
    permits = {"repeats": "merge", "newest": "last", "columns": columns}
    tables = read(file, Mapping.model_validate({"permits": permits}), POLICY)
    assert "a day not before issued_on" in tables.problems[0].expected


# -- names


@pytest.mark.parametrize(
    ("name", "given", "family", "dropped"),
    [
        ("Ivo Brandt Jr.", "Ivo", "Brandt Jr.", ()),
        ("Otto Lindqvist III", "Otto", "Lindqvist III", ()),
        ("Juana de la Vega Sr", "Juana", "de la Vega Sr", ()),
        ("Rhea Sandoval, P.Eng.", "Rhea", "Sandoval", ("P.Eng.",)),
        ("Rhea Sandoval C.E.T., P.Tech.(Eng.)", "Rhea", "Sandoval", ("C.E.T.", "P.Tech.(Eng.)")),
        ("John Smith, Jr., P.Eng.", "John", "Smith Jr.", ("P.Eng.",)),
        ("Dr. Milo Pratt", "Milo", "Pratt", ("Dr.",)),
        ("WIM VAN DER BERG", "WIM", "VAN DER BERG", ()),
        ("José Ortega y Gasset", "José", "Ortega y Gasset", ()),
        ("Ewan Mc Donald", "Ewan", "Mc Donald", ()),
        ("Seán Ó hÓgáin", "Seán", "Ó hÓgáin", ()),
        ("Abdul al-Rahman", "Abdul", "al-Rahman", ()),
        ("van Gogh", "", "van Gogh", ()),
        ("Jack Ma", "Jack", "Ma", ()),
        ("Bao Do", "Bao", "Do", ()),
        ("Ana V", "Ana", "V", ()),
        ("M. Pratt", "M.", "Pratt", ()),
        ("Mei", "", "Mei", ()),
    ],
)
def test_given_names_come_before_the_family_name(
    name: str, given: str, family: str, dropped: tuple[str, ...]
) -> None:
    assert split(name, "Given Family")[:3] == (given, family, dropped)


@pytest.mark.parametrize(
    ("name", "given", "family", "dropped"),
    [
        ("Brandt, Ivo, Jr.", "Ivo", "Brandt Jr.", ()),
        ("Brandt, Jr., Ivo", "Ivo", "Brandt Jr.", ()),
        ("Brandt, Ivo Jr.", "Ivo", "Brandt Jr.", ()),
        ("Lindqvist III, Otto", "Otto", "Lindqvist III", ()),
        ("Sandoval, Rhea, P.Eng.", "Rhea", "Sandoval", ("P.Eng.",)),
        ("Sandoval P.Eng., Rhea", "Rhea", "Sandoval", ("P.Eng.",)),
        ("Roy, Dr. Ann", "Ann", "Roy", ("Dr.",)),
        ("de la Vega, Juana", "Juana", "de la Vega", ()),
        ("Pratt,Milo", "Milo", "Pratt", ()),
        ("Ng ,Li", "Li", "Ng", ()),
        ("Ma, Li", "Li", "Ma", ()),
        ("Berg, Pieter van der", "Pieter", "van der Berg", ()),
        ("Do, Ma", "Ma", "Do", ()),
        ("Mei", "", "Mei", ()),
    ],
)
def test_the_family_name_comes_before_the_comma(
    name: str, given: str, family: str, dropped: tuple[str, ...]
) -> None:
    assert split(name, "Family, Given")[:3] == (given, family, dropped)


@pytest.mark.parametrize(
    ("name", "order"),
    [("Vega Juana", "Family, Given"), ("Smith, John, Bob", "Family, Given"),
     (", Ann", "Family, Given"), ("Pratt, Milo", "Given Family"),
     ("Mr. and Mrs. Roy", "Given Family"), ("Dr.", "Given Family"), ("Roy J.", "Given Family"),
     ("Ann Roy (Marin)", "Given Family"), ("Ann Roy (deceased)", "Given Family")],
)  # fmt: skip
def test_a_name_that_cant_be_split_for_sure_is_a_problem(name: str, order: Any) -> None:
    with pytest.raises(CannotSplit):
        split(name, order)


def test_what_was_left_out_of_names_and_what_to_look_at_is_told(tmp_path: Path) -> None:
    full = {"from": "Name", "full_name": "Given Family", "mend_case": True}
    content = "No,Name\n1,DR. ANN MACDONALD\n2,Minh Van Nguyen\n3,Vega Juana\n"
    tables = taken(tmp_path, content, {"number": "No", "family": full, "given": full})
    assert [row["family"] for row in rows(tables)] == ["Macdonald", "Van Nguyen", "Juana"]
    lines = "\n".join(tables.remarks)
    assert "left out of names: DR. (line 2)" in lines
    assert "capitals to look at: Macdonald (line 2)" in lines
    assert "names to look at: family name 'Van Nguyen' (line 3)" in lines


@pytest.mark.parametrize(
    ("text", "expected", "doubtful"),
    [
        ("İPEK", "İpek", False), ("DİLEK", "Dilek", False), ("IŞIK", "Işık", False),
        ("LINDQVIST III", "Lindqvist III", False), ("roy iv", "Roy IV", False),
        ("LE VI", "Le Vi", True), ("LI", "Li", False), ("ROY-MCKAY", "Roy-McKay", True),
        ("MCDONALD", "McDonald", True), ("MACDONALD", "Macdonald", True),
        ("DE LA CRUZ", "De La Cruz", True), ("O'BRIEN", "O'Brien", False),
        ("D’ANGELO", "D’Angelo", False), ("NGUYỄN", "Nguyễn", False),
        ("STRAßER", "Straßer", False), ("J.P.", "J.P.", False), ("ST. ALBERT", "St. Albert", False),
    ],
)  # fmt: skip
def test_capitals_are_repaired_or_told(text: str, expected: str, doubtful: bool) -> None:
    assert repaired(text) == (expected, doubtful)


def test_every_kind_that_can_be_taken_is_in_the_document() -> None:
    page = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
    part = page.partition("## What looks like a slip")[2].partition("\n## ")[0]
    for kind, words in ACCEPTABLE.items():
        assert f"- `{kind}`: {words}\n" in part
