"""A respondent's access to a case: granting it, a new code, revoking it, writing to them.

A code is shown only in the response to the form that made it, and printed from there. It is never
stored, so the page has no address of its own. The code is derived from the form's own submission,
as a complaint's receipt code is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.complaints.desk.acts import form_again, form_called
from lambdas.complaints.desk.app import CASE, OFFICERS, acting, app, at, officer
from lambdas.complaints.desk.queue import shared
from signet.complaints import access, receipt_codes
from signet.complaints.desk import access as desk_access
from signet.complaints.desk.access import Opening
from signet.complaints.desk.case_model import Access
from signet.complaints.desk.context import CaseVersion, Officer, case_of, record_opening
from signet.complaints.desk.documents import AccessSheet
from signet.complaints.desk.opened_case import label_of
from signet.complaints.model import Case
from signet.complaints.receipt_codes import Filing
from signet.errors import Conflict, Invalid, NotFound, Refused
from signet.letters import coverage, documents
from signet.web.answer import Answer, Download, Page, SeeOther
from signet.web.app import site_address
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request, id_of

if TYPE_CHECKING:
    from lambdas.complaints.desk import forms

OPEN = f"{CASE}access/"
ONE = f"{OPEN}<access>/"
PAGE = "/services/complaints/followup/respondent/"
# What can be done with an access: the page's title, the label of the button, the form.
ACTS = {
    "ask": ("Ask the respondent", "Send the question", "ToRespondent"),
    "message": ("Write to the respondent", "Send the message", "ToRespondent"),
    "code": ("Give the respondent a new code", "Make a new code", "NewCode"),
    "revoke": ("Revoke the respondent’s code", "Revoke it", "Because"),
}
OPENING = ("Let a respondent read and answer online", "Open it, and show the code", "OpenAccess")
Error = Invalid | Conflict | Refused


@app.get(OPEN, OFFICERS)
def ask_access(request: Request, case: str) -> Answer:
    """Show the form that grants a respondent access."""
    return _page(request, case)


@app.post(OPEN, OFFICERS)
def open_access(request: Request, case: str) -> Answer:
    """Grant a respondent access, and show their code."""
    from lambdas.complaints.desk.forms import OpenAccess  # imported here: few requests use a form

    by = acting(request)
    try:
        submitted = read(OpenAccess, request.form)
        seen = CaseVersion(id_of(case), submitted.version)
        opening = Opening(submitted.name, submitted.told_on, submitted.text, submitted.due)
        code = desk_access.open_(by, seen, opening, _submission(by, submitted.submission))
    except (Invalid, Conflict, Refused) as error:
        return _page(request, case, error=error)
    return _code_page(request, case, code)


@app.get(f"{ONE}<what>/", OFFICERS)
def ask_of_access(request: Request, case: str, access: str, what: str) -> Answer:
    """Show the form of an action on a respondent's access."""
    return _page(request, case, what, access)


@app.post(f"{ONE}<what>/", OFFICERS)
def do_with_access(request: Request, case: str, access: str, what: str) -> Answer:
    """Do the action; a new code is shown in the response."""
    by = acting(request)
    try:
        body: Any = read(form_called(_operation_id(what)[2]), request.form)
        seen, one = CaseVersion(id_of(case), body.version), id_of(access)
        if what == "code":
            submission = _submission(by, body.submission)
            return _code_page(
                request, case, desk_access.replace(by, seen, one, submission, body.words)
            )
        if what == "revoke":
            desk_access.revoke(by, seen, one, body.words)
        else:
            desk_access.write(by, seen, one, body.text, body.due, asks=what == "ask")
    except (Invalid, Conflict, Refused) as error:
        return _page(request, case, what, access, error)
    return SeeOther(at("cases", case))


def _operation_id(what: str) -> tuple[str, str, str]:
    if what not in ACTS:
        raise NotFound
    return ACTS[what]


