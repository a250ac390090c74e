"""Applications to a company's postings, as the company reads them."""

from __future__ import annotations

from lambdas.jobs.employers.shared import POSTING, Desk, app, desk
from lambdas.jobs.employers.words import MARKS
from signet.errors import Invalid
from signet.jobs.applicant_model import Application
from signet.jobs.applicants import applications
from signet.jobs.companies.naming import number_of
from signet.jobs.forms import MarkDraft
from signet.jobs.postings import postings
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

APPLICATIONS = f"{POSTING}applications/"


@app.get(APPLICATIONS, SIGNED_IN)
def list_applications(request: Request, company: str, number: str) -> Answer:
    """List the applications to a posting, the earliest first."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    context = {
        "posting": posting,
        "applications": applications.to_posting(at.who, number),
        "marks": MARKS,
        "saved": request.query.get("saved", ""),
    }
    above = (posting.terms.title, at.at("postings", number))
    return Page("jobs/employers/applications.html", at.page_context("Applications", context, above))


@app.get(f"{APPLICATIONS}<account>/", SIGNED_IN)
def show_application(request: Request, company: str, number: str, account: str) -> Answer:
    """Show one application.

    Its résumé is served by the function with access to the object store.
    """
    at = desk(request, company)
    application = applications.find(at.who, number_of(number), id_of(account))
    if application.read_on is None:
        applications.note_reading(at.who, number, account)
        application = applications.find(
            at.who, number, account
        )  # the résumé may be a newer one by now
    return _page(at, application, blank(MarkDraft, request.new_id(), mark=application.mark))


def _page(at: Desk, application: Application, form: FormView, status: int = 200) -> Page:
    number = application.number
    posting = postings.find(at.who, number)
    above = (
        (posting.terms.title, at.at("postings", number)),
        ("Applications", at.at("postings", number, "applications")),
    )
    context = {
        "posting": posting,
        "application": application,
        "form": form,
        "marks": [*MARKS.items()],
    }
    return Page(
        "jobs/employers/application.html", at.page_context("Application", context, *above), status
    )


@app.post(f"{APPLICATIONS}<account>/", SIGNED_IN)
def mark_application(request: Request, company: str, number: str, account: str) -> Answer:
    """Mark an application; only the company sees the mark."""
    at = desk(request, company)
    application = applications.find(at.who, number_of(number), id_of(account))
    try:
        applications.mark(at.who, number, account, read(MarkDraft, request.form))
    except Invalid as invalid:
        again = FormView.again(MarkDraft, request.form, invalid, request.operation_id)
        return _page(at, application, again, invalid.status)
    return SeeOther(f"{at.at('postings', number, 'applications')}?saved=marked")
