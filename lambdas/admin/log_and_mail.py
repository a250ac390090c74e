"""The audit log, searched, and mail that was given up as undeliverable."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from lambdas.admin.shared import AUDIT_LOG, MAIL, app
from signet import policy as policies
from signet.accounts import actions, audit_log
from signet.accounts.model import Role
from signet.errors import FieldError, Invalid
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, Says, read
from signet.web.request import Request


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


@app.get(AUDIT_LOG, Role.ADMINISTRATOR)
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
    query = audit_log.Search(submitted.subject, submitted.officer, submitted.day, submitted.before)
    policy, operation_id = policies.load(), request.new_id()
    lines = actions.read_log(
        request.principal, query, policy, now=request.now, operation_id=operation_id
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
    mail_id = read(Again, request.form).mail
    actions.send_again(
        request.principal, mail_id, now=request.now, operation_id=request.operation_id
    )
    return SeeOther(MAIL)
