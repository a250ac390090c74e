"""What an import does to a register that holds records: nothing newer, private or forbidden is
overruled unasked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signet.register import contacts, fold, tables
from signet.register.tables import ContactRow
from tests.entries import POLICY, day, registered
from tests.office import entered, folder, held, register, signet, told

pytestmark = pytest.mark.usefixtures("empty_tables")
MAPPING = """
[members.columns]
number = "No"
family = "Last"
given = "First"
city = "City"
registered_on = "Since"
[members.columns.status]
from = "Standing"
words = { good = "registered", out = "suspended", gone = "struck_off" }
[members.columns.status_reason]
from = "Standing"
words = { good = "", out = "fees", gone = "fees" }
"""
PRIVATE = """
[members.columns]
number = "No"
family = "Last"
[contacts.columns]
number = "No"
"""
HEADER = "No,Last,First,City,Since,Standing\n"
ADA, BO = "101,Okafor,Ada,Olds,2015-02-03,good\n", "102,Dahl,Bo,Leduc,2016-02-03,good\n"


@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Import rows by a mapping; gives the exit status."""

    def run(rows: str, dated: str, *options: str, mapping: str = MAPPING, header: str = "") -> int:
        (tmp_path / "mapping.toml").write_text(mapping)
        (tmp_path / "list.csv").write_text((header or HEADER) + rows)
        named = ("--mapping", tmp_path / "mapping.toml", "--dated", dated)
        return signet("import", tmp_path / "list.csv", *named, *options)

    return run


def status(number: str, on: str) -> str:
    record = fold.member(held("member", number), day(on))
    assert record is not None
    return record.status


# -- C1: time


def test_an_older_file_never_overrules_a_newer_one_in_silence(take: Any, capsys: Any) -> None:
    out = ADA.replace("good", "out")
    assert take(ADA, "2025-12-01") == 0
    assert take(out, "2026-01-01") == 0
    assert take(out, "2026-03-01") == 0
    before = register()
    told(capsys)
    assert take(ADA, "2026-02-01") == 2
    assert "a day from 2026-03-01 on" in told(capsys)
    assert register() == before
    assert take(ADA, "2026-02-01", "--accept", "older-file", "--dry-run") == 0
    assert take(out, "2026-03-01") == 0  # the same day again
    assert status("101", "2026-06-01") == "suspended"


