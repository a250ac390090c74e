"""What the desk's routes share: the app, who may use it, the request and its officer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signet.accounts.model import Role
from signet.cpd import conflicts
from signet.errors import NotAllowed, NotFound
from signet.requests import operation
from signet.requests.operation import Case
from signet.requests.stage import Stage
from signet.transactions.context import Context
from signet.web.app import App
from signet.web.request import Request, id_of

DESK = "/services/requests/desk/"
ONE = f"{DESK}<id_>/"
OFFICERS = (Role.REGISTRAR, Role.REGISTER_OFFICER)

app = App("requests-desk")


def officer(request: Request) -> Context:
    """Return the context in which an officer sees a page."""
    return request.context()


def acting(request: Request) -> Context:
    """Return the context of an operation, with the form's own id."""
    return request.context(request.operation_id)


def case_of(request: Request, id_: str) -> Case:
    """Return a submitted request that the officer may deal with.

    Raises NotFound for a draft, which is its owner's alone; NotAllowed for who is concerned, or
    recused from the record that it is about.
    """
    by = officer(request)
    case = operation.opened(by, id_of(id_))
    if case.standing.stage is Stage.DRAFT:
        raise NotFound("There is no such request.")
    operation.officer(by, case, (*case.policy.clerks, *case.policy.deciders))
    subject, _, number = case.file.head.subject.partition("#")
    if subject == "member":
        conflicts.check(by.account, by.member, [number])
    return case


def may(request: Request, case: Case, roles: tuple[str, ...]) -> bool:
    """Tell whether the officer may act on a request in one of these roles."""
    try:
        operation.officer(officer(request), case, roles)
    except NotAllowed:
        return False
    return True


def note_seen(request: Request, case: Case) -> None:
    """Record in the audit log that an officer looks at a request, before they do."""
    operation.note_seen(officer(request), case)


def at(id_: str, *parts: str) -> str:
    """Return the address of a request's page at the desk."""
    return "".join((f"{DESK}{id_}/", *(f"{part}/" for part in parts)))


def context(case: Case, title: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template context of a page of one request."""
    own, name = at(case.file.id), operation.reference(case.file.id)
    shared = {
        "title": title,
        "case": case,
        "reference": name,
        "base": own,
        "crumbs": [("Requests desk", DESK), (name, own)],
    }
    return {**shared, **more}
