"""`signet fsck` on complaints: what is lost, doubled or left over is found, and told where."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signet.cli.command import main
from signet.complaints import followup, receipt_codes, store
from signet.complaints.desk import access, case_files, notes, retention
from signet.complaints.desk.access import Opening
from signet.complaints.files import checking
from signet.complaints.files.checking import Means
from signet.complaints.intake import Receipt
from signet.complaints.integrity import repair
from signet.complaints.integrity.checks import Acknowledged, Finding, prove
from signet.complaints.model import Case, Copy
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import CASE, FILE, FILING, CaseRow, FilingRow, KeyRow
from signet.transactions.tables import AuditRow, OutboxRow
from tests import uploaded
from tests.complaint_desk import desk, first, look, officer, seen, standing
from tests.complaint_evidence import arrive, evidence, invited, kept, known, quarantined
from tests.complaint_office import TODAY, complaint_tables_made, file, office, read, shell

__all__ = ["complaint_tables_made", "desk", "evidence", "office", "shell"]


@pytest.fixture
def filed(evidence: Means) -> Receipt:
    """Return a complaint about two people, with an address, an addition and a file."""
    submission = secrets.token_bytes(16)
    receipt = file(submission, numbers=("100001", "100002"), email="a@example.com")
    file(submission, numbers=("100001", "100002"), email="a@example.com", happened="And more.")
    checking.process(arrive(evidence, receipt.files[0], uploaded.png()), evidence, TODAY)
    return receipt


def given(receipt: Receipt) -> Acknowledged:
    return Acknowledged(receipt.code, "the receipt", receipt.cases)


def found(how: Means, *receipts: Acknowledged) -> list[Finding]:
    return list(prove(how.objects, receipts).findings)


def row_of(model: Any, begins: str) -> Any:
    """Return the first row, by its keys, whose part begins so."""
    rows: list[Any] = [row for row in model.scan() if row.part.startswith(begins)]
    return min(rows, key=lambda row: row.serialize().__repr__())


def test_a_complaint_with_all_that_belongs_to_it_is_proved_to_be_there(
    evidence: Means, filed: Receipt
) -> None:
    proof = prove(evidence.objects, [given(filed)])
    assert proof.findings == ()
    assert proof.counts == {
        "filings": 1,
        "cases": 2,
        "forms": 2,
        "files": 3,
        "sealed things": 8,
        "mails of receipts": 1,
    }


LOST: dict[str, tuple[Callable[[], Any], str]] = {
    "a case": (lambda: row_of(CaseRow, CASE), "is lost"),
    "its filing": (lambda: row_of(FilingRow, FILING), "its filing doesn't name it"),
    "a case's key": (lambda: row_of(KeyRow, CASE), "nobody can open"),
    "the key of a file": (lambda: row_of(KeyRow, "file#"), "nobody can open"),
    "the key of an addition": (lambda: row_of(KeyRow, "addition#"), "nobody can open"),
    "an addition": (lambda: row_of(FilingRow, "addition#"), "nothing came of it"),
    "a line of the trail": (
        lambda: next(r for r in AuditRow.scan() if "complaint-filed" in r.body),
        "no line says",
    ),
    "what leads from objects to a file": (
        lambda: next(r for r in FilingRow.scan() if r.part == FILE and r.expires is None),
        "doesn't lead to its filing",
    ),
}


@pytest.mark.parametrize("lost", LOST)
def test_whatever_is_lost_is_found(evidence: Means, filed: Receipt, lost: str) -> None:
    pick, told = LOST[lost]
    pick().delete()
    assert told in "\n".join(map(str, found(evidence)))


def test_what_a_respondent_reads_and_sends_is_proved_to_be_there_as_the_case_has_it(
    evidence: Means, filed: Receipt
) -> None:
    case = standing(first(filed), stage="within", told_on=TODAY)
    opening = Opening("Ana Lee", TODAY, "You are complained of.")
    code = access.open_(officer(), seen(case), opening, secrets.token_bytes(16))
    opened = followup.open_filing(code, receipt_codes.RESPONDENT)
    key = followup.invite(opened, today=TODAY, limit=1)[0]
    checking.process(arrive(evidence, key, uploaded.png()), evidence, TODAY)
    followup.add(opened, "My response", operation_id="7" * 32, today=TODAY)
    assert found(evidence) == []
    side = look(case).respondents[0]
    assert [one.name for one in side.files] == ["photo"]
    clean = case_files.clean(officer(), evidence.objects, case.id, key)
    assert clean.content.startswith(b"\x89PNG")
    row = FilingRow.get(opened.filing.locator, FILING)
    before = row.body
    row.body = before.replace("within", "closed")
    row.save()
    assert [one.wrong for one in found(evidence)] == ["it tells another stage"]
    row.delete()
    assert "what a respondent was sent is lost" in {one.wrong for one in found(evidence)}


def test_a_lost_copy_of_a_file_is_found(evidence: Means, filed: Receipt) -> None:
    evidence.objects.erase(known(filed.files[0]).object_key(Copy.ORIGINAL))
    (finding,) = found(evidence)
    assert finding.table == "followups"
    assert "its original copy is lost" in finding.wrong


def test_a_case_that_no_form_made_is_found(evidence: Means, filed: Receipt) -> None:
    row = row_of(CaseRow, CASE)
    case = Case.model_validate_json(row.body).model_copy(update={"id": "f" * 32})
    store.case_row(case, row.sealed).save()
    told = {finding.wrong for finding in found(evidence, given(filed)) if "f" * 32 in finding.key}
    assert {"its filing doesn't name it", "no line says that the case was filed"} <= told
    assert any(one.key == "the receipt" for one in found(evidence, given(filed)))


def test_a_receipt_whose_complaint_isnt_there_is_found_and_its_code_not_told(
    evidence: Means, filed: Receipt
) -> None:
    lost = Acknowledged("AAAA-BBBB-CCCC-DDDD-EEEE", "receipt of line 7")
    (finding,) = found(evidence, given(filed), lost)
    assert str(finding).startswith("followups receipt of line 7: it was acknowledged and is lost")
    assert "AAAA" not in str(finding)


def test_a_receipt_that_told_of_other_cases_is_found(evidence: Means, filed: Receipt) -> None:
    less = given(filed)._replace(references=filed.cases[:1])
    assert [one.key for one in found(evidence, less)] == ["the receipt"]


@pytest.mark.parametrize("kind", ["mail", "key", "addition", "evidence", "quarantine"])
def test_what_is_left_over_is_found(evidence: Means, filed: Receipt, kind: str) -> None:
    if kind == "mail":
        OutboxRow(f"complaint-{'0' * 32}", recipient="", template="x", facts="{}").save()
    elif kind == "key":
        KeyRow(Filing(filed.code).case(0), "letter#1", recipient="x", wrapped=b"x").save()
    elif kind == "addition":
        FilingRow("0" * 64, "addition#2040-11-24#x").save()
    elif kind == "evidence":
        evidence.objects.keep(f"complaints/{'0' * 32}/2/clean", b"x", "text/plain")
    else:
        arrive(evidence, filed.files[0], uploaded.png())
    assert found(evidence)


def test_a_file_that_waits_for_its_scan_is_no_finding(evidence: Means) -> None:
    _, id_ = invited()
    arrive(evidence, id_, uploaded.png())
    assert found(evidence) == []


def test_a_case_that_was_worked_on_and_erased_leaves_nothing_to_be_found(
    evidence: Means, filed: Receipt, desk: None
) -> None:
    for at in range(2):
        notes.note(officer(), seen(first(filed, at)), "A note.")
    assert found(evidence, given(filed)) == []
    late = TODAY + timedelta(days=1)
    for at in range(2):
        case = first(filed, at)
        kept_long = case.model_copy(update={"closed_on": TODAY, "due": None, "keep_until": TODAY})
        row = store.case_row(kept_long)
        names = ("body", "listed", "place")
        actions: list[Any] = [getattr(CaseRow, name).set(getattr(row, name)) for name in names]
        CaseRow(case.id, CASE).update(actions=actions)
        by = officer(today=late)
        retention.erase(by, evidence.objects, seen(first(filed, at)), "Kept long enough")
        assert found(evidence, given(filed)) == []
    assert kept(evidence) == []
    KeyRow(Filing(filed.code).locator, "file#1", recipient="x", wrapped=b"x").save()
    assert any(finding.table == "casekeys" for finding in found(evidence))


def test_mending_finishes_files_removes_strays_and_lists_anew(
    evidence: Means, filed: Receipt
) -> None:
    arrive(evidence, filed.files[1], uploaded.png())
    arrive(evidence, filed.files[0], uploaded.png())
    evidence.objects.keep(f"complaints/{'0' * 32}/2/clean", b"x", "text/plain")
    row = CaseRow.get(Filing(filed.code).case(0), CASE)
    row.update(actions=[CaseRow.listed.set("stage#closed"), CaseRow.reference.remove()])
    told = " ".join(finding.wrong for finding in found(evidence))
    assert "listed as something else" in told
    done = repair.repair_all(evidence, datetime.now(UTC), TODAY)
    assert done == {
        "files sealed": 1,
        "files refused": 0,
        "files found gone": 0,
        "stray copies removed": 1,
        "cases listed anew": 1,
    }
    assert found(evidence, given(filed)) == []
    assert quarantined(evidence) == []
    assert len(kept(evidence)) == 2 * len(Copy)
    assert read(Filing(filed.code).case(0)).happened


def test_the_command_tells_what_it_looked_at_and_what_it_cant_prove(
    evidence: Means, filed: Receipt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fsck", "complaints"]) == 0
    said = capsys.readouterr().out
    assert "1 filings, 2 cases, 2 forms, 3 files, 8 sealed things" in said
    assert "0 findings" in said
    assert "--codes" in said
    row_of(KeyRow, CASE).delete()
    assert main(["fsck", "complaints"]) == 1
    assert "casekeys" in capsys.readouterr().out


def test_the_command_proves_receipts_and_never_shows_their_codes(
    evidence: Means, filed: Receipt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "codes"
    typed = filed.code.lower().replace("-", "")
    given.write_text(f"; receipts\n\n{typed} {' '.join(filed.cases)}\n")
    assert main(["fsck", "complaints", "--codes", str(given)]) == 0
    given.write_text(f"{filed.code}\nAAAA-BBBB-CCCC-DDDD-EEEE\n")
    assert main(["fsck", "complaints", "--codes", str(given)]) == 1
    assert "receipt of line 2: it was acknowledged and is lost" in capsys.readouterr().out
    given.write_text("nothing of ours")
    assert main(["fsck", "complaints", "--codes", str(given)]) == 2
    said = "".join(capsys.readouterr())
    assert "line 1" in said
    assert "nothing of ours" not in said
    assert filed.code not in said
