"""The audit of a year, as the member sees it: the request, its deadline, and the answer."""

from __future__ import annotations

from lambdas.cpd.member.shared import (
    CPD,
    EVIDENCE,
    MEMBER,
    app,
    called,
    context_of,
    files_of,
    page_context,
    sent_from,
    view_of,
    year_number,
)
from signet import policy as policies
from signet.cpd import actions, dashboard, rules
from signet.cpd.forms import AuditAnswerDraft
from signet.cpd.model import ANSWERABLE
from signet.errors import Invalid, NotFound
from signet.uploads import evidence
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request


@app.get(f"{CPD}<year>/audit/", MEMBER)
def show_audit(request: Request, year: str) -> Answer:
    """Show the audit of the year: the request, its deadline, and the answers."""
    return _audit_page(request, year)


def _audit_page(
    request: Request, year: str, form: FormView | None = None, status: int = 200
) -> Answer:
    view = view_of(request, year)
    if view.audit is None:
        raise NotFound("You aren't being audited for that year.")
    files = files_of(request)
    fresh = sent_from(f"{CPD}{view.year}/audit/", files)
    answered = {file for answer in view.audit.answers for file in answer.evidence}
    context = {
        "title": f"Audit of {view.year}",
        "audit": view.audit,
        "clock": rules.audit_clock(view.audit, view.cpd),
        "late": dashboard.late_words(view),
        "answerable": view.audit.state in ANSWERABLE,
        "names": {file.id: file for file in files},
        "file_choices": [(f.id, called(f)) for f in files if f.id not in answered],
        "purpose": evidence.purpose(policies.load(), EVIDENCE),
        "form": form or FormView(AuditAnswerDraft, {"files": fresh}, act=request.new_id()),
        "act": request.new_id(),
        "saved": request.query.get("saved", ""),
    }
    return Page("cpd/member/audit.html", page_context(view, context), status)


@app.post(f"{CPD}<year>/audit/", MEMBER)
def answer_audit(request: Request, year: str) -> Answer:
    """Answer the audit."""
    number = year_number(year)
    try:
        actions.answer_audit(context_of(request), number, read(AuditAnswerDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(AuditAnswerDraft, request.form, invalid, request.operation_id)
        return _audit_page(request, year, form, invalid.status)
    return SeeOther(f"{CPD}{number}/audit/?saved=answered")
