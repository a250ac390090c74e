"""Searching members' career profiles, and requesting their contact details (JOB-5)."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from lambdas.jobs.employers.shared import COMPANY, Desk, app, desk, handle_of
from lambdas.jobs.employers.words import ANSWERS, profile_words
from signet import policy as policies
from signet.errors import FieldError, Invalid, NotFound
from signet.jobs import places
from signet.jobs.applicant_model import Request as Asked
from signet.jobs.applicant_model import RequestState
from signet.jobs.applicants import contact_requests, profiles
from signet.jobs.applicants.contact_requests import AskedAlready
from signet.jobs.applicants.profiles import NoLivePosting
from signet.jobs.forms import RequestDraft, SearchDraft
from signet.jobs.postings import postings
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import Says, Values, read
from signet.web.request import Request

MEMBERS = f"{COMPANY}members/"
AFTER = "after"  # where the next page of results begins


class Asking(RequestDraft):
    """A request as its form asks for it: for a posting that is chosen."""

    posting: Annotated[str, Says(missing="Choose the posting that it is for")] = Field(
        title="For which posting?", max_length=20
    )


@app.get(MEMBERS, SIGNED_IN)
def search(request: Request, company: str) -> Answer:
    """List published profiles that meet the criteria in the address, a page at a time."""
    at = desk(request, company)
    query = {name: [values] for name, values in request.query.items() if name != AFTER}
    after = request.query.get(AFTER, "")
    try:
        profiles.live_postings(at.who)
        if not query:
            return _search_page(at, FormView(SearchDraft))
        page = profiles.search(at.who, read(SearchDraft, query), handle_of(after) if after else "")
    except NoLivePosting:
        return _closed(at)
    except Invalid as invalid:
        again = FormView.again(SearchDraft, query, invalid, "")
        return _search_page(at, again, status=invalid.status)
    return _search_page(at, FormView(SearchDraft, query), page, _next(query, page.after))


def _next(said: Values, after: str) -> str:
    return urlencode({**said, AFTER: after}, doseq=True) if after else ""


def _search_page(
    at: Desk,
    form: FormView,
    page: profiles.ProfilePage | None = None,
    after: str = "",
    status: int = 200,
) -> Page:
    policy, jobs = policies.load(), at.who.context.policy.career_centre
    context = {
        "form": form,
        "found": page.profiles if page else None,
        "after": after,
        "words": profile_words(jobs),
        "disciplines": [(one, one) for one in policy.disciplines],
        "designations": [(code, code) for code in policy.designations],
        "levels": [(one.code, one.name) for one in jobs.levels.values()],
        "places": [(one.slug, f"{one.name}, {one.province}") for one in places.listed(jobs)],
    }
    return Page("jobs/employers/members.html", at.page_context("Find members", context), status)


def _closed(at: Desk, status: int = 200) -> Page:
    return Page("jobs/employers/members_closed.html", at.page_context("Find members", {}), status)


@app.get(f"{MEMBERS}<handle>/", SIGNED_IN)
def show_member(request: Request, company: str, handle: str) -> Answer:
    """Show one published profile, and the form that requests contact details."""
    at = desk(request, company)
    return _member_page(at, handle_of(handle), blank(Asking, request.new_id(), **_only(at)))


def _only(at: Desk) -> dict[str, str]:
    """Return the posting if it is the only choice."""
    with suppress(NoLivePosting):
        live = profiles.live_postings(at.who)
        return {"posting": live[0].number} if len(live) == 1 else {}
    return {}


def _member_page(at: Desk, handle: str, form: FormView, status: int = 200) -> Page:
    try:
        live, profile = profiles.live_postings(at.who), profiles.find(at.who, handle)
    except NoLivePosting as closed:
        return _closed(at, closed.status)
    context = {
        "form": form,
        "member": profile,
        "postings": [(one.number, f"{one.terms.title} ({one.number})") for one in live],
        "words": profile_words(at.who.context.policy.career_centre),
        "asked": next((one for one in _asked(at) if one.handle == handle), None),
        "states": ANSWERS,
    }
    page = at.page_context("A member’s profile", context, ("Find members", at.at("members")))
    return Page("jobs/employers/member.html", page, status)


def _asked(at: Desk) -> list[Asked]:
    """Return the company's requests that may not be repeated."""
    return [
        one
        for one in contact_requests.by_company(at.who)
        if one.state not in contact_requests.OPEN_AGAIN
        and not contact_requests.lapsed(
            one, at.who.context.policy.career_centre, at.who.context.today
        )
    ]


@app.post(f"{MEMBERS}<handle>/", SIGNED_IN)
def ask(request: Request, company: str, handle: str) -> Answer:
    """Request contact details; the member is told by mail."""
    at = desk(request, company)
    try:
        contact_requests.ask(at.who, handle_of(handle), read(Asking, request.form))
    except NoLivePosting as closed:
        return _closed(at, closed.status)
    except AskedAlready as asked:
        invalid = Invalid(FieldError("", asked.message))
        form = FormView.again(Asking, request.form, invalid, request.operation_id)
        return _member_page(at, handle, form, asked.status)
    except Invalid as invalid:
        form = FormView.again(Asking, request.form, invalid, request.operation_id)
        return _member_page(at, handle, form, invalid.status)
    return SeeOther(f"{at.at('requests')}?saved=asked")


@app.get(f"{COMPANY}requests/", SIGNED_IN)
def list_requests(request: Request, company: str) -> Answer:
    """List the requests to members, with the contact details of those who said yes."""
    at = desk(request, company)
    asked = contact_requests.by_company(at.who)
    titles = {one.number: one.terms.title for one in postings.listed(at.who)}
    context = {
        "listed": [(one, titles[one.posting], _has_resume(at, one)) for one in asked],
        "headlines": profiles.headlines(at.who, [one.handle for one in asked]),
        "states": ANSWERS,
        "saved": request.query.get("saved", ""),
    }
    return Page("jobs/employers/requests.html", at.page_context("Requests to members", context))


def _has_resume(at: Desk, asked: Asked) -> bool:
    if asked.state is not RequestState.ACCEPTED:
        return False
    try:
        contact_requests.resume_of(at.who, asked.handle)
    except NotFound:
        return False
    return True
