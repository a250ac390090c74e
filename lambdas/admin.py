"""Accounts and roles, the audit log, and undeliverable mail: for administrators."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field

from lambdas import started
from signet import policy as policies
from signet.accounts import actions, audit_log
from signet.accounts.model import GRANTABLE, STAFF, Role
from signet.accounts.tables import MODELS
from signet.errors import FieldError, Invalid, NotFound
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import App
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, Says, read
from signet.web.request import Request
from signet.web.words import role as role_in_words

app = App("admin")
handler = started(app, (*MODELS, *TRANSACTION_MODELS))

HOME = "/services/admin/"
ROLES = f"{HOME}roles/"
GRANTS = f"{HOME}grants/"
MAIL = f"{HOME}mail/"
APPROVERS = (Role.ADMINISTRATOR, Role.REGISTRAR)
TRAIL = f"{HOME}audit/"
KEPT = "Recorded in the audit log"

Reason = Annotated[str, Says(missing="Say why: it is recorded in the audit log")]


class Find(Form):
    """Whose account is looked for."""

    email: Annotated[str, Says(missing="Enter an e-mail address")] = Field(
        title="E-mail address", description="The one that the person signs in with", max_length=254
    )


class Why(Form):
    """Why something is taken away."""

    reason: Reason = Field(title="Reason", description=KEPT, max_length=500)


class Grant(Form):
    """A role, and why it is granted."""

    role: Annotated[Role, Says(missing="Choose a role")] = Field(title="Role")
    reason: Reason = Field(title="Reason", description=KEPT, max_length=500)


class Again(Form):
    """Which mail is to be sent again."""

    mail: str = Field(title="Mail", max_length=200)


class AuditLogSearch(Form):
    """What of the audit log is looked at: about what, by whom, on which day."""

    subject: Annotated[str, Says(wrong="Enter a member’s number, or a kind and an id")] = Field(
        "",
        title="About",
        description="A member’s number, or a subject as in the list below, such as member#100001",
        max_length=200,
        pattern=r"^(|[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*|[a-z-]+#\S+)$",
    )
    officer: str = Field("", title="By which officer?", max_length=64)
    day: date | None = Field(None, title="On which day?")
    before: str = Field("", title="Before", max_length=100)


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
    found = actions.account(
        request.principal, account, now=request.now, operation_id=request.new_id()
    )
    return {"account": found, **more}


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


@app.get(TRAIL, Role.ADMINISTRATOR)
def show_audit_log(request: Request) -> Answer:
    """Search the audit log by subject, officer or day; the search itself is logged."""
    asked = {name: [value] for name, value in request.query.items()}
    context = {
        "lines": None,
        "kinds": audit_log.KINDS,
        "officers": [(one.id, one.email or one.id) for one in actions.staff()],
        "query": {name: value for name, value in request.query.items() if name != "before"},
        "most": audit_log.MOST,
    }
    if not asked:
        return Page("admin/audit_log.html", {"form": blank(AuditLogSearch, ""), **context})
    try:
        submitted = read(AuditLogSearch, asked)
        if not (submitted.subject or submitted.officer or submitted.day):
            raise Invalid(FieldError("subject", "Say about what, by whom, or on which day"))
    except Invalid as invalid:
        form = FormView.again(AuditLogSearch, asked, invalid, "")
        return Page("admin/audit_log.html", {**context, "form": form}, invalid.status)
    wanted = audit_log.Search(submitted.subject, submitted.officer, submitted.day, submitted.before)
    policy, operation_id = policies.load(), request.new_id()
    lines = actions.read_log(
        request.principal, wanted, policy, now=request.now, operation_id=operation_id
    )
    names = actions.names(line.by for line in lines)
    more = {"form": FormView(AuditLogSearch, asked), "lines": lines, "names": names}
    return Page("admin/audit_log.html", {**context, **more})


@app.get(MAIL, Role.ADMINISTRATOR)
def mail(request: Request) -> Answer:
    """List the mail that was given up as undeliverable (the dead letters)."""
    dead = [(letter, request.new_id()) for letter in actions.dead_letters()]
    return Page("admin/mail.html", {"dead": dead})


@app.post(MAIL, Role.ADMINISTRATOR)
def send_again(request: Request) -> Answer:
    """Queue a dead letter for another attempt."""
    wanted = read(Again, request.form).mail
    actions.send_again(
        request.principal, wanted, now=request.now, operation_id=request.operation_id
    )
    return SeeOther(MAIL)
