"""A complaint received on paper, entered by an officer for the complainant (COM-1).

It is filed like any other, as of the day on which it was received: sealed, with a receipt code for
the complainant, and with the officer in its audit line. An officer who is named in it may not enter
it, just as they may not open it.
"""

from __future__ import annotations

import hmac
from datetime import date
from hashlib import sha256

from signet.complaints import intake, receipt_codes
from signet.complaints.desk import conflicts
from signet.complaints.desk.context import Officer
from signet.complaints.forms import ComplaintDraft
from signet.complaints.intake import Receipt
from signet.complaints.model import About, Label
from signet.complaints.names import Holders, Named
from signet.complaints.receipt_codes import SUBMISSION_BYTES
from signet.errors import FieldError, Invalid, NotAllowed


def enter(officer: Officer, draft: ComplaintDraft, label: Label | None, received: date) -> Receipt:
    """File a paper complaint as of a day; return its receipt, the same for the same form.

    `label` is the holder of the number in it. Raises Invalid for a day in the future, NotAllowed
    for an officer whom it names, Unavailable.
    """
    if received > officer.today:
        raise Invalid(FieldError("received", "That day is still to come"))
    holders = _found(draft, label)
    complaint = intake.matched(draft.complaint, holders)
    named = conflicts.is_named(officer, complaint)
    own = {
        receipt_codes.respondent_hash(one.number, officer.key)
        for one in complaint.respondents
        if one.number
    }
    if named or own & {*officer.marks}:
        raise NotAllowed("Another officer has to enter a complaint that names you.")
    # Derived from form and officer, so that nobody can choose it and a repeat finds its own rows.
    content = f"signet paper complaint {officer.account} {officer.operation}".encode()
    submission = hmac.digest(officer.key, content, sha256)[:SUBMISSION_BYTES]
    return intake.file(
        draft,
        submission,
        today=received,
        key=officer.key,
        policy=officer.policy,
        found=holders,
        by=officer.account,
    )


def _found(draft: ComplaintDraft, label: Label | None) -> Holders:
    if label is None or not draft.numbers:
        return Holders()
    about = About.PERMIT if draft.about is About.PERMIT else About.MEMBER
    return Holders({draft.numbers[0]: Named(about, label.number, label.name, label.city)})
