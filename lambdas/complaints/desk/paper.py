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
        said = read(Paper, request.form)
        label = _label(by, said)
        draft = _draft(by, said)
        if label and said.confirmed != label.number:
            values = {**request.form, "confirmed": [label.number]}
            return _page(request, FormView(Paper, values, (), request.operation_id), label=label)
        receipt = paper.enter(by, draft, label, said.received)
    except Invalid as invalid:
        form = FormView.again(Paper, request.form, invalid, request.operation_id)
        return _page(request, form, invalid.status)
    facts = {**shared(by), "receipt": receipt, "mailed": said.email, "address": said.address}
    return Page("complaints/desk/paper_filed.html", facts)


def _label(by: Officer, said: Paper) -> Label | None:
    """Return the name behind the number, None where none is given.

    Raises Invalid if it is unknown.
    """
    if not said.number:
        return None
    about = About.PERMIT if said.about == "permit" else About.MEMBER
    return respondents.look_up(by, about, said.number)


def _draft(by: Officer, said: Paper) -> ComplaintDraft:
    """Return the complaint as the complainant would have submitted it. Raises Invalid."""
    if not {*said.grounds} <= {*by.rules.grounds}:
        raise Invalid(FieldError("grounds", "Choose among the answers that are listed"))
    if not (said.number or said.described):
        raise Invalid(
            FieldError("described", "Say who it is about: a number, or as the letter says")
        )
    given: dict[str, list[str]] = {
        "submission": [SIGNED],
        "about": [said.about],
        "numbers": [said.number] if said.number else [],
        "grounds": [*said.grounds],
        **{name: [getattr(said, name)] for name in TEXTS},
    }
    return read(ComplaintDraft, {name: value for name, value in given.items() if any(value)})


TEXTS = ("described", "happened", "name", "email", "phone", "address")


def _page(request: Request, form: FormView, status: int = 200, label: Label | None = None) -> Page:
    by = officer(request)
    facts: dict[str, Any] = {
        **shared(by),
        "form": form,
        "label": label,
        "who": [(str(about), words) for about, words in ABOUT.items()],
        "grounds": [(one.code, one.name) for one in by.rules.grounds.values()],
    }
    return Page("complaints/desk/paper.html", facts, status)
