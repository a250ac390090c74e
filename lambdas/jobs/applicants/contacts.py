"""Companies' requests for a member's contact details, which only the member's yes releases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lambdas.jobs.applicants.shared import REQUESTS, app, context_of, page_context
from lambdas.jobs.employers.words import ANSWERS
from signet.accounts.model import Role
from signet.errors import Conflict, Invalid, NotFound, Refused
from signet.jobs import published, store
from signet.jobs.applicant_model import Request as Asked
from signet.jobs.applicant_model import RequestState
from signet.jobs.applicants import contact_requests
from signet.jobs.companies import companies
from signet.jobs.context import member_number
from signet.jobs.forms import AnswerDraft
from signet.jobs.postings import rules
from signet.register import reading as register
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

ABOVE = ("Requests for contact", REQUESTS)
ONE = f"{REQUESTS}<company>/"


@app.get(REQUESTS, Role.MEMBER)
def list_requests(request: Request) -> Answer:
    """List the requests to the member, the latest first."""
    asked = contact_requests.to_member(member_number(request.principal))
    more = {
        "listed": [(one, _open(request, one)) for one in asked],
        "states": ANSWERS,
        "answer_by": _answer_by(request),
    }
    return Page(
        "jobs/applicants/requests.html", page_context(request, "Requests for contact", more)
    )


@app.get(ONE, Role.MEMBER)
def show_request(request: Request, company: str) -> Answer:
    """Show one request: who asks, what for, and the answer."""
    stored = _held(request, company)
    record = register.standing_on(stored.member, request.today)
    name = f"{record.given} {record.family}".strip() if record else ""
    known = {"version": str(stored.version), "contact": request.principal.email, "name": name}
    return _page(request, stored, blank(AnswerDraft, request.new_id(), **known))


def _held(request: Request, company: str) -> Asked:
    contact_request = contact_requests.of_member(member_number(request.principal), id_of(company))
    if contact_request is None:
        raise NotFound
    return contact_request


def _open(request: Request, stored: Asked) -> bool:
    return stored.state is RequestState.ASKED and request.today <= _answer_by(request)(stored)


def _answer_by(request: Request) -> Callable[[Asked], date]:
    jobs = context_of(request).policy.career_centre
    return lambda held: contact_requests.answer_by(held, jobs)


def _page(request: Request, stored: Asked, form: FormView, status: int = 200) -> Page:
    from signet.jobs.postings import markdown  # imported here: slow to load

    posting = store.by_number(stored.posting)
    company = companies.profile(stored.company)
    more = {
        "form": form,
        "asked": stored,
        "open": _open(request, stored),
        "answer_by": _answer_by(request)(stored),
        "states": ANSWERS,
        "company": company,
        "about": markdown.html(company.about),
        "posting": posting,
        "employer": published.employer(posting) if posting else "",
        "shown": posting is not None and rules.is_shown(posting, request.today),
        "policy": context_of(request).policy.career_centre,
    }
    return Page(
        "jobs/applicants/request.html",
        page_context(request, stored.company_name, more, ABOVE),
        status,
    )


@app.post(ONE, Role.MEMBER)
def answer(request: Request, company: str) -> Answer:
    """Answer yes or no. If it was answered meanwhile, redirect to the answer."""
    stored = _held(request, company)
    try:
        draft = read(AnswerDraft, request.form)
        contact_requests.answer(context_of(request), stored.member, stored.company, draft)
    except Invalid as invalid:
        again = FormView.again(AnswerDraft, request.form, invalid, request.operation_id)
        return _page(request, stored, again, invalid.status)
    except (Conflict, Refused):
        return SeeOther(f"{REQUESTS}{company}/?saved=before")
    return SeeOther(f"{REQUESTS}{company}/?saved={'yes' if draft.accepted else 'no'}")


@app.get(f"{ONE}take-back/", Role.MEMBER)
def ask_withdrawing_consent(request: Request, company: str) -> Answer:
    """Ask to confirm that a yes is withdrawn: the company may not ask again."""
    stored = _held(request, company)
    if stored.state is not RequestState.ACCEPTED:
        return SeeOther(f"{REQUESTS}{company}/")
    above = (stored.company_name, f"{REQUESTS}{company}/")
    more = {"asked": stored, "act": request.new_id()}
    return Page(
        "jobs/applicants/withdraw_consent.html",
        page_context(request, "Withdraw your consent", more, ABOVE, above),
    )


@app.post(f"{ONE}take-back/", Role.MEMBER)
def withdraw(request: Request, company: str) -> Answer:
    """Withdraw a yes; do nothing if the answer is no longer yes."""
    stored = _held(request, company)
    if stored.state is RequestState.ACCEPTED:
        contact_requests.withdraw_consent(context_of(request), stored.member, stored.company)
    return SeeOther(f"{REQUESTS}{company}/?saved=taken-back")
