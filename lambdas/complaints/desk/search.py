"""Finding a case by a name, a number or its reference. The search terms are in no address."""

from __future__ import annotations

from lambdas.complaints.desk.app import DESK, OFFICERS, acting, app, at
from lambdas.complaints.desk.queue import queue_page, shared
from signet.complaints.desk import labels, queue
from signet.complaints.desk import search as desk_search
from signet.complaints.desk.context import Officer
from signet.complaints.desk.search import Hit, SearchResult
from signet.complaints.model import Case
from signet.complaints.numbers import is_number
from signet.errors import Invalid, NotFound
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request


@app.post(f"{DESK}find", OFFICERS)
def search(request: Request) -> Answer:
    """Redirect to the case of a reference, else list the cases of a number or a name."""
    from lambdas.complaints.desk.forms import Search  # imported here: few requests use a form

    by = acting(request)
    try:
        submitted = read(Search, request.form)
        if not submitted.after and (case := _referred(by, submitted.wanted)):
            return SeeOther(at("cases", case.id))
        result = _numbered(by, submitted.wanted) if not submitted.after else None
        result = result or desk_search.search(by, submitted.wanted, submitted.after)
    except Invalid as invalid:
        form = FormView.again(Search, request.form, invalid, request.new_id())
        return queue_page(request, form, invalid.status)
    again = FormView(Search, {"wanted": [submitted.wanted]}, (), request.new_id())
    context = {**shared(by), "form": again, "wanted": submitted.wanted, "found": result}
    return Page("complaints/desk/found.html", context | {"onward": request.new_id()})


def _referred(by: Officer, typed: str) -> Case | None:
    """Return the case of a reference; None for anything else, as most names are."""
    try:
        return queue.find(by, typed)
    except (Invalid, NotFound):
        return None


def _numbered(by: Officer, typed: str) -> SearchResult | None:
    """Return the cases about a register number; None if it is no number or has no cases."""
    cases = queue.about(by, typed) if is_number(typed) else ()
    if not cases:
        return None
    hits = tuple(Hit(case, desk_search.REGISTERED) for case in cases)
    return SearchResult(hits, labels.labels(by, cases), 0, 0, False, "")
