"""The work list over all kinds: unassigned, one's own, overdue, all that waits; by kind and age."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from lambdas.index import complaints, cpd, register
from lambdas.index.model import Audience, Service, waiting
from lambdas.requests.desk.app import DESK, OFFICERS, app, at, officer
from signet import policy as policies
from signet.accounts import persons
from signet.accounts.model import Account
from signet.cpd import conflicts
from signet.errors import NotFound
from signet.register import reading as members
from signet.requests import operation, store
from signet.requests.stage import OFFICE, Actor
from signet.requests.store import Listed
from signet.requests.wanted import Wanted
from signet.search.forms import Search
from signet.web.answer import Answer, Page
from signet.web.form_view import blank
from signet.web.request import Request

LISTS = {
    "unassigned": "Unassigned",
    "mine": "Mine",
    "due": "Overdue",
    "all": "All that waits for us",
    "others": "Waiting for others",
}
AGES = {"14": "Older than two weeks", "30": "Older than 30 days", "90": "Older than 90 days"}
MOST = 200
# The other desks, counted and linked for who may go there (lambdas.index). Complaints have no
# count: docs/decisions/2026-11-30-counts-on-the-index.md.
BESIDE: tuple[Service, ...] = (*register.SERVICES, *cpd.SERVICES, *complaints.SERVICES)


class Line(NamedTuple):
    """One request as the list shows it; `days` is its age, since it was begun.

    `parted`: the account that asks was parted from the record.
    """

    at: str
    reference: str
    kind: str
    name: str
    actor: str
    days: int
    due: str
    overdue: bool
    assignee: str
    parted: bool


@app.get(DESK, OFFICERS)
def show_work(request: Request) -> Answer:
    """Show one list of the work, the oldest first, and what waits at other desks.

    Requests that concern the officer, or that they take no part in, aren't among them.
    """
    named, kind, age = (request.query.get(name, "") for name in ("list", "kind", "age"))
    titles = {one.code: one.title for one in policies.load().requests.taken(request.today)}
    named = named or "unassigned"
    if named not in LISTS or (kind and kind not in titles) or (age and age not in AGES):
        raise NotFound
    before = request.today - timedelta(days=int(age)) if age else None
    found, cut = _listed(request, named, Wanted(kind, named == "unassigned", before))
    found, known = _without_own(request, found)
    more = {
        "title": "Requests desk",
        "search": blank(Search, request.new_id()),
        "lists": LISTS,
        "wanted": named,
        "kinds": titles,
        "kind": kind,
        "ages": AGES,
        "age": age,
        "lines": _lines(request, found, titles, known),
        "beside": _beside(request),
        "cut": cut,
        "desk": DESK,
        "saved": request.query.get("saved", ""),
    }
    return Page("requests/desk/list.html", more)


def _without_own(request: Request, found: list[Listed]) -> tuple[list[Listed], dict[str, Account]]:
    """Return what isn't of the officer's person, by whichever account; and the accounts it names.

    One read, for at most as many requests as a list shows.
    """
    apart = {one.id: {one.head.owner, *one.recused} for one in found}
    known = persons.of_ids({*(one.assignee for one in found), *chain(*apart.values())})
    me = persons.caller(officer(request))
    return [one for one in found if not persons.is_among(me, apart[one.id], known)], known


def _beside(request: Request) -> list[tuple[Service, str]]:
    """Return the other desks where the officer may go, and what waits there."""
    return [
        (one, waiting(request, one))
        for one in BESIDE
        if one.audience is Audience.STAFF and one.listed_for(request.principal)
    ]


def _listed(request: Request, named: str, wanted: Wanted) -> tuple[list[Listed], bool]:
    """Return what the officer may see of a list, and whether there may be more than was read."""
    by, today = officer(request), request.today.isoformat()
    if named == "mine":
        parts = [store.assigned(by.account, MOST)]
    else:
        actors = (Actor.APPLICANT, Actor.CONTRIBUTOR) if named == "others" else OFFICE
        parts = [store.work(actor, MOST, wanted) for actor in actors]
    requests = [one for part in parts for one in part if _is_wanted(one, wanted)]
    if named == "due":
        requests = [one for one in requests if one.due < today]
    barred = {f"member#{number}" for number in conflicts.barred(by.account, by.member)}
    requests = [
        one
        for one in requests
        if by.account not in (one.head.owner, *one.recused) and one.head.subject not in barred
    ]
    cut = len(requests) > MOST or any(len(part) == MOST for part in parts)
    first = sorted(requests, key=lambda one: one.due)[:MOST]
    return sorted(first, key=lambda one: one.head.started_at), cut


def _is_wanted(one: Listed, wanted: Wanted) -> bool:
    begun, before = one.head.started_on, wanted.begun_before
    return wanted.kind in ("", one.head.kind) and (before is None or begun < before)


def _lines(
    request: Request, found: list[Listed], titles: dict[str, str], known: dict[str, Account]
) -> list[Line]:
    numbers = [one.head.subject.removeprefix("member#") for one in found if one.head.subject]
    names = members.member_names(numbers) if numbers else {}
    return [_line(one, request.today, titles, names, known) for one in found]


def _line(
    one: Listed,
    today: date,
    titles: dict[str, str],
    names: dict[str, str],
    known: dict[str, Account],
) -> Line:
    assignee = known.get(one.assignee)
    return Line(
        at(one.id),
        operation.reference(one.id),
        titles.get(one.head.kind, one.head.kind),
        names.get(one.head.subject.removeprefix("member#"), ""),
        one.work,
        (today - one.head.started_on).days,
        "" if one.due.startswith(store.NEVER) else one.due[:10],
        one.due < today.isoformat(),
        assignee.email if assignee else one.assignee,
        operation.is_parted(one.head, known.get(one.head.owner)),
    )
