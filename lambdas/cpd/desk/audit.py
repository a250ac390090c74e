"""The random audit: the list, the sealed seeds, the outcome, and opening its audits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from lambdas.cpd.desk.app import (
    LOOKERS,
    OFFICER,
    YEAR,
    acting,
    app,
    at,
    continue_work,
    officer,
    year_of,
)
from lambdas.cpd.desk.forms import Opened, Rate, Sealed, Why
from signet import policy as policies
from signet.accounts.model import Role
from signet.cpd import draw, rules
from signet.cpd.desk import audit_draw, audits, year_roll
from signet.cpd.desk.context import log_view, of_year
from signet.cpd.desk.year_model import DrawRecord
from signet.cpd.draw import Seed
from signet.errors import Conflict, Invalid, NotFound, Refused
from signet.web.answer import Answer, Download, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import Values, read
from signet.web.request import Request

AUDIT = f"{YEAR}audit/"


class Step(NamedTuple):
    """One step of the draw: its form, and the page's title."""

    form: type[BaseModel]
    title: str


STEPS = {
    "list": Step(Rate, "Fix the list"),
    "seal": Step(Sealed, "Seal a seed"),
    "open": Step(Opened, "Open your seed"),
    "give-up": Step(Why, "Give up this draw"),
}


@app.get(AUDIT, LOOKERS)
def show_audit(request: Request, year: str) -> Answer:
    """Show the state of the draw, and its next step."""
    cpd_year = year_of(year)
    draw = audit_draw.of(cpd_year)
    context = {
        "year": cpd_year,
        "draw": draw,
        "mine": draw.seal_of(request.principal.account) if draw else None,
        "roll": year_roll.of(cpd_year),
        "registrar": Role.REGISTRAR in request.principal.roles,
        "officer": OFFICER in request.principal.roles,
        "act": request.new_id(),
    }
    return Page("cpd/desk/audit.html", context)


@app.get(f"{AUDIT}list.txt", Role.REGISTRAR)
def give_list(request: Request, year: str) -> Answer:
    """Download the list, for the board and its auditors; log the download."""
    stored = _draw(year_of(year))
    listed = audit_draw.the_list(stored)
    log_view(officer(request), of_year(stored.year), "cpd.desk.list.taken", draw=stored.ordinal)
    name = f"cpd-audit-{stored.year}-{stored.ordinal}-list.txt"
    return Download(draw.list_bytes(listed), "text/plain", name)


@app.get(f"{AUDIT}<step>/", OFFICER)
def ask_step(request: Request, year: str, step: str) -> Answer:
    """Show the form of a step of the draw."""
    cpd_year, known = year_of(year), _step(step)
    values = _offered(request, cpd_year, step)
    return _step_page(cpd_year, step, FormView(known.form, values, (), request.new_id()))


@app.post(f"{AUDIT}<step>/", OFFICER)
def do_step(request: Request, year: str, step: str) -> Answer:
    """Do a step of the draw."""
    cpd_year, known = year_of(year), _step(step)
    try:
        _do(request, cpd_year, read(known.form, request.form))
    except Invalid as invalid:
        form = FormView.again(known.form, request.form, invalid, request.operation_id)
        return _step_page(cpd_year, step, form, invalid.status)
    except (Conflict, Refused) as error:
        problem = Invalid(message=f"{error.message} What you typed is still here.")
        form = FormView.again(known.form, request.form, problem, request.new_id())
        return _step_page(cpd_year, step, form, error.status)
    return SeeOther(at(cpd_year, "audit"))


def _do(request: Request, year: int, said: BaseModel) -> None:
    by = acting(request)
    match said:
        case Rate():
            secret = bytes.fromhex(request.new_id() + request.new_id())
            audit_draw.fix_list(by, year, said.rate, secret)
        case Sealed():
            audit_draw.seal(by, year, said.commitment)
        case Opened():
            audit_draw.open_seed(by, year, Seed(said.nonce, said.words))
        case Why():
            audit_draw.give_up(by, year, said.reason)


def _step(name: str) -> Step:
    if name not in STEPS:
        raise NotFound
    return STEPS[name]


def _offered(request: Request, year: int, step: str) -> Values:
    """Return a form's initial values: the policy's rate, or a seed generated for the officer."""
    if step == "list":
        rate = rules.of_year(year, policies.load()).audit_rate * 100
        return {"rate": [f"{rate.normalize():f}"]}
    if step != "seal":
        return {}
    seed = Seed((request.new_id() + request.new_id()), " ".join(_words(request)))
    sealed = draw.commitment(_draw(year).terms, seed)
    return {"commitment": [sealed], "words": [seed.words], "nonce": [seed.nonce]}


def _words(request: Request) -> list[str]:
    """Return sixteen random bytes as hex in groups that are easy to copy by hand."""
    letters = request.new_id()
    return [letters[start : start + 4] for start in range(0, len(letters), 4)]


def _step_page(year: int, step: str, form: FormView, status: int = 200) -> Page:
    context: Mapping[str, Any] = {
        "year": year,
        "step": step,
        "title": STEPS[step].title,
        "form": form,
        "draw": audit_draw.of(year),
        "roll": year_roll.of(year),
    }
    return Page("cpd/desk/step.html", context, status)


def _draw(year: int) -> DrawRecord:
    draw = audit_draw.of(year)
    if draw is None or draw.given_up:
        raise NotFound("No list has been fixed for this year's audit.")
    return draw


@app.post(f"{YEAR}audits", OFFICER)
def open_audits(request: Request, year: str) -> Answer:
    """Begin opening the audits of the members drawn, each with its notice."""
    cpd_year = year_of(year)
    audits.begin_opening(acting(request), cpd_year)
    continue_work(request)
    return SeeOther(at(cpd_year, "audit"))
