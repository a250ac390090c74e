"""A complaint that came on paper, entered by an officer for whoever wrote it (COM-1).

It is filed as any other, as of the day it was received: sealed, with a receipt code for whoever
complains, and the officer in its audit line. Who is named in it enters it no more than they may
open it.
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
from signet.complaints.names import Found, Named
from signet.complaints.receipt_codes import SUBMISSION_BYTES
from signet.errors import Fault, Invalid, NotAllowed


def enter(officer: Officer, draft: ComplaintDraft, label: Label | None, received: date) -> Receipt:
    """File what came on paper on a day; return its receipt, the same for the same form.

    `label` is who the number in it is of. Raises Invalid for a day to come, NotAllowed for an
    officer whom it names, Unavailable.
    """
    if received > officer.today:
        raise Invalid(Fault("received", "That day is still to come"))
    found = _found(draft, label)
    said = intake.matched(draft.complaint, found)
    named = conflicts.is_named(officer, said)
    own = {receipt_codes.about(one.number, officer.key) for one in said.respondents if one.number}
    if named or own & {*officer.marks}:
        raise NotAllowed("Somebody else has to enter a complaint that names you.")
    # From the form and the officer, so that nobody chooses it and a repeat finds what it made.
    content = f"signet paper complaint {officer.account} {officer.act}".encode()
    submission = hmac.digest(officer.key, content, sha256)[:SUBMISSION_BYTES]
    return intake.file(
        draft,
        submission,
        today=received,
        key=officer.key,
        policy=officer.policy,
        found=found,
        by=officer.account,
    )


def _found(draft: ComplaintDraft, label: Label | None) -> Found:
    if label is None or not draft.numbers:
        return Found()
    about = About.PERMIT if draft.about is About.PERMIT else About.MEMBER
    return Found({draft.numbers[0]: Named(about, label.number, label.name, label.city)})
