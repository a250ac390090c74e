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
    held = postings.find(at.who, number_of(number))
    views, applied = figures.totals(held.number)
    facts = {
        "posting": held,
        "state": STATES[held.state],
        "over": rules.is_over(held, request.today),
        "shown": rules.is_shown(held, request.today),
        "paid": rules.paid(held, request.today),
        "may": _may(held, request.today),
        "acts": {name: request.new_id() for name in ("publish", "copy", "remove", *TURNS)},
        "preview": shown(held, at),
        "views": views,
        "applied": applied,
        "history": history.told(
            postings.history(at.who, number), held, at.who.context.policy.career_centre
        ),
        "saved": request.query.get("saved", ""),
    }
    return Page("jobs/employers/posting.html", at.page_context(held.terms.title, facts))


@app.get(f"{COMPANY}pictures/<name>", SIGNED_IN)
def show_picture(request: Request, company: str, name: str) -> Answer:
    """Return a picture of the company's, which may not be on the site yet."""
    return picture(desk(request, company).company, name)


def _may(held: Posting, today: date) -> set[str]:
    over = rules.is_over(held, today)
    found = {
        "edit": held.state in rules.EDITABLE and not over,
        "publish": held.state is PostingState.DRAFT,
        "take-in": held.state is PostingState.AWAITING,
        "remove": held.state is PostingState.DRAFT and held.ends_on is None,
        "extend": held.state in rules.EXTENDABLE,
        "pause": held.state is PostingState.LIVE and not over,
        "resume": held.state is PostingState.PAUSED and not over,
        "close": not over and rules.paid(held, today),
    }
    return {name for name, may in found.items() if may}


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
    held = postings.find(at.who, number_of(number))
    facts = {"posting": held, "act": request.new_id()}
    above = (held.terms.title, at.at("postings", number))
    return Page("jobs/employers/close.html", at.page_context("Close the posting", facts, above))


@app.post(f"{POSTING}copy", SIGNED_IN)
def copy(request: Request, company: str, number: str) -> Answer:
    """Copy a posting as a new draft."""
    at = desk(request, company)
    made = postings.copy(at.who, number_of(number))
    return SeeOther(f"{at.at('postings', made)}?saved=copied")


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
    held = postings.find(at.who, number_of(number))
    if held.state not in rules.EXTENDABLE or held.ends_on is None:
        raise postings.WrongState
    offered = rules.extensions(held, request.today, at.who.context.policy.career_centre)
    day, cost = offered[0] if offered else (held.ends_on, 0)
    filled = {"version": str(held.version), "ends_on": day.isoformat(), "most": str(cost)}
    return _extend_page(at, held, blank(ExtensionDraft, request.new_id(), **filled))


def _extend_page(
    at: Desk,
    held: Posting,
    form: FormView,
    status: int = 200,
    *,
    cost: int = 0,
    lacking: bool = False,
) -> Page:
    """Render the form of an extension.

    `cost` is the number of credits to confirm; `lacking` tells that the company has too few.
    """
    above = (held.terms.title, at.at("postings", held.number))
    context = at.who.context
    facts = {
        "posting": held,
        "form": form,
        "offered": rules.extensions(held, context.today, context.policy.career_centre),
        "usable": store.credits_of(at.company.id).usable(context.today),
        "cost": cost,
        "lacking": lacking,
    }
    return Page(
        "jobs/employers/extend.html", at.page_context("Extend the posting", facts, above), status
    )


@app.post(f"{POSTING}extend/", SIGNED_IN)
def extend(request: Request, company: str, number: str) -> Answer:
    """Give a posting a new last day; if it costs more credits than was shown, ask first."""
    at = desk(request, company)
    held = postings.find(at.who, number_of(number))
    try:
        postings.extend(at.who, number, read(ExtensionDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(ExtensionDraft, request.form, invalid, request.operation_id)
        return _extend_page(at, held, form, invalid.status)
    except ledger.CostsMore as more:
        seen = {**request.form, "most": [str(more.cost)]}
        form = FormView(ExtensionDraft, seen, (), request.operation_id)
        return _extend_page(at, held, form, more.status, cost=more.cost)
    except ledger.NoCredit as none:
        form = FormView(ExtensionDraft, request.form, (), request.operation_id)
        return _extend_page(at, held, form, none.status, cost=none.needed, lacking=True)
    return SeeOther(f"{at.at('postings', number)}?saved=extended")


@app.get(f"{POSTING}figures/", SIGNED_IN)
def show_figures(request: Request, company: str, number: str) -> Answer:
    """Show views and applications by day (JOB-4)."""
    at = desk(request, company)
    held = postings.find(at.who, number_of(number))
    first = held.starts_on or request.today
    last = min(held.over_on or held.ends_on or request.today, request.today)
    days = figures.of(held.number, first, last) if first <= last else []
    facts = {
        "posting": held,
        "days": days,
        "views": bars([day.views for day in days]),
        "applications": bars([day.applications for day in days]),
    }
    above = (held.terms.title, at.at("postings", number))
    return Page("jobs/employers/figures.html", at.page_context("Figures", facts, above))
