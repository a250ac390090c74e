"""What the pages for returning with a code share: the complainant's and the respondents'.

A code is in the body of each form, and so in no address. No one is looked up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple

from signet import policy as policies
from signet.complaints import followup, rate_limit
from signet.complaints.files import upload_forms
from signet.complaints.followup import Opened
from signet.complaints.forms import AdditionDraft, AnswerDraft, CodeDraft
from signet.complaints.model import WrongCode
from signet.errors import FieldError, Invalid, NotFound, Refused, SignetError, TooMany, Unavailable
from signet.policy.complaints import ComplaintPolicy
from signet.uploads.objects import UploadForm
from signet.web import forms, log, sessions
from signet.web.answer import Answer, Page
from signet.web.app import ANYONE, App, site_address
from signet.web.form_view import FormView, blank
from signet.web.forms import FormInvalid
from signet.web.headers import origin
from signet.web.request import Request

INTAKE = "/services/complaints/"
# Set where CloudFront is in front of the functions. The API accepts only requests that carry
# CloudFront's secret (infra/gatekeeper), so this header can be trusted to come from it.
BEHIND_CDN = "SIGNET_BEHIND_CDN"
ADDING = "add"  # key of an addition among the page's texts; the others have a question's id
VIEWER = "cloudfront-viewer-address"
WRITTEN = "text"  # a text field's name, or its prefix before ADDING or a question's id

app = App("followup")
app.principal_of = sessions.nobody
View = Callable[[Request], Answer]


class Side(NamedTuple):
    """One side: whose codes open its page, and the page's address, templates, titles and labels."""

    of: str
    base: str
    page: str
    asking: str
    title: str
    asking_title: str
    added: str  # what was received when they add something


def kept(side: Side) -> Callable[[View], View]:
    """Return a decorator that answers every useless code alike, and loses no text of a form."""

    def wrapped(view: View) -> View:
        @wraps(view)
        def answer(request: Request) -> Answer:
            try:
                return view(request)
            except WrongCode as error:
                log.problem(request, error.code, error.rule)
                form = FormView(CodeDraft, {}, [FieldError("receipt", error.message)])
                return ask_code(side, form, error.status, request)
            except (TooMany, Unavailable) as error:
                log.problem(request, error.code, error.rule)
                return _once_more(side, request, error)

        return answer

    return wrapped


def serve(side: Side) -> None:
    """Register the routes that each side has: the code's form, its page, writing, sending files."""

    @app.get(side.base, needs=ANYONE)
    def show_code_form(request: Request) -> Answer:  # noqa: ARG001 - the same for all
        return ask_code(side, blank(CodeDraft, operation_id=""))

    @app.post(side.base, needs=ANYONE)
    @kept(side)
    def come_back(request: Request) -> Answer:
        return shown(side, request, opened(side, request))

    @app.post(f"{side.base}say", needs=ANYONE)
    @kept(side)
    def say_something(request: Request) -> Answer:
        return say(side, request)

    @app.post(f"{side.base}files", needs=ANYONE)
    @kept(side)
    def invite_files(request: Request) -> Answer:
        return send_files(side, request)


def ask_code(
    side: Side, form: FormView, status: int = HTTPStatus.OK, sent: Request | None = None
) -> Answer:
    """Show the page that asks for the code, preserving text that was submitted with a wrong one."""
    values = dict(sent.form) if sent else {}
    words = {
        name: text
        for name, texts in values.items()
        if name.startswith(WRITTEN) and (text := "".join(texts)).strip()
    }
    again = {"sent": values, "written": words, "to": sent.path} if sent and words else {}
    context = {"title": side.asking_title, "form": form, "written": {}, "to": side.base}
    return page(side, side.asking, context | again, status)


def opened(side: Side, request: Request) -> Opened:
    """Return what the code in a form opens. Raises WrongCode, TooMany, Unavailable.

    Every code that opens nothing, whatever is wrong with it, costs the same calls.
    """
    try:
        return followup.open_filing("".join(request.form.get("receipt", ())), side.of)
    except WrongCode:
        rate_limit.count_wrong(
            _address(request),
            request.today,
            policies.load().regulator.time_zone,
            limit=rules().code_tries,
            random=lambda _: bytes.fromhex(request.new_id() + request.new_id()),
        )
        raise


