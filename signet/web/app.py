"""A function behind HTTP: its routes, who may use them, and how each request is answered."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, Response
from pydantic import BaseModel

from signet.errors import NotAllowed, NotFound, SignInNeeded
from signet.web import csrf, log, pages, problems, responses, sessions, typed
from signet.web.answer import Answer, SeeOther
from signet.web.errors import MethodNotAllowed
from signet.web.request import PrincipalOf, Request, ascii_path
from signet.web.routes import ANYONE as ANYONE
from signet.web.routes import SIGNED_IN as SIGNED_IN
from signet.web.routes import Needs as Needs
from signet.web.routes import Route as Route
from signet.web.routes import Who as Who

if TYPE_CHECKING:
    pass

View = TypeVar("View", bound=Callable[..., Answer])


LONGEST_PART = 200  # characters; the longest part of ours, a session's name, has 64


class App:
    """The routes of one function; called with an event and a context, it is the handler.

    `clock`, `random` and `principal_of` supply the time, randomness and the look-up of sessions:
    tests replace them.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.routes: list[Route] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.random: Callable[[int], bytes] = secrets.token_bytes
        self.principal_of: PrincipalOf = sessions.principal
        self._resolver = _Resolver()
        self._resolver.not_found(lambda _: self._unrouted(_REQUEST.get()))

    def get(self, rule: str, needs: Needs, **models: Any) -> Callable[[View], View]:
        """Register a view for GET; see `route`."""
        return self.route("GET", rule, needs, **models)

    def post(self, rule: str, needs: Needs, **models: Any) -> Callable[[View], View]:
        """Register a view for POST; see `route`."""
        return self.route("POST", rule, needs, **models)

    def route(
        self,
        method: str,
        rule: str,
        needs: Needs,
        *,
        takes: type[BaseModel] | None = None,
        gives: type[BaseModel] | None = None,
        is_json: bool = False,
        signed: bool = False,
    ) -> Callable[[View], View]:
        """Register a view: `(request, **parts of the path) -> Answer`.

        `rule` is a path with named parts, /services/cpd/<year>/. `needs` is ANYONE, SIGNED_IN, a
        role, or several of which one is enough. A route with `takes` or `gives` is JSON.
        """

        def register(view: View) -> View:
            is_data = is_json or takes is not None or gives is not None
            name = view.__name__
            new_route = Route(method, rule, needs, name, view, takes, gives, is_data, signed)
            self.routes.append(new_route)

            def answer(**parts: str) -> Response[Any]:
                return self._answer(new_route, _REQUEST.get(), parts)

            self._resolver.route(rule, method)(answer)
            return view

        return register

    def __call__(self, event: Mapping[str, Any], context: object) -> dict[str, Any]:
        """Answer one event of an HTTP API (version 2)."""
        request = Request(event, self.clock(), self.random, self.principal_of)
        if (carried := typed.of_hidden_fields(request)) and carried.is_at(request.path):
            # Nothing is saved: the form's page is shown as it is now, with what was typed in it.
            event = typed.as_look(event)
            request = Request(event, self.clock(), self.random, self.principal_of)
            request.typed = carried
        token = _REQUEST.set(request)
        try:
            return self._resolver.answer(event, context, is_head=request.method == "HEAD")
        finally:
            _REQUEST.reset(token)

    def _answer(self, route: Route, request: Request, parts: Mapping[str, str]) -> Response[Any]:
        started = time.perf_counter()
        try:
            if not route.signed:
                csrf.check(request.method, request.headers, site_address())
            answer = admit(route, request) or route.view(request, **_known(parts))
            response = responses.of(answer, request)
        except Exception as error:  # noqa: BLE001 - whatever happens, the person gets an answer
            response = problems.response(
                error, request, route.is_json, self._sign_in_return(request)
            )
        log.answered(self.name, route, request, response.status_code, time.perf_counter() - started)
        return response

    def _unrouted(self, request: Request) -> Response[Any]:
        """Answer a request without a view: a missing final slash, a wrong method or path."""
        methods = {r.method for r in self._resolver.matching(request.path)}
        if request.method in ("GET", "HEAD") and self._resolver.matching(f"{request.path}/"):
            return responses.of(SeeOther(f"{ascii_path(request.path)}/"), request)
        error = MethodNotAllowed(tuple(sorted(methods))) if methods else NotFound()
        is_json = bool(self.routes) and all(route.is_json for route in self.routes)
        return problems.response(error, request, is_json=is_json, back="")

    def _sign_in_return(self, request: Request) -> str:
        """Return where signing in leads back to: the same page, or "" if it can't be viewed."""
        seen = any(r.method == "GET" for r in self._resolver.matching(request.path))
        return request.target if seen else ""


def admit(route: Route, request: Request) -> Answer | None:
    """Return None for a permitted request, or the redirect to sign in.

    Raises SignInNeeded where a redirect would lose what was sent, NotAllowed for the wrong role.
    """
    if route.needs is ANYONE:
        return None
    principal = request.maybe_principal
    if principal is None:
        if request.method in csrf.SAFE and not route.is_json:
            return SeeOther(pages.sign_in(request.target))
        raise SignInNeeded
    if route.needs is SIGNED_IN:
        return None
    roles = route.needs if isinstance(route.needs, tuple) else (route.needs,)
    if not any(role in principal.roles for role in roles):
        log.refused(route, request, principal)
        raise NotAllowed
    return None


def _known(parts: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parts of a path. Raises NotFound for one that can't be the name of anything."""
    for part in parts.values():
        if len(part) > LONGEST_PART or not part.isprintable():
            raise NotFound
    return parts


def site_address() -> str:
    """Return our own origin, from SIGNET_SITE_URL.

    Without it only Sec-Fetch-Site is trusted.
    """
    return os.environ.get("SIGNET_SITE_URL", "").rstrip("/")


_REQUEST: ContextVar[Request] = ContextVar("request")


class _Resolver(APIGatewayHttpResolver):
    """Powertools' resolver made thread-safe: the original stores the event in a class attribute.

    AWS gives a function one request at a time; the gateway on one machine gives many at once, and
    no request may see another's event.
    """

    def __init__(self) -> None:
        self._own = threading.local()
        # By default, it prints whole events when POWERTOOLS_DEV is set.
        super().__init__(debug=False)

    @property
    def current_event(self) -> Any:  # type: ignore[override]
        return self._own.event

    @property
    def context(self) -> dict[str, Any]:
        if not hasattr(self._own, "context"):
            self._own.context = {}
        held: dict[str, Any] = self._own.context
        return held

    @context.setter
    def context(self, value: dict[str, Any]) -> None:
        self._own.context = value

    def _to_proxy_event(self, event: dict[str, Any]) -> Any:
        self._own.event = super()._to_proxy_event(event)
        return self._own.event

    def answer(self, event: Mapping[str, Any], context: Any, *, is_head: bool) -> dict[str, Any]:
        """Resolve an event; a HEAD as a GET without its body."""
        if not is_head:
            return self.resolve(event, context)
        about = event["requestContext"]
        asked = {**event, "requestContext": {**about, "http": {**about["http"], "method": "GET"}}}
        return self.resolve(asked, context) | {"body": "", "isBase64Encoded": False}

    def matching(self, path: str) -> list[Any]:
        """Return the routes, of any method, that match a path."""
        return [r for r in self._static_routes + self._dynamic_routes if r.rule.match(path)]
