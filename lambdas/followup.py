"""Coming back with a receipt code: how far it is, questions and answers, more to say, files.

The code is in the body of each form, and so in no address. Nobody is looked up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any

from lambdas import started
from signet import policy as policies
from signet.acts.tables import AuditRow
from signet.complaints import followup, sending, tries
from signet.complaints.drafts import AdditionDraft, AnswerDraft, CodeDraft
from signet.complaints.followup import Opened
from signet.complaints.model import WrongCode
from signet.complaints.tables import FilingRow, KeyRow, TryRow
from signet.errors import Fault, SignetError, TooMany, Unavailable
from signet.policy.complaints import ComplaintPolicy
from signet.uploads.objects import Posting
from signet.web import forms, log, sessions
from signet.web.answer import Answer, Page
from signet.web.app import ANYONE, App, site_address
from signet.web.form_view import FormView, blank
from signet.web.forms import FormInvalid
from signet.web.headers import origin
from signet.web.request import Request

INTAKE = "/services/complaints/"
BASE = f"{INTAKE}followup/"
# Set where CloudFront stands before the functions. The API takes only requests that bear the secret
# of CloudFront (infra/gatekeeper), so that this header is its word and nobody else's.
BEHIND_CDN = "SIGNET_BEHIND_CDN"
ADDING = "add"  # what is added, among what is written on the page; else a question's id
VIEWER = "cloudfront-viewer-address"

app = App("followup")
app.principal_of = sessions.nobody
handler = started(app, (FilingRow, KeyRow, TryRow, AuditRow))


@app.get(BASE, needs=ANYONE)
def show_code_form(request: Request) -> Answer:  # noqa: ARG001 - the same for all
    """The page that asks for the code."""
    return _asking(blank(CodeDraft, act=""))


def _kept(view: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    """A view that answers a code which opens nothing always alike, and loses no word of a form."""

    @wraps(view)
    def answer(request: Request) -> Answer:
        try:
            return view(request)
        except WrongCode as error:
            log.problem(request, error.code, error.rule)
            form = FormView(CodeDraft, {}, [Fault("receipt", error.message)])
            return _asking(form, error.status)
        except (TooMany, Unavailable) as error:
            log.problem(request, error.code, error.rule)
            return _once_more(request, error)

    return answer


@app.post(BASE, needs=ANYONE)
@_kept
def come_back(request: Request) -> Answer:
    """What the code leads to."""
    return _shown(request, _opened(request))


@app.post(f"{BASE}add", needs=ANYONE)
@_kept
def add(request: Request) -> Answer:
    """Something is added to what was filed."""
    found = _opened(request)
    try:
        draft = forms.read(AdditionDraft, request.form)
    except FormInvalid as invalid:
        return _invalid(request, found, invalid)
    followup.add(found, draft.text, act=request.act, today=request.today)
    return _shown(request, found, said="We have received what you added.")


@app.post(f"{BASE}answer", needs=ANYONE)
@_kept
def answer(request: Request) -> Answer:
    """A question of staff is answered."""
    found = _opened(request)
    try:
        draft = forms.read(AnswerDraft, request.form)
    except FormInvalid as invalid:
        return _invalid(request, found, invalid)
    followup.answer(found, draft.question, draft.text, act=request.act, today=request.today)
    found = followup.opened(found.filing.code)
    return _shown(request, found, said="We have received your answer.")


@app.post(f"{BASE}say", needs=ANYONE)
@_kept
def say(request: Request) -> Answer:
    """An answer or an addition is taken; what else is written on the page stays there."""
    found = _opened(request)
    which = "".join(request.form.get("send", ()))
    typed = _typed(request)
    piece = typed.pop(which, "")
    sent = {"receipt": [found.filing.code], "text": [piece]}
    try:
        if which == ADDING:
            text = forms.read(AdditionDraft, sent).text
            followup.add(found, text, act=request.act, today=request.today)
        else:
            draft = forms.read(AnswerDraft, sent | {"question": [which]})
            followup.answer(found, which, draft.text, act=request.act, today=request.today)
    except FormInvalid as invalid:
        return _invalid(request, found, invalid, typed)
    thanks = "what you added" if which == ADDING else "your answer"
    again = followup.opened(found.filing.code)
    return _shown(request, again, said=f"We have received {thanks}.", typed=typed)


def _typed(request: Request) -> dict[str, str]:
    """All that is written on the page, by the question that it answers; what is added by ADDING."""
    fields = {name.removeprefix("text-"): "".join(said) for name, said in request.form.items()
              if name.startswith("text-")}  # fmt: skip
    return {name: text for name, text in fields.items() if len(name) <= len(ADDING) + 64}


@app.post(f"{BASE}files", needs=ANYONE)
@_kept
def send_files(request: Request) -> Answer:
    """Room for more files, with the forms that send them."""
    found = _opened(request)
    wanted = policies.load().uploads[sending.PURPOSE]
    ids = followup.invite(found, today=request.today, most=wanted.most)
    postings = sending.postings(ids, wanted, f"{site_address()}{INTAKE}file-sent")
    if ids and not postings:
        raise Unavailable
    facts = {
        "title": "Send files",
        "receipt": found.filing.code,
        "postings": postings,
        "purpose": wanted,
        "accept": sending.accept(wanted),
    }
    return _page("complaints/files.html", facts, postings=postings)


def _opened(request: Request) -> Opened:
    """What the code in a form leads to. Raises WrongCode, TooMany, Unavailable.

    Every code that opens nothing, whatever is wrong with it, costs the same calls.
    """
    try:
        return followup.opened("".join(request.form.get("receipt", ())))
    except WrongCode:
        tries.count_wrong(
            _address(request),
            request.today,
            policies.load().regulator.time_zone,
            most=_rules().code_tries,
            random=lambda _: bytes.fromhex(request.new_id() + request.new_id()),
        )
        raise


def _address(request: Request) -> str:
    """Where a request comes from: hashed and counted, and never written down."""
    viewer = request.headers.get(VIEWER, "") if os.environ.get(BEHIND_CDN) else ""
    if viewer:
        return viewer.rpartition(":")[0].strip("[]")  # it ends with the port
    return str(request.event["requestContext"]["http"].get("sourceIp", ""))


def _asking(form: FormView, status: int = HTTPStatus.OK) -> Answer:
    facts = {"title": "Come back to your complaint", "form": form}
    return _page("complaints/code.html", facts, status)


def _once_more(request: Request, error: SignetError) -> Answer:
    """What was sent, to be sent again: each form is taken once, however often it comes."""
    facts = {"title": "Please send this again", "message": error.message, "sent": request.form}
    return _page("complaints/once_more.html", facts | {"to": request.path}, error.status)


def _invalid(
    request: Request, found: Opened, invalid: FormInvalid, typed: Mapping[str, str] | None = None
) -> Answer:
    """The page again, with what was written and what has to be put right in it."""
    is_answer = invalid.model is AnswerDraft
    form = FormView.again(invalid.model, invalid.values, invalid, request.act)
    question = "".join(invalid.values.get("question", ())) if is_answer else ""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    more = {"wrong": form, "wrong_question": question, "typed": dict(typed or {})}
    return _shown(request, found, status, **more)


def _shown(request: Request, found: Opened, status: int = HTTPStatus.OK, **more: Any) -> Answer:
    facts = {
        "title": "Your complaint",
        "receipt": found.filing.code,
        "found": found,
        "stages": _rules().stages,
        "purpose": policies.load().uploads[sending.PURPOSE],
        "adding": blank(AdditionDraft, request.new_id()),
        "answering": blank(AnswerDraft, request.new_id()),
        "form": more.get("wrong"),
        "said": "",
        "wrong": None,
        "wrong_question": "",
        "typed": {},
        "act": request.new_id(),
    }
    return _page("complaints/followup.html", facts | more, status)


def _page(
    template: str,
    facts: Mapping[str, Any],
    status: int = HTTPStatus.OK,
    postings: Sequence[Posting] = (),
) -> Answer:
    stores = tuple({origin(posting.url) for posting in postings})
    common = {"base": BASE, "leave_to": _rules().leave_to}
    return Page(template, common | dict(facts), status, form_action=stores)


def _rules() -> ComplaintPolicy:
    rules = policies.load().complaints
    if rules is None:
        raise Unavailable
    return rules
