"""A user's applications: the list, each one as it was sent, and withdrawing it."""

from __future__ import annotations

from lambdas.jobs.applicants.shared import APPLICATIONS, app, context_of, page_context, resumes
from signet.errors import Invalid, NotFound
from signet.jobs.applicant_model import Application, Applied
from signet.jobs.applicants import applications
from signet.jobs.companies.naming import number_of
from signet.jobs.forms import ResumeDraft
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request

ABOVE = ("Your applications", APPLICATIONS)
ONE = f"{APPLICATIONS}<number>/"


@app.get(APPLICATIONS, SIGNED_IN)
def list_applied(request: Request) -> Answer:
    """List the user's applications, the latest first."""
    more = {"applied": applications.of_applicant(request.principal.account)}
    return Page(
        "jobs/applicants/applications.html", page_context(request, "Your applications", more)
    )


@app.get(ONE, SIGNED_IN)
def show_applied(request: Request, number: str) -> Answer:
    """Show what the user sent, to whom, and until when it is stored."""
    applied, sent = _mine(request, number)
    more = {"applied": applied, "sent": sent, "open": _open(request, number)}
    return Page(
        "jobs/applicants/application.html", page_context(request, applied.title, more, ABOVE)
    )


def _mine(request: Request, number: str) -> tuple[Applied, Application]:
    account = request.principal.account
    sent = applications.of_account(number_of(number), account)
    applied = next(
        (one for one in applications.of_applicant(account) if one.number == number), None
    )
    if sent is None or applied is None:
        raise NotFound
    return applied, sent


def _open(request: Request, number: str) -> bool:
    try:
        applications.open_here(number, request.today)
    except NotFound:
        return False
    return True


@app.get(f"{ONE}resume/", SIGNED_IN)
def show_replacing(request: Request, number: str) -> Answer:
    """Offer to replace the résumé of an application that hasn't been read yet."""
    applied, sent = _mine(request, number)
    stored = resumes(request)
    chosen = stored.newest if sent.unread else ""
    form = blank(ResumeDraft, request.new_id(), resume=chosen, version=str(sent.version))
    return _replacing(request, applied, sent, form)


@app.post(f"{ONE}resume/", SIGNED_IN)
def replace_resume(request: Request, number: str) -> Answer:
    """Replace the résumé that was sent with an application."""
    applied, sent = _mine(request, number)
    try:
        draft = read(ResumeDraft, request.form)
        resumes(request).check(draft.resume, held=sent.resume)
        applications.replace_resume(context_of(request), number, draft)
    except Invalid as invalid:
        form = FormView.again(ResumeDraft, request.form, invalid, request.operation_id)
        return _replacing(request, applied, sent, form, invalid.status)
    return SeeOther(f"{APPLICATIONS}{number}/?saved=replaced")


def _replacing(
    request: Request, applied: Applied, sent: Application, form: FormView, status: int = 200
) -> Page:
    stored = resumes(request)
    more = {
        "applied": applied,
        "sent": sent,
        "form": form,
        "files": stored.files,
        "purpose": stored.purpose,
        "choices": stored.choices,
        "act": request.new_id(),
    }
    above = (applied.title, f"{APPLICATIONS}{applied.number}/")
    title = "Replace your résumé" if sent.resume else "Add a résumé"
    page = page_context(request, title, more, ABOVE, above)
    return Page("jobs/applicants/replace.html", page, status)


@app.get(f"{ONE}withdraw/", SIGNED_IN)
def ask_withdrawing(request: Request, number: str) -> Answer:
    """Ask to confirm the withdrawal of an application: it can't be sent again."""
    applied, sent = _mine(request, number)
    if sent.withdrawn:
        return SeeOther(f"{APPLICATIONS}{number}/")
    above = (applied.title, f"{APPLICATIONS}{number}/")
    more = {"applied": applied, "act": request.new_id()}
    page = page_context(request, "Withdraw your application", more, ABOVE, above)
    return Page("jobs/applicants/withdraw.html", page)


@app.post(f"{ONE}withdraw/", SIGNED_IN)
def withdraw(request: Request, number: str) -> Answer:
    """Withdraw an application; do nothing if it is withdrawn already."""
    _, sent = _mine(request, number)
    if not sent.withdrawn:
        applications.withdraw(context_of(request), number)
    return SeeOther(f"{APPLICATIONS}{number}/?saved=withdrawn")