def say(side: Side, request: Request) -> Answer:
    """Take an answer or an addition; other text on the page is preserved."""
    side_page = opened(side, request)
    which = "".join(request.form.get("send", ()))
    typed = _typed(request)
    piece = typed.pop(which, "")
    sent = {"receipt": [side_page.filing.code], "text": [piece]}
    try:
        if which == ADDING:
            text = forms.read(AdditionDraft, sent).text
            followup.add(side_page, text, operation_id=request.operation_id, today=request.today)
        else:
            draft = forms.read(AnswerDraft, sent | {"question": [which]})
            followup.answer(
                side_page, which, draft.text, operation_id=request.operation_id, today=request.today
            )
    except FormInvalid as invalid:
        return show_invalid(side, request, side_page, invalid, typed)
    except (Refused, NotFound) as error:
        # Closed meanwhile, or the question is gone: show the text so that it can be copied.
        again = Invalid(message=error.message)
        wrong = FormView.again(AdditionDraft, sent, again, request.operation_id)
        return shown(side, request, side_page, error.status, wrong=wrong, typed=typed)
    thanks = side.added if which == ADDING else "your answer"
    again_opened = followup.open_filing(side_page.filing.code, side.of)
    return shown(
        side, request, again_opened, confirmation=f"We have received {thanks}.", typed=typed
    )


def _typed(request: Request) -> dict[str, str]:
    """Return all text on the page, by the question that it answers; an addition is under ADDING."""
    fields = {name.removeprefix("text-"): "".join(texts) for name, texts in request.form.items()
              if name.startswith("text-")}  # fmt: skip
    return {name: text for name, text in fields.items() if len(name) <= len(ADDING) + 64}


def send_files(side: Side, request: Request) -> Answer:
    """Reserve room for more files, and show the forms that send them."""
    side_page = opened(side, request)
    upload_rules = policies.load().uploads[upload_forms.PURPOSE]
    try:
        ids = followup.invite(side_page, today=request.today, limit=upload_rules.most)
    except Refused as error:
        wrong = FormView.again(AdditionDraft, {}, Invalid(message=error.message), "")
        return shown(side, request, side_page, error.status, wrong=wrong)
    postings = upload_forms.forms_for(ids, upload_rules, f"{site_address()}{INTAKE}file-sent")
    if ids and not postings:
        raise Unavailable
    context = {
        "title": "Send files",
        "receipt": side_page.filing.code,
        "postings": postings,
        "purpose": upload_rules,
        "accept": upload_forms.accept(upload_rules),
    }
    return page(side, "complaints/followup/files.html", context, postings=postings)


def show_invalid(
    side: Side,
    request: Request,
    found: Opened,
    invalid: FormInvalid,
    typed: Mapping[str, str] | None = None,
) -> Answer:
    """Show the page again, with what was written and its errors."""
    is_answer = invalid.model is AnswerDraft
    form = FormView.again(invalid.model, invalid.values, invalid, request.operation_id)
    question = "".join(invalid.values.get("question", ())) if is_answer else ""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    more = {"wrong": form, "wrong_question": question, "typed": dict(typed or {})}
    return shown(side, request, found, status, **more)


def shown(
    side: Side, request: Request, found: Opened, status: int = HTTPStatus.OK, **more: Any
) -> Answer:
    """Show the page that a code opens."""
    context = {
        "title": side.title,
        "receipt": found.filing.code,
        "found": found,
        "stages": rules().stages,
        "purpose": policies.load().uploads[upload_forms.PURPOSE],
        "adding": blank(AdditionDraft, request.new_id()),
        "answering": blank(AnswerDraft, request.new_id()),
        "form": more.get("wrong"),
        "confirmation": "",
        "wrong": None,
        "wrong_question": "",
        "typed": {},
        "act": request.new_id(),
        "today": request.today,
    }
    return page(side, side.page, context | more, status)


def page(
    side: Side,
    template: str,
    context: Mapping[str, Any],
    status: int = HTTPStatus.OK,
    postings: Sequence[UploadForm] = (),
) -> Answer:
    """Return a page of this side; its forms may post to the object store of `postings`."""
    stores = tuple({origin(posting.url) for posting in postings})
    common = {"base": side.base, "leave_to": rules().leave_to}
    return Page(template, common | dict(context), status, form_action=stores)


def rules() -> ComplaintPolicy:
    """Return the complaints policy. Raises Unavailable where the policy pack has none."""
    complaint_policy = policies.load().complaints
    if complaint_policy is None:
        raise Unavailable
    return complaint_policy


def _address(request: Request) -> str:
    """Return the address a request comes from: to be hashed and counted, and never stored."""
    viewer = request.headers.get(VIEWER, "") if os.environ.get(BEHIND_CDN) else ""
    if viewer:
        return viewer.rpartition(":")[0].strip("[]")  # the header ends with the port
    return str(request.event["requestContext"]["http"].get("sourceIp", ""))


def _once_more(side: Side, request: Request, error: SignetError) -> Answer:
    """Show what was submitted, to be sent again: each form is idempotent."""
    context = {"title": "Please send this again", "message": error.message, "sent": request.form}
    return page(side, "complaints/once_more.html", context | {"to": request.path}, error.status)
