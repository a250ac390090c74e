"""The work list over all kinds: unassigned, one's own, overdue, all that waits."""

from __future__ import annotations

from typing import NamedTuple

from lambdas.requests.desk.app import DESK, OFFICERS, app, at, officer
from signet import policy as policies
from signet.errors import NotFound
from signet.register import reading as register
from signet.requests import operation, store
from signet.requests.stage import Actor
from signet.requests.store import Listed
from signet.web.answer import Answer, Page
from signet.web.request import Request

OURS = (Actor.CLERK, Actor.EXAMINERS, Actor.SECOND_OFFICER, Actor.APPEAL_BODY)
LISTS = {
    "unassigned": "Unassigned",
    "mine": "Mine",
    "due": "Overdue",
    "all": "All that waits for us",
    "others": "Waiting for others",
}
MOST = 200


class Line(NamedTuple):
    """One request as the list shows it."""

    at: str
    reference: str
    kind: str
    name: str
    actor: str
    due: str
    overdue: bool
    assignee: str


@app.get(DESK, OFFICERS)
def show_work(request: Request) -> Answer:
    """Show one list of the work; requests that concern the officer aren't among them."""
    list_name = request.query.get("list", "unassigned")
    if list_name not in LISTS:
        raise NotFound
    kind = request.query.get("kind", "")
    requests = [one for one in _found(request, list_name) if not kind or one.head.kind == kind]
    titles = {one.code: one.title for one in policies.load().requests.taken(request.today)}
    if kind and kind not in titles:
        raise NotFound
    more = {
        "title": "Requests desk",
        "lists": LISTS,
        "wanted": list_name,
        "kinds": titles,
        "kind": kind,
        "lines": _lines(request, requests, titles),
        "most": MOST,
        "desk": DESK,
        "saved": request.query.get("saved", ""),
    }
    return Page("requests/desk/list.html", more)


def _found(request: Request, wanted: str) -> list[Listed]:
    by, today = officer(request), request.today.isoformat()
    if wanted == "mine":
        held = store.assigned(by.account, MOST)
    elif wanted == "others":
        held = [*store.work(Actor.APPLICANT, MOST), *store.work(Actor.CONTRIBUTOR, MOST)]
    else:
        held = [one for actor in OURS for one in store.work(actor, MOST)]
    if wanted == "unassigned":
        held = [one for one in held if not one.assignee]
    if wanted == "due":
        held = [one for one in held if one.due < today]
    own = f"member#{by.member}" if by.member else ""
    held = [one for one in held if one.head.owner != by.account and one.head.subject != own]
    return sorted(held, key=lambda one: one.due)[:MOST]


def _lines(request: Request, found: list[Listed], titles: dict[str, str]) -> list[Line]:
    numbers = [one.head.subject.removeprefix("member#") for one in found if one.head.subject]
    names = register.member_names(numbers) if numbers else {}
    today = request.today.isoformat()
    return [
        Line(
            at(one.id),
            operation.reference(one.id),
            titles.get(one.head.kind, one.head.kind),
            names.get(one.head.subject.removeprefix("member#"), ""),
            one.work,
            "" if one.due.startswith(store.NEVER) else one.due[:10],
            one.due < today,
            one.assignee,
        )
        for one in found
    ]
