"""Entering a complaint that came on paper: its form, the name behind the number, the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.complaints.desk.app import DESK, OFFICERS, acting, app, officer
from lambdas.complaints.desk.queue import shared
from signet.complaints.desk import paper, respondents
from signet.complaints.desk.case_model import ABOUT
from signet.complaints.desk.context import Officer
from signet.complaints.forms import ComplaintDraft
from signet.complaints.model import About, Label
from signet.errors import FieldError, Invalid
from signet.web.answer import Answer, Page
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request

if TYPE_CHECKING:
    from lambdas.complaints.desk.forms import Paper

PAPER = f"{DESK}paper/"
SIGNED = "0" * 64  # fills the public form's hidden field, which isn't needed here


@app.get(PAPER, OFFICERS)
def ask_paper(request: Request) -> Answer:
    """Show the form for a complaint on paper."""
    from lambdas.complaints.desk.forms import Paper  # imported here: few requests use a form

    values = {"received": [request.today.isoformat()]}
    return _page(request, FormView(Paper, values, (), request.new_id()))


@app.post(PAPER, OFFICERS)
def enter_paper(request: Request) -> Answer:
    """Show the name behind the number; once confirmed, file the complaint and show its receipt."""
    from lambdas.complaints.desk.forms import Paper  # imported here: few requests use a form

    by = acting(request)
    try:
        submitted = read(Paper, request.form)
        label = _label(by, submitted)
        draft = _draft(by, submitted)
        if label and submitted.confirmed != label.number:
            values = {**request.form, "confirmed": [label.number]}
            return _page(request, FormView(Paper, values, (), request.operation_id), label=label)
        receipt = paper.enter(by, draft, label, submitted.received)
    except Invalid as invalid:
        form = FormView.again(Paper, request.form, invalid, request.operation_id)
        return _page(request, form, invalid.status)
    context = {
        **shared(by),
        "receipt": receipt,
        "mailed": submitted.email,
        "address": submitted.address,
    }
    return Page("complaints/desk/paper_filed.html", context)


def _label(by: Officer, submitted: Paper) -> Label | None:
    """Return the name behind the number, None where none is given.

    Raises Invalid if it is unknown.
    """
    if not submitted.number:
        return None
    about = About.PERMIT if submitted.about == "permit" else About.MEMBER
    return respondents.look_up(by, about, submitted.number)


def _draft(by: Officer, submitted: Paper) -> ComplaintDraft:
    """Return the complaint as the complainant would have submitted it. Raises Invalid."""
    if not {*submitted.grounds} <= {*by.rules.grounds}:
        raise Invalid(FieldError("grounds", "Choose among the answers that are listed"))
    if not (submitted.number or submitted.described):
        raise Invalid(
            FieldError("described", "Say who it is about: a number, or as the letter says")
        )
    values: dict[str, list[str]] = {
        "submission": [SIGNED],
        "about": [submitted.about],
        "numbers": [submitted.number] if submitted.number else [],
        "grounds": [*submitted.grounds],
        **{name: [getattr(submitted, name)] for name in TEXTS},
    }
    return read(ComplaintDraft, {name: value for name, value in values.items() if any(value)})


TEXTS = ("described", "happened", "name", "email", "phone", "address")


def _page(request: Request, form: FormView, status: int = 200, label: Label | None = None) -> Page:
    by = officer(request)
    context: dict[str, Any] = {
        **shared(by),
        "form": form,
        "label": label,
        "who": [(str(about), words) for about, words in ABOUT.items()],
        "grounds": [(one.code, one.name) for one in by.rules.grounds.values()],
    }
    return Page("complaints/desk/paper.html", context, status)
