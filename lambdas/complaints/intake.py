"""The public complaint form, the page that reads all answers back, and the receipt.

No one is looked up, and nothing is read from the database: this function may only put new rows
there. It finds the name behind a number in the published register, as anyone may.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from lambdas import started
from signet import policy as policies
from signet.complaints import forms as job_forms
from signet.complaints import intake, names, receipt_codes
from signet.complaints.files import upload_forms
from signet.complaints.forms import UNSURE, ComplaintDraft
from signet.complaints.intake import Receipt
from signet.complaints.model import About
from signet.complaints.names import Holders
from signet.complaints.numbers import is_number
from signet.complaints.tables import CaseRow, FilingRow, KeyRow
from signet.errors import FieldError, SignetError, Unavailable
from signet.policy.complaints import ComplaintPolicy
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.web import forms, log, sessions
from signet.web.answer import Answer, Page
from signet.web.app import ANYONE, App, site_address
from signet.web.form_view import FormView
from signet.web.forms import FormInvalid
from signet.web.headers import origin
from signet.web.problems import RETRY_SECONDS
from signet.web.request import Request

BASE = "/services/complaints/"
SUBMISSION = "submission"
CONFIRMED = "confirmed"  # the numbers whose names the page of all answers showed
LEAST_KEY = 32  # characters

app = App("complaints")
app.principal_of = sessions.nobody
handler = started(app, (CaseRow, FilingRow, KeyRow, *TRANSACTION_MODELS))

ABOUT = (
    (About.MEMBER, "A registered technologist"),
    (About.PERMIT, "A company that holds a permit"),
    (
        About.UNLICENSED,
        "Someone who isn’t registered",
        "They use a title, or do work, that only those on the register may.",
    ),
    (About.UNSURE, "I’m not sure"),
)


@app.get(BASE, needs=ANYONE)
def show_form(request: Request) -> Answer:
    """Show an empty form with its own submission id; `?about=NUMBER` fills in the respondent."""
    about = " ".join(request.query.get("about", "").split())
    named = _whose_is(about) if is_number(about) else None
    values = {"numbers": [about], "about": [str(named.about)]} if named else {}
    return _form(FormView(ComplaintDraft, _signed(request, values)), whose={about: named})


def _whose_is(number: str) -> names.Named | None:
    return names.holders([number], About.UNSURE).named.get(number)


@app.post(BASE, needs=ANYONE)
def change(request: Request) -> Answer:
    """Show the form with what was written in it, for changes."""
    values = _written(request)
    return _form(FormView(ComplaintDraft, _signed(request, values)), whose=_whose_in(values))


@app.post(f"{BASE}check", needs=ANYONE)
def check(request: Request) -> Answer:
    """Show all answers as they will be sent."""
    if _submission(request.form) is None:
        return _unknown_form(request)
    try:
        draft = _read(request)
    except FormInvalid as invalid:
        return _again(request, invalid)
    return _checked(draft, names.holders(draft.numbers, draft.about))


@app.post(f"{BASE}send", needs=ANYONE)
def send(request: Request) -> Answer:
    """File the complaint and show the receipt in the response itself, so that it has no address."""
    submission = _submission(request.form)
    if submission is None:
        return _unknown_form(request)
    try:
        draft = _read(request)
    except FormInvalid as invalid:
        return _again(request, invalid)
    holders = names.holders(draft.numbers, draft.about)
    if not {one.number for one in holders.named.values()} <= {*request.form.get(CONFIRMED, ())}:
        # A complaint names no one whose name wasn't shown to the complainant.
        return _checked(draft, holders, renamed=True)
    try:
        receipt = intake.file(
            draft,
            submission,
            today=request.today,
            key=_key(),
            policy=policies.load(),
            found=holders,
        )
    except Exception as error:  # noqa: BLE001 - whatever happens, no word of it may be lost
        return _not_sent(request, draft, holders, error)
    return _receipt(receipt, draft)


@app.get(f"{BASE}file-sent", needs=ANYONE)
def show_file_sent(request: Request) -> Answer:  # noqa: ARG001 - it doesn't say which file
    """Confirm an upload: the store redirects here. What the address says isn't trusted."""
    return Page("complaints/followup/file_sent.html", _common("Your file has arrived"))


def _read(request: Request) -> ComplaintDraft:
    """Return the complaint in a form. Raises FormInvalid, also for a ground that isn't listed."""
    draft = forms.read(ComplaintDraft, _written(request))
    if not {*draft.grounds} <= {*_rules().grounds, UNSURE}:
        error = FieldError("grounds", "Choose among the answers that are listed")
        raise FormInvalid(ComplaintDraft, request.form, [error])
    return draft


def _written(request: Request) -> dict[str, list[str]]:
    """Return what was written, without what the page of all answers adds to it."""
    return {name: list(texts) for name, texts in request.form.items() if name != CONFIRMED}


