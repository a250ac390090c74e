"""What the pages of the CPD log share: the member, the year, and the common template context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet.accounts.model import Role
from signet.cpd import actions, rules
from signet.cpd.context import member_number, of_member
from signet.cpd.model import Activity, YearView
from signet.errors import NotFound
from signet.policy import CpdPolicy
from signet.transactions.context import Context
from signet.uploads import evidence
from signet.uploads.model import Upload
from signet.web.app import App
from signet.web.request import Request, id_of

CPD = "/services/cpd/"
EVIDENCE = "cpd-evidence"
MEMBER = Role.MEMBER

app = App("cpd")


def member(request: Request) -> str:
    """Return the number of the record that the account is linked to."""
    return member_number(request.principal)


def context_of(request: Request) -> Context:
    """Return the context of an operation on the member's own log."""
    return of_member(request.context(request.operation_id))


def policy(request: Request) -> CpdPolicy:
    """Return the CPD policy in force today."""
    return policies.load().cpd(request.today)


def year_number(text: str) -> int:
    """Return the year in an address. Raises NotFound for a year without CPD."""
    return rules.year_named(text, policies.load())


def view_of(request: Request, year: str) -> YearView:
    """Return the member's year. Raises NotFound when there is no log for it."""
    return actions.year_view(member(request), year_number(year), request.today, policies.load())


def activity_in(view: YearView, id_: str) -> Activity:
    """Return one activity of a year. Raises NotFound."""
    activity_id = id_of(id_)
    activity = next((a for a in view.activities if a.id == activity_id), None)
    if activity is None:
        raise NotFound("This activity isn't in your log. It may have been removed.")
    return activity


def files_of(request: Request) -> list[Upload]:
    """Return the member's files that passed their checks, the newest first: one query."""
    return evidence.clean(f"member#{member(request)}", EVIDENCE, request.now)


def called(file: Upload) -> str:
    """Return the label of a file where it is chosen: the name that its sender gave it.

    A file without a name is identified by when it was sent.
    """
    if file.name:
        return file.filename
    zone = ZoneInfo(policies.load().regulator.time_zone)
    return f"File without a name, sent {file.invited_at.astimezone(zone):%Y-%m-%d, %H:%M}"


def sent_from(page: str, files: Iterable[Upload]) -> list[str]:
    """Return the ids of the files that were sent from a page and that no record names yet."""
    return [f.id for f in files if not f.used and f.back.partition("#")[0] == page]


def crumbs(view: YearView | None = None) -> list[tuple[str, str]]:
    """Return the breadcrumbs back to the log, or to one of its years."""
    way = [("CPD", CPD)]
    return [*way, (str(view.year), f"{CPD}{view.year}/")] if view else way


def page_context(view: YearView, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page's template context with what every page of a year shows."""
    shared = {
        "view": view,
        "cpd": view.cpd,
        "base": f"{CPD}{view.year}/",
        "categories": [(c.slug, c.name, c.about) for c in view.cpd.categories.values()],
        "crumbs": crumbs(view),
    }
    return shared | dict(context)
