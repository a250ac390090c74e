"""What the pages of one's own requests share: the app, the request that is meant, its context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signet.errors import NotFound
from signet.requests import operation
from signet.requests.kind import Section
from signet.requests.operation import Case
from signet.transactions.context import Context
from signet.web.app import SIGNED_IN, App
from signet.web.request import Request, id_of

REQUESTS = "/services/requests/"
ONE = f"{REQUESTS}<id_>/"
PURPOSE = "request"
NEEDS = SIGNED_IN

app = App("requests")


def seeing(request: Request) -> Context:
    """Return the context in which a person sees a page."""
    return request.context()


def acting(request: Request) -> Context:
    """Return the context of an operation, with the form's own id."""
    return request.context(request.operation_id)


def case_of(request: Request, id_: str) -> Case:
    """Return one of the caller's own requests. Raises NotFound."""
    return operation.own(seeing(request), id_of(id_))


def section_of(case: Case, name: str) -> Section:
    """Return a section of a request's kind. Raises NotFound."""
    matching = case.kind.section(name)
    if matching is None:
        raise NotFound
    return matching


def at(id_: str, *parts: str) -> str:
    """Return the address of a request's page."""
    return "".join((f"{REQUESTS}{id_}/", *(f"{part}/" for part in parts)))


def context(case: Case, title: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template context of a page of one request."""
    own = at(case.file.id)
    shared = {
        "title": title,
        "case": case,
        "reference": operation.reference(case.file.id),
        "base": own,
        "crumbs": [("Requests", REQUESTS), (case.policy.title, own)],
    }
    return {**shared, **more}
