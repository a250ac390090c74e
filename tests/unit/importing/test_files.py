"""An association's export becomes rows of the exchange format."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.policy import load as load_policy
from signet.register.importing import Mapping, Tables, load, names, read, read_exchange
from signet.register.importing.full_names import CannotSplit, FullName, split

MAPPINGS = Path(__file__).parents[2] / "mappings"
POLICY = load_policy("alberta")

PEOPLE = """\
No.;Kind;Name;First name;Maiden name;Titles;Discipline 1;Discipline 2;Standing;Since;Until;\
E-mail;Born;Home address;Dues paid
101;Member;Côté, Zoë;Zoë;Lévesque;CET / PTech Eng;civil;mech;Active;03/02/2015;;\
zoe@example.org;31/01/1980;"12 Main St
Calgary, AB T2A 1B2";yes
102;member;O’Brien,  John  ;John;;CTech;civil;;dues  owing;5 March 2020;31/12/2026;;;;no
103;Student;Plato;;;;;;Active;01/09/2024;;;;"1 rue X, Laval, QC H7A 0A1";no
104;Supporter;Nobody, At All;;;;;;Active;;;;;;no
"""
COMPANIES = """\
Permit;Company;Issued;Valid to;Answering
P-1;Forêt Survey Ltd.;01/04/2025;31/03/2026;101, 102
P-2;Alone Inc.;01/04/2025;31/03/2026;
"""


def association() -> Mapping:
    return load(MAPPINGS / "association.toml", POLICY)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Written as such systems write: cp1252, CRLF between rows and in cells."""
    for name, text in (("people 2025-11.csv", PEOPLE), ("companies.csv", COMPANIES)):
        (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
    return tmp_path


def values(tables: Tables, table: str) -> list[dict[str, object]]:
    return [dict(row.values) for row in tables.rows[table]]


def test_an_association_s_export_becomes_rows_of_every_table(export: Path) -> None:
    tables = read(export, association(), POLICY)
    assert tables.problems == []
    zoe, john, plato = values(tables, "members")
    assert zoe == {
        "number": "M101",
        "category": "member",
        "family": "Côté",
        "given": "Zoë",
        "city": "Calgary",
        "province": "AB",
        "disciplines": ["Civil", "Mechanical"],
        "registered_on": date(2015, 2, 3),
        "status_until": None,
        "designations": ["C.E.T.", "P.Tech.(Eng.)"],
        "status": "registered",
        "status_reason": "",
    }
    assert (john["family"], john["given"]) == ("O’Brien", "John")
    assert (john["status"], john["status_reason"]) == ("suspended", "fees")
    assert (john["registered_on"], john["status_until"]) == (date(2020, 3, 5), date(2026, 12, 31))
    assert (plato["family"], plato["category"], plato["province"]) == ("Plato", "student", "QC")
    assert values(tables, "other_names") == [
        {"subject": "member", "number": "M101", "name": "Zoë Lévesque"}
    ]
    assert values(tables, "responsible_members") == [
        {"permit": "P-1", "member": "M101", "from": date(2025, 4, 1)},
        {"permit": "P-1", "member": "M102", "from": date(2025, 4, 1)},
    ]


def test_rows_say_the_file_and_the_line_they_start_on(export: Path) -> None:
    rows = read(export, association(), POLICY).rows["members"]
    assert [(row.file, row.line) for row in rows] == [
        ("people 2025-11.csv", 2),
        ("people 2025-11.csv", 4),
        ("people 2025-11.csv", 5),
    ]


def test_an_empty_cell_says_nothing_unless_the_mapping_says_it_clears(export: Path) -> None:
    zoe, john, plato = values(read(export, association(), POLICY), "members")
    assert "designations" not in plato
    assert "given" not in plato
    assert john["province"] == "AB"  # a default, in place of nothing
    assert zoe["status_until"] is None  # blank = "clear"
    assert values(read(export, association(), POLICY), "contacts")[1] == {"number": "M102"}


def test_one_file_of_the_export_can_be_read_by_itself(export: Path) -> None:
    tables = read(export / "companies.csv", association(), POLICY, {"M101", "M102"})
    assert tables.problems == []
    assert set(tables.rows) == {"permits", "responsible_members"}


def test_the_same_export_reads_the_same_in_every_encoding_and_line_ending(tmp_path: Path) -> None:
    text = "Number,Family\n1,Müller\n2,“Ó Néill”\n"
    mapping = Mapping.model_validate(
        {"members": {"columns": {"number": "Number", "family": "Family"}}}
    )
    read_as = []
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        for ending in ("\n", "\r\n", "\r", "\r\n\r\n"):
            for delimiter in ",;\t|":
                written = text.replace("\n", ending).replace(",", delimiter)
                (tmp_path / "x.csv").write_bytes(written.encode(encoding))
                tables = read(tmp_path / "x.csv", mapping, POLICY)
                assert tables.problems == []
                read_as.append(values(tables, "members"))
    expected = [{"number": "1", "family": "Müller"}, {"number": "2", "family": "“Ó Néill”"}]
    assert all(got == expected for got in read_as)


def test_a_column_the_mapping_says_nothing_of_is_a_problem_unless_ignored(tmp_path: Path) -> None:
    columns = {"number": "No", "family": "Name"}
    (tmp_path / "x.csv").write_text("No,Name,Shoe size\n1,Bell,44\n")
    strict = Mapping.model_validate({"members": {"columns": columns}})
    (problem,) = read(tmp_path / "x.csv", strict, POLICY).problems
    assert (problem.line, problem.column) == (1, "Shoe size")
    for ignore in (["Shoe size"], ["*"]):
        lax = Mapping.model_validate({"ignore": ignore, "members": {"columns": columns}})
        assert read(tmp_path / "x.csv", lax, POLICY).problems == []


def test_rows_of_one_employer_are_one_permit_under_the_newest_spelling(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "Company,City,From,To\n"
        "Acme Surveys Ltd,Calgary,2020-01-01,2020-12-31\n"
        "Other Inc.,Leduc,2020-01-01,2020-12-31\n"
        "ACME  SURVEYS LTD.,Edmonton,2021-01-01,2021-12-31\n"
        "Acme Surveys Ltd.,,2022-01-01,2022-12-31\n"
    )
    mapping = Mapping.model_validate(
        {
            "permits": {
                "repeats": "merge",
                "columns": {
                    "number": {"from": "Company", "make_number": "E-"},
                    "legal_name": "Company",
                    "city": "City",
                    "issued_on": "From",
                    "expires_on": "To",
                },
            }
        }
    )
    tables = read(tmp_path / "x.csv", mapping, POLICY)
    assert tables.problems == []
    acme, other = tables.rows["permits"]
    assert acme.values == {
        "number": acme.number,
        "legal_name": "Acme Surveys Ltd.",
        "city": "Edmonton",
        "issued_on": date(2020, 1, 1),
        "expires_on": date(2022, 12, 31),
    }
    assert (acme.line, acme.also) == (5, (2, 4))
    assert other.values["legal_name"] == "Other Inc."
    spelled = [(row.number, row.values["name"]) for row in tables.rows["other_names"]]
    assert spelled == [(acme.number, "Acme Surveys Ltd"), (acme.number, "ACME SURVEYS LTD.")]


def test_a_folder_of_the_exchange_format_needs_no_mapping(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text(
        "number,family,designations,city,status_until\n"
        "7,'-Bell,C.E.T.; P.Tech.(Eng.),,\n"  # as an exporter writes a name that is a formula
    )
    (tmp_path / "scopes.csv").write_text(
        "number,designation,discipline,activities\n7,P.Tech.(Eng.),Civil,Design;Inspection\n"
    )
    tables = read_exchange(tmp_path, POLICY)
    assert tables.problems == []
    assert values(tables, "members") == [
        {
            "number": "7",
            "family": "-Bell",
            "designations": ["C.E.T.", "P.Tech.(Eng.)"],
            "city": "",  # the format's own empty cell says there is none
            "status_until": None,
        }
    ]
    assert values(tables, "scopes")[0]["activities"] == ["Design", "Inspection"]


@pytest.mark.parametrize("name", ["members.csv", "export of today.csv"])
def test_one_file_of_the_exchange_format_is_known_by_name_or_columns(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("number,family,given\n7,Bell,Ann\n")
    tables = read_exchange(tmp_path / name, POLICY)
    assert tables.problems == []
    assert values(tables, "members") == [{"number": "7", "family": "Bell", "given": "Ann"}]


@pytest.mark.parametrize(
    ("name", "order", "given_and_family"),
    [
        ("Smith, John", "Family, Given", ("John", "Smith")),
        ("van Beethoven, Ludwig", "Family, Given", ("Ludwig", "van Beethoven")),
        ("Plato", "Family, Given", ("", "Plato")),
        ("Ludwig van Beethoven", "Given Family", ("Ludwig", "van Beethoven")),
        ("Mary Ann O'Neil", "Given Family", ("Mary Ann", "O'Neil")),
        ("bell hooks", "Given Family", ("bell", "hooks")),
        ("Plato", "Given Family", ("", "Plato")),
        ("", "Given Family", ("", "")),
    ],
)
def test_full_names_are_split(
    name: str, order: FullName, given_and_family: tuple[str, str]
) -> None:
    assert split(name, order)[:2] == given_and_family


@given(st.text(), st.sampled_from(["Family, Given", "Given Family"]))
def test_splitting_a_name_loses_no_letter(name: str, order: FullName) -> None:
    try:
        found = split(name, order)
    except CannotSplit:
        return
    letters = sorted(c for c in "".join([*found[:2], *found.dropped]) if c.isalnum())
    assert letters == sorted(c for c in name if c.isalnum())


@pytest.mark.parametrize(
    "other",
    ["FANCY DOORS AND MOULDINGS LTD", "Fancy Doors & Mouldings, Ltd.", "Fáncy doors&mouldings ltd"],
)
def test_spellings_of_one_name_make_one_number(other: str) -> None:
    assert names.key(other) == names.key("Fancy Doors & Mouldings Ltd")


def test_made_numbers_stay_the_same_from_release_to_release() -> None:
    assert names.build_number("E-", names.key("AV Exterior Ltd.")) == "E-3B85J44Y"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("FORT SASKATCHEWAN", "Fort Saskatchewan"),
        ("o'brien", "O'Brien"),
        ("KOBBY'S", "Kobby's"),
        ("Fort McMurray", "Fort McMurray"),
        ("SAINT-JEAN", "Saint-Jean"),
    ],
)
def test_capitals_are_mended_only_where_a_text_has_nothing_else(text: str, mended: str) -> None:
    assert names.fixed_case(text) == mended
