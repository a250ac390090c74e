"""Giving respondents access: they read and answer with a code that is sent with a letter.

Access is given once the respondent was told of the complaint (COM-8), in a stage where the policy
lets them answer. The code is derived from the form's own submission, as a receipt code is: it is
shown in the answer to that form, never stored, and can be replaced or revoked. Each respondent has
their own code.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from signet import sealing
from signet.complaints import access, disclosure, receipt_codes, store
from signet.complaints.access import dates_asked, is_answered
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import COPY_TO_RESPONDENT, Access, Step
from signet.complaints.desk.context import CaseChange, CaseVersion, Officer, change_case
from signet.complaints.desk.opened_case import complaint_of, copy_of
from signet.complaints.desk.texts import unsealed
from signet.complaints.model import Asked, Case, Complaint, Filed, Respondent
from signet.complaints.receipt_codes import RESPONDENT, Filing
from signet.complaints.store import message_key, question_key
from signet.complaints.tables import FilingRow, access_key, seal_context
from signet.errors import FieldError, Invalid, NotAllowed, Refused, Unavailable
from signet.transactions.commit import Change

RULE = "COM-8"
MOST = 10  # respondents of one case; moving it writes a row for each in one transaction
WRITTEN_MOST = 80  # texts sent to one respondent; a new code reseals all in one transaction


class Opening(NamedTuple):
    """A request to give access: the respondent, when they were told, and the first message.

    `due` is the day by which they are asked to answer it.
    """

    name: str
    told_on: date
    text: str
    due: date | None = None


def reasons_against(officer: Officer, case: Case) -> list[str]:
    """Return why no respondent of a case can be given access at present."""
    stage = officer.rules.stages[case.stage]
    reasons = []
    if not case.settled:
        reasons.append("It isn’t settled yet who the complaints filed together are about.")
    if case.told_on is None:
        reasons.append("Record first that the respondent was told of the complaint (COM-8).")
    if not stage.respondent:
        reasons.append(f"At “{stage.name}” no respondent is asked yet, or any more.")
    return reasons


def open_(officer: Officer, seen: CaseVersion, opening: Opening, submission: bytes) -> str:
    """Give a respondent access and return their code; sending the form again returns the same code.

    Raises Refused for any of `reasons_against`, Invalid for text that they may not read and for a
    respondent who has access already, NotAllowed where the respondent is the officer, NotFound,
    Conflict.
    """
    filing = Filing(receipt_codes.code_of(submission), RESPONDENT)

    def change(case: Case) -> CaseChange:
        if reasons := reasons_against(officer, case):
            raise Refused(" ".join(reasons), rule=RULE)
        _check_opening(officer, case, opening)
        access = Access(
            id=officer.operation,
            filings=(filing.locator,),
            told_on=opening.told_on,
            opened_on=officer.today,
            by=officer.account,
        )
        sort_key = message_key(officer.today, officer.operation)
        changes = [
            *_named(case, access, opening.name),
            _new_filing(officer, case, filing, access.id),
            _sealed_to(_reader(filing), filing.locator, sort_key, opening.text, opening.due),
        ]
        detail = {"access": access.id, "message": officer.operation}
        return CaseChange(case, detail, _with_copy(opening.name, opening.text), changes)

    change_case(officer, seen, "complaint-access-opened", [filing.locator, *opening], change)
    return filing.code


def _check_opening(officer: Officer, case: Case, opening: Opening) -> None:
    errors = [*_errors(officer, case, opening.text, opening.due)]
    if not case.filed_on <= opening.told_on <= officer.today:
        message = "Enter a day since the complaint was filed, up to today"
        errors.append(FieldError("told_on", message))
    held = access.active(case.id)
    if len(held) >= MOST:
        raise Refused(f"{MOST} respondents have access to this case already.")
    known = {_plain(named_of(officer, case.id, one) or "") for one in held}
    if _plain(opening.name) in known:
        message = "They have access already. Give them a new code instead"
        errors.append(FieldError("name", message))
    if errors:
        raise Invalid(*errors, rule=RULE)
    _check_own(officer, opening.name)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _check_own(officer: Officer, name: str) -> None:
    """Raise NotAllowed where the respondent may be the officer, who can't handle their own case."""
    from signet.complaints.desk import conflicts  # imported late, as it reads the register

    who = Respondent(about=disclosure.REGISTERED[0], described=name)
    if conflicts.is_named(officer, Complaint(respondents=(who,), happened="")):
        raise NotAllowed("That is your own name: another officer has to deal with this case.")


def _errors(officer: Officer, case: Case, text: str, due: date | None) -> list[FieldError]:
    complaint = complaint_of(officer, case)
    faults = [
        FieldError("text", message)
        for message in disclosure.disclosures(officer.rules, case, complaint, text)
    ]
    if due is not None and due < officer.today:
        faults.append(FieldError("due", "That day is past: enter today or a day to come"))
    return faults


def _named(case: Case, new_access: Access, name: str) -> list[Change]:
    sort_key = access_key(new_access.id)
    office = sealing.set_as(sealing.OFFICE)
    sealed = sealing.seal(name.encode(), office, seal_context(case.id, sort_key))
    row = access.new_row(case.id, new_access, sealed.box)
    return [case_store.add(row), case_store.insert_key(case.id, sort_key, sealed.key)]


