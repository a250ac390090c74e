"""Whole registers into the database and out of it: again, interrupted, restored."""

from __future__ import annotations

import csv
import filecmp
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from signet import bulk
from signet.register import contacts, fold, store, tables
from signet.register.tables import RegisterRow
from tests.entries import (
    P_TECH,
    POLICY,
    day,
    entry,
    issued,
    moment,
    permit_entry,
    practitioner,
    registered,
)
from tests.office import (
    DATED,
    by_id,
    entered,
    folder,
    held,
    kinds,
    register,
    signet,
    small,
    stale,
    told,
)

pytestmark = pytest.mark.usefixtures("empty_tables")
TESTS = Path(__file__).parents[2]
DATA = TESTS.parents[1] / "shared" / "data"

MEMBERS = """\
number,family,given,city,designations,status,status_reason,registered_on
200,Lee,Ana,Olds,C.E.T.,registered,,2011-04-18
201,Roy,Bo,Leduc,,suspended,fees,2012-05-01
"""
CONTACT = {
    "number": "100",
    "email": "ana.secret@example.org",
    "phone": "780-555-0142",
    "birth_date": "1980-01-31",
    "address": "12 Hidden Lane",
}


def rows(path: Path, text: str = MEMBERS) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def same_files(left: Path, right: Path) -> bool:
    names = sorted(file.name for file in left.iterdir())
    _, different, missing = filecmp.cmpfiles(left, right, names, shallow=False)
    return names == sorted(f.name for f in right.iterdir()) and not different and not missing


# -- there and back


def test_import_then_export_gives_the_same_files(tmp_path: Path) -> None:
    members = [
        [
            *practitioner("100", limits="=1+1", text='two\r\nlines; "quoted"\rhere'),
            entry("name_changed", "2021-01-01", family="O’Brien", native_name="李小龍"),
            entry("condition_imposed", "2021-02-01", condition="C1", text="a; b\\"),
        ],
        [registered(number="101"), entry("moved", "2025-01-01", number="101", city="Olds")],
    ]
    permits = [[issued(operating_names=["N; G"]), permit_entry("renewed", "2020-12-01")]]
    source = folder(tmp_path / "in", *members, permits=permits, contacts=[CONTACT])
    assert signet("import", source) == 0
    assert signet("export", "--out", tmp_path / "out", "--dated", DATED) == 0
    assert same_files(source, tmp_path / "out")
    assert stale() == []


def test_an_export_without_contacts_holds_none(tmp_path: Path) -> None:
    signet("import", folder(tmp_path / "in", practitioner("100"), contacts=[CONTACT]))
    out = tmp_path / "out"
    assert signet("export", "--out", out) == 0
    assert CONTACT["email"] in (out / "contacts.csv").read_text()
    assert signet("export", "--out", out, "--without-contacts") == 0
    assert not any(CONTACT["email"] in file.read_text() for file in out.iterdir())


# -- again


def test_importing_twice_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    assert signet("import", small(tmp_path)) == 0
    before = register()
    told(capsys)
    assert signet("import", tmp_path) == 0
    assert "0 new records, 0 changed, 4 unchanged; 0 entries to add" in told(capsys)
    assert register() == before
    assert stale() == []


def test_importing_rows_twice_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    source = rows(tmp_path / "members.csv")
    assert signet("import", source, "--dated", "2021-06-01") == 0
    before = register()
    told(capsys)
    for dated in ("2021-06-01", "2021-07-01"):
        assert signet("import", source, "--dated", dated) == 0
        assert "0 new records, 0 changed, 2 unchanged" in told(capsys)
    assert register() == before


def test_a_changed_row_becomes_entries(tmp_path: Path) -> None:
    signet("import", rows(tmp_path / "members.csv"), "--dated", "2021-06-01")
    changed = MEMBERS.replace("Bo,Leduc,,suspended,fees", "Bo,Olds,C.Tech.,registered,reinstated")
    source = rows(tmp_path / "members.csv", changed)
    assert signet("import", source, "--dated", "2021-07-01") == 0
    record = fold.member(held("member", "201"), day("2021-07-01"))
    assert record is not None
    assert (record.city, record.status, record.reason) == ("Olds", "registered", "reinstated")
    before = fold.member(held("member", "201"), day("2021-06-30"))
    assert before is not None
    assert (before.city, before.status, before.reason) == ("Leduc", "suspended", "fees")
    assert len(held("member", "200")) == 2
    assert stale() == []


