"""A member's CPD log as JSON: the same operations as on the pages, with the same models and limits.

It is for users signed in with a browser session, from our own pages alone. What it takes and gives
is described at /services/openapi.json, which is generated from the models here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lambdas import started
from signet import policy as policies
from signet.accounts.model import Role
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd import actions, rules, year_view
from signet.cpd.context import member_number, of_member
from signet.cpd.forms import ActivityDraft, ActivityEdit, DeclarationDraft, Versioned
from signet.cpd.model import Activity, Standing, YearView
from signet.cpd.tables import MODELS
from signet.errors import NotFound
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS
from signet.web import openapi
from signet.web.answer import Answer, Json
from signet.web.app import ANYONE, App
from signet.web.forms import read_json
from signet.web.request import Request

API = "/services/cpd/api/"
TITLE = "Signet: the CPD log of a member"
VERSION = "1"

app = App("cpd-api")
handler = started(
    app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *REGISTER_MODELS, *UPLOAD_MODELS)
)


class Given(BaseModel):
    """What is given out: these fields and no others, whatever is stored beside them."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class LoggedActivity(Given):
    """An activity in the log. `version` is named when changing it; `counts` is by CPD-3."""

    id: str
    title: str
    category: str
    started_on: date
    ended_on: date | None
    hours: Decimal | None
    better_practitioner: bool
    advances_profession: bool
    reflection: str
    evidence: tuple[str, ...] = Field(description="Ids of files, each at /services/files/ID")
    logged_on: date | None = Field(description="When it was added; null where that wasn't kept")
    late: bool = Field(description="Whether it was added, or came to count, after the year was due")
    version: int
    counts: bool


class Lacking(Given):
    """One thing that the log lacks, and the rule that asks for it."""

    code: str
    words: str
    rule: str
    lacking: int


class LoggedYear(Given):
    """A year of the log: where it stands, why, and what is in it."""

    year: int
    standing: Standing
    applies: bool = Field(description="Whether CPD applies to the member for the year")
    reason: str = Field(description="Why it does or doesn't")
    rule: str
    counting: int
    by_category: dict[str, int]
    missing: tuple[Lacking, ...]
    declaration_due: date
    declared_on: date | None
    declarations: int
    late: bool = Field(
        description="Whether it is declared, and wasn't by its day on what was logged by then"
    )
    under_audit: bool
    activities: tuple[LoggedActivity, ...]


class Activities(Given):
    """The activities of a year, in the order of the log."""

    activities: tuple[LoggedActivity, ...]


class Removed(Given):
    """What was removed."""

    id: str


class Declared(Given):
    """A declaration that was made: its number, the year's latest being the one that holds."""

    number: int
    year: int


@app.get(f"{API}<year>", needs=Role.MEMBER, gives=LoggedYear)
def get_year(request: Request, year: str) -> Answer:
    """A year of your log: where it stands, what is missing, what is logged."""
    view = _view(request, year)
    latest = view.declaration
    return Json(
        LoggedYear(
            year=view.year,
            standing=view.standing,
            applies=view.subject.applies,
            reason=view.subject.reason,
            rule=view.subject.rule,
            counting=view.tally.counting,
            by_category=view.tally.by_category,
            missing=tuple(Lacking(**one.model_dump()) for one in view.missing),
            declaration_due=view.cpd.declaration_due(view.year),
            declared_on=latest.declared_on if latest else None,
            declarations=len(view.declarations),
            late=year_view.late(view),
            under_audit=view.under_audit,
            activities=_logged(view),
        )
    )


@app.get(f"{API}<year>/activities", needs=Role.MEMBER, gives=Activities)
def list_activities(request: Request, year: str) -> Answer:
    """The activities of a year."""
    return Json(Activities(activities=_logged(_view(request, year))))


@app.get(f"{API}<year>/activities/<activity>", needs=Role.MEMBER, gives=LoggedActivity)
def get_activity(request: Request, year: str, activity: str) -> Answer:
    """One activity."""
    return Json(_activity(request, year, activity))


@app.post(f"{API}<year>/activities", needs=Role.MEMBER, takes=ActivityDraft, gives=LoggedActivity)
def add_activity(request: Request, year: str) -> Answer:
    """Log an activity."""
    draft = read_json(ActivityDraft, request.json())
    activity_id = actions.add_activity(_context(request), _year(year), draft)
    return Json(_activity(request, year, activity_id))


@app.route(
    "PUT",
    f"{API}<year>/activities/<activity>",
    needs=Role.MEMBER,
    takes=ActivityEdit,
    gives=LoggedActivity,
)
def change_activity(request: Request, year: str, activity: str) -> Answer:
    """Change an activity that you saw in a version."""
    submitted = read_json(ActivityEdit, request.json())
    actions.edit_activity(
        _context(request), _year(year), activity, submitted.version, submitted.draft
    )
    return Json(_activity(request, year, activity))


@app.post(
    f"{API}<year>/activities/<activity>/remove", needs=Role.MEMBER, takes=Versioned, gives=Removed
)
def remove_activity(request: Request, year: str, activity: str) -> Answer:
    """Remove an activity that you saw in a version."""
    submitted = read_json(Versioned, request.json())
    actions.remove_activity(_context(request), _year(year), activity, submitted.version)
    return Json(Removed(id=activity))


@app.post(f"{API}<year>/declaration", needs=Role.MEMBER, takes=DeclarationDraft, gives=Declared)
def declare(request: Request, year: str) -> Answer:
    """Declare that the year's requirement is met."""
    read_json(DeclarationDraft, request.json())
    number = actions.declare(_context(request), _year(year))
    return Json(Declared(number=int(number), year=_year(year)))


@app.get("/services/openapi.json", needs=ANYONE, is_json=True)
def describe(_: Request) -> Answer:
    """This description."""
    return Json(document())


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI description of these routes."""
    return openapi.document([app], TITLE, VERSION)


def _view(request: Request, year: str) -> YearView:
    return actions.year_view(_member(request), _year(year), request.today, policies.load())


def _logged(view: YearView) -> tuple[LoggedActivity, ...]:
    return tuple(_shown(one, view) for one in view.activities)


def _shown(activity: Activity, view: YearView) -> LoggedActivity:
    fields = activity.model_dump(exclude={"year", "settled_on"})
    late = bool(rules.lateness(activity, view.cpd))
    return LoggedActivity(**fields, late=late, counts=rules.counts(activity, view.cpd))


def _activity(request: Request, year: str, activity: str) -> LoggedActivity:
    view = _view(request, year)
    stored = next((one for one in view.activities if one.id == activity), None)
    if stored is None:
        raise NotFound
    return _shown(stored, view)


def _year(text: str) -> int:
    return rules.year_named(text, policies.load())


def _member(request: Request) -> str:
    return member_number(request.principal)


def _context(request: Request) -> Context:
    return of_member(request.context(request.operation_id))
