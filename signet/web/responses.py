"""Views' answers as responses: rendered, and with the headers that every response has."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic import BaseModel

from signet.web import pages
from signet.web.answer import Answer, Download, Json, Page, SeeOther, attachment
from signet.web.headers import SERVICE_HEADERS, csp, sign_out_origin
from signet.web.refill import refill

if TYPE_CHECKING:
    from signet.web.request import Request

HTML = "text/html; charset=utf-8"


def of(answer: Answer, request: Request) -> Response[Any]:
    """Return the response with a view's answer to one request."""
    if isinstance(answer, Page):
        html = pages.render(answer.template, answer.context, request)
        return page(answer, refill(html, request.typed) if request.typed else html)
    if isinstance(answer, SeeOther):
        headers = {"Location": answer.path}
        return _response(HTTPStatus.SEE_OTHER, None, "", headers, answer.cookies)
    if isinstance(answer, Json):
        return _response(answer.status, answer.media, _json(answer.content), answer.headers)
    headers = {"Content-Disposition": attachment(answer.filename), **answer.headers}
    return _response(HTTPStatus.OK, _media(answer), answer.content, headers)


def page(answer: Page, html: str) -> Response[Any]:
    """Return the response with a page that is rendered already."""
    policy = csp(form_action=(*answer.form_action, *sign_out_origin()))
    headers = {"Content-Security-Policy": policy, **answer.headers}
    return _response(answer.status, HTML, html, headers, answer.cookies)


def _media(answer: Download) -> str:
    is_text = answer.media.startswith("text/") and "charset" not in answer.media
    return f"{answer.media}; charset=utf-8" if is_text else answer.media


def _json(content: BaseModel | Mapping[str, Any] | Sequence[Any]) -> str:
    if isinstance(content, BaseModel):
        return content.model_dump_json()
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _response(
    status: int,
    media: str | None,
    body: str | bytes,
    headers: Mapping[str, str],
    cookies: Sequence[str] = (),
) -> Response[Any]:
    response: Response[Any] = Response(
        int(status), media, body, headers=SERVICE_HEADERS | dict(headers)
    )
    # Powertools writes cookies with str(), and ours are written out already.
    response.cookies = list(cookies)  # type: ignore[arg-type]
    return response
