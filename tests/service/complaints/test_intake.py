"""Filing: what is acknowledged is there, once, and readable by the office alone (COM-1)."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from signet import sealing
from signet.complaints import receipt_codes
from signet.complaints.model import Case, Filed
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import CASE, FILING, LABEL, CaseRow, FilingRow, KeyRow
from signet.errors import Unavailable
from signet.transactions.tables import AuditRow, OutboxRow
from tests.complaint_office import (
    MAIL,
    MODELS,
    TODAY,
    calls,
    complaint_tables_made,
    file,
    office,
    read,
    shell,
    steps,
)
from tests.function_ground import empty

__all__ = ["calls", "complaint_tables_made", "office", "shell"]
pytestmark = pytest.mark.usefixtures("office")
CANARY = "zebrafish-7731"


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """File each complaint: here that is what is tested."""
    monkeypatch.setattr(steps, "are_kept", False)


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    counts = {
        model.Meta.table_name.rpartition("-")[2]: sum(1 for _ in model.scan()) for model in MODELS
    }
    return {name: count for name, count in counts.items() if count}


def dumped() -> str:
    """Everything that any table holds."""
    return repr([row.serialize() for model in MODELS for row in model.scan()])


def case_of(code: str, position: int = 0) -> Case:
    row = CaseRow.get(Filing(code).case(position), CASE)
    return Case.model_validate_json(row.body)


def test_the_office_reads_what_was_filed() -> None:
    receipt = file(happened="They signed what they had not read.", hoped="That it stops.")
    held = read(Filing(receipt.code).case(0))
    assert held.happened == "They signed what they had not read."
    assert held.hoped == "That it stops."
    case = case_of(receipt.code)
    assert (case.stage, case.filed_on, case.due) == ("received", TODAY, TODAY + timedelta(days=14))
    assert receipt.cases == (case.reference,)


def test_one_complaint_about_several_people_is_a_case_each_and_they_are_linked() -> None:
    receipt = file(numbers=("100001", "100002", "100003", "100001"))
    assert len(receipt.cases) == 3
    cases = [case_of(receipt.code, at) for at in range(3)]
    for case in cases:
        assert {case.id, *case.with_} == {one.id for one in cases}
        assert read(case.id).respondents[case.position].number == f"10000{case.position + 1}"
    filed = Filed.model_validate_json(FilingRow.get(Filing(receipt.code).locator, FILING).body)
    assert {one.reference for one in filed.cases.values()} == set(receipt.cases)


def test_someone_who_is_only_described_can_be_complained_of_without_a_name() -> None:
    receipt = file(about="unlicensed", numbers=(), described="the one in the blue van")
    case = case_of(receipt.code)
    assert case.anonymous
    assert case.respondents == ()
    assert read(case.id).respondents[0].described == "the one in the blue van"


@pytest.mark.parametrize("times", [1, 7])
def test_a_form_sent_again_is_the_same_complaint_and_gets_the_same_receipt(times: int) -> None:
    submission = secrets.token_bytes(16)
    first = file(submission, email="a@example.com")
    before = rows()
    for later in range(times):
        again = file(submission, today=TODAY + timedelta(days=later), email="a@example.com")
        assert again.again
        assert (again.code, again.cases, again.files) == (first.code, first.cases, first.files)
    assert rows() == before


def test_a_hundred_times_at_once_is_one_complaint() -> None:
    submission = secrets.token_bytes(16)

    def send(_: int) -> Any:
        try:
            return file(submission, numbers=("100001", "100002"))
        except Unavailable:  # too many at once: whoever is told so sends again
            return None

    with ThreadPoolExecutor(16) as pool:
        receipts = [found for found in pool.map(send, range(100)) if found]
    assert len({(one.code, one.cases) for one in receipts}) == 1
    assert Counter(row.part for row in CaseRow.scan()) == {CASE: 2, LABEL: 2, "said": 1}
    assert sum(not one.again for one in receipts) <= 1


def test_the_same_form_with_other_content_is_added_to_what_was_filed() -> None:
    submission = secrets.token_bytes(16)
    first = file(submission, happened="First.")
    second = file(submission, happened="First, and then more.")
    assert second.added
    assert not second.again
    assert second.code == first.code
    assert read(Filing(first.code).case(0)).happened == "First."
    begins = FilingRow.part.startswith("addition#")
    assert len(list(FilingRow.query(Filing(first.code).locator, begins))) == 1
    assert file(submission, happened="First, and then more.").again
    assert len(list(FilingRow.query(Filing(first.code).locator, begins))) == 1


def test_every_case_has_its_key_its_audit_row_and_its_mail() -> None:
    receipt = file(numbers=("100001", "100002"), email="a@example.com")
    filing = Filing(receipt.code)
    for at in range(2):
        KeyRow.get(filing.case(at), CASE)
        lines = list(AuditRow.query(f"complaint#{filing.case(at)}"))
        assert [json.loads(line.body)["what"] for line in lines] == ["complaint-filed"]
    assert rows()["outbox"] == 1


def test_no_table_shows_anything_of_what_was_said_nor_to_whom_it_is_mailed() -> None:
    submission = secrets.token_bytes(16)
    texts = (
        "described",
        "happened",
        "when",
        "where",
        "hoped",
        "others",
        "name",
        "phone",
        "address",
    )
    receipt = file(
        submission,
        numbers=(f"N{CANARY}",),
        email=f"{CANARY}@example.com",
        **dict[str, Any]((field, f"{CANARY} {field}") for field in texts),
    )
    held = dumped()
    assert CANARY.lower() not in held.lower()
    assert receipt.code not in held
    assert submission.hex() not in held
    assert Filing(receipt.code).reader.private_bytes_raw().hex() not in held


def test_of_when_it_was_filed_nothing_but_the_day_is_kept() -> None:
    file(email="a@example.com")
    for row in AuditRow.scan():
        assert row.part.startswith("2040-11-24T00:00:00+00:00#")
    for invited in FilingRow.scan():
        if invited.expires is not None:
            at = invited.expires
            assert (at.hour, at.minute, at.second) == (0, 0, 0)


def test_the_receipt_is_mailed_to_whoever_gave_an_address_without_what_was_said() -> None:
    receipt = file(email="a@example.com", happened=CANARY)
    (row,) = OutboxRow.scan()
    assert (row.recipient, row.facts) == ("", "{}")
    told = json.loads(sealing.opened_directly(row.sealed, MAIL, row.id))
    assert told["to"] == "a@example.com"
    facts = json.loads(told["facts"])
    assert facts["code"] == receipt.code
    assert CANARY not in str(told)


def test_nobody_is_mailed_who_gave_no_address() -> None:
    file()
    assert "outbox" not in rows()


def test_the_intake_reads_nothing(calls: list[str]) -> None:
    submission = secrets.token_bytes(16)
    file(submission)
    file(submission)
    file(submission, happened="Something else.")
    assert set(calls) == {"TransactWriteItems"}


def test_cases_about_the_same_person_are_known_to_be_so_without_saying_who_it_is() -> None:
    first, second, other = file(), file(), file(numbers=("100002",))
    assert case_of(first.code).respondents == case_of(second.code).respondents
    assert case_of(first.code).respondents != case_of(other.code).respondents
    assert (
        receipt_codes.respondent_hash("100001", b"another key")
        != case_of(first.code).respondents[0]
    )
    empty(MODELS)


def test_nothing_is_taken_while_there_is_no_key_to_seal_it_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(sealing.OFFICE)
    with pytest.raises(Unavailable):
        file()
    assert rows() == {}


def test_a_twin_that_is_still_writing_is_waited_for_and_not_taken_for_another_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some rows are said to be there, one to be at work: only asking again tells which it is."""
    submission = secrets.token_bytes(16)
    file(submission)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    left = [1]

    def busy(self: BaseClient, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and left:
            left.pop()
            count = len(arguments["TransactItems"])
            codes_ = ["TransactionConflict", *["ConditionalCheckFailed"] * (count - 1)]
            answer: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
                "CancellationReasons": [{"Code": code} for code in codes_],
            }
            raise ClientError(answer, operation)
        return real(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", busy)
    again = file(submission)
    assert (again.again, again.added) == (True, False)


def test_an_addition_that_names_more_people_is_one_when_sent_again_and_names_no_case() -> None:
    submission = secrets.token_bytes(16)
    file(submission)
    more: dict[str, Any] = {"numbers": ("100001", "100002"), "happened": "Somebody else did so."}
    first, again = file(submission, **more), file(submission, **more)
    assert (first.added, first.again) == (True, False)
    assert (again.added, again.again) == (True, True)
