"""A company: free registration (JOB-1), its overview, its profile (JOB-7)."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from lambdas.jobs.employers.shared import (
    COMPANY,
    JOBS,
    PICTURES,
    Desk,
    app,
    context_of,
    entrance,
    owners_desk,
)
from lambdas.jobs.employers.words import STATES
from signet import policy as policies
from signet.errors import Conflict, Invalid
from signet.jobs import places, tables
from signet.jobs.companies import clients, companies
from signet.jobs.credits import grants
from signet.jobs.forms import CompanyDraft, CompanyEdit
from signet.jobs.model import Company
from signet.jobs.postings import figures, postings
from signet.uploads import evidence
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import ANYONE, SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import read, values_of
from signet.web.request import Request


@app.get(JOBS, ANYONE)
def begin(request: Request) -> Answer:
    """Explain how to post a job, or list the user's companies; redirect if there is only one."""
    me = request.maybe_principal
    mine = companies.of_account(me.account) if me else []
    if len(mine) == 1:
        return SeeOther(f"{JOBS}{mine[0].id}/")
    context = {"title": "Post a job", "mine": mine, "jobs": policies.load().jobs}
    return Page("jobs/employers/begin.html", context)


@app.get(f"{JOBS}register/", SIGNED_IN)
def show_registering(request: Request) -> Answer:
    """Show the registration form: a name and an address for receipts are enough."""
    form = blank(CompanyDraft, request.new_id(), email=request.principal.email)
    return _register_page(form)


def _register_page(form: FormView, status: int = 200) -> Page:
    context = {"title": "Register your company", "form": form, "crumbs": [("Jobs", JOBS)]}
    return Page("jobs/employers/register.html", context, status)


@app.post(f"{JOBS}register/", SIGNED_IN)
def register(request: Request) -> Answer:
    """Register a company."""
    operation_id = request.operation_id
    try:
        draft = read(CompanyDraft, request.form)
        company = companies.register(
            context_of(request, operation_id), request.principal.email, draft
        )
    except Invalid as invalid:
        return _register_page(
            FormView.again(CompanyDraft, request.form, invalid, operation_id), invalid.status
        )
    return SeeOther(f"{JOBS}{company}/?saved=registered")


@app.get(COMPANY, SIGNED_IN)
def show_company(request: Request, company: str) -> Answer:
    """Show the company's overview: credits, and each posting with its figures."""
    at = entrance(request, company)
    stored, entries = grants.credits_and_ledger(at.who)
    listed = postings.listed(at.who)
    context = {
        "credits": stored,
        "usable": stored.usable(request.today),
        "entries": len(entries),
        "states": STATES,
        "counted_states": Counter(one.state for one in listed),
        "listed": [(one, figures.totals(one.number)) for one in listed],
        "clients": {one.id: one.name for one in clients.listed(at.who)},
        "places": {
            one.slug: one.name for one in places.listed(at.who.context.policy.career_centre)
        },
        "saved": request.query.get("saved", ""),
    }
    return Page("jobs/employers/company.html", at.page_context(at.company.name, context))


@app.get(f"{COMPANY}profile/", SIGNED_IN)
def show_profile(request: Request, company: str) -> Answer:
    """Show the profile for editing."""
    at = owners_desk(request, company)
    return _profile_page(
        request, at, FormView(CompanyEdit, _values(at.company), (), request.new_id())
    )


def _values(company: Company) -> dict[str, list[str]]:
    fields = company.model_dump(include=set(CompanyEdit.model_fields))
    return values_of(CompanyEdit.model_validate(fields))


def _profile_page(
    request: Request, at: Desk, form: FormView, status: int = 200, *, overtaken: bool = False
) -> Page:
    policy, owner = policies.load(), tables.company(at.company.id)
    files = evidence.listed(owner, PICTURES, request.now)
    permit = _permit(request, at.company)
    chosen = [(one.id, one.filename) for one in evidence.clean(owner, PICTURES, request.now)]
    context = {
        "form": form,
        "files": files,
        "choices": chosen,
        "purpose": evidence.purpose(policy, PICTURES),
        "permit": permit,
        "shown": bool(permit and all(permit[1:]) and at.company.vouched_permit),
        "act": request.new_id(),
        "overtaken": overtaken,
        "saved": request.query.get("saved", ""),
    }
    return Page("jobs/employers/profile.html", at.page_context("Company profile", context), status)


class RegisterPermit(NamedTuple):
    """A permit as on the register; `named_so` tells that its holder has the company's name."""

    holder: str
    in_force: bool
    named_so: bool
    verdict: str


def _permit(request: Request, company: Company) -> RegisterPermit | None:
    """Return the register's view of the permit that a company names; None if it isn't there."""
    from signet.publish.postings.permits import held_by  # imported here: other pages don't need it
    from signet.register.reading import permit_verdict_on

    policy = policies.load()
    permit = permit_verdict_on(company.permit, request.today, policy) if company.permit else None
    if permit is None:
        return None
    record, verdict = permit
    named_so = held_by(record, company.name)
    return RegisterPermit(record.legal_name, verdict.good, named_so, verdict.words)


@app.post(f"{COMPANY}profile/", SIGNED_IN)
def change_profile(request: Request, company: str) -> Answer:
    """Change the profile; after a conflict, tell the second editor."""
    at = owners_desk(request, company)
    try:
        companies.edit(at.who, read(CompanyEdit, request.form))
    except Invalid as invalid:
        form = FormView.again(CompanyEdit, request.form, invalid, request.operation_id)
        return _profile_page(request, at, form, invalid.status)
    except Conflict as conflict:
        values = {**request.form, "version": [str(at.company.version)]}
        form = FormView(CompanyEdit, values, (), request.new_id())
        return _profile_page(request, at, form, conflict.status, overtaken=True)
    return SeeOther(f"{at.at('profile')}?saved=profile")
