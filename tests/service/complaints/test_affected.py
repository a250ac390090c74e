"""After a breach: one command tells which cases it touched and, opened on the record, whom."""

from __future__ import annotations

import csv
import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from signet import keyring, sealing
from signet.complaints import store
from signet.complaints.receipt_codes import Filing, reference
from signet.complaints.tables import CASE, KeyRow
from signet.keyring import Purpose
from signet.transactions.tables import AuditRow
from tests.complaint_office import (
    OFFICE,
    OFFICE_KEY,
    TODAY,
    complaint_tables_made,
    file,
    office,
    shell,
)
from tests.office import signet
from tests.wrapping import kms, new_key, set_pairs

__all__ = ["complaint_tables_made", "kms", "office", "shell"]
pytestmark = pytest.mark.usefixtures("office")
WHO: dict[str, Any] = {
    "name": "Ana Complainant",
    "email": "ana@example.org",
    "phone": "+1 403 555 0100",
}
BY_TODAY, REASON = ("--to", TODAY), "Breach of 24 November"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "affected.csv"


def affected(table: Path, *options: object, status: int = 0) -> list[dict[str, str]]:
    assert signet("complaints", "affected", "--out", table, *options) == status
    with table.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def add(code: str, later: int) -> None:
    """Add something to what was filed, some days later."""
    day = TODAY + timedelta(days=later)
    part = store.addition_key(day, f"{later:032x}")
    sealed = sealing.seal(b"more", OFFICE_KEY, "any")
    store.sealed_row(Filing(code).locator, part, sealed, day).save()


def name(code: str) -> str:
    return reference(Filing(code).case(0))


def test_whatever_was_there_by_a_day_is_listed_and_nothing_of_whom(table: Path) -> None:
    first = file(today=TODAY - timedelta(days=9), **WHO)
    second = file(about="unlicensed", numbers=(), described="the blue van")
    file(today=TODAY + timedelta(days=1))
    add(first.code, 0)
    found = affected(table, *BY_TODAY)
    assert [(one["reference"], one["contact_given"], one["additions_then"]) for one in found] == [
        (name(first.code), "yes", "1"),
        (name(second.code), "no", "0"),
    ]
    assert {one["key"] for one in found} == {OFFICE_KEY.id}
    assert "Ana" not in table.read_text()
    assert "blue van" not in table.read_text()
    assert stat.S_IMODE(table.stat().st_mode) == 0o600


def test_of_some_days_only_what_was_sent_in_them_counts(table: Path) -> None:
    before = file(today=TODAY - timedelta(days=9))
    file(today=TODAY - timedelta(days=8))
    add(before.code, 0)
    add(before.code, 5)
    then = file(numbers=("100001", "100002"))
    found = affected(table, "--from", TODAY, "--to", TODAY + timedelta(days=1))
    assert {one["reference"]: (one["filed_then"], one["additions_then"]) for one in found} == {
        name(before.code): ("no", "1"),
        then.cases[0]: ("yes", "0"),
        then.cases[1]: ("yes", "0"),
    }


def test_opened_it_tells_whom_to_warn_and_each_case_says_that_it_was_opened(
    table: Path, kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pairs(monkeypatch, Purpose.OFFICE, keyring.wrapped(OFFICE, Purpose.OFFICE, new_key(kms)))
    receipt = file(**WHO, described="=the one in the blue van")
    erased = file()
    KeyRow.get(Filing(erased.code).case(0), CASE).delete()
    found = {one["reference"]: one for one in affected(table, *BY_TODAY, "--open", REASON)}
    told = found[name(receipt.code)]
    assert told["respondents"] == "100001 =the one in the blue van"
    assert (told["name"], told["email"]) == (WHO["name"], WHO["email"])
    assert told["phone"] == "'+1 403 555 0100", "no spreadsheet takes it for a formula"
    assert found[name(erased.code)]["respondents"] == "can't be opened"
    lines = AuditRow.query(f"complaint#{Filing(receipt.code).case(0)}")
    opened = [
        said for said in (json.loads(line.body) for line in lines) if "opened" in said["what"]
    ]
    assert [said["detail"] for said in opened] == [{"reason": REASON}]


def test_without_the_line_in_the_trail_nothing_is_opened(
    table: Path, kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pairs(monkeypatch, Purpose.OFFICE, keyring.wrapped(OFFICE, Purpose.OFFICE, new_key(kms)))
    file(**WHO)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def refusing(self: BaseClient, operation: str, arguments: Any) -> Any:
        if operation == "PutItem":
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)
        return real(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refusing)
    assert signet("complaints", "affected", "--out", table, *BY_TODAY, "--open", REASON) == 2
    assert not table.exists()


def test_a_file_that_is_there_is_never_written_over(table: Path) -> None:
    table.write_text("something of somebody's")
    assert signet("complaints", "affected", "--out", table) == 2
    assert table.read_text() == "something of somebody's"
