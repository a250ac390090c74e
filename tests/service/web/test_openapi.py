"""The CPD log as JSON: what it takes and gives, to whom, and that its description is true."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

import lambdas
from infra.local.functions import ROUTES, Functions
from lambdas.cpd.api import API, app, document
from signet.accounts.model import Role
from signet.transactions import audit
from signet.web.app import App, Route
from tests.cpd_members import NUMBER, books, clean_file, cpd_tables_made, join, log_two
from tests.events import SESSION, SITE, Answered, ask, get, send_json
from tests.people import Person, person, shell

__all__ = ["books", "cpd_tables_made", "shell"]
COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"
NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
ACTIVITIES = f"{API}2026/activities"
COURSE = {
    "title": "Course on pressure vessel codes",
    "category": "formal",
    "started_on": "2026-03-14",
    "hours": 2.5,
    "better_practitioner": True,
    "advances_profession": False,
}


@pytest.fixture(autouse=True)
def moment(books: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, with one member on the register, at a moment late in the year."""
    monkeypatch.setattr(app, "clock", lambda: NOW)


@pytest.fixture
def member() -> Person:
    return person(member=NUMBER, now=NOW)


def look(who: Person, path: str) -> Answered:
    return ask(app, get(path, session=who.token))


def do(who: Person, path: str, content: Any, method: str = "POST", **about: Any) -> Answered:
    made = about.pop("act", None) or secrets.token_hex(16)
    return ask(app, send_json(method, path, content, act=made, session=who.token, **about))


def added(who: Person, **said: Any) -> dict[str, Any]:
    answered = do(who, ACTIVITIES, COURSE | said)
    assert answered.status == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


# -- the log


def test_a_year_says_where_it_stands_and_what_is_missing(member: Person) -> None:
    year = look(member, f"{API}2026").json()
    assert (year["year"], year["standing"], year["applies"]) == (2026, "short", True)
    assert [one["code"] for one in year["missing"]] == ["activities", "categories"]
    log_two()
    year = look(member, f"{API}2026").json()
    assert (year["standing"], year["missing"], year["counting"]) == ("satisfied", [], 2)
    assert look(member, ACTIVITIES).json()["activities"] == year["activities"]


def test_an_activity_is_added_changed_and_removed(member: Person) -> None:
    made = added(member)
    assert (made["hours"], made["version"], made["counts"]) == ("2.5", 1, True)
    where = f"{ACTIVITIES}/{made['id']}"
    assert look(member, where).json() == made
    changed = do(member, where, COURSE | {"title": "Another", "version": 1}, "PUT").json()
    assert (changed["title"], changed["version"]) == ("Another", 2)
    assert do(member, f"{where}/remove", {"version": 2}).json() == {"id": made["id"]}
    assert look(member, where).status == 404
    what = {line.what for line in audit.of_subject(f"cpd#{NUMBER}")}
    assert what == {"cpd.activity.added", "cpd.activity.changed", "cpd.activity.removed"}


def test_the_same_key_again_makes_the_same_thing_once(member: Person) -> None:
    act = secrets.token_hex(16)
    first, second = (do(member, ACTIVITIES, COURSE, act=act) for _ in range(2))
    assert first.json() == second.json()
    assert len(look(member, ACTIVITIES).json()["activities"]) == 1
    other = do(member, ACTIVITIES, COURSE | {"title": "Something else"}, act=act)
    assert other.status == 409


def test_without_a_key_nothing_is_done(member: Person) -> None:
    asked = send_json("POST", ACTIVITIES, COURSE, act="", session=member.token)
    assert ask(app, asked).status == 400
    assert look(member, ACTIVITIES).json() == {"activities": []}


def test_who_changes_what_somebody_else_changed_is_told(member: Person) -> None:
    where = f"{ACTIVITIES}/{added(member)['id']}"
    do(member, where, COURSE | {"title": "First", "version": 1}, "PUT")
    late = do(member, where, COURSE | {"title": "Second", "version": 1}, "PUT")
    assert (late.status, late.json()["code"]) == (409, "conflict")
    assert look(member, where).json()["title"] == "First"


def test_a_year_is_declared_once_it_satisfies_the_rule(member: Person) -> None:
    short = do(member, f"{API}2026/declaration", {"agreed": "yes"})
    assert (short.status, short.json()["code"]) == (409, "not-yet-compliant")
    assert short.json()["rule"] == "CPD-6"
    log_two()
    assert do(member, f"{API}2026/declaration", {"agreed": "no"}).status == 422
    made = do(member, f"{API}2026/declaration", {"agreed": "yes"})
    assert made.json() == {"number": 1, "year": 2026}
    assert look(member, f"{API}2026").json()["declared_on"] == "2026-11-21"


def test_what_is_wrong_is_said_field_by_field_and_repeats_no_value(member: Person) -> None:
    canary = "canary" * 40
    answered = do(member, ACTIVITIES, COURSE | {"title": canary, "started_on": "canary"})
    assert answered.status == 422
    assert answered.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in answered.json()["faults"]] == ["title", "started_on"]
    assert "canary" not in answered.text


STORED = ("id", "year", "version", "evidence", "counts", "member", "standing", "declarations")


@pytest.mark.parametrize("field", STORED)
def test_no_field_that_is_ours_can_be_set(member: Person, field: str) -> None:
    given: Any = clean_file() if field == "evidence" else 7
    assert do(member, ACTIVITIES, COURSE | {field: given}).status == 422
    assert look(member, ACTIVITIES).json() == {"activities": []}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b'{"title": NaN}', b"\xff", b"1e999"],
)
def test_what_is_no_such_json_is_refused(member: Person, body: bytes) -> None:
    asked = send_json("POST", ACTIVITIES, None, session=member.token)
    asked |= {"body": body.decode("latin-1"), "isBase64Encoded": False}
    answered = ask(app, asked)
    assert answered.status in {400, 422}
    assert answered.headers["content-type"] == "application/problem+json"


