"""A respondent's pages: reading what was sent and answering, with the code of their letter.

They see their case's reference, what staff wrote to them and by when an answer is wanted: nothing
of the complaint itself, of the complainant, or of any other respondent.
"""

from __future__ import annotations

from lambdas.complaints.followup.shared import (
    INTAKE,
    Side,
    app,
    ask_code,
    kept,
    opened,
    say,
    send_files,
    shown,
)
from signet.complaints import receipt_codes
from signet.complaints.forms import CodeDraft
from signet.web.answer import Answer
from signet.web.app import ANYONE
from signet.web.form_view import blank
from signet.web.request import Request

BASE = f"{INTAKE}followup/respondent/"
RESPONDENT = Side(
    of=receipt_codes.RESPONDENT,
    base=BASE,
    page="complaints/followup/respond.html",
    asking="complaints/followup/respond_code.html",
    title="A complaint that you are asked about",
    asking_title="Read and answer what we sent you",
    added="your response",
)


@app.get(BASE, needs=ANYONE)
def show_respondent_code_form(request: Request) -> Answer:  # noqa: ARG001 - the same for all
    """Show the page that asks for the code of the letter."""
    return ask_code(RESPONDENT, blank(CodeDraft, operation_id=""))


@app.post(BASE, needs=ANYONE)
@kept(RESPONDENT)
def read_what_was_sent(request: Request) -> Answer:
    """Show what the code opens."""
    return shown(RESPONDENT, request, opened(RESPONDENT, request))


@app.post(f"{BASE}say", needs=ANYONE)
@kept(RESPONDENT)
def respond(request: Request) -> Answer:
    """Take an answer or a response; other text on the page is preserved."""
    return say(RESPONDENT, request)


@app.post(f"{BASE}files", needs=ANYONE)
@kept(RESPONDENT)
def invite_response_files(request: Request) -> Answer:
    """Reserve room for files, and show the forms that send them."""
    return send_files(RESPONDENT, request)
