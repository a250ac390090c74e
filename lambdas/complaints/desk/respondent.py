"""Identifying a respondent: a number is looked up, its name confirmed, and both recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.complaints.desk.acts import form_again
from lambdas.complaints.desk.app import CASE, OFFICERS, acting, app, at, officer
from lambdas.complaints.desk.queue import shared
from signet.complaints import numbers
from signet.complaints.desk import respondents
from signet.complaints.desk.context import CaseVersion, Officer
from signet.complaints.desk.opened_case import open_case
from signet.complaints.model import About, Label
from signet.errors import Conflict, FieldError, Invalid
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request, id_of

if TYPE_CHECKING:
    from lambdas.complaints.desk.forms import Identify

IDENTIFY = f"{CASE}identify/"
TITLES = ("Record who it is on the register", "Correct who it is about")
WHO = (
    ("member", "A member"),
    ("permit", "A permit holder"),
    ("unlicensed", "Someone who isn’t on the register"),
)


@app.get(IDENTIFY, OFFICERS)
def ask_respondent(request: Request, case: str) -> Answer:
    """Show the form, with what the complaint itself says of the respondent."""
    return _page(request, case)


@app.post(IDENTIFY, OFFICERS)
def identify(request: Request, case: str) -> Answer:
    """Show the name behind the number; once that is confirmed, record it with the reason."""
    from lambdas.complaints.desk.forms import Identify  # imported here: few requests use a form

    by = acting(request)
    try:
        submitted = read(Identify, request.form)
        label = _whose(by, submitted)
        if label.number and submitted.confirmed != label.number:
            return _page(request, case, label=label)
        seen = CaseVersion(id_of(case), submitted.version)
        respondents.identify(by, seen, About(submitted.about), label, submitted.words)
    except (Invalid, Conflict) as error:
        return _page(request, case, error)
    # An officer who is the respondent, or is barred by the name, has lost access by now.
    return SeeOther(at() if _is(by, label) else at("cases", case))


def _is(by: Officer, label: Label) -> bool:
    return bool(label.number) and numbers.key(label.number) == numbers.key(by.member)


def _whose(by: Officer, submitted: Identify) -> Label:
    """Return the name behind the number.

    Raises Invalid where it is missing, and where it is given for a person not on the register.
    """
    if submitted.about == "unlicensed":
        if submitted.number:
            message = "Leave this empty for someone who isn’t on the register"
            raise Invalid(FieldError("number", message))
        return respondents.NOBODY
    if not submitted.number:
        raise Invalid(FieldError("number", "Enter the number"))
    return respondents.look_up(by, About(submitted.about), submitted.number)


def _page(
    request: Request,
    id_: str,
    error: Invalid | Conflict | None = None,
    label: Label | None = None,
) -> Page:
    from lambdas.complaints.desk.forms import Identify  # imported here: few requests use a form

    by = officer(request)
    case_file = open_case(by, id_of(id_))
    if error:
        form = form_again(Identify, request, case_file.case, error)
    elif label:
        values = {**request.form, "confirmed": [label.number]}
        form = FormView(Identify, values, (), request.operation_id)
    else:
        values = {"version": [str(case_file.case.version)], "number": [case_file.number]}
        form = FormView(Identify, values, (), request.new_id())
    context = {
        **shared(by),
        "case": case_file.case,
        "file": case_file,
        "form": form,
        "who": WHO,
        "label": label,
        "title": TITLES[case_file.case.known],
    }
    return Page("complaints/desk/respondent.html", context, error.status if error else 200)
