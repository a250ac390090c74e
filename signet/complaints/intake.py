"""Filing a complaint: one transaction of new rows, without reading anything (COM-1).

Sending the same form again finds its own rows and returns the same receipt. The same form with
other content, after it was accepted once, becomes an addition to the filing. So anyone who isn't
sure whether it arrived can send it again, even the next day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pynamodb.models import Model

from signet import sealing
from signet.complaints import numbers, receipt_codes, store
from signet.complaints.forms import ComplaintDraft
from signet.complaints.model import (
    About,
    Case,
    Complaint,
    File,
    Filed,
    Label,
    Progress,
    Respondent,
)
from signet.complaints.names import Holders
from signet.complaints.tables import CASE, CaseRow, seal_context
from signet.policy import Policy
from signet.policy.complaints import ComplaintPolicy
from signet.sealing import Recipient
from signet.transactions import audit as audit
from signet.transactions import outbox
from signet.transactions.audit import Audit
from signet.transactions.outbox import Mail
from signet.transactions.tables import AuditRow

FILES = 3  # files that the receipt invites; more can be sent with the receipt code later
ANYONE = "anyone"
NOBODY_FOUND = Holders()


class Receipt(NamedTuple):
    """The receipt of a filing: shown once, and the only way back to it.

    `cases` are the references of its cases; `files` the IDs of the files that may be sent now.
    `added` says that this was added to what the same form filed before, `again` that all of it had
    been received already.
    """

    code: str
    on: date
    cases: tuple[str, ...]
    files: tuple[str, ...]
    added: bool = False
    again: bool = False


class Sending(NamedTuple):
    """One submitted form, with what is needed to store it."""

    submission: bytes
    said_complaint: Complaint  # as it was typed
    complaint: Complaint  # with the register's data on the numbers in it
    today: date
    key: bytes  # our secret key for hashing register numbers
    office: Recipient
    policy: Policy
    by: str = "anyone"  # or the account of an officer who enters a paper complaint

    @property
    def filing(self) -> receipt_codes.Filing:
        """Return the filing that is derived from the submission."""
        return receipt_codes.Filing(receipt_codes.code_of(self.submission))

    @property
    def text_rows(self) -> str:
        """Return a hash of the form and its content as typed, whatever the register says now."""
        return receipt_codes.content_hash(
            self.submission, self.said_complaint.model_dump_json().encode()
        )

    @property
    def rules(self) -> ComplaintPolicy:
        """Return the policy on complaints. Raises LookupError where the pack has none."""
        if self.policy.complaints is None:
            raise LookupError("the policy pack has no section on complaints")
        return self.policy.complaints


def file(
    draft: ComplaintDraft,
    submission: bytes,
    *,
    today: date,
    key: bytes,
    policy: Policy,
    found: Holders = NOBODY_FOUND,
    by: str = ANYONE,
) -> Receipt:
    """File a complaint and return its receipt. Each person named gets a case; the cases are linked.

    `submission` is what the form's hidden field holds, `key` the secret for hashing register
    numbers, `found` the register's data on the numbers, and `by` the account of an officer who
    enters it for the complainant. Raises Unavailable when it may not have been stored: sending it
    again does no harm.
    """
    typed = draft.complaint
    office = sealing.set_as(sealing.OFFICE)
    sending = Sending(submission, typed, matched(typed, found), today, key, office, policy, by)
    text = store.text_row(sending.text_rows)
    filing = _filing_rows(sending)
    rows = store.put_new([text, *filing])
    if not rows:
        return _receipt(sending)
    receipt = _receipt(sending)._replace(cases=_there(rows))
    if any(row is text for row in rows):
        # The first filing wrote audit rows under its cases; an addition wrote none there.
        added = not any(isinstance(row, AuditRow) for row in rows)
        return receipt._replace(added=added, again=True)
    again = text in store.put_new([text, *_addition_rows(sending)])
    return receipt._replace(added=True, again=again)


def matched(complaint: Complaint, found: Holders) -> Complaint:
    """Return a complaint with each number, and its holder, as the register has them."""
    return complaint.model_copy(
        update={"respondents": tuple(_with_name(one, found) for one in complaint.respondents)}
    )


def _with_name(one: Respondent, found: Holders) -> Respondent:
    named = found.named.get(one.typed)
    if named is None:
        return one
    # Someone reported as unlicensed may still be on the register, for example suspended.
    about = one.about if one.about is About.UNLICENSED else named.about
    fields = {"about": about, "number": named.number, "name": named.name, "city": named.city}
    return one.model_copy(update=fields)


def _there(rows: Sequence[Model]) -> tuple[str, ...]:
    """Return the references of the cases that exist already.

    A respondent who is added when the form is sent again doesn't get a case.
    """
    cases = [row.case for row in rows if isinstance(row, CaseRow) and row.part == CASE]
    return tuple(map(receipt_codes.reference, cases))


def _receipt(sending: Sending) -> Receipt:
    filing = sending.filing
    cases = [filing.case(at) for at in range(len(sending.complaint.respondents))]
    return Receipt(
        code=filing.code,
        on=sending.today,
        cases=tuple(map(receipt_codes.reference, cases)),
        files=tuple(map(filing.file, range(FILES))),
    )


def _filing_rows(sending: Sending) -> list[Model]:
    """Return the rows of the filing, its cases, invited files and mail.

    The filing's row comes first: it exists already if the form was sent before.
    """
    filing = sending.filing
    cases = _cases(sending)
    filed = Filed(
        filed_on=sending.today,
        cases={
            case.id: Progress(reference=case.reference, stage=case.stage, since=case.since)
            for case in cases
        },
        reader=filing.reader.public_key().public_bytes_raw().hex(),
    )
    files = [File(id=filing.file(at), invited_on=sending.today) for at in range(FILES)]
    rows: list[Model] = [store.filing_row(filing.locator, filed)]
    for case in cases:
        rows += _case_rows(sending, case)
    rows += store.invited_rows(filing.locator, files)
    return [*rows, *_mail(sending)]


def _cases(sending: Sending) -> list[Case]:
    filing, complaint, rules = sending.filing, sending.complaint, sending.rules
    ids = [filing.case(at) for at in range(len(complaint.respondents))]
    hashed = [_stands_for(one, sending.key) for one in complaint.respondents]
    unsettled = tuple(
        id_ for id_, one in zip(ids, complaint.respondents, strict=True) if not one.name
    )
    return [
        Case(
            id=id_,
            filing=filing.locator,
            position=at,
            with_=tuple(other for other in ids if other != id_),
            about=complaint.respondents[at].about,
            grounds=complaint.grounds,
            respondents=tuple(filter(None, [hashed[at], *hashed[:at], *hashed[at + 1 :]])),
            own=bool(hashed[at]),
            unsettled=unsettled,
            anonymous=complaint.anonymous,
            filed_on=sending.today,
            stage=rules.first,
            since=sending.today,
            due=sending.today + timedelta(days=rules.stages[rules.first].due_days),
        )
        for at, id_ in enumerate(ids)
    ]


def _stands_for(one: Respondent, key: bytes) -> str:
    """Return the keyed hash of a respondent's number, "" where there is none.

    A number found on the register is hashed as the register spells it, any other by its comparison
    key.
    """
    if one.name:
        return receipt_codes.respondent_hash(one.number, key)
    like = numbers.key(one.number)
    return receipt_codes.respondent_hash(like, key) if like else ""


def _case_rows(sending: Sending, case: Case) -> list[Model]:
    content = sending.complaint.model_dump_json().encode()
    sealed = sealing.seal(content, sending.office, seal_context(case.id))
    about = sending.complaint.respondents[case.position]
    label = Label(number=about.number, name=about.name, city=about.city)
    return [
        store.case_row(case, sealed.box),
        store.key_row(case.id, CASE, sealed.key),
        *store.label_rows(case.id, label, sending.office),
        _audit(case.id, "complaint-filed", sending),
    ]


def _addition_rows(sending: Sending) -> list[Model]:
    """Return the rows of a form sent again with other content: a sealed addition to its filing."""
    locator = sending.filing.locator
    sort_key = store.addition_key(sending.today, sending.text_rows[:32])
    content = sending.complaint.model_dump_json().encode()
    sealed = sealing.seal(content, sending.office, seal_context(locator, sort_key))
    return [
        store.sealed_row(locator, sort_key, sealed, sending.today),
        store.key_row(locator, sort_key, sealed.key),
        _audit(locator, "complaint-added-to", sending),
    ]


def _audit(of: str, what: str, sending: Sending) -> Model:
    # Only the day: the exact time of a filing could reveal the complainant.
    line = Audit(f"complaint#{of}", what, sending.by, store.midnight(sending.today))
    return audit.row(line, sending.text_rows[:32])


def _mail(sending: Sending) -> Sequence[Model]:
    """Return the mail with the receipt, if an address was given. It never quotes the complaint."""
    to = sending.complaint.contact.email
    if not to:
        return ()
    receipt = _receipt(sending)
    context = {"code": receipt.code, "cases": list(receipt.cases), "on": receipt.on.isoformat()}
    mail = Mail(to, "complaint_receipt", context, confidential=True, limited=True)
    return (outbox.row(mail, f"complaint-{sending.text_rows[:32]}"),)
