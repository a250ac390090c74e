"""Letters of a case: writing one, printing it, and recording its service (NOT-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdas.complaints.desk.acts import form_again, form_called
from lambdas.complaints.desk.app import CASE, OFFICERS, acting, app, at, officer
from lambdas.complaints.desk.queue import shared
from signet import policy as policies
from signet.complaints.desk import documents as printed
from signet.complaints.desk import letters
from signet.complaints.desk.case_model import To, Written
from signet.complaints.desk.context import CaseVersion, Officer
from signet.complaints.desk.opened_case import open_case
from signet.errors import Conflict, FieldError, Invalid, NotFound
from signet.letters import coverage, documents
from signet.letters.service import Way
from signet.web.answer import Answer, Download, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

if TYPE_CHECKING:
    from lambdas.complaints.desk import forms

NEW = f"{CASE}letter/"
LETTER = f"{CASE}letters/<letter>/"
TO = ((To.RESPONDENT, "The respondent"), (To.COMPLAINANT, "The complainant"), (To.OTHER, "Another"))
WAYS = ((Way.PERSONAL, "Handed over in person"), (Way.MAIL, "Posted by prepaid mail"))
WHERE = (("within", "In the province"), ("elsewhere", "Anywhere else"))


@app.get(NEW, OFFICERS)
def ask_letter(request: Request, case: str) -> Answer:
    """Show the form of a letter, beside the complainant's name and address."""
    return _letter_page(request, case)


def _letter_page(request: Request, id_: str, error: Invalid | Conflict | None = None) -> Page:
    from lambdas.complaints.desk import forms  # imported here: few requests use a form

    by = officer(request)
    case_file = open_case(by, id_of(id_))
    version = str(case_file.case.version)
    form = (
        form_again(forms.LetterForm, request, case_file.case, error)
        if error
        else blank(forms.LetterForm, request.new_id(), version=version)
    )
    typed = (
        value
        for name in ("name", "address", "about", "text")
        for value in request.form.get(name, ())
    )
    context = {
        **shared(by),
        "case": case_file.case,
        "file": case_file,
        "form": form,
        "to": TO,
        "unprintable": coverage.uncovered(*typed) if error else (),
    }
    return Page("complaints/desk/letter.html", context, error.status if error else 200)


@app.post(NEW, OFFICERS)
def make_letter(request: Request, case: str) -> Answer:
    """Write a letter."""
    from lambdas.complaints.desk import forms  # imported here: few requests use a form

    try:
        submitted = read(forms.LetterForm, request.form)
        written = Written(
            name=submitted.name,
            address=submitted.address,
            about=submitted.about,
            text=submitted.text,
        )
        if printed.uncovered(written) and not submitted.as_codes:
            message = "Change the characters that can’t be printed, or tick the box to print codes"
            raise Invalid(FieldError("as_codes", message))
        seen = CaseVersion(id_of(case), submitted.version)
        letters.write(acting(request), seen, submitted.to, submitted.days, written)
    except (Invalid, Conflict) as error:
        return _letter_page(request, case, error)
    return SeeOther(at("cases", case))


@app.get(f"{LETTER}letter.pdf", OFFICERS)
def print_letter(request: Request, case: str, letter: str) -> Answer:
    """Print a letter."""
    stored, sent = letters.open_letter(officer(request), id_of(case), id_of(letter))
    document = printed.letter_of(stored, sent)
    content = documents.render([document], policies.load().regulator)
    return Download(content, documents.PDF, f"{stored.reference}-letter.pdf")


class Action(NamedTuple):
    """A step in a letter's service: its form, the page's title, the button's label."""

    asks: str
    title: str
    button: str
    do: Callable[[Officer, CaseVersion, str, Any], None]

    @property
    def form(self) -> type[forms.OnCase]:
        """Return the form's model."""
        return form_called(self.asks)


def _serve(by: Officer, seen: CaseVersion, letter: str, submitted: forms.Served) -> None:
    if submitted.way is Way.MAIL and submitted.where is None:
        raise Invalid(FieldError("where", "Choose where the address is"), rule="NOT-1")
    within = submitted.where != "elsewhere"
    letters.record_service(by, seen, letter, submitted.way, submitted.on, within=within)


ACTS = {
    "service": Action("Served", "Record service of the letter", "Record it", _serve),
    "arrival": Action(
        "Arrived",
        "Record when the letter arrived",
        "Record it",
        lambda by, seen, letter, said: letters.record_arrival(by, seen, letter, said.on),
    ),
    "returned": Action(
        "CameBack",
        "The letter came back",
        "Record that it came back",
        lambda by, seen, letter, said: letters.record_return(by, seen, letter),
    ),
}


@app.get(f"{LETTER}<what>/", OFFICERS)
def ask_service(request: Request, case: str, letter: str, what: str) -> Answer:
    """Show the form that records a step of a letter's service."""
    return _service_page(request, case, letter, what)


def _action(what: str) -> Action:
    if what not in ACTS:
        raise NotFound
    return ACTS[what]


def _service_page(
    request: Request, id_: str, letter: str, what: str, error: Invalid | Conflict | None = None
) -> Page:
    by, action = officer(request), _action(what)
    case, sent = letters.open_letter(by, id_of(id_), id_of(letter))
    today, version = by.today.isoformat(), str(case.version)
    values = {"version": [version], "on": [today]}
    form = (
        form_again(action.form, request, case, error)
        if error
        else FormView(action.form, values, (), request.new_id())
    )
    context = {
        **shared(by),
        "case": case,
        "sent": sent,
        "what": what,
        "about": action,
        "title": action.title,
        "form": form,
        "ways": WAYS,
        "where": WHERE,
        "cpd": by.policy.cpd(sent.letter.made_on),
    }
    return Page("complaints/desk/service.html", context, error.status if error else 200)


@app.post(f"{LETTER}<what>/", OFFICERS)
def do_service(request: Request, case: str, letter: str, what: str) -> Answer:
    """Record the step."""
    action = _action(what)
    try:
        submitted = read(action.form, request.form)
        action.do(
            acting(request), CaseVersion(id_of(case), submitted.version), id_of(letter), submitted
        )
    except (Invalid, Conflict) as error:
        return _service_page(request, case, letter, what, error)
    return SeeOther(at("cases", case))
