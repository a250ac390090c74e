"""What the office writes to complainants: sealed to the receipt code, and read only with it.

The office keeps a copy in the step that sent it. Where the step also has a note of its own, such as
the reason of a move, the copy follows the note.
"""

from __future__ import annotations

from datetime import date

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from signet import sealing
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import COPY
from signet.complaints.desk.context import CaseChange, CaseVersion, Officer, change_case
from signet.complaints.desk.opened_case import complaint_of
from signet.complaints.model import Case
from signet.complaints.tables import FilingRow, seal_context
from signet.errors import FieldError, Invalid, Refused
from signet.transactions.commit import Change
from signet.transactions.outbox import Mail


def to_complainant(
    officer: Officer, case: Case, sort_key: str, text: str
) -> tuple[list[Change], list[Mail]]:
    """Return the row of a text to be read with the receipt code, and the mail announcing it.

    Raises Refused when the filing is deleted, so that nobody could read it.
    """
    filed = case_store.filed(case.filing)
    if filed is None:
        raise Refused("No one could read it: this case's filing no longer exists.")
    reader = X25519PublicKey.from_public_bytes(bytes.fromhex(filed.reader))
    box = sealing.direct(text.encode(), reader, seal_context(case.filing, sort_key))
    email = complaint_of(officer, case).contact.email
    mail = [Mail(email, "complaint_question", confidential=True)] if email else []
    return [case_store.add(FilingRow(case.filing, sort_key, sealed=box))], mail


def with_copy(words: str, text: str) -> str:
    """Return a step's note followed by the copy of what was sent."""
    return f"{words}{COPY}{text}" if text else words


def record_respondent_told(officer: Officer, seen: CaseVersion, on: date, words: str) -> None:
    """Record that the respondent was told of the complaint and of who complains (COM-8).

    Raises Invalid for a day before the complaint or in the future; Refused where it isn't settled
    who the respondent is; NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        if not case.settled:
            raise Refused("It isn’t settled yet who this case is about.")
        if not case.filed_on <= on <= officer.today:
            raise Invalid(
                FieldError("on", "Enter a day since the complaint was filed, up to today")
            )
        return CaseChange(case.model_copy(update={"told_on": on}), {"on": on.isoformat()}, words)

    change_case(officer, seen, "complaint-respondent-told", [on, words], change)
