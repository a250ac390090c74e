"""Postings as staff see them: the waiting ones, one by number, approving, refusing, ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lambdas.jobs.desk.shared import (
    DESK,
    OFFICER,
    POSTING,
    app,
    at,
    concerned,
    context_of,
    page_context,
)
from lambdas.jobs.employers import history, previews
from lambdas.jobs.employers.shared import picture
from lambdas.jobs.employers.words import STATES
from signet import policy as policies
from signet.errors import Invalid, NotFound
from signet.jobs import conflicts, store
from signet.jobs.companies import companies
from signet.jobs.companies.naming import number_of
from signet.jobs.credits import payments, receipts
from signet.jobs.forms import RefusalDraft, Versioned
from signet.jobs.model import Posting, PostingState
from signet.jobs.postings import corrections, figures, moderation, postings, rules, search
from signet.transactions.context import Context
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

MOST_FOUND = 100


class Ending(NamedTuple):
    """A way for staff to end a posting with a message: its title, button, states and function."""

    title: str
    button: str
    states: tuple[PostingState, ...]
    do: Callable[[Context, str, RefusalDraft], None]


ENDINGS: Mapping[str, Ending] = {
    "refuse": Ending(
        "Refuse the posting", "Send it back", (PostingState.AWAITING,), moderation.refuse
    ),
    "take-down": Ending(
        "Take the posting down",
        "Take it down",
        moderation.SHOWN,
        moderation.take_down,
    ),
}


@app.get(DESK, OFFICER)
def begin(request: Request) -> Answer:
    """Show what waits, postings to approve and payments to investigate, and links to the rest."""
    more = {
        "awaiting": search.named(moderation.awaiting()),
        "money": receipts.money,
        "odd": payments.unsettled(),
        "jobs": policies.load().jobs,
        "states": _states(),
    }
    return Page("jobs/desk/begin.html", page_context(request, "Career desk", more))


@app.get(f"{DESK}find", OFFICER)
def find(request: Request) -> Answer:
    """Redirect to the posting whose number was typed, or list those that contain the words."""
    typed = (request.query.get("q") or request.query.get("number", "")).strip()
    try:
        return SeeOther(at("postings", moderation.find(number_of(typed)).number))
    except NotFound:
        return _list_found(request, typed)


def _list_found(request: Request, typed: str) -> Answer:
    state_name = request.query.get("state", "")
    state = next((one for one in search.STATES if one == state_name), None)
    matches = search.find(typed, state, request.today)
    more = {
        "typed": typed,
        "state": state or "",
        "states": _states(),
        "names": STATES,
        "found": matches[:MOST_FOUND],
        "count": len(matches),
    }
    return Page("jobs/desk/found.html", page_context(request, "Find postings", more))


def _states() -> list[tuple[str, str]]:
    return [(one, STATES[one]) for one in search.STATES]


@app.get(POSTING, OFFICER)
def show_posting(request: Request, number: str) -> Answer:
    """Show a posting as the public sees it or would."""
    posting = moderation.find(number_of(number))
    views, applied = figures.totals(posting.number)
    now = context_of(request)
    more = {
        "posting": posting,
        "company": companies.profile(posting.company),
        "concerned": concerned(request, conflicts.of_posting(posting)),
        "state": STATES[posting.state],
        "preview": previews.of(posting, request.today, at("pictures", posting.company)),
        "views": views,
        "applied": applied,
        "correctable": corrections.correctable(posting, now),
        "history": history.told(
            store.history(posting.company, posting.number), posting, now.policy.career_centre
        ),
        "endings": _possible(posting, request),
        "act": request.new_id(),
    }
    return Page("jobs/desk/posting.html", page_context(request, f"Posting {number}", more))


@app.get(f"{DESK}pictures/<company>/<name>", OFFICER)
def show_picture(request: Request, company: str, name: str) -> Answer:  # noqa: ARG001
    """Return a picture of a company's, which may not be on the site yet."""
    return picture(companies.profile(id_of(company)), name)


def _possible(posting: Posting, request: Request) -> list[tuple[str, str]]:
    jobs = policies.load().jobs
    if (
        jobs
        and rules.is_over(posting, request.today)
        and not rules.page_stays(posting, request.today, jobs)
    ):
        return []
    return [(name, one.title) for name, one in ENDINGS.items() if posting.state in one.states]


@app.post(f"{POSTING}approve", OFFICER)
def approve(request: Request, number: str) -> Answer:
    """Approve a posting."""
    seen = postings.PostingVersion(number_of(number), read(Versioned, request.form).version)
    moderation.approve(context_of(request), seen)
    return SeeOther(f"{at('postings', number)}?saved=approved")


@app.get(f"{POSTING}<what>/", OFFICER)
def ask_words(request: Request, number: str, what: str) -> Answer:
    """Ask for the message that its company reads."""
    posting = moderation.find(number_of(number))
    conflicts.check(context_of(request), conflicts.of_posting(posting))
    form = blank(RefusalDraft, request.new_id(), version=str(posting.version))
    return _words_page(request, posting, what, form)


def _words_page(
    request: Request, posting: Posting, what: str, form: FormView, status: int = 200
) -> Page:
    ending = _ending(what)
    more = {"posting": posting, "form": form, "what": what, "button": ending.button}
    above = (f"Posting {posting.number}", at("postings", posting.number))
    return Page("jobs/desk/words.html", page_context(request, ending.title, more, above), status)


def _ending(what: str) -> Ending:
    if what not in ENDINGS:
        raise NotFound
    return ENDINGS[what]


@app.post(f"{POSTING}<what>/", OFFICER)
def end(request: Request, number: str, what: str) -> Answer:
    """Refuse a posting that waits, or take one down."""
    posting = moderation.find(number_of(number))
    try:
        _ending(what).do(context_of(request), number, read(RefusalDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(RefusalDraft, request.form, invalid, request.operation_id)
        return _words_page(request, posting, what, form, invalid.status)
    return SeeOther(f"{at('postings', number)}?saved={what}")
