"""Cases past their retention period, and erasing them: for registrars."""

from __future__ import annotations

from lambdas.complaints.desk.acts import form_again
from lambdas.complaints.desk.app import (
    CASE,
    DESK,
    REGISTRAR,
    acting,
    app,
    at,
    officer,
    store,
)
from lambdas.complaints.desk.queue import shared
from signet.complaints.desk.context import CaseVersion, case_of, record_opening
from signet.errors import Conflict, Invalid
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import blank
from signet.web.forms import read
from signet.web.request import Request, id_of

RETENTION = f"{DESK}retention/"


@app.get(RETENTION, REGISTRAR)
def list_past(request: Request) -> Answer:
    """List the cases past their retention period, and erasures that were interrupted."""
    from signet.complaints.desk import retention  # imported here: only erasing needs it

    by = officer(request)
    context = {
        **shared(by),
        "past": retention.past_retention(by),
        "unfinished": retention.unfinished(by),
        "act": request.new_id(),
    }
    return Page("complaints/desk/retention.html", context)


@app.post(f"{RETENTION}<case>/finish", REGISTRAR)
def finish(request: Request, case: str) -> Answer:
    """Continue an erasure that was interrupted."""
    from signet.complaints.desk import retention  # imported here, as above

    retention.finish(acting(request), store(), id_of(case))
    return SeeOther(RETENTION)


@app.get(f"{CASE}erase/", REGISTRAR)
def ask_erase(request: Request, case: str) -> Answer:
    """Show the form that erases a case."""
    return _page(request, case)


def _page(request: Request, id_: str, error: Invalid | Conflict | None = None) -> Page:
    from lambdas.complaints.desk.forms import Erase  # imported here: few requests use a form

    by = officer(request)
    record_opening(by, id_of(id_), "complaint-form-opened", form="erase")
    case = case_of(by, id_)
    form = (
        form_again(Erase, request, case, error)
        if error
        else blank(Erase, request.new_id(), version=str(case.version))
    )
    context = {**shared(by), "case": case, "form": form}
    return Page("complaints/desk/erase.html", context, error.status if error else 200)


@app.post(f"{CASE}erase/", REGISTRAR)
def erase(request: Request, case: str) -> Answer:
    """Erase a case for good."""
    from lambdas.complaints.desk.forms import Erase  # imported here: few requests use a form
    from signet.complaints.desk import retention

    try:
        submitted = read(Erase, request.form)
        seen = CaseVersion(id_of(case), submitted.version)
        retention.erase(acting(request), store(), seen, submitted.words)
    except (Invalid, Conflict) as error:
        return _page(request, case, error)
    return SeeOther(at("retention"))
