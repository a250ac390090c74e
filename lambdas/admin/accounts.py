"""Accounts: found by address, shown, given and deprived of roles, unlinked from a record."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field

from lambdas.admin.shared import GRANTS, HOME, KEPT, ROLES, Reason, Why, app
from signet.accounts import actions
from signet.accounts.model import GRANTABLE, STAFF, Role
from signet.errors import FieldError, Invalid, NotFound
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, Says, read
from signet.web.request import Request
from signet.web.words import role as role_in_words


class Find(Form):
    """Whose account is looked for."""

    email: Annotated[str, Says(missing="Enter an e-mail address")] = Field(
        title="E-mail address", description="The one that the person signs in with", max_length=254
    )


class Grant(Form):
    """A role, and why it is granted."""

    role: Annotated[Role, Says(missing="Choose a role")] = Field(title="Role")
    reason: Reason = Field(title="Reason", description=KEPT, max_length=500)


@app.get(HOME, Role.ADMINISTRATOR)
def home(request: Request) -> Answer:
    """Redirect to the roles, which administrators come for."""
    del request
    return SeeOther(ROLES)


@app.get(ROLES, Role.ADMINISTRATOR)
def roles(request: Request) -> Answer:
    """List the staff, and offer a search for any other account."""
    return _roles(blank(Find, request.new_id()))


def _roles(form: FormView, status: int = HTTPStatus.OK) -> Page:
    context = {"form": form, "staff": actions.staff(), "staff_roles": STAFF}
    return Page("admin/roles.html", context, status)


@app.post(ROLES, Role.ADMINISTRATOR)
def find(request: Request) -> Answer:
    """Find an account by e-mail address.

    The address is posted, so that it is in no access log.
    """
    try:
        accounts = actions.find(read(Find, request.form).email)
        if not accounts:
            raise Invalid(FieldError("email", "No account has this address"))
    except Invalid as invalid:
        form = FormView.again(Find, request.form, invalid, request.new_id())
        return _roles(form, invalid.status)
    if len(accounts) == 1:
        return SeeOther(_at(accounts[0].id))
    return Page("admin/found.html", {"found": accounts})


def _at(account: str) -> str:
    return f"{HOME}accounts/{account}/"


def _page_context(request: Request, account: str, **more: Any) -> dict[str, Any]:
    """Return the template context of an account's pages; record the viewing in the audit log."""
    account_page = actions.account(
        request.principal, account, now=request.now, operation_id=request.new_id()
    )
    return {"account": account_page, **more}


@app.get(f"{HOME}accounts/<account>/", Role.ADMINISTRATOR)
def account(request: Request, account: str) -> Answer:
    """Show an account: whose it is, its roles, and its lines of the audit log."""
    context = _page_context(request, account)
    lines = actions.audit_lines(f"account#{account}")
    context |= {"lines": lines, "names": actions.names(line.by for line in lines)}
    return Page("admin/account.html", context)


@app.get(f"{HOME}accounts/<account>/grant/", Role.ADMINISTRATOR)
def choose_role(request: Request, account: str) -> Answer:
    """Ask which role to grant, and why."""
    return _grant_page(request, account, blank(Grant, request.new_id()))


def _grant_page(
    request: Request, account: str, form: FormView, status: int = HTTPStatus.OK
) -> Page:
    context = _page_context(request, account, form=form)
    missing = sorted(GRANTABLE - context["account"].granted)
    choices = [(role, _named(role)) for role in missing]
    return Page("admin/grant.html", context | {"choices": choices}, status)


def _named(role: Role) -> str:
    """Return a role as a choice names it: "CPD officer", "Registrar"."""
    return (words := role_in_words(role))[:1].upper() + words[1:]


@app.post(f"{HOME}accounts/<account>/grant/", Role.ADMINISTRATOR)
def ask_for_role(request: Request, account: str) -> Answer:
    """Request a role, which a second person must approve."""
    try:
        asked = read(Grant, request.form)
        actions.ask_grant(
            request.principal,
            account,
            asked.role,
            asked.reason,
            now=request.now,
            operation_id=request.operation_id,
        )
    except Invalid as invalid:
        form = FormView.again(Grant, request.form, invalid, request.operation_id)
        return _grant_page(request, account, form, invalid.status)
    return SeeOther(f"{GRANTS}?asked")


@app.get(f"{HOME}accounts/<account>/withdraw/<role>/", Role.ADMINISTRATOR)
def ask_why(request: Request, account: str, role: str) -> Answer:
    """Ask why a role is withdrawn."""
    context = _page_context(request, account, form=blank(Why, request.new_id()), role=_role(role))
    return Page("admin/withdraw.html", context)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise NotFound from None


@app.post(f"{HOME}accounts/<account>/withdraw/<role>/", Role.ADMINISTRATOR)
def withdraw(request: Request, account: str, role: str) -> Answer:
    """Withdraw a role."""
    stored = _role(role)
    try:
        reason = read(Why, request.form).reason
        actions.withdraw(
            request.principal,
            account,
            stored,
            reason,
            now=request.now,
            operation_id=request.operation_id,
        )
    except Invalid as invalid:
        form = FormView.again(Why, request.form, invalid, request.operation_id)
        context = _page_context(request, account, form=form, role=stored)
        return Page("admin/withdraw.html", context, invalid.status)
    return SeeOther(_at(account))


@app.get(f"{HOME}accounts/<account>/part/", Role.ADMINISTRATOR)
def ask_to_detach(request: Request, account: str) -> Answer:
    """Ask why an account is unlinked from its member record."""
    context = _page_context(request, account, form=blank(Why, request.new_id()))
    return Page("admin/part.html", context)


@app.post(f"{HOME}accounts/<account>/part/", Role.ADMINISTRATOR)
def detach(request: Request, account: str) -> Answer:
    """Unlink an account from a member record that isn't the account owner's."""
    try:
        reason = read(Why, request.form).reason
        actions.detach(
            request.principal, account, reason, now=request.now, operation_id=request.operation_id
        )
    except Invalid as invalid:
        form = FormView.again(Why, request.form, invalid, request.operation_id)
        return Page("admin/part.html", _page_context(request, account, form=form), invalid.status)
    return SeeOther(_at(account))
