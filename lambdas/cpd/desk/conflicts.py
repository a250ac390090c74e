"""Conflicts of interest: which officer is recused from which member's CPD, declared by whom."""

from __future__ import annotations

from lambdas.cpd.desk.app import DESK, LOOKERS, acting, app, officer
from lambdas.cpd.desk.forms import Conflict
from signet.accounts.model import Role
from signet.cpd import conflicts
from signet.cpd.desk import recusals
from signet.errors import Invalid, Refused
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request

CONFLICTS = f"{DESK}conflicts/"


@app.get(CONFLICTS, LOOKERS)
def show_conflicts(request: Request) -> Answer:
    """Show the officer's conflicts and the form that declares one; to the Registrar, everyone's."""
    me = request.principal.account
    values = {"number": request.query.get("number", "")[:32], "account": me}
    return _page(request, blank(Conflict, request.new_id(), **values))


def _page(request: Request, form: FormView, status: int = 200) -> Page:
    by = officer(request)
    is_registrar = Role.REGISTRAR in by.roles
    known = {one.id: one.email for one in recusals.officers()} if is_registrar else {}
    known[by.account] = request.principal.email
    accounts = [by.account, *(one for one in known if one != by.account)]
    context = {
        "year": request.today.year,
        "form": form,
        "registrar": is_registrar,
        "own": request.principal.member,
        "names": known,
        "choices": [(one, "Myself" if one == by.account else known[one]) for one in accounts],
        "recusals": [recusal for one in accounts for recusal in conflicts.of_account(one)],
        "saved": request.query.get("saved", ""),
    }
    return Page("cpd/desk/conflicts.html", context, status)


@app.post(CONFLICTS, LOOKERS)
def declare_conflict(request: Request) -> Answer:
    """Recuse an officer from a member's CPD."""
    by = acting(request)
    try:
        submitted = read(Conflict, request.form)
        account = submitted.account or by.account
        recusals.recuse(by, submitted.number.upper(), account, submitted.reason)
    except (Invalid, Refused) as error:
        wrong = error if isinstance(error, Invalid) else Invalid(message=error.message)
        return _page(
            request,
            FormView.again(Conflict, request.form, wrong, request.operation_id),
            error.status,
        )
    return SeeOther(f"{CONFLICTS}?saved=declared")
