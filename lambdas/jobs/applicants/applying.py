"""Applying for a job through the site: anyone with an account, once, with consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from lambdas.jobs.applicants.shared import (
    APPLICATIONS,
    APPLY,
    Resumes,
    app,
    context_of,
    page_context,
    resumes,
)
from signet import policy as policies
from signet.errors import Invalid, NotFound
from signet.jobs import published
from signet.jobs.applicants import applications
from signet.jobs.applicants.applications import AppliedAlready
from signet.jobs.companies.naming import number_of
from signet.jobs.forms import ApplicationDraft
from signet.register import reading as register
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import Says, read
from signet.web.request import Request

if TYPE_CHECKING:
    from signet.jobs.postings.public import PublicJob


class Applying(ApplicationDraft):
    """An application as its form asks for it."""

    consent: Annotated[
        Literal["yes"], Says(missing="Tick the box: without your consent nothing can be sent")
    ] = Field(title="The employer may see what I send here")


@app.get(f"{APPLY}<number>/", SIGNED_IN)
def show_applying(request: Request, number: str) -> Answer:
    """Show the form with name and address filled in.

    A user who has applied already is redirected to what they sent.
    """
    if applications.of_account(number_of(number), request.principal.account) is not None:
        return SeeOther(f"{APPLICATIONS}{number}/?saved=already")
    known = {"name": _name(request), "email": request.principal.email}
    stored = resumes(request)
    form = blank(Applying, request.new_id(), resume=stored.newest, **known)
    return _page(request, number, form, stored)


def _name(request: Request) -> str:
    """Return a member's name from the register, "" for anyone else."""
    number = request.principal.member
    record = register.standing_on(number, request.today) if number else None
    return f"{record.given} {record.family}".strip() if record else ""


def _page(
    request: Request, number: str, form: FormView, resumes: Resumes, status: int = 200
) -> Page:
    try:
        job = _job(request, number)
    except NotFound as over:
        return Page(
            "jobs/applicants/closed.html",
            page_context(request, "This job is over", {}),
            over.status,
        )
    more = {
        "form": form,
        "job": job,
        "files": resumes.files,
        "purpose": resumes.purpose,
        "choices": resumes.choices,
        "days": context_of(request).policy.career_centre.application_days,
        "act": request.new_id(),
    }
    return Page(
        "jobs/applicants/apply.html", page_context(request, f"Apply: {job.title}", more), status
    )


def _job(request: Request, number: str) -> PublicJob:
    """Return the public view of a job that takes applications here. Raises NotFound."""
    from signet.jobs.postings import public  # imported here: slow to load

    posting = applications.open_here(number, request.today)
    around = published.surroundings(posting, policies.load(), lambda _permit: "")
    job = public.from_posting(posting, around, request.today) if around else None
    if job is None:
        raise NotFound
    return job


@app.post(f"{APPLY}<number>/", SIGNED_IN)
def apply(request: Request, number: str) -> Answer:
    """Send the application. Submitting the form again gives the same answer as the first time."""
    stored = resumes(request)
    try:
        draft = read(Applying, request.form)
        stored.check(draft.resume)
        applications.apply(context_of(request), number_of(number), draft)
    except Invalid as invalid:
        again = FormView.again(Applying, request.form, invalid, request.operation_id)
        return _page(request, number, again, stored, invalid.status)
    except AppliedAlready:
        return SeeOther(f"{APPLICATIONS}{number}/?saved=already")
    except NotFound as over:
        return Page(
            "jobs/applicants/closed.html",
            page_context(request, "This job is over", {}),
            over.status,
        )
    return SeeOther(f"{APPLICATIONS}{number}/?saved=sent")