def _whose_in(values: forms.Values) -> Mapping[str, names.Named]:
    """Return the names behind the numbers in a form that may be wrong in any way."""
    numbers = [one for one in values.get("numbers", ())[: job_forms.PEOPLE_MOST] if is_number(one)]
    about = "".join(values.get("about", ()))
    kind = About(about) if about in {*About} else About.UNSURE
    return names.holders(numbers, kind).named


def _form(form: FormView, status: int = HTTPStatus.OK, **more: Any) -> Answer:
    grounds = [(ground.code, ground.name) for ground in _rules().grounds.values()]
    context = {
        "form": form,
        "about_choices": ABOUT,
        "grounds": [*grounds, (UNSURE, "I’m not sure, or none of these")],
        "members_anonymous": _rules().members_anonymous,
        "renewed": False,
        "whose": {},
        "told": job_forms.TOLD,
    }
    return Page("complaints/form.html", _common("Tell us what happened") | context | more, status)


def _again(request: Request, invalid: FormInvalid) -> Answer:
    """Show the form as it was submitted, with its errors."""
    values = _signed(request, invalid.values)
    form = FormView.again(ComplaintDraft, values, invalid, operation_id="")
    return _form(form, HTTPStatus.UNPROCESSABLE_ENTITY, whose=_whose_in(values))


def _unknown_form(request: Request) -> Answer:
    """Show a fresh form with what was written: the submitted one isn't ours, or is too old."""
    values = _written(request)
    form = FormView(ComplaintDraft, _signed(request, values))
    whose = _whose_in(values)
    return _form(form, HTTPStatus.UNPROCESSABLE_ENTITY, renewed=True, whose=whose)


def _signed(request: Request, values: forms.Values) -> dict[str, list[str]]:
    """Return form values with a submission id that we signed: their own, else a new one."""
    held = {name: list(fields) for name, fields in values.items()}
    if _submission(values) is None:
        held[SUBMISSION] = [receipt_codes.signed(bytes.fromhex(request.new_id()), _key())]
    return held


def _submission(values: forms.Values) -> bytes | None:
    return receipt_codes.submission_of("".join(values.get(SUBMISSION, ())), _key())


def _checked(
    draft: ComplaintDraft, found: Holders, status: int = HTTPStatus.OK, **more: Any
) -> Answer:
    rules = _rules()
    context = {
        "draft": draft,
        "named": found.named,
        "reached": found.reached,
        "confirmed": {CONFIRMED: sorted(one.number for one in found.named.values())},
        "renamed": False,
        "values": forms.values_of(draft) | {SUBMISSION: [draft.submission]},
        "about": next(label for value, label, *_ in ABOUT if value == draft.about),
        "grounds": [rules.grounds[code].name for code in draft.grounds if code != UNSURE],
        "unsure": UNSURE in draft.grounds,
        "people": len(draft.complaint.respondents),
        "outside": not draft.grounds and draft.about is not About.UNLICENSED,
        "may_stay_unnamed": draft.about is About.UNLICENSED or rules.members_anonymous,
        "failed": False,
    }
    headers = {"Retry-After": RETRY_SECONDS} if status >= HTTPStatus.INTERNAL_SERVER_ERROR else {}
    merged = _common("Check your answers") | context | more
    return Page("complaints/check.html", merged, status, headers=headers)


def _not_sent(request: Request, draft: ComplaintDraft, found: Holders, error: Exception) -> Answer:
    """Show all answers again: it isn't known whether they were filed, and a retry is idempotent."""
    if isinstance(error, SignetError):
        log.problem(request, error.code, error.rule)
    else:
        log.failed(request, error)
    return _checked(draft, found, HTTPStatus.SERVICE_UNAVAILABLE, failed=True)


def _receipt(receipt: Receipt, draft: ComplaintDraft) -> Answer:
    rules, upload_rules = _rules(), policies.load().uploads[upload_forms.PURPOSE]
    postings = upload_forms.forms_for(
        receipt.files, upload_rules, f"{site_address()}{BASE}file-sent"
    )
    context = {
        "receipt": receipt,
        "stage": rules.stages[rules.first],
        "mailed": draft.email,
        "site": site_address(),
        "postings": postings,
        "purpose": upload_rules,
        "accept": upload_forms.accept(upload_rules),
    }
    title = "It was added to what you sent" if receipt.added else "We have received it"
    stores = tuple({origin(posting.url) for posting in postings})
    return Page("complaints/receipt.html", _common(title) | context, form_action=stores)


def _common(title: str) -> dict[str, Any]:
    return {"title": title, "base": BASE, "leave_to": _rules().leave_to}


def _rules() -> ComplaintPolicy:
    rules = policies.load().complaints
    if rules is None:
        raise Unavailable
    return rules


def _key() -> bytes:
    """Return the key that signs forms and hashes numbers. Raises Unavailable where none is set."""
    key = os.environ.get("SIGNET_INTAKE_KEY", "")
    if len(key) < LEAST_KEY:
        raise Unavailable
    return key.encode()
