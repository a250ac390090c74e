"""What the career desk's routes share: the app, who may use it, and the operation's context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from signet.accounts.model import Role
from signet.jobs import conflicts
from signet.jobs.conflicts import Subject
from signet.transactions.context import Context
from signet.web.app import App
from signet.web.request import Request

app = App("jobs-desk")
DESK = "/services/jobs/desk/"
POSTING = f"{DESK}postings/<number>/"
OFFICER = Role.CAREER_OFFICER


def context_of(request: Request) -> Context:
    """Return the context of an operation: who, when, and its id.

    A form carries its operation id; any other request gets a new one.
    """
    return request.context(request.operation_id if request.method == "POST" else "")


class Standing(NamedTuple):
    """Why an officer may not decide about a company, and which other officers may."""

    why: str
    others: Sequence[str]


def concerned(request: Request, about: Subject) -> Standing | None:
    """Return the note for an officer who may not decide; None for one who may."""
    now = context_of(request)
    conflict = conflicts.concern(now, about, now.account)
    return Standing(conflict.message, conflicts.colleagues(now, about)) if conflict else None


def at(*parts: str) -> str:
    """Return the address of a page of the desk."""
    return "".join((DESK, *(f"{part}/" for part in parts)))


def page_context(
    request: Request, title: str, more: Mapping[str, Any], *above: tuple[str, str]
) -> dict[str, Any]:
    """Return a page's template context with what every page of the desk shows.

    `above` are breadcrumbs.
    """
    shared = {
        "title": title,
        "desk": DESK,
        "today": request.today,
        "saved": request.query.get("saved", ""),
        "crumbs": [("Career desk", DESK), *above],
    }
    return {**shared, **more}
