"""The queue: what is new, what is due, each stage; and finding a case by its reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lambdas.complaints.desk.app import DESK, OFFICERS, app, at, officer
from signet.complaints.desk import labels as desk_labels
from signet.complaints.desk import queue
from signet.complaints.desk.context import Officer
from signet.complaints.model import Case
from signet.complaints.numbers import is_number
from signet.errors import Invalid, NotFound
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.request import Request


@app.get(DESK, OFFICERS)
def show_queue(request: Request) -> Answer:
    """Show what waits: news first, then what is due, newly received complaints, the stages."""
    from lambdas.complaints.desk.forms import Search  # imported here: few requests use a form

    return queue_page(request, blank(Search, request.new_id()))


def queue_page(request: Request, form: FormView, status: int = 200) -> Page:
    """Show the desk's first page, with the form that finds a case."""
    by = officer(request)
    due, received = queue.due(by), queue.stage(by, by.rules.first)
    entries = queue.waiting_entries(by)
    context = {
        **shared(by),
        "news": queue.news(by),
        "due": due,
        "entries": entries,
        "received": received,
        "labels": desk_labels.labels(by, (*due, *received.cases)),
        "form": form,
    }
    return Page("complaints/desk/queue.html", context, status)


def shared(by: Officer) -> dict[str, Any]:
    """Return the template context that the desk's pages share: policy, date, and officer."""
    return {"rules": by.rules, "today": by.today, "registrar": by.registrar, "by": by}


@app.get(f"{DESK}news/", OFFICERS)
def list_news(request: Request) -> Answer:
    """List, a page at a time, what came in and hasn't been seen."""
    by = officer(request)
    news_list = queue.news(by, request.query.get("after", ""))
    return Page("complaints/desk/news.html", {**shared(by), "news": news_list})


@app.get(f"{DESK}find", OFFICERS)
def find(request: Request) -> Answer:
    """Redirect to the case of a reference, or list those of a number.

    This serves addresses from before the search was a form. The desk's form is posted (`search`),
    so that no name is in an address.
    """
    by, typed = officer(request), request.query.get("reference", "")
    try:
        case = queue.find(by, typed)
    except Invalid as invalid:
        if is_number(typed):
            return _about(by, typed)
        return _not_so(request, typed, invalid)
    except NotFound:
        if is_number(typed) and (cases := queue.about(by, typed)):
            return _list(by, f"Cases about {typed}", cases)
        raise
    return SeeOther(at("cases", case.id))


def _not_so(request: Request, typed: str, invalid: Invalid) -> Page:
    from lambdas.complaints.desk.forms import Search  # imported here: few requests use a form

    problems = [one._replace(field="wanted") for one in invalid.errors]
    form = FormView(Search, {"wanted": [typed]}, problems, request.new_id())
    return queue_page(request, form, invalid.status)


def _about(by: Officer, typed: str) -> Page:
    return _list(by, f"Cases about {typed}", queue.about(by, typed))


def _list(by: Officer, title: str, cases: Sequence[Case], after: str = "") -> Page:
    context = {
        **shared(by),
        "title": title,
        "cases": cases,
        "labels": desk_labels.labels(by, cases),
        "after": after,
    }
    return Page("complaints/desk/list.html", context)


@app.get(f"{DESK}mine/", OFFICERS)
def list_mine(request: Request) -> Answer:
    """List, a page at a time, the officer's open cases, the earliest deadline first."""
    by = officer(request)
    page = queue.mine(by, request.query.get("after", ""))
    return _list(by, "My cases", page.cases, page.after)


@app.get(f"{DESK}stages/<stage>/", OFFICERS)
def list_stage(request: Request, stage: str) -> Answer:
    """List, a page at a time, the cases of a stage, the earliest deadline first."""
    by = officer(request)
    if stage not in by.rules.stages:
        raise NotFound
    page = queue.stage(by, stage, request.query.get("after", ""))
    labels = desk_labels.labels(by, page.cases)
    context = {**shared(by), "stage": by.rules.stages[stage], "found": page, "labels": labels}
    return Page("complaints/desk/stage.html", context)
