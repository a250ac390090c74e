"""A small service with a form of every kind of field, for the tests of what services share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, model_validator

from signet.accounts.model import Principal, Role
from signet.errors import Conflict, Invalid, SignetError, TooMany, Unavailable
from signet.web import cookies, pages
from signet.web.answer import Answer, Download, Json, Page, SeeOther, own_path
from signet.web.app import ANYONE, SIGNED_IN, App
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, Says, field_error, read, read_json, values_of
from signet.web.request import Request
from tests.events import SITE
from tests.service_shell import write_shell

NOW = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)  # still the 2nd where the regulator is
BASE = "/services/example/"
CATEGORIES = (
    ("courses", "Courses and seminars"),
    ("practice", "Professional practice", "Work that taught you something new"),
    ("service", "Service to the profession"),
)
TEMPLATE = """
{% set title = "Add an activity" %}
{% set crumbs = [("Example", "/services/example/")] %}
{% extends "base.html" %}
{% import "fields.html" as fields %}
{% block main %}
{{ fields.error_summary(form) }}
<h1>Add an activity</h1>
<p class="lead">Anything that kept you current counts, paid or not.</p>
{% call fields.posting(form, "/services/example/") %}
{{ fields.text(form.field("title")) }}
{{ fields.select(form.field("category", categories)) }}
{{ fields.date(form.field("started_on")) }}
{{ fields.date(form.field("ended_on")) }}
{{ fields.text(form.field("hours"), width="short", inputmode="decimal") }}
{{ fields.radios(form.field("kind")) }}
{{ fields.radios(form.field("better_practitioner"), row=true) }}
{{ fields.checkboxes(form.field("topics", topics)) }}
{{ fields.textarea(form.field("reflection")) }}
{{ fields.checkbox(form.field("confirmed")) }}
{{ fields.submit("Add the activity", cancel="/services/example/") }}
{% endcall %}
{% call fields.banner("warn", "One thing is missing") %}
<p>An activity in a second category. <a href="/about/status/">What counts</a></p>
{% endcall %}
{% set id = form.operation_id %}
{{ fields.act_button("/services/example/remove", id, "Remove", "danger", "this activity") }}
{{ fields.file("file", "Evidence", hint="PDF or picture, up to 10 MB", error="Choose a file") }}
{% endblock %}
"""
SIGNED_IN_TOKEN = "0123456789"
TOPICS = (("safety", "Safety"), ("ethics", "Ethics"))


class Activity(Form):
    """What the example's form asks."""

    title: Annotated[str, Says(missing="Enter what you did")] = Field(
        title="What did you do?",
        description="For example “Course on soil mechanics”",
        max_length=40,
    )
    category: Annotated[
        Literal["courses", "practice", "service"], Says(missing="Choose a category")
    ] = Field(title="Category")
    started_on: date = Field(title="First day")
    ended_on: date | None = Field(None, title="Last day", description="If not the same day")
    hours: Decimal | None = Field(None, title="Hours", ge=0, le=999, decimal_places=1)
    kind: Literal["formal", "informal"] = Field(title="Kind")
    better_practitioner: bool = Field(title="Did it make you a better practitioner?")
    topics: tuple[str, ...] = Field((), title="Topics", max_length=2)
    reflection: str = Field("", title="What did you learn?", max_length=2000)
    confirmed: bool = Field(False, title="This is true as far as I know")

    @model_validator(mode="after")
    def _in_order(self) -> Activity:
        if self.ended_on and self.ended_on < self.started_on:
            raise field_error("ended_on", "The last day can’t be before the first")
        return self


class Count(BaseModel):
    """What the JSON route takes and gives."""

    model_config = {"extra": "forbid", "hide_input_in_errors": True}

    number: int = Field(ge=0, le=10)


GOOD: dict[str, Any] = {
    "title": "Course on soil mechanics",
    "category": "courses",
    "started_on": "2026-03-14",
    "kind": "formal",
    "better_practitioner": "yes",
}
RAISED: dict[str, Exception] = {
    "conflict": Conflict(),
    "too-many": TooMany(),
    "unavailable": Unavailable(rule="CPD-2"),
    "invalid": Invalid(),
    "ours": RuntimeError("canary-in-a-message"),
    "odd": type("Odd", (SignetError,), {"code": "odd", "status": 400})("It is odd."),
}