def named_of(officer: Officer, case: str, one: Access) -> str | None:
    """Return the name of an access's respondent, None if it can't be opened.

    Raises Unavailable.
    """
    sort_key = access_key(one.id)
    row = case_store.row(case, sort_key)
    return unsealed(officer, row, case_store.key(case, sort_key)) if row else None


def _reader(filing: Filing) -> X25519PublicKey:
    return filing.reader.public_key()


def _new_filing(officer: Officer, case: Case, filing: Filing, id_: str) -> Change:
    reader = _reader(filing).public_bytes_raw().hex()
    filed = Filed(filed_on=officer.today, cases={}, reader=reader, respondent=id_)
    return case_store.add(store.filing_row(filing.locator, access.with_case_state(filed, case)))


def _sealed_to(
    reader: X25519PublicKey,
    locator: str,
    sort_key: str,
    text: str,
    due: date | None,
    answered_on: date | None = None,
) -> Change:
    box = sealing.direct(text.encode(), reader, seal_context(locator, sort_key))
    asked = Asked(due=due, answered_on=answered_on).model_dump_json()
    return case_store.add(FilingRow(locator, sort_key, body=asked, sealed=box))


def _with_copy(name: str, text: str) -> str:
    return f"{name}{COPY_TO_RESPONDENT}{text}"


def write(
    officer: Officer, seen: CaseVersion, id_: str, text: str, due: date | None, *, asks: bool
) -> None:
    """Send a respondent a question, or a message that needs no answer, sealed to their code.

    No mail is sent: a letter tells them. Raises Invalid for text that they may not read and for a
    day in the past, Refused for a question once the case is closed, NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        if asks and case.closed_on:
            raise Refused("This case is closed: nothing more is asked.")
        one = access.active_one(case.id, id_)
        if errors := _errors(officer, case, text, due):
            raise Invalid(*errors, rule=RULE)
        if len(access.messages_from_staff(one.filing)) >= WRITTEN_MOST:
            raise Refused("They have been sent the maximum number of messages. Write a letter.")
        kind, part_of = ("question", question_key) if asks else ("message", message_key)
        sort_key = part_of(officer.today, officer.operation)
        reader = _reader_of(one.filing)
        detail = {"access": id_, kind: officer.operation}
        note = _with_copy(named_of(officer, case.id, one) or "", text)
        return CaseChange(case, detail, note, [_sealed_to(reader, one.filing, sort_key, text, due)])

    what = "complaint-respondent-asked" if asks else "complaint-respondent-written"
    change_case(officer, seen, what, [id_, text, due], change)


def _reader_of(locator: str) -> X25519PublicKey:
    filed = case_store.filed(locator)
    if filed is None:
        raise Unavailable
    return X25519PublicKey.from_public_bytes(bytes.fromhex(filed.reader))


def revoke(officer: Officer, seen: CaseVersion, id_: str, words: str) -> None:
    """Revoke a respondent's code. What they sent stays.

    Raises NotFound, Refused where it is revoked already, Conflict.
    """

    def change(case: Case) -> CaseChange:
        one = access.active_one(case.id, id_)
        changes = access.revoke(case.id, [one], officer.today)
        return CaseChange(case, {"access": id_}, words, changes)

    change_case(officer, seen, "complaint-access-revoked", [id_, words], change)


def replace(officer: Officer, seen: CaseVersion, id_: str, submission: bytes, words: str) -> str:
    """Replace a respondent's code and return the new one; the same when the form is sent again.

    The old code stops working, and what they were sent is resealed to the new one. Raises NotFound,
    Conflict, and Unavailable where some of it can't be opened.
    """
    filing = Filing(receipt_codes.code_of(submission), RESPONDENT)

    def change(case: Case) -> CaseChange:
        one = access.active_one(case.id, id_)
        new = one.model_copy(update={"filings": (*one.filings, filing.locator)})
        changes = [
            access.replacement(case.id, new, one),
            *access.revoke_code(one.filing, officer.today),
            _new_filing(officer, case, filing, id_),
            *_resealed(officer, case, one, filing),
        ]
        return CaseChange(case, {"access": id_}, words, changes)

    change_case(officer, seen, "complaint-access-replaced", [filing.locator, id_, words], change)
    return filing.code


def _resealed(officer: Officer, case: Case, one: Access, to: Filing) -> list[Change]:
    """Return the rows of what was sent under the old code, resealed from the office's copies."""
    copies = _copies(officer, case, one)
    rows = case_store.all_filing_rows(one.filing)
    changes = []
    for row in rows:
        if not row.part.startswith(access.WRITTEN):
            continue
        id_ = row.part.rpartition("#")[2]
        text, asked = copies.get(id_), dates_asked(row)
        if text is None:
            raise Unavailable("What was sent to them can’t be opened with the office’s keys.")
        answered = is_answered(rows, id_) or asked.answered_on
        changes.append(_sealed_to(_reader(to), to.locator, row.part, text, asked.due, answered))
    return changes


def _copies(officer: Officer, case: Case, one: Access) -> dict[str, str]:
    """Return the office's copies of what it sent to a respondent, by ID."""
    keys = case_store.keys(case.id)
    copies = {}
    for row in case_store.all_rows(case.id):
        if not row.part.startswith("step#"):
            continue
        step = Step.model_validate_json(row.body or "")
        id_ = step.detail.get("question") or step.detail.get("message")
        if id_ and step.detail.get("access") == one.id:
            text = copy_of(step, unsealed(officer, row, keys))
            if text is not None:
                copies[id_] = text
    return copies