def test_said_then_taken_back_then_said_again_on_one_day(tmp_path: Path) -> None:
    for city in ("Olds", "Leduc", "Olds"):
        text = f"number,family,city\n200,Lee,{city}\n"
        assert signet("import", rows(tmp_path / "members.csv", text), "--dated", "2021-06-01") == 0
        record = fold.member(held("member", "200"), day("2021-06-01"))
        assert record is not None
        assert record.city == city


def test_what_is_dated_later_than_the_file_is_taken_once(tmp_path: Path) -> None:
    rows(tmp_path / "members.csv", f"number,family,designations\n200,Lee,{P_TECH}\n")
    rows(
        tmp_path / "scopes.csv",
        f"number,designation,discipline,since\n200,{P_TECH},Civil,2021-09-01\n",
    )
    for _ in range(3):
        assert signet("import", tmp_path, "--dated", "2021-06-01") == 0
    assert sorted(kinds("member", "200")) == ["designation_granted", "registered", "scope_granted"]


def test_a_missing_record_is_reported_and_never_struck(tmp_path: Path, capsys: Any) -> None:
    """STA-2."""
    signet("import", rows(tmp_path / "members.csv"))
    before = register()
    told(capsys)
    fewer = "".join(MEMBERS.splitlines(keepends=True)[:2])
    assert signet("import", rows(tmp_path / "members.csv", fewer)) == 0
    said = told(capsys)
    assert "1 members on the register are not in this source" in said
    assert "\n  201\n" in said
    assert "STA-2" in said
    assert register() == before


# -- entries into a register that holds some


def test_restoring_keeps_moments_and_later_imports_stamp_theirs(tmp_path: Path) -> None:
    begun = datetime.now(UTC)
    signet("import", small(tmp_path / "first"))
    assert {e.recorded_at for e in held("member", "100")} == {moment("2020-01-01T12:00:00")}
    more = [*practitioner("100"), entry("moved", "2021-03-01", city="Olds")]
    source = folder(tmp_path / "second", more, [registered(number="300")])
    assert signet("import", source) == 0
    recorded = {e.id: e.recorded_at for e in held("member", "100")}
    assert recorded.pop("moved-2021-03-01") > begun
    assert set(recorded.values()) == {moment("2020-01-01T12:00:00")}
    assert all(e.recorded_at > begun for e in held("member", "300"))
    assert stale() == []


def test_an_entry_that_is_held_otherwise_is_an_error(tmp_path: Path, capsys: Any) -> None:
    signet("import", small(tmp_path / "first"))
    before = register()
    other = folder(tmp_path / "second", [registered(family="Roy")])
    assert signet("import", other) == 2
    assert "entries are never changed" in told(capsys)
    assert register() == before


def test_every_problem_of_a_folder_is_told_and_nothing_imported(
    tmp_path: Path, capsys: Any
) -> None:
    source = small(tmp_path)
    text = (source / "members.csv").read_text()
    (source / "members.csv").write_text(text.replace("Lee", "Leigh"))
    assert signet("import", source) == 2
    said = told(capsys)
    assert "3 problems in the input; nothing was changed" in said
    for line in (2, 3, 4):
        assert f"members.csv:{line}, column family: 'Leigh': expected 'Lee'" in said
    assert register() == {}


# -- interrupted


def interrupted(*arguments: object, transactions: int = 1) -> None:
    """Run `signet`, and lose the process after some transactions of 24 rows were written."""
    commit, left = bulk._commit, [transactions]

    def failing(changes: Any) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        commit(changes)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bulk, "_commit", failing)
        patched.setattr(bulk, "ROWS", 24)
        patched.setattr(bulk, "WRITERS", 1)
        assert signet(*arguments) == 130


