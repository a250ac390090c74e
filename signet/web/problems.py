"""Errors as responses: a calm page for people, problem+json for programs (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Response

from signet import policy as policies
from signet.errors import Conflict, Invalid, SignetError, SignInNeeded, TooMany, Unavailable
from signet.web import log, pages, responses, typed
from signet.web.answer import HOME, Json, Page
from signet.web.errors import CrossSite, MethodNotAllowed

if TYPE_CHECKING:
    from signet.web.request import Request

MEDIA = "application/problem+json"
RETRY_SECONDS = "60"
KEEP_AT = "/services/account/typed/"


class Telling(NamedTuple):
    """How an error is presented: the page's title, and what the person can do now."""

    title: str
    advice: str = ""


_NOT_READ = Telling("We couldn’t read that")
# Domains have codes of their own; what the status says is true of those too.
_BY_STATUS = {
    HTTPStatus.BAD_REQUEST: Telling("That didn’t work"),
    HTTPStatus.UNAUTHORIZED: Telling(
        "Please sign in",
        "",
    ),
    HTTPStatus.FORBIDDEN: Telling(
        "Your account can’t do this",
        "If you think it should, ask {contact}. A role that you are given counts from the next "
        "page that you open.",
    ),
    HTTPStatus.NOT_FOUND: Telling(
        "There is nothing here",
        "The address may be mistyped or old, or what was here may belong to someone else.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Telling("This address can’t be used that way"),
    HTTPStatus.CONFLICT: Telling("This can’t be done as things stand"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Telling("That is too long"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _NOT_READ,
    HTTPStatus.UNPROCESSABLE_ENTITY: Telling("There is a problem"),
    HTTPStatus.TOO_MANY_REQUESTS: Telling("Please wait a while"),
    HTTPStatus.SERVICE_UNAVAILABLE: Telling("Not available just now"),
}
_BY_CODE = {
    "bad-request": _NOT_READ,
    "cross-site": Telling(
        "That wasn’t accepted",
        "Nothing was changed. If you did mean to do this, open our own page and send its form.",
    ),
    "conflict": Telling(
        "This was changed meanwhile",
        "Go back, reload the page to see how it is now, and make your change again if it is "
        "still needed.",
    ),
}
_OURS = Telling(
    "Something went wrong",
    "This is our error, not yours, and it has been logged. Try again. If it happens again, tell "
    "{contact} the reference below.",
)
# Whether it was saved isn't known; the form's `act` makes sure that it is saved once.
_UNKNOWN = (
    "We couldn’t finish what you asked for. If you were saving something, you can safely send the "
    "same page again: it is saved once."
)


def response(error: Exception, request: Request, is_json: bool, back: str) -> Response[Any]:
    """Return the response to an error.

    `back` is where signing in would lead back to, or "". Any error but a SignetError is a failure
    of ours: logged with its place, shown with a reference.
    """
    if isinstance(error, SignetError):
        log.problem(request, error.code, error.rule)
        known = error
    else:
        log.failed(request, error)
        known = SignetError(_UNKNOWN)
    return _as_json(known, request) if is_json else _as_page(known, request, back)


def _as_json(error: SignetError, request: Request) -> Response[Any]:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": int(error.status),
        "code": error.code,
        "detail": error.message,
        "reference": request.id,
    }
    if isinstance(error, Invalid):
        content["faults"] = [{"field": f.field, "message": f.message} for f in error.errors]
    if error.rule:
        content["rule"] = error.rule
    answer = Json(content, error.status, _headers(error), MEDIA)
    return responses.of(answer, request)


def _as_page(error: SignetError, request: Request, back: str) -> Response[Any]:
    telling = _telling(error)
    signing_in = isinstance(error, SignInNeeded)
    stored = None if isinstance(error, CrossSite) else typed.of_post(request, _why(error))
    stored = request.typed or stored
    context = {
        "typed": stored,
        "keep_at": KEEP_AT,
        "title": telling.title,
        "message": error.message,
        "advice": telling.advice.format(contact=policies.load().regulator.contact),
        "status": int(error.status),
        "rule": error.rule,
        "reference": request.id if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
        "faults": error.errors if isinstance(error, Invalid) else (),
        "sign_in_at": pages.sign_in(back) if signing_in else "",
        "home": HOME,
    }
    page = Page("error.html", context, error.status, headers=_headers(error))
    try:
        html = pages.render(page.template, context, request, known=False)
    except Exception as failure:  # noqa: BLE001 - a page that can't be made still gets an answer
        log.failed(request, failure)
        html = f"<!doctype html><title>{telling.title}</title><h1>{telling.title}</h1>"
    return responses.page(page, html)


def _why(error: SignetError) -> str:
    return typed.CHANGED if isinstance(error, Conflict) else typed.SIGNED_IN


def _telling(error: SignetError) -> Telling:
    return _BY_CODE.get(error.code) or _BY_STATUS.get(HTTPStatus(error.status), _OURS)


def _headers(error: SignetError) -> dict[str, str]:
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, (TooMany, Unavailable)):
        return {"Retry-After": RETRY_SECONDS}
    return {}