@dataclass
class Example:
    """The example service; what was sent to it stays in `added`."""

    app: App = field(default_factory=lambda: App("example"))
    added: list[Activity] = field(default_factory=list)
    people: dict[str, Principal] = field(default_factory=dict)

    def person(self, token: str, *roles: Role, email: str = "ada@example.ca") -> str:
        """Let a session token belong to somebody; gives the token."""
        self.people[token] = Principal(f"account-{token}", email, None, frozenset(roles), "hash")
        return token


def _page(form: FormView, status: int = 200) -> Page:
    facts = {"form": form, "categories": CATEGORIES, "topics": TOPICS}
    return Page("example.html", facts, status)


def build() -> Example:
    """Return the example with its routes."""
    made = Example()
    app = made.app
    app.clock = lambda: NOW
    app.random = lambda count: bytes(range(count))
    app.principal_of = lambda token, now: made.people.get(token)
    _form_routes(made)
    _other_routes(app)
    _failing_routes(app)
    return made


def _form_routes(made: Example) -> None:
    app = made.app

    @app.get(BASE, needs=ANYONE)
    def empty(request: Request) -> Answer:
        return _page(blank(Activity, request.new_id(), category=request.query.get("category", "")))

    @app.get(f"{BASE}filled", needs=ANYONE)
    def filled(request: Request) -> Answer:
        held = Activity(**{**GOOD, "topics": ("ethics",), "reflection": "One\nTwo <b>"})
        return _page(FormView(Activity, values_of(held), (), request.new_id()))

    @app.post(BASE, needs=ANYONE)
    def add(request: Request) -> Answer:
        try:
            made.added.append(read(Activity, request.form))
        except Invalid as invalid:
            return _page(FormView.again(Activity, request.form, invalid, request.operation_id), 422)
        return SeeOther(f"{BASE}{request.today}/")


def _other_routes(app: App) -> None:
    @app.get("/services/account/sign-in", needs=ANYONE)
    def sign_in(request: Request) -> Answer:
        kept = cookies.keep(cookies.SESSION, SIGNED_IN_TOKEN, 3600)
        return SeeOther(own_path(request.query.get("return", "")), [kept])

    @app.get(f"{BASE}<day>/", needs=SIGNED_IN)
    def one(request: Request, day: str) -> Answer:
        return Json({"day": day, "account": request.principal.account})

    @app.get(f"{BASE}officers", needs=Role.CPD_OFFICER)
    def officers(request: Request) -> Answer:
        return Download("a,b\n", "text/csv", f"Prüfung {request.today}.csv")

    @app.post(f"{BASE}staff", needs=(Role.CPD_OFFICER, Role.ADMINISTRATOR))
    def staff(request: Request) -> Answer:
        return SeeOther(BASE)

    @app.post(f"{BASE}count", needs=SIGNED_IN, takes=Count, gives=Count)
    def count(request: Request) -> Answer:
        """Give back a number."""
        return Json(read_json(Count, request.json()), headers={"X-Act": request.operation_id})


def _failing_routes(app: App) -> None:
    @app.get(f"{BASE}fail/<code>", needs=ANYONE)
    def fail(request: Request, code: str) -> Answer:
        raise RAISED[code]

    @app.get(f"{BASE}fail-json/<code>", needs=ANYONE, is_json=True)
    def fail_json(request: Request, code: str) -> Answer:
        raise RAISED[code]


@contextmanager
def environment(folder: Path) -> Iterator[None]:
    """Yield the settings that the example needs: its shell, its template, the site's address."""
    (folder / "templates").mkdir()
    (folder / "templates" / "example.html").write_text(TEMPLATE.lstrip(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIGNET_SHELL", str(write_shell(folder)))
        patch.setenv("SIGNET_SITE_URL", SITE)
        patch.delenv("SIGNET_OIDC_LOGOUT_URL", raising=False)
        patch.setattr(pages, "TEMPLATES", [pages.TEMPLATES, folder / "templates"])
        yield