@pytest.mark.parametrize("transactions", [0, 1])
def test_a_restore_broken_off_and_run_again_is_whole_with_its_moments(
    tmp_path: Path, transactions: int
) -> None:
    source = small(tmp_path / "in", members=14)
    interrupted("import", source, transactions=transactions)
    assert len(register()) == transactions * 12  # each with its snapshot
    assert signet("import", source) == 0
    assert len(register()) == 15
    noon = moment("2020-01-01T12:00:00")
    assert {e.recorded_at for e in held("member", "113")} == {noon}
    assert stale() == []
    assert signet("export", "--out", tmp_path / "out", "--dated", DATED) == 0
    (source / "contacts.csv").write_text("number,email,phone,birth_date,address\n")
    (tmp_path / "out" / "datapackage.json").unlink()
    (source / "datapackage.json").unlink()
    assert same_files(source, tmp_path / "out")


def test_a_restore_broken_off_is_finished_before_anything_else_is_imported(
    tmp_path: Path, capsys: Any
) -> None:
    source = small(tmp_path / "in", members=14)
    interrupted("import", source)
    for other in (small(tmp_path / "other"), rows(tmp_path / "members.csv")):
        before = register()
        assert signet("import", other) == 2
        assert "import that same folder again" in told(capsys)
        assert register() == before
    assert signet("import", source) == 0
    assert signet("import", rows(tmp_path / "members.csv")) == 0


def test_after_a_restore_was_finished_moments_are_those_of_import(tmp_path: Path) -> None:
    source = small(tmp_path / "in", members=14)
    interrupted("import", source)
    signet("import", source)
    begun = datetime.now(UTC)
    signet("import", folder(tmp_path / "more", [registered(number="300")]))
    assert all(e.recorded_at > begun for e in held("member", "300"))


def test_rows_imported_half_way_and_again_are_the_same_register(tmp_path: Path) -> None:
    lines = [f"{n},Lee,Ana,Olds,C.E.T.,registered,,2011-04-{n - 290}\n" for n in range(300, 314)]
    source = rows(tmp_path / "members.csv", MEMBERS.splitlines(keepends=True)[0] + "".join(lines))
    interrupted("import", source, "--dated", "2021-06-01")
    assert 0 < len(register()) < 14
    assert signet("import", source, "--dated", "2021-06-01") == 0
    assert len(register()) == 14
    assert all(len(entries) == 2 for entries in register().values())
    assert stale() == []


# -- dry runs, rejected rows, refusals


def test_a_dry_run_writes_nothing_not_even_a_table(
    empty_database: object, tmp_path: Path, capsys: Any
) -> None:
    assert signet("import", small(tmp_path), "--dry-run") == 0
    assert "4 new records" in told(capsys)
    tables.bind()
    assert not any(model.exists() for model in tables.MODELS)
    assert signet("import", tmp_path) == 0
    before = register()
    (tmp_path / "members.csv").write_text(MEMBERS)
    (tmp_path / "entries.csv").unlink()
    for file in ("scopes", "other_names", "permits", "responsible_members"):
        (tmp_path / f"{file}.csv").unlink()
    assert signet("import", tmp_path, "--dry-run") == 0
    assert "2 new records" in told(capsys)
    assert register() == before


def test_a_dry_run_doesn_t_take_a_database_that_is_away_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for options in (["--dry-run"], []):
        assert signet("import", small(tmp_path), *options) == 2
        assert "the database can't be reached" in told(capsys)


