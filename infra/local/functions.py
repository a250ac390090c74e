"""Functions behind an HTTP API on this machine: from requests to events, from results to responses.

The events have the shape of API Gateway's payload format 2.0, as observed there: the path decoded,
header names in lower case with several values joined, cookies apart, bodies of anything but text in
base64.
"""

import asyncio
import base64
import importlib
import importlib.util
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from infra.functions import FUNCTIONS

Event = dict[str, Any]
Handler = Callable[[Event, Any], Any]

PREFIX = "/services"
# Which function serves which path: the longest matching prefix wins.
ROUTES = {prefix: one.entry_point for one in FUNCTIONS for prefix in one.prefixes}
# Lambda's limit, which is on the event; that holds more than the body.
LARGEST_BODY = 6 * 1024 * 1024
ANSWER_SECONDS = 29.0
MEMORY_MB = 512
TEXT = ("text/", "application/json", "application/javascript", "application/xml")
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Context:
    """The context of an invocation, as Lambda passes it."""

    function_name: str
    aws_request_id: str
    ends_at: float = field(default_factory=lambda: time.monotonic() + ANSWER_SECONDS)
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = MEMORY_MB

    @property
    def invoked_function_arn(self) -> str:
        """Return the name that AWS would give the function."""
        return f"arn:aws:lambda:ca-central-1:{ACCOUNT}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that the function has left."""
        return max(0, int((self.ends_at - time.monotonic()) * 1000))


def load(name: str) -> Handler:
    """Return the handler of a name such as lambdas.cpd.member.function:handler.

    Raises ImportError or AttributeError when there is none.
    """
    module, _, attribute = name.partition(":")
    handler: Handler = getattr(importlib.import_module(module), attribute)
    return handler


def invoke(name: str, event: Event, handler: Handler | None = None) -> Any:
    """Call a function by name with an event, as Lambda does; return its result or raise its error.

    `handler` replaces the one that the name refers to.
    """
    context = Context(name.partition(":")[0].rpartition(".")[2], str(uuid.uuid4()))
    return (handler or load(name))(event, context)


class Functions:
    """The ASGI application that routes requests to functions by path."""

    def __init__(self, routes: Mapping[str, str | Handler]) -> None:
        self.routes = sorted(routes.items(), key=lambda route: len(route[0]), reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        function = self._at(request.url.path)
        if function is None:
            return _message(404, "Not Found")
        try:
            body = await _whole(request)
        except ClientDisconnect:
            return _message(400, "Bad Request")
        if body is None:
            return _message(413, "Request Entity Too Large")
        call = asyncio.to_thread(_serve, function, event(request, body))
        try:
            result = await asyncio.wait_for(call, ANSWER_SECONDS)
        except TimeoutError:
            return _message(503, "Service Unavailable")
        return _message(500, "Internal Server Error") if result is None else response(result)

    def _at(self, path: str) -> str | Handler | None:
        for prefix, handler in self.routes:
            if path == prefix or path.startswith(f"{prefix}/"):
                return handler
        return None


def mount(routes: Mapping[str, str | Handler] = ROUTES) -> Mount:
    """Return the route that puts the functions in front of a site's files."""
    return Mount(PREFIX, Functions(routes))


async def _whole(request: Request) -> bytes | None:
    """Return the body, or None when it is larger than a function accepts."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _serve(found: str | Handler, event: Event) -> Any:
    """Call the function; return None if it fails, and log that to the terminal as AWS would."""
    name = found if isinstance(found, str) else "given:handler"
    try:
        result = invoke(name, event, None if isinstance(found, str) else found)
    except Exception as error:  # noqa: BLE001 - the gateway answers any error
        # The message may contain what a person typed; the place in the code doesn't.
        print(f"{name} failed: {type(error).__name__} {_where(error)}", flush=True)
        return None
    return {} if result is None else result


def _where(error: BaseException) -> str:
    trace, place = error.__traceback__, ""
    while trace:
        code = trace.tb_frame.f_code
        place, trace = f"in {code.co_filename}:{trace.tb_lineno}", trace.tb_next
    return place


def event(request: Request, body: bytes) -> Event:
    """Return a request's event (payload format 2.0)."""
    headers = _headers(request.headers)
    payload: Event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.scope["path"],
        "rawQueryString": request.scope["query_string"].decode("latin-1"),
        "headers": headers,
        "requestContext": _context(request, headers),
        "isBase64Encoded": False,
    }
    if cookies := _cookies(request.headers):
        payload["cookies"] = cookies
    if query := _query(payload["rawQueryString"]):
        payload["queryStringParameters"] = query
    if body:
        payload["isBase64Encoded"] = not headers.get("content-type", "").startswith(TEXT)
        encoded = base64.b64encode(body) if payload["isBase64Encoded"] else body
        payload["body"] = encoded.decode("utf-8", errors="replace")
    return payload


def _headers(sent: Headers) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in sent.items():
        if name != "cookie":
            joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _cookies(sent: Headers) -> list[str]:
    return [one.strip(" \t") for line in sent.getlist("cookie") for one in line.split(";") if one]


def _query(raw: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _context(request: Request, headers: Mapping[str, str]) -> dict[str, Any]:
    now = datetime.now(UTC)
    host = headers.get("host", "")
    return {
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.scope["path"],
            "protocol": f"HTTP/{request.scope.get('http_version', '1.1')}",
            "sourceIp": request.client.host if request.client else "",
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def response(result: Any) -> Response:
    """Return the response of a function's result.

    A result without a status code is the body itself, as JSON.
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        return Response(json.dumps(result), media_type="application/json")
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    answer = Response(content, int(result["statusCode"]))
    for name, value in (result.get("headers") or {}).items():
        if name.lower() != "content-length":
            answer.headers[name] = str(value)
    for cookie in result.get("cookies") or ():
        answer.headers.append("set-cookie", cookie)
    if "content-type" not in answer.headers:
        answer.headers["content-type"] = "text/plain; charset=utf-8"
    return answer


def _message(status: int, words: str) -> Response:
    """Return the gateway's own error, word for word as on AWS."""
    return Response(json.dumps({"message": words}), status, media_type="application/json")
