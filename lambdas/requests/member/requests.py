"""One's own requests: the list, beginning one, its page, submitting, withdrawing, appealing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lambdas.requests.answers import letter_at, letter_file, letter_of, shown_sections
from lambdas.requests.member.shared import (
    NEEDS,
    ONE,
    REQUESTS,
    acting,
    app,
    at,
    case_of,
    context,
    seeing,
)
from signet import policy as policies
from signet.errors import Invalid, NotFound
from signet.requests import drafting, operation, store
from signet.requests.drafting import EDITABLE
from signet.requests.kinds import kinds
from signet.requests.letters import TITLES
from signet.requests.model import FOR_STAFF, What
from signet.requests.operation import Case
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, read
from signet.web.request import Request

MOST = 1000  # requests: what one call answers, more than a person ever makes
AT_ONCE = 20  # of them are shown at once; the older ones unfold


class Begin(Form):
    """Which kind of request is begun."""

    kind: str = Field(title="What do you want to ask?", max_length=40)


class Submit(Form):
    """That what is submitted is true. `seen` is the version that was shown."""

    seen: int = Field(title="Version", ge=1)
    agreed: Literal["yes"] = Field(title="What I say here is true and complete")


class Words(Form):
    """Why something is asked."""

    text: str = Field("", title="Why?", max_length=4000)


class Appeal(Form):
    """The grounds of an appeal."""

    text: str = Field(
        title="Why do you appeal?",
        description="Say what is wrong with the decision, and what you want instead.",
        min_length=1,
        max_length=10_000,
    )


@app.get(REQUESTS, NEEDS)
def show_requests(request: Request) -> Answer:
    """List the caller's requests, and what can be asked."""
    pack, me, by = policies.load().requests, request.principal, seeing(request)
    titles = {one.code: one.title for one in pack.taken(request.today)}
    owned = store.owned(me.account, MOST)
    mine = [
        (one, titles.get(one.head.kind, "Request"), operation.reference(one.id))
        for one in owned
        if operation.is_own(by, one.head)
    ]
    more = {
        "title": "Requests",
        "mine": mine,
        "more": len(owned) == MOST,
        "at_once": AT_ONCE,
        "offered": [one for one in pack.taken(request.today) if one.code in kinds()],
        "member": me.member,
        "act": request.new_id(),
        "at": REQUESTS,
    }
    return Page("requests/list.html", more)


@app.post(f"{REQUESTS}start", NEEDS)
def start(request: Request) -> Answer:
    """Begin a request about one's own record."""
    submitted = read(Begin, request.form)
    member = request.principal.member
    subject = f"member#{member}" if member else ""
    return SeeOther(at(drafting.start(acting(request), submitted.kind, subject)))


@app.get(ONE, NEEDS)
def show_request(request: Request, id_: str) -> Answer:
    """Show a request: what is left to do, or how it stands and what was decided."""
    case = case_of(request, id_)
    decided = case.standing.decided
    reasons = {one.code: one.text for one in case.policy.reasons}
    more = {
        "editable": case.standing.stage in EDITABLE,
        "shown": shown_sections(case),
        "left": {fault.field: fault.message for fault in drafting.missing(seeing(request), case)},
        "returned": case.file.last(What.RETURNED),
        "decided": decided,
        "reasons": [reasons.get(code, code) for code in decided.reasons] if decided else [],
        "appealable": drafting.can_be_appealed(case),
        "timeline_events": [event for event in case.file.events if event.what not in FOR_STAFF],
        "letters": [
            (one, TITLES[one.what], letter_at(at(case.file.id), one))
            for one in reversed(case.file.letters)
        ],
        "saved": request.query.get("saved", ""),
        "today": request.today,
    }
    return Page("requests/request.html", context(case, case.policy.title, more))


@app.get(f"{ONE}letters/<about>/letter.pdf", NEEDS)
def open_letter(request: Request, id_: str, about: str) -> Answer:
    """Open the letter on a decision on one's own request."""
    case = case_of(request, id_)
    return letter_file(case, letter_of(case, about))


@app.get(f"{ONE}submit/", NEEDS)
def show_submitting(request: Request, id_: str) -> Answer:
    """Show all answers, to be read once more and submitted."""
    case = case_of(request, id_)
    form = blank(Submit, request.new_id(), seen=str(case.file.version))
    return _submit_page(request, case, form)


def _submit_page(request: Request, case: Case, form: FormView, status: int = 200) -> Answer:
    left = drafting.missing(seeing(request), case)
    more = {"form": form, "shown": shown_sections(case), "left": left}
    return Page("requests/submit.html", context(case, "Check and submit", more), status)


@app.post(f"{ONE}submit/", NEEDS)
def submit(request: Request, id_: str) -> Answer:
    """Submit the request as it was shown."""
    case = case_of(request, id_)
    try:
        submitted = read(Submit, request.form)
        drafting.submit(acting(request), case.file.id, submitted.seen)
    except Invalid as invalid:
        form = FormView.again(Submit, request.form, invalid, request.operation_id)
        return _submit_page(request, case, form, invalid.status)
    return SeeOther(f"{at(case.file.id)}?saved=submitted")


@app.get(f"{ONE}withdraw/", NEEDS)
def show_withdrawing(request: Request, id_: str) -> Answer:
    """Ask whether the request is to be withdrawn."""
    case = case_of(request, id_)
    if case.standing.closed:
        raise NotFound
    more = {"form": blank(Words, request.new_id())}
    return Page("requests/withdraw.html", context(case, "Withdraw the request", more))


@app.post(f"{ONE}withdraw/", NEEDS)
def withdraw(request: Request, id_: str) -> Answer:
    """Withdraw the request."""
    case = case_of(request, id_)
    drafting.withdraw(acting(request), case.file.id, read(Words, request.form).text)
    return SeeOther(f"{at(case.file.id)}?saved=withdrawn")


@app.get(f"{ONE}appeal/", NEEDS)
def show_appealing(request: Request, id_: str) -> Answer:
    """Ask for the grounds of an appeal."""
    case = case_of(request, id_)
    if not drafting.can_be_appealed(case):
        raise NotFound
    return _appeal_page(case, blank(Appeal, request.new_id()))


def _appeal_page(case: Case, form: FormView, status: int = 200) -> Answer:
    return Page("requests/appeal.html", context(case, "Appeal", {"form": form}), status)


@app.post(f"{ONE}appeal/", NEEDS)
def appeal(request: Request, id_: str) -> Answer:
    """Appeal the decision."""
    case = case_of(request, id_)
    try:
        drafting.appeal(acting(request), case.file.id, read(Appeal, request.form).text)
    except Invalid as invalid:
        form = FormView.again(Appeal, request.form, invalid, request.operation_id)
        return _appeal_page(case, form, invalid.status)
    return SeeOther(f"{at(case.file.id)}?saved=appealed")
