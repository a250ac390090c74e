"""Returning with a receipt code: progress, questions and answers, additions, files.

The same function serves the respondents' pages (lambdas.complaints.followup.respondents).
"""

from __future__ import annotations

from lambdas import started
from lambdas.complaints.followup import respondents
from lambdas.complaints.followup.shared import (
    ADDING,
    BEHIND_CDN,
    INTAKE,
    VIEWER,
    Side,
    app,
    kept,
    opened,
    serve,
    show_invalid,
    shown,
)
from signet.complaints import followup, receipt_codes
from signet.complaints.forms import AdditionDraft, AnswerDraft
from signet.complaints.tables import FilingRow, KeyRow, TryRow
from signet.transactions.tables import AuditRow
from signet.web import forms
from signet.web.answer import Answer
from signet.web.app import ANYONE
from signet.web.forms import FormInvalid
from signet.web.request import Request

__all__ = ["ADDING", "BEHIND_CDN", "VIEWER", "app"]
# Importing it registers its routes.
ROUTED = (respondents,)
BASE = f"{INTAKE}followup/"
COMPLAINANT = Side(
    of=receipt_codes.COMPLAINT,
    base=BASE,
    page="complaints/followup/followup.html",
    asking="complaints/followup/code.html",
    title="Your complaint",
    asking_title="Come back to your complaint",
    added="what you added",
)

serve(COMPLAINANT)
handler = started(app, (FilingRow, KeyRow, TryRow, AuditRow))


@app.post(f"{BASE}add", needs=ANYONE)
@kept(COMPLAINANT)
def add(request: Request) -> Answer:
    """Add something to what was filed."""
    page = opened(COMPLAINANT, request)
    try:
        draft = forms.read(AdditionDraft, request.form)
    except FormInvalid as invalid:
        return show_invalid(COMPLAINANT, request, page, invalid)
    followup.add(page, draft.text, operation_id=request.operation_id, today=request.today)
    return shown(COMPLAINANT, request, page, confirmation="We have received what you added.")


@app.post(f"{BASE}answer", needs=ANYONE)
@kept(COMPLAINANT)
def answer(request: Request) -> Answer:
    """Answer a question from staff."""
    page = opened(COMPLAINANT, request)
    try:
        draft = forms.read(AnswerDraft, request.form)
    except FormInvalid as invalid:
        return show_invalid(COMPLAINANT, request, page, invalid)
    followup.answer(
        page, draft.question, draft.text, operation_id=request.operation_id, today=request.today
    )
    page = followup.open_filing(page.filing.code)
    return shown(COMPLAINANT, request, page, confirmation="We have received your answer.")