def test_accept_valid_takes_the_good_rows_and_writes_the_others_beside(
    tmp_path: Path, capsys: Any
) -> None:
    bad = MEMBERS + "202,Kim,Jo,Olds,P.Eng.,registered,,2012-05-01\n"
    source = rows(tmp_path / "members.csv", bad)
    assert signet("import", source) == 2
    assert "members.csv:4, column designations: 'P.Eng.'" in told(capsys)
    assert register() == {}
    assert signet("import", source, "--accept-valid") == 0
    assert [number for _, number in register()] == ["200", "201"]
    with (tmp_path / "members.rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        (rejected,) = csv.DictReader(file)
    assert (rejected["number"], rejected["line"]) == ("202", "4")


def test_accept_valid_takes_the_good_rows_of_a_folder_with_a_row_too_short(tmp_path: Path) -> None:
    rows(tmp_path / "members.csv")
    rows(tmp_path / "other_names.csv", "subject,number,name\nmember,200,Ana Kim\nmember,201\n")
    assert signet("import", tmp_path, "--accept-valid") == 0
    assert "other_name_added" in kinds("member", "200")


def test_a_folder_with_entries_is_taken_whole_or_not_at_all(tmp_path: Path, capsys: Any) -> None:
    assert signet("import", small(tmp_path), "--accept-valid") == 2
    assert "whole or not at all" in told(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["import"],
        ["import", "nowhere"],
        ["import", ".", "--dated", "2021-02-30"],
        ["import", ".", "--mapping", "nowhere.toml"],
        ["export"],
        ["unknown"],
        [],
    ],
    ids=str,
)
def test_bad_usage_and_bad_input_end_with_2(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert signet(*arguments) == 2


@pytest.mark.parametrize("arguments", [["export", "--out", "x"], ["fsck"], ["show", "member", "1"]])
def test_without_a_register_commands_say_what_to_do(
    arguments: list[str],
    empty_database: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert signet(*arguments) == 2
    assert "import records first" in told(capsys)


# -- what is private stays apart


def private_values() -> list[str]:
    return [value for name, value in CONTACT.items() if name != "number"]


def test_contacts_are_in_no_row_of_the_register_and_no_output(tmp_path: Path, capsys: Any) -> None:
    source = folder(tmp_path / "in", practitioner("100"), contacts=[CONTACT])
    assert signet("import", source) == 0
    assert signet("show", "member", "100") == 0
    assert entered("member", "100", "move", "2022-01-01", "--city", "Olds") == 0
    assert entered("member", "100", "suspension", "2022-01-01") == 2
    assert signet("fsck", "register") == 0
    said = told(capsys) + "".join(row.body for row in RegisterRow.scan())
    assert not [value for value in private_values() if value in said]
    assert list(contacts.every()) == [CONTACT]


@pytest.mark.parametrize("entries", [True, False], ids=["with entries", "without"])
def test_a_problem_with_contacts_shows_none_of_them(
    entries: bool, tmp_path: Path, capsys: Any
) -> None:
    bad = CONTACT | {"birth_date": "31 Jan 1980", "email": "ana.secret\u202e@example.org"}
    source = folder(tmp_path, practitioner("100"), contacts=[bad])
    if not entries:
        (source / "entries.csv").unlink()
    assert signet("import", source) == 2
    said = told(capsys)
    assert "contacts.csv:2, column birth_date: '…'" in said
    assert not [value for value in bad.values() if value in said and value != "100"]
    assert register() == {}


# -- other systems' files: real ones, if they are there


def part_of(name: str, out: Path, wanted: Callable[[dict[str, str]], bool]) -> Path:
    """Return the rows of a real export that are wanted, as they are."""
    source = DATA / name
    if not source.exists():
        pytest.skip(f"{name} isn't beside the project")
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        kept = [row for row in reader if wanted(row)]
        names = list(reader.fieldnames or ())
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(kept)
    return out


def california(month: str, tmp_path: Path) -> Path:
    """Return an export's licences of some numbers and of all that changed their standing."""
    days = {"2025-09": "13", "2025-11": "17"}
    status: dict[str, dict[str, str]] = {}
    for other, on in days.items():
        path = DATA / f"california_structural_engineers_{other}-{on}.csv"
        if not path.exists():
            pytest.skip(f"{path.name} isn't beside the project")
        with path.open(encoding="utf-8", newline="") as file:
            status[other] = {r["License Number"]: r["License Status"] for r in csv.DictReader(file)}
    before, after = status.values()
    changed = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
    name = f"california_structural_engineers_{month}-{days[month]}.csv"
    return part_of(
        name,
        tmp_path / f"{month}.csv",
        lambda row: row["License Number"] in changed or int(row["License Number"]) % 100 == 0,
    )


def test_two_exports_of_california_one_after_the_other_give_a_history(
    tmp_path: Path, capsys: Any
) -> None:
    for month, dated in (("2025-09", "2025-09-13"), ("2025-11", "2025-11-17")):
        mapping = TESTS / "mappings" / f"california_{month}.toml"
        source = california(month, tmp_path)
        assert signet("import", source, "--mapping", mapping, "--dated", dated) == 0
    assert "14 members on the register are not in this source" in told(capsys)
    moved = 0
    for entries in register().values():
        before = fold.member(entries, day("2025-11-16"))
        after = fold.member(entries, day("2025-11-17"))
        assert after is not None
        if before is not None and before.status != after.status:
            moved += 1
            assert {before.status, after.status} == {"registered", "suspended"}
            assert after.status_since == day("2025-11-17")
    assert moved == 28
    assert stale() == []
    counts = register()
    assert signet("import", source, "--mapping", mapping, "--dated", dated) == 0
    assert register() == counts


def test_alberta_s_employers_become_permit_holders(tmp_path: Path) -> None:
    source = part_of(
        "alberta_engtech_employers.csv",
        tmp_path / "employers.csv",
        lambda row: row["employer"][0] in "ASas",
    )
    mapping = TESTS / "mappings" / "alberta_employers.toml"
    assert signet("import", source, "--mapping", mapping, "--dated", "2021-06-01") == 0
    permits = {n: fold.permit(e, DATED, POLICY) for (_, n), e in register().items()}
    names = {p.legal_name for p in permits.values() if p is not None}
    assert len(names) == len(permits) > 40
    assert "AV Exterior Ltd." in names
    assert stale() == []
    before = register()
    assert signet("import", source, "--mapping", mapping, "--dated", "2021-06-01") == 0
    assert register() == before


# -- fsck


def test_fsck_finds_a_planted_stale_snapshot_and_mends_it(tmp_path: Path, capsys: Any) -> None:
    signet("import", small(tmp_path))
    snapshot = RegisterRow.get("member#101", "snapshot")
    body = json.loads(snapshot.body)
    body["record"]["status"] = "retired"
    snapshot.body = json.dumps(body)
    snapshot.save()
    RegisterRow.get("permit#P-1", "snapshot").delete()
    told(capsys)
    assert signet("fsck", "register") == 1
    said = told(capsys)
    assert "member 101: its snapshot is stale" in said
    assert "permit P-1: it has no snapshot" in said
    assert signet("fsck", "register", "--mend") == 0
    assert signet("fsck", "register") == 0
    assert "3 members and 1 permits checked, 0 findings" in told(capsys)
    mended = store.snapshot("member", "101")
    assert mended is not None
    assert mended["record"]["status"] == "registered"
    assert entered("member", "101", "move", "2021-01-01", "--city", "Olds") == 0


def test_mending_leaves_what_somebody_wrote_meanwhile(tmp_path: Path) -> None:
    signet("import", small(tmp_path))
    version = store.read("member", "101").version
    entered("member", "101", "move", "2021-01-01", "--city", "Olds")
    assert not store.put_snapshot("member", "101", "{}", version)
    assert stale() == []


@pytest.mark.parametrize(
    ("entries", "finding"),
    [
        (practitioner("300")[:2], "without a scope of practice"),
        ([entry("status_changed", "2020-02-01", number="300", status="on_hold")], "isn't in the"),
        ([entry("designation_granted", "2020-02-01", number="300", designation="X")], "DES-4"),
    ],
    ids=["scope", "status", "designation"],
)
def test_fsck_finds_records_that_break_the_rules(
    entries: list[Any], finding: str, tmp_path: Path, capsys: Any
) -> None:
    whole = by_id([registered(number="300"), *(e for e in entries if e.kind != "registered")])
    assert signet("import", folder(tmp_path, whole)) == 0
    told(capsys)
    assert signet("fsck", "register") == 1
    assert finding in told(capsys)


def test_fsck_finds_a_permit_that_nobody_answers_for(
    empty_database: object, tmp_path: Path, capsys: Any
) -> None:
    """PER-5; and where no complaint was ever filed, there are none to check."""
    signet("import", folder(tmp_path, permits=[[issued(expires_on="2099-12-31")]]))
    assert signet("fsck") == 1
    said = told(capsys)
    assert "PER-5" in said
    assert "no tables of complaints here" in said


# -- large records


def test_a_record_with_more_than_a_row_holds_is_kept_whole(tmp_path: Path) -> None:
    long = "é" * 3900
    entries = [registered()]
    for n in range(60):
        name, text = f"C{n}", f"{n} {long}"
        imposed: Any = {"named": f"i{n:03}", "condition": name, "text": text}
        entries.append(entry("condition_imposed", "2020-02-01", **imposed))
        entries.append(entry("condition_lifted", "2020-03-01", named=f"l{n:03}", condition=name))
    signet("import", folder(tmp_path / "first", [registered(number="1")]))
    assert signet("import", folder(tmp_path / "in", entries)) == 0
    assert len(held("member", "100")) == 121
    assert stale() == []
