"""One posting: its state, what can be done with it, its history, its figures (JOB-1, JOB-4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from lambdas.jobs.employers import history
from lambdas.jobs.employers.chart import bars
from lambdas.jobs.employers.shared import COMPANY, POSTING, Desk, app, desk, picture
from lambdas.jobs.employers.words import STATES
from lambdas.jobs.employers.writing import published, shown
from signet.errors import Invalid
from signet.jobs import forms, store
from signet.jobs.companies.naming import number_of
from signet.jobs.context import Employer
from signet.jobs.credits import ledger
from signet.jobs.forms import ExtensionDraft
from signet.jobs.model import Posting, PostingState
from signet.jobs.postings import figures, postings, rules
from signet.jobs.postings.postings import PostingVersion
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request

TURNS: Mapping[str, Callable[[Employer, PostingVersion], None]] = {
    "pause": postings.pause,
    "resume": postings.resume,
    "close": postings.close,
    "take-in": postings.take_in,
}


@app.get(POSTING, SIGNED_IN)
def show_posting(request: Request, company: str, number: str) -> Answer:
    """Show a posting as the public sees it or would, and what can be done with it."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    views, applied = figures.totals(posting.number)
    context = {
        "posting": posting,
        "state": STATES[posting.state],
        "over": rules.is_over(posting, request.today),
        "shown": rules.is_shown(posting, request.today),
        "paid": rules.paid(posting, request.today),
        "may": _may(posting, request.today),
        "acts": {name: request.new_id() for name in ("publish", "copy", "remove", *TURNS)},
        "preview": shown(posting, at),
        "views": views,
        "applied": applied,
        "history": history.told(
            postings.history(at.who, number), posting, at.who.context.policy.career_centre
        ),
        "saved": request.query.get("saved", ""),
    }
    return Page("jobs/employers/posting.html", at.page_context(posting.terms.title, context))


@app.get(f"{COMPANY}pictures/<name>", SIGNED_IN)
def show_picture(request: Request, company: str, name: str) -> Answer:
    """Return a picture of the company's, which may not be on the site yet."""
    return picture(desk(request, company).company, name)


def _may(posting: Posting, today: date) -> set[str]:
    over = rules.is_over(posting, today)
    allowed = {
        "edit": posting.state in rules.EDITABLE and not over,
        "publish": posting.state is PostingState.DRAFT,
        "take-in": posting.state is PostingState.AWAITING,
        "remove": posting.state is PostingState.DRAFT and posting.ends_on is None,
        "extend": posting.state in rules.EXTENDABLE,
        "pause": posting.state is PostingState.LIVE and not over,
        "resume": posting.state is PostingState.PAUSED and not over,
        "close": not over and rules.paid(posting, today),
    }
    return {name for name, may in allowed.items() if may}


@app.post(f"{POSTING}publish", SIGNED_IN)
def publish(request: Request, company: str, number: str) -> Answer:
    """Publish a draft for its credits."""
    at = desk(request, company)
    postings.find(at.who, number_of(number))
    return published(at, number, read(forms.Versioned, request.form).version)


@app.post(f"{POSTING}turn/<what>", SIGNED_IN)
def turn(request: Request, company: str, number: str, what: str) -> Answer:
    """Pause a posting, resume it, close it for good, or take it back from review by staff."""
    at = desk(request, company)
    postings.find(at.who, number_of(number))
    if what not in TURNS:
        raise postings.WrongState
    TURNS[what](at.who, PostingVersion(number, read(forms.Versioned, request.form).version))
    return SeeOther(f"{at.at('postings', number)}?saved={what}")


@app.get(f"{POSTING}close/", SIGNED_IN)
def ask_closing(request: Request, company: str, number: str) -> Answer:
    """Ask to confirm that a posting is closed: it can't be reopened."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    context = {"posting": posting, "act": request.new_id()}
    above = (posting.terms.title, at.at("postings", number))
    return Page("jobs/employers/close.html", at.page_context("Close the posting", context, above))


@app.post(f"{POSTING}copy", SIGNED_IN)
def copy(request: Request, company: str, number: str) -> Answer:
    """Copy a posting as a new draft."""
    at = desk(request, company)
    copy_number = postings.copy(at.who, number_of(number))
    return SeeOther(f"{at.at('postings', copy_number)}?saved=copied")


@app.post(f"{POSTING}remove", SIGNED_IN)
def remove(request: Request, company: str, number: str) -> Answer:
    """Remove a draft."""
    at = desk(request, company)
    postings.find(at.who, number_of(number))
    postings.remove(at.who, PostingVersion(number, read(forms.Versioned, request.form).version))
    return SeeOther(f"{at.at()}?saved=removed")


@app.get(f"{POSTING}extend/", SIGNED_IN)
def show_extending(request: Request, company: str, number: str) -> Answer:
    """Ask for a new last day (JOB-1)."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    if posting.state not in rules.EXTENDABLE or posting.ends_on is None:
        raise postings.WrongState
    offered = rules.extensions(posting, request.today, at.who.context.policy.career_centre)
    day, cost = offered[0] if offered else (posting.ends_on, 0)
    filled = {"version": str(posting.version), "ends_on": day.isoformat(), "most": str(cost)}
    return _extend_page(at, posting, blank(ExtensionDraft, request.new_id(), **filled))


def _extend_page(
    at: Desk,
    posting: Posting,
    form: FormView,
    status: int = 200,
    *,
    cost: int = 0,
    lacking: bool = False,
) -> Page:
    """Render the form of an extension.

    `cost` is the number of credits to confirm; `lacking` tells that the company has too few.
    """
    above = (posting.terms.title, at.at("postings", posting.number))
    context = at.who.context
    values = {
        "posting": posting,
        "form": form,
        "offered": rules.extensions(posting, context.today, context.policy.career_centre),
        "usable": store.credits_of(at.company.id).usable(context.today),
        "cost": cost,
        "lacking": lacking,
    }
    return Page(
        "jobs/employers/extend.html", at.page_context("Extend the posting", values, above), status
    )


@app.post(f"{POSTING}extend/", SIGNED_IN)
def extend(request: Request, company: str, number: str) -> Answer:
    """Give a posting a new last day; if it costs more credits than was shown, ask first."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    try:
        postings.extend(at.who, number, read(ExtensionDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(ExtensionDraft, request.form, invalid, request.operation_id)
        return _extend_page(at, posting, form, invalid.status)
    except ledger.CostsMore as more:
        seen = {**request.form, "most": [str(more.cost)]}
        form = FormView(ExtensionDraft, seen, (), request.operation_id)
        return _extend_page(at, posting, form, more.status, cost=more.cost)
    except ledger.NoCredit as none:
        form = FormView(ExtensionDraft, request.form, (), request.operation_id)
        return _extend_page(at, posting, form, none.status, cost=none.needed, lacking=True)
    return SeeOther(f"{at.at('postings', number)}?saved=extended")


@app.get(f"{POSTING}figures/", SIGNED_IN)
def show_figures(request: Request, company: str, number: str) -> Answer:
    """Show views and applications by day (JOB-4)."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    first = posting.starts_on or request.today
    last = min(posting.over_on or posting.ends_on or request.today, request.today)
    days = figures.of(posting.number, first, last) if first <= last else []
    context = {
        "posting": posting,
        "days": days,
        "views": bars([day.views for day in days]),
        "applications": bars([day.applications for day in days]),
    }
    above = (posting.terms.title, at.at("postings", number))
    return Page("jobs/employers/figures.html", at.page_context("Figures", context, above))