# -- to whom


def test_only_a_member_has_a_log(member: Person) -> None:
    for who in (person(now=NOW), person(Role.CPD_OFFICER, now=NOW)):
        assert look(who, f"{API}2026").status == 403
        assert do(who, ACTIVITIES, COURSE).status == 403
    nobody = ask(app, get(f"{API}2026"))
    assert (nobody.status, nobody.json()["code"]) == (401, "sign-in-needed")


def test_anothers_activity_is_as_good_as_none(member: Person) -> None:
    where = f"{ACTIVITIES}/{added(member)['id']}"
    other = person(member=join("100002"), now=NOW)
    missing = f"{ACTIVITIES}/{'f' * 32}"
    for path in (where, missing):
        assert look(other, path).status == 404
        assert do(other, path, COURSE | {"version": 1}, "PUT").status == 404
        assert do(other, f"{path}/remove", {"version": 1}).status == 404
    assert look(member, where).json()["version"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": f"{SITE}.evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": SITE},
    ],
)
def test_another_site_can_do_nothing_in_a_members_name(
    member: Person, headers: dict[str, str]
) -> None:
    answered = do(member, ACTIVITIES, COURSE, headers=headers or {"x-nothing": "1"})
    assert (answered.status, answered.json()["code"]) == (403, "cross-site")
    assert look(member, ACTIVITIES).json() == {"activities": []}


@pytest.mark.parametrize("year", ["1000", "1899", "2100", "9999", "2024 ", "٢٠٢٦", "26", "0", "x"])
def test_a_year_that_is_none_has_no_log(member: Person, year: str) -> None:
    assert look(member, f"{API}{year}").status == 404


# -- the description


def test_the_committed_description_is_that_of_the_routes() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == document(), (
        "write it anew: python -m tests.service.web.test_openapi"
    )


def test_the_description_is_there_for_everybody() -> None:
    answered = ask(app, get("/services/openapi.json"))
    assert (answered.status, answered.headers["content-type"]) == (200, "application/json")
    assert answered.json() == document()


# What answers in JSON and isn't for members' programs: the draw's list, which anybody recomputes,
# and what the payment processor tells, in a form of its own.
NOT_DESCRIBED = {
    "GET /services/cpd/desk/published/<year>/draw.json",
    "POST /services/jobs/stripe",
}


def every_route() -> dict[str, tuple[App, Route]]:
    """Return the routes of all functions, by their method and address."""
    found: dict[str, tuple[App, Route]] = {}
    for module in pkgutil.walk_packages(lambdas.__path__, "lambdas."):
        for there in vars(importlib.import_module(module.name)).values():
            if isinstance(there, App):
                found |= {f"{one.method} {one.rule}": (there, one) for one in there.routes}
    return found


def test_whatever_takes_or_gives_json_is_described() -> None:
    told = {
        f"{method.upper()} {re.sub('{([a-z_]+)}', '<id>', path)}"
        for path, methods in document()["paths"].items()
        for method in methods
    }
    there = {name for name, (_, route) in every_route().items() if route.is_json}
    assert {re.sub("<[a-z_]+>", "<id>", name) for name in there - NOT_DESCRIBED} == told
    assert there >= NOT_DESCRIBED


def test_every_route_is_sent_to_the_function_that_has_it() -> None:
    """Pages and forms stand in no description: what is sent where is held against the routes."""
    sent = sorted(ROUTES.items(), key=lambda one: len(one[0]), reverse=True)
    for name, (whose, route) in every_route().items():
        path = re.sub("<[a-z_]+>", "x", route.rule)
        handler = next(
            handler
            for prefix, handler in sent
            if path == prefix or path.startswith(f"{prefix.rstrip('/')}/")
        )
        module = importlib.import_module(handler.partition(":")[0])
        assert whose in vars(module).values(), f"{name} is sent to {handler}"


# The API behind the gateway of this machine, as a client finds it by its description.
DESCRIBED = schemathesis.openapi.from_asgi("/services/openapi.json", Functions({"/services": app}))
OPERATIONS = {
    found.ok().label: found.ok()
    for found in DESCRIBED.get_all_operations()
    if isinstance(found, Ok)
}
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
EXAMPLES = settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def tried(operation: Any, mode: GenerationMode, who: Person, **known: str) -> set[int]:
    """Make requests of an operation, those that fit its description or those that don't.

    Parts of the path that are `known` are named right. Gives the statuses that were answered.
    """
    seen = set()

    @EXAMPLES
    @given(operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        case.path_parameters.update(
            {part: value for part, value in known.items() if part in case.path_parameters}
        )
        answered = case.call(
            headers={"sec-fetch-site": "same-origin"}, cookies={SESSION: who.token}
        )
        case.validate_response(answered, checks=CHECKS)
        seen.add(answered.status_code)

    each()
    return seen


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_request_is_an_error_of_ours(
    operation: str, mode: GenerationMode, member: Person
) -> None:
    tried(OPERATIONS[operation], mode, member)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_nor_is_one_about_what_is_there(
    operation: str, mode: GenerationMode, member: Person
) -> None:
    known = {"year": "2026", "activity": log_two()[0]}
    seen = tried(OPERATIONS[operation], mode, member, **known)
    if OPERATIONS[operation].method == "get" and mode is GenerationMode.POSITIVE:
        assert seen == {200}


if __name__ == "__main__":
    text = json.dumps(document(), indent=2, ensure_ascii=False)
    COMMITTED.write_text(f"{text}\n", encoding="utf-8")
