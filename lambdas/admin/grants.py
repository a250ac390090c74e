"""Roles that wait for a second person, and those that one person granted alone."""

from __future__ import annotations

from http import HTTPStatus

from lambdas.admin.shared import APPROVERS, GRANTS, Why, app
from signet.accounts import actions
from signet.errors import Invalid
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request


@app.get(GRANTS, APPROVERS)
def grants(request: Request) -> Answer:
    """List roles that wait for approval, and those that one person granted alone."""
    return _grants(request)


def _grants(request: Request, form: FormView | None = None, status: int = HTTPStatus.OK) -> Page:
    now = request.now
    waiting, alone = actions.waiting(now), actions.granted_alone(now)
    named = {name for one in (*waiting, *alone) for name in (one.account, one.by)}
    context = {
        "waiting": [(one, request.new_id()) for one in waiting],
        "alone": [(one, request.new_id()) for one in alone],
        "names": actions.names(named),
        "form": form,
        "said": next((one for one in ("asked", "given", "refused") if one in request.query), ""),
    }
    return Page("admin/grants.html", context, status)


@app.post(f"{GRANTS}<grant>/approve", APPROVERS)
def approve(request: Request, grant: str) -> Answer:
    """Approve a role that another person requested."""
    actions.approve_grant(
        request.principal, grant, now=request.now, operation_id=request.operation_id
    )
    return SeeOther(f"{GRANTS}?given")


@app.post(f"{GRANTS}<grant>/refuse", APPROVERS)
def refuse(request: Request, grant: str) -> Answer:
    """Refuse a role that waits for approval."""
    try:
        reason = read(Why, request.form).reason
        actions.refuse_grant(
            request.principal, grant, reason, now=request.now, operation_id=request.operation_id
        )
    except Invalid as invalid:
        form = FormView.again(Why, request.form, invalid, request.operation_id)
        return _grants(request, form, invalid.status)
    return SeeOther(f"{GRANTS}?refused")


@app.post(f"{GRANTS}<grant>/reviewed", APPROVERS)
def review(request: Request, grant: str) -> Answer:
    """Record that a role which one person granted alone was reviewed."""
    actions.review_grant(
        request.principal, grant, now=request.now, operation_id=request.operation_id
    )
    return SeeOther(GRANTS)