def test_an_older_file_is_refused_by_a_restored_register_too(
    empty_database: object, take: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert take(ADA, "2026-03-01") == 0
    assert signet("export", "--out", tmp_path / "kept") == 0
    monkeypatch.setenv("SIGNET_TABLES", "restored-")
    assert signet("import", tmp_path / "kept") == 0
    assert take(ADA, "2026-02-01") == 2
    assert take(ADA, "2026-03-01") == 0


def test_a_file_never_overrules_what_was_entered_after_its_day(take: Any, capsys: Any) -> None:
    """Each field by itself: what the officer didn't touch the file may change."""
    assert take(ADA, "2025-12-01") == 0
    assert entered("member", "101", "move", "2025-12-24", "--city", "Red Deer") == 0
    told(capsys)
    assert take(ADA, "2026-01-01") == 2  # the system that wrote it didn't know of the move
    assert "after the file's day: moved" in told(capsys)
    moved_too = ADA.replace("Olds", "Red Deer").replace("good", "out")
    assert take(moved_too, "2026-01-01") == 0
    assert status("101", "2026-06-01") == "suspended"


# -- C2: private contacts


def contact(number: str = "101") -> dict[str, str]:
    tables.bind()
    (one,) = [row for row in contacts.every() if row["number"] == number]
    return one


def test_contacts_are_never_emptied_unasked(take: Any, capsys: Any) -> None:
    fields = 'email = "Mail"\nphone = "Phone"\naddress = "Home"\n'
    header = "No,Last,Mail,Phone,Home\n"
    full = "101,Okafor,a@example.org,403-555-0101,1 Main St\n"
    assert take(full, "2026-01-01", mapping=PRIVATE + fields, header=header) == 0
    assert "contacts: 1 new, 0 changed, 0 unchanged" in told(capsys)
    before = contact()
    # A file without two of the columns, and one with empty cells.
    less = PRIVATE + 'email = "Mail"\n'
    row, short = "101,Okafor,a@example.org\n", "No,Last,Mail\n"
    assert take(row, "2026-02-01", mapping=less, header=short) == 0
    assert take("101,Okafor,,,\n", "2026-03-01", mapping=PRIVATE + fields, header=header) == 0
    assert "contacts: 0 new, 0 changed, 1 unchanged" in told(capsys)
    assert contact() == before
    new = "101,Okafor,b@example.org,,\n"
    assert take(new, "2026-04-01", mapping=PRIVATE + fields, header=header) == 0
    assert "contacts: 0 new, 1 changed, 0 unchanged" in told(capsys)
    assert contact() == {**before, "email": "b@example.org"}
    (history,) = json.loads(ContactRow.get("101").history or "")
    assert history["email"] == "a@example.org"
    assert history["until"].startswith("20")


def test_contacts_are_emptied_when_the_mapping_says_so(take: Any) -> None:
    mapping = PRIVATE + 'phone = { from = "Phone", blank = "clear" }\nemail = "Mail"\n'
    header = "No,Last,Mail,Phone\n"
    rows = "101,Okafor,a@x.org,403-555-0101\n"
    assert take(rows, "2026-01-01", mapping=mapping, header=header) == 0
    assert take("101,Okafor,,\n", "2026-02-01", mapping=mapping, header=header) == 0
    assert (contact()["email"], contact()["phone"]) == ("a@x.org", "")
    (history,) = json.loads(ContactRow.get("101").history or "")
    assert history["phone"] == "403-555-0101"


def test_contacts_that_no_check_would_pass_are_restored_as_they_were(tmp_path: Path) -> None:
    odd = {"number": "100", "email": "a@x.org; b@x.org", "phone": "7.8E+09", "birth_date": "",
           "address": "?"}  # fmt: skip
    source = folder(tmp_path, [registered(number="100")], contacts=[odd])
    assert signet("import", source) == 0
    assert contact("100") == odd


# -- C4, C5: what happened, and what the rules allow


def test_what_isn_t_known_before_the_file_is_said_to_be_unknown(take: Any, capsys: Any) -> None:
    assert take(ADA.replace("good", "out"), "2026-01-01") == 0
    assert "Map status_since" in told(capsys)
    assert status("101", "2020-01-01") == "not_known"
    assert status("101", "2026-01-01") == "suspended"


def test_import_obeys_the_rules_that_entering_obeys(take: Any, capsys: Any) -> None:
    """STA-2: striking needs Council's direction, which no file cites."""
    gone = ADA.replace("good", "gone")
    assert take(ADA + BO, "2026-01-01") == 0
    before = register()
    told(capsys)
    assert take(gone + BO.replace("Leduc", "Olds"), "2026-02-01") == 2
    assert "(STA-2) (or --accept against-rules)" in told(capsys)
    assert register() == before
    assert take(gone, "2026-02-01", "--delta", "--accept", "against-rules") == 0
    assert "1 entered as it happened, with no direction of Council's cited (STA-2)" in told(capsys)
    assert status("101", "2026-03-01") == "struck_off"


def test_a_new_record_s_past_is_entered_as_it_was_and_told(take: Any, capsys: Any) -> None:
    assert take(ADA.replace("good", "gone"), "2026-01-01") == 0
    assert "entered as it happened" in told(capsys)
    assert status("101", "2026-01-01") == "struck_off"


def test_nobody_is_back_within_the_year_of_a_cancellation(take: Any, capsys: Any) -> None:
    """STA-3."""
    assert take(ADA, "2025-01-01") == 0
    assert entered("member", "101", "cancellation", "2025-12-01", "--reason", "discipline") == 0
    told(capsys)
    assert take(ADA, "2026-12-31") == 0
    assert take(ADA, "2026-06-01", "--accept", "older-file", "--accept", "newer-entry") == 2
    assert "(STA-3)" in told(capsys)


def test_a_row_suspends_nobody_whom_a_return_on_record_would_bring_back(
    take: Any, capsys: Any
) -> None:
    assert take(ADA, "2025-12-01") == 0
    on = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    assert entered("member", "101", "reinstatement", on) == 0
    told(capsys)
    out = ADA.replace("good", "out")
    assert take(out, "2026-01-01") == 2
    said = told(capsys)
    assert f"registered from {on}" in said
    assert "void or correct it" in said
    assert status("101", "2026-02-01") == "registered"
    assert take(out, "2026-01-01", "--accept", "against-rules") == 0, "as what happened"


def test_with_accept_valid_the_other_rows_are_taken(take: Any, tmp_path: Path) -> None:
    assert take(ADA + BO, "2026-01-01") == 0
    gone = ADA.replace("good", "gone") + BO.replace("Leduc", "Olds")
    assert take(gone, "2026-02-01", "--accept-valid") == 0
    assert status("101", "2026-03-01") == "registered"
    record = fold.member(held("member", "102"), day("2026-03-01"))
    assert record is not None
    assert record.city == "Olds"
    assert "STA-2" in (tmp_path / "list.rejected.csv").read_text("utf-8-sig")


# -- whose row it is


def test_nobody_is_on_the_register_twice_for_zeros(take: Any, capsys: Any) -> None:
    assert take("00123,Okafor,Ada,Olds,2015-02-03,good\n", "2026-01-01") == 0
    told(capsys)
    assert take("123,Okafor,Ada,Olds,2015-02-03,good\n", "2026-02-01") == 2
    assert "00123, which is on the register" in told(capsys)


def test_a_row_that_names_another_person_is_told(take: Any, capsys: Any) -> None:
    assert take(ADA + BO, "2026-01-01") == 0
    told(capsys)
    shifted = ADA.replace("101", "102") + BO.replace("102", "101")
    assert take(shifted, "2026-02-01") == 2
    assert told(capsys).count("--accept other-person") == 2
    married = ADA.replace("Okafor", "Roy")
    assert take(married, "2026-02-01", "--delta") == 0


def test_a_member_under_a_new_number_is_told(take: Any, capsys: Any) -> None:
    assert take(ADA + BO, "2026-01-01") == 0
    told(capsys)
    assert take(ADA.replace("101", "777") + BO, "2026-02-01") == 2
    assert "101, who has the same name and day" in told(capsys)


def test_invisible_characters_change_nobody_s_name(take: Any, capsys: Any) -> None:
    assert take(ADA, "2026-01-01") == 0
    told(capsys)
    assert (
        take(ADA.replace("Okafor", "Okafor\u200b").replace("Ada", "A\u00adda"), "2026-02-01") == 0
    )
    assert "0 new records, 0 changed, 1 unchanged" in told(capsys)


def test_a_delta_says_nothing_of_those_it_leaves_out(take: Any, capsys: Any) -> None:
    assert take(ADA + BO, "2026-01-01") == 0
    told(capsys)
    assert take(ADA.replace("Olds", "Leduc"), "2026-02-01", "--delta") == 0
    assert "not in this source" not in told(capsys)
    assert take(ADA, "2026-03-01", mapping="delta = true\n" + MAPPING) == 0
    assert "not in this source" not in told(capsys)
    assert take(ADA, "2026-03-01") == 0
    assert "1 members on the register are not in this source" in told(capsys)


# -- entries


def test_the_advice_to_correct_a_permit_s_term_can_be_followed(tmp_path: Path, capsys: Any) -> None:
    """PER-2: a list gives the day of the first issue and today's last valid day."""
    file = tmp_path / "permits.csv"
    row = "number,legal_name,issued_on,expires_on\nP-1,North Ltd.,2010-05-01,{}\n"
    file.write_text(row.format("2028-12-31"))
    assert signet("import", file, "--dated", "2026-01-01") == 0
    assert "with a term longer than a permit's, as from its first issue (PER-2)" in told(capsys)
    file.write_text(row.format("2027-04-30"))
    assert signet("import", file, "--dated", "2026-02-01") == 0
    assert "enter a correction if the file is right" in told(capsys)
    (first,) = held("permit", "P-1")
    right = ("--corrects", first.id, "--as", "issue", "--legal-name", "North Ltd.")
    code = entered(
        "permit", "P-1", "correction", "2010-05-01", *right, "--expires-on", "2027-04-30"
    )
    assert code == 0
    told(capsys)
    assert signet("import", file, "--dated", "2026-03-01") == 0
    assert "enter a correction" not in told(capsys)


def test_a_permit_s_conditions_come_with_a_list_and_go_with_it(tmp_path: Path) -> None:
    file = tmp_path / "permits.csv"
    row = "number,legal_name,issued_on,conditions\nP-1,North Ltd.,2026-01-01,{}\n"
    for dated, said in (("2026-01-01", "Audited; Insured"), ("2026-02-01", "Insured")):
        file.write_text(row.format(said))
        assert signet("import", file, "--dated", dated) == 0
    for on, texts in (("2026-01-15", ["Audited", "Insured"]), ("2026-02-15", ["Insured"])):
        record = fold.permit(held("permit", "P-1"), day(on), POLICY)
        assert record is not None
        assert [condition.text for condition in record.conditions] == texts


def test_a_folder_added_to_a_register_holds_nothing_that_nobody_could_enter(
    tmp_path: Path, capsys: Any
) -> None:
    assert signet("import", folder(tmp_path / "a", [registered(number="1")])) == 0
    for bad in (
        [registered(number="2", family="Ro\u202ey")],
        [registered("1026-01-01", number="2")],
    ):
        told(capsys)
        assert signet("import", folder(tmp_path / "b", bad)) == 2
        assert "what can be entered" in told(capsys)
