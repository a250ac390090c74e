"""The queue: what is new, what is due, each stage; and finding a case by its reference."""

from __future__ import annotations

from typing import Any

from lambdas.caseroom.app import DESK, OFFICERS, app, at, officer
from signet.complaints import desk_queue
from signet.complaints.desk_office import Officer
from signet.errors import Invalid, NotFound
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request


@app.get(DESK, OFFICERS)
def show_queue(request: Request) -> Answer:
    """What waits: news first, then what is due, complaints that just came in, the stages."""
    from lambdas.caseroom.forms import Find  # late: few requests use a form, none all

    return _queue(request, blank(Find, ""))


def _queue(request: Request, form: FormView, status: int = 200) -> Page:
    by = officer(request)
    facts = {
        **shared(by),
        "news": desk_queue.news(by),
        "due": desk_queue.due(by),
        "entries": desk_queue.waiting_entries(by),
        "received": desk_queue.stage(by, by.rules.first),
        "form": form,
    }
    return Page("complaints/desk_queue.html", facts, status)


def shared(by: Officer) -> dict[str, Any]:
    """What the desk's pages have in common: the policy's words, the day, and who asks."""
    return {"rules": by.rules, "today": by.today, "registrar": by.registrar, "by": by}


@app.get(f"{DESK}news/", OFFICERS)
def list_news(request: Request) -> Answer:
    """A page of what came in and nobody has seen."""
    by = officer(request)
    found = desk_queue.news(by, request.query.get("after", ""))
    return Page("complaints/desk_news.html", {**shared(by), "news": found})


@app.get(f"{DESK}find", OFFICERS)
def find(request: Request) -> Answer:
    """Lead to the case of a reference."""
    from lambdas.caseroom.forms import Find  # late: few requests use a form, none all

    asked = {name: [value] for name, value in request.query.items()}
    try:
        found = desk_queue.find(officer(request), read(Find, asked).reference)
    except Invalid as invalid:
        form = FormView.again(Find, asked, invalid, "")
        return _queue(request, form, invalid.status)
    return SeeOther(at("cases", found.id))


@app.get(f"{DESK}stages/<stage>/", OFFICERS)
def list_stage(request: Request, stage: str) -> Answer:
    """A page of the cases of a stage, what is due first, first."""
    by = officer(request)
    if stage not in by.rules.stages:
        raise NotFound
    found = desk_queue.stage(by, stage, request.query.get("after", ""))
    facts = {**shared(by), "stage": by.rules.stages[stage], "found": found}
    return Page("complaints/desk_stage.html", facts)
