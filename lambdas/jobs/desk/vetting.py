"""Staff decisions about a company: vouching for its permit, blocking it, conflicts of interest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lambdas.jobs.desk.shared import DESK, OFFICER, app, at, context_of, page_context
from signet import policy as policies
from signet.errors import Conflict, FieldError, Invalid, NotFound
from signet.jobs import conflicts
from signet.jobs.companies import companies, vetting
from signet.jobs.conflicts import Subject
from signet.jobs.forms import BlockDraft, RecusalDraft, VouchDraft
from signet.jobs.model import Company
from signet.transactions.context import Context
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

RECUSE = "recuse"
STEP = f"{DESK}companies/<company>/vetting/<step>/"


class Step(NamedTuple):
    """One decision by staff: its title and button, its form, the function that does it."""

    title: str
    button: str
    draft: type[VouchDraft] | type[BlockDraft] | type[RecusalDraft]
    do: (
        Callable[[Context, str, VouchDraft], None]
        | Callable[[Context, str, BlockDraft], None]
        | Callable[[Context, str, RecusalDraft], None]
    )
    kind: str = ""


STEPS: Mapping[str, Step] = {
    "vouch": Step("Vouch for the permit", "The company holds it", VouchDraft, vetting.vouch),
    "withdraw": Step(
        "Stop vouching for the permit", "Stop vouching", VouchDraft, vetting.withdraw, "danger"
    ),
    "block": Step("Block the company", "Block it", BlockDraft, vetting.block, "danger"),
    "unblock": Step("Unblock the company", "Unblock it", BlockDraft, vetting.unblock),
    RECUSE: Step("Declare a conflict", "Declare it", RecusalDraft, conflicts.declare),
}


@app.get(STEP, OFFICER)
def ask_step(request: Request, company: str, step: str) -> Answer:
    """Ask for the reasons of a decision, beside what the register says."""
    stored = companies.profile(id_of(company))
    draft = _step(step).draft
    if step != RECUSE:
        conflicts.check(context_of(request), Subject(stored.id))
    return _page(request, stored, step, blank(draft, request.new_id(), version=str(stored.version)))


@app.post(STEP, OFFICER)
def take_step(request: Request, company: str, step: str) -> Answer:
    """Do the step."""
    stored, chosen = companies.profile(id_of(company)), _step(step)
    try:
        chosen.do(context_of(request), stored.id, read(chosen.draft, request.form))  # type: ignore[arg-type]
    except Invalid as invalid:
        form = FormView.again(chosen.draft, request.form, invalid, request.operation_id)
        return _page(request, stored, step, form, invalid.status)
    except Conflict as conflict:
        return _page(request, stored, step, _changed(request, stored, chosen), conflict.status)
    return SeeOther(f"{at('companies', stored.id)}?saved={step}")


def _changed(request: Request, company: Company, chosen: Step) -> FormView:
    """Return the form as it was submitted, for the current company."""
    values = {**request.form, "version": [str(company.version)]}
    invalid = Invalid(
        FieldError("", "The company changed its profile. Look again, then send this again.")
    )
    return FormView.again(chosen.draft, values, invalid, request.new_id())


def _step(name: str) -> Step:
    if name not in STEPS:
        raise NotFound
    return STEPS[name]


def _page(request: Request, company: Company, step: str, form: FormView, status: int = 200) -> Page:
    more = {
        "company": company,
        "form": form,
        "step": step,
        "chosen": STEPS[step],
        "permit": register_permit(request, company.permit),
    }
    above = (("Companies", at("companies")), (company.name, at("companies", company.id)))
    page = page_context(request, STEPS[step].title, more, *above)
    return Page("jobs/desk/vetting.html", page, status)


def register_permit(request: Request, number: str) -> tuple[str, str] | None:
    """Return a permit's holder on the register and the verdict on it; None where there is none.

    Raises Unavailable: "no such permit" is said only when the register was read.
    """
    from signet.register.reading import permit_verdict_on  # imported here: used nowhere else

    policy = policies.load()
    permit = permit_verdict_on(number, request.today, policy) if number else None
    return (permit[0].legal_name, permit[1].words) if permit else None