def _submission(by: Officer, field: str) -> bytes:
    """Return the submission of a form that we issued. Raises Refused for any other."""
    submission = receipt_codes.submission_of(field, by.key)
    if submission is None:
        raise Refused("This form has expired. Open the page again.")
    return submission


def _page(
    request: Request, id_: str, what: str = "", of: str = "", error: Error | None = None
) -> Page:
    title, button, asks = _operation_id(what) if what else OPENING
    by = officer(request)
    record_opening(by, id_of(id_), "complaint-form-opened", form=f"access-{what or 'open'}")
    case = case_of(by, id_)
    one = access.one_of(id_, id_of(of)) if of else None
    context = {
        **shared(by),
        "case": case,
        "what": what,
        "title": title,
        "button": button,
        "action": at("cases", id_, "access", *((of, what) if of else ())),
        "name": desk_access.named_of(by, id_, one) if one else "",
        "reasons": _reasons(by, case, one),
        "form": _form(request, by, case, form_called(asks), error),
    }
    return Page("complaints/desk/access.html", context, error.status if error else 200)


def _reasons(by: Officer, case: Case, one: Access | None) -> list[str]:
    if one is None:
        return desk_access.reasons_against(by, case)
    return ["Their code was revoked already."] if one.revoked_on else []


def _form(
    request: Request, by: Officer, case: Case, model: type[forms.OnCase], error: Error | None
) -> FormView:
    if isinstance(error, Refused):  # as an error of the form, with what was typed
        error = Invalid(message=error.message)
        values = {**request.form, "version": [str(case.version)]}
        return FormView.again(model, values, error, request.new_id())
    if error:
        return form_again(model, request, case, error)
    values = {"version": [str(case.version)]}
    if "submission" in model.model_fields:
        token = receipt_codes.signed(bytes.fromhex(request.new_id()), by.key)
        values["submission"] = [token]
    if "told_on" in model.model_fields and case.told_on:
        label = label_of(by, case)
        values |= {"told_on": [case.told_on.isoformat()], "name": [label.name if label else ""]}
    return FormView(model, values, (), request.new_id())


def _code_page(request: Request, id_: str, code: str) -> Page:
    """Show the code once: it is in no address and is never stored."""
    by = officer(request)
    case = case_of(by, id_)
    name = _whose(by, case, code)[1]
    context = {
        **shared(by),
        "case": case,
        "code": code,
        "address": f"{site_address()}{PAGE}",
        "name": name,
        "unprintable": coverage.uncovered(name),
        "print_at": at("cases", id_, "access") + "sheet.pdf",
    }
    return Page("complaints/desk/access_code.html", context)


def _whose(by: Officer, case: Case, code: str) -> tuple[Access, str]:
    """Return the access that a code opens now, and the respondent's name.

    Raises NotFound otherwise.
    """
    locator = Filing(receipt_codes.read_code(code) or "", receipt_codes.RESPONDENT).locator
    for one in access.active(case.id):
        if one.filing == locator:
            return one, desk_access.named_of(by, case.id, one) or ""
    raise NotFound("This code doesn’t open this case, or no longer.")


@app.post(f"{OPEN}sheet.pdf", OFFICERS)
def print_sheet(request: Request, case: str) -> Answer:
    """Print the sheet that goes with the letter: the code, and what it is for. It isn't stored."""
    by = officer(request)
    record_opening(by, id_of(case), "complaint-form-opened", form="access-sheet")
    stored = case_of(by, case)
    code = "".join(request.form.get("code", ()))[:60]
    _, name = _whose(by, stored, code)
    sheet = AccessSheet(
        to=(name,),
        dated=request.today,
        reference=stored.reference,
        page=f"{site_address()}{PAGE}",
        code=receipt_codes.read_code(code) or "",
    )
    content = documents.render([sheet], by.policy.regulator)
    return Download(content, documents.PDF, f"{stored.reference}-code.pdf")
