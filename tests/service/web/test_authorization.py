"""Every route with every role, and with one's own, another's and a missing thing.

The routes come from the functions themselves, what they should allow from authorization_rows.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import secrets
import uuid
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

import lambdas
from infra.tables import MODELS
from signet.accounts.model import Role
from signet.complaints.desk import access, letters
from signet.complaints.desk.access import Opening
from signet.complaints.desk.case_model import To, Written
from signet.complaints.tables import CaseRow, recusal_key
from signet.cpd import actions as cpd_actions
from signet.cpd.forms import NotPractisingDraft
from signet.cpd.model import AuditState
from signet.jobs.applicants import applications, contact_requests, profiles
from signet.jobs.forms import AnswerDraft, RequestDraft
from signet.web.app import App, Route
from tests import employing
from tests.authorization_rows import DOMAINS, EVERYBODY, ROWS, SIGNED_IN, Row
from tests.complaint_desk import filed, held, officer, seen, standing
from tests.complaint_office import TODAY, private, settings
from tests.cpd_members import (
    NUMBER,
    YEAR,
    audited,
    clean_file,
    context,
    join,
    log_two,
)
from tests.employing import applied, bought, client, firm, live, of, owned_by, poster
from tests.events import Answered, ask, event, get, post, send_json
from tests.function_ground import Ground
from tests.job_office import application, on_register, profile
from tests.job_office import clean_file as clean_resume
from tests.people import Person, person, shell
from tests.recorded_rows import RecordedRows

__all__ = ["shell"]

T = TypeVar("T")
NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
OTHER = "100002"
NOBODY: None = None
JOBS_DESK = "/services/jobs/desk/"
ID = re.compile(r"[0-9a-f]{32,}")  # ids that each request makes anew


def apps() -> Iterator[App]:
    """Yield the routers of all functions."""
    found: dict[int, App] = {}
    for module in pkgutil.walk_packages(lambdas.__path__, "lambdas."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, App):
                found[id(value)] = value
    yield from found.values()


ROUTES: dict[str, tuple[App, Route]] = {
    f"{route.method} {route.rule}": (app, route) for app in apps() for route in app.routes
}
TABLE: dict[str, Row] = {row.route: row for row in ROWS}
KNOWN = sorted(ROUTES.keys() & TABLE.keys())
EVERY_KIND: frozenset[str] = frozenset(kind for row in ROWS for kind in row.things.values())


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert len(TABLE) == len(ROWS), "a route has two rows"
    assert len(ROUTES) == sum(len(app.routes) for app in apps()), "a route is there twice"
    assert ROUTES.keys() == TABLE.keys()


class Once(Protocol):
    """Builds what was never built, and sees that what was is there."""

    def once(self, key: Hashable, build: Callable[[], T]) -> T:
        """Return what building it gave."""


class Standing:
    """What was built stays where it is."""

    def __init__(self) -> None:
        self._built: dict[Hashable, Any] = {}

    def once(self, key: Hashable, build: Callable[[], T]) -> T:
        """Build something, or return what building it gave."""
        if key not in self._built:
            self._built[key] = build()
        built: T = self._built[key]
        return built


class World:
    """People of every kind, and the things that are theirs, each built once a worker."""

    def __init__(self, rows: Once, kinds: frozenset[str] = frozenset()) -> None:
        """`kinds` are those of the things that there are, instead of those that a row names."""
        self.rows = rows
        self.kinds = kinds
        self.people = rows.once("people", everybody)
        self.firms: dict[str, dict[str, str]] = {}

    def one(self, kind: Role | str) -> Person:
        """Somebody with this role and no other; "" for an account without any."""
        return self.people[kind]

    @cached_property
    def stranger(self) -> Person:
        """Somebody whose things aren't anybody else's."""

        def joined() -> Person:
            join(OTHER)
            return person(member=OTHER, now=NOW)

        return self.rows.once("stranger", joined)

    def things(self, row: Row, number: str) -> dict[str, str]:
        """Return a member's things of the kinds that a row's address names."""
        kinds = self.kinds or frozenset(row.things.values())
        in_audit = number == NUMBER if self.kinds else "/cases/" in row.route
        key = ("things", number, kinds, in_audit)
        made = self.rows.once(key, lambda: things_of(kinds, number, in_audit=in_audit))
        return made | self.rows.once("case", a_case) if "case" in kinds else made

    def own(self, kind: str, who: Person, things: Mapping[str, Any]) -> str:
        """Return the id of a thing of somebody's."""
        if kind == "session":
            return who.principal(NOW).session
        if kind == "account":
            return self.stranger.account
        if kind == "resume":
            mine = f"account#{who.account}"
            return self.rows.once(("resume", mine), lambda: clean_resume(mine))
        if kind == "applied":
            return apply_once(who, self.own("posting", who, things))
        if kind in OF_EMPLOYERS:
            if who.account not in self.firms:
                # Numbers run over all companies: those before are part of what it depends on.
                key = ("firm", who.account, *self.firms, *things.values())
                self.firms[who.account] = self.rows.once(key, lambda: a_firm(who))
            return self.firms[who.account][kind]
        return _own_of_domains(kind, who) or str(things[kind])


def _own_of_domains(kind: str, who: Person) -> str:
    """Return the id of a thing of somebody's that a domain makes for accounts, "" for none."""
    domains = [one for one in DOMAINS if kind in getattr(one, "OF_ACCOUNTS", ())]
    return str(domains[0].own(kind, who.account)) if domains else ""


def everybody() -> dict[Role | str, Person]:
    """Register a member; return somebody of each role, the member too, and of none."""
    join()
    people: dict[Role | str, Person] = {"": person(now=NOW)}
    for role in Role:
        is_member = role is Role.MEMBER
        roles = () if is_member else (role,)
        people[role] = person(*roles, member=NUMBER if is_member else None, now=NOW)
    return people


@pytest.fixture(scope="session")
def cpd_tables_made(dynamodb: str) -> Ground:
    """Return the tables of all functions, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture(scope="session")
def rows_kept(cpd_tables_made: Ground) -> RecordedRows:
    """Return what the worlds of these tests are made of, as far as one was built already."""
    return RecordedRows(cpd_tables_made.connections)


@pytest.fixture
def world(
    cpd_tables_made: Ground,
    rows_kept: RecordedRows,
    shell: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    cpd_tables_made.enter(monkeypatch, shell)
    settle(monkeypatch)
    return World(rows_kept)


@pytest.fixture(scope="session")
def standing_tables_made(dynamodb: str) -> tuple[Ground, list[World]]:
    """Return the tables of all functions of a database of its own, and the world in it."""
    return Ground.made(dynamodb, MODELS, uuid.uuid4().hex), []


@pytest.fixture
def refusing(
    standing_tables_made: tuple[Ground, list[World]], shell: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    """Return a world that stays from test to test: a refusal leaves it as it was."""
    ground, worlds = standing_tables_made
    ground.enter(monkeypatch, shell, is_emptied=False)
    settle(monkeypatch)
    if not worlds:
        worlds.append(World(Standing(), EVERY_KIND))
    return worlds[0]


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell functions what they need, and the day."""
    for name, value in {
        **settings(),
        "SIGNET_OIDC_ISSUER": "https://identity.example/pool",
        "SIGNET_OIDC_CLIENT_ID": "client",
        **{
            f"SIGNET_OIDC_{name}_URL": f"https://identity.example/{name}"
            for name in ("AUTHORIZE", "TOKEN", "JWKS", "LOGOUT")
        },
        "SIGNET_STRIPE_WEBHOOK_SECRET": "whsec_that_nobody_knows",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",  # nothing answers there
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("signet.complaints.keys.office.private_key", private)
    monkeypatch.setattr(employing, "NOW", NOW)  # employers act on the day of these tests
    monkeypatch.setattr(employing, "TODAY", NOW.date())
    for app, _ in ROUTES.values():
        monkeypatch.setattr(app, "clock", lambda: NOW)


def things_of(kinds: Collection[str], number: str, *, in_audit: bool) -> dict[str, str]:
    """Return a member's things of these kinds; of a member in an audit if that is said."""
    made = {"number": number}
    if "activity" in kinds:
        made["activity"] = log_two(number)[0]
    if "file" in kinds:
        made["file"] = clean_file(number)
    if "absence" in kinds:
        draft = NotPractisingDraft(reason="illness", understood="yes")
        before = context(number, today=date(2026, 11, 20))
        made["absence"] = cpd_actions.file_not_practising(before, draft)
    if "number" in kinds and in_audit:
        audited(AuditState.ANSWERED)
    if not {"profile", "asking"}.isdisjoint(kinds):
        made |= a_career(number)
    for domain in DOMAINS:
        made |= domain.things(kinds, number)
    return made


def a_career(number: str) -> dict[str, str]:
    """Return a member's published profile, and a company that asks about it."""
    handle = profiles.save(of("somebody"), number, on_register(number), profile())
    acme = firm(granted=1)
    live(acme)
    contact_requests.ask(acme.employer(), handle, RequestDraft(message="A job for you"))
    return {"profile": handle, "asking": acme.id}


def apply_once(who: Person, number: str) -> str:
    """Somebody applies to a posting, unless they have; gives its number."""
    if applications.of_account(number, who.account) is None:
        applications.apply(of(who.account), number, application())
    return number


ACCESS = "7" * 32  # of a respondent, by the form that opened it


def a_case() -> dict[str, str]:
    """Return a complaint about somebody who isn't among these people, and a letter of it."""
    case = filed(numbers=("777777",))
    written = Written(name="Ana Lee", address="1 Elm", about="A complaint", text="Dear Ana")
    by = officer(today=NOW.date())
    standing(case, stage="within", told_on=TODAY)
    opening = Opening("Ana Lee", TODAY, "A complaint")
    access.open_(officer(act=ACCESS), seen(case), opening, secrets.token_bytes(16))
    standing(held(case.id), stage="received", told_on=None)
    letter = letters.write(by, seen(case), To.OTHER, 0, written)
    return {"case": case.id, "letter": letter, "access": ACCESS}


OF_EMPLOYERS = frozenset({"company", "posting", "user", "client", "applicant", "receipt"})


def a_firm(owner: Person) -> dict[str, str]:
    """Return a company of somebody's with all that a company can have."""
    made = owned_by(owner, granted=1, third_party=True)
    number = live(made)
    return {
        "company": made.id,
        "posting": number,
        "user": poster(made).account,
        "client": client(made, "Bow River Surveys"),
        "applicant": applied(number),
        "receipt": bought(made),
    }


def nowhere(row: Row) -> dict[str, str]:
    """Ids and numbers that could be, and aren't."""
    none = {"number": "999999", "posting": "999999999", "applied": "999999999", "profile": "0" * 20}
    return {name: none.get(kind, "0" * 32) for name, kind in row.things.items()}


def address(row: Row, parts: Mapping[str, str]) -> str:
    """Return the target of a row, with its names filled in."""
    rule = row.route.partition(" ")[2]
    filled = {"year": str(YEAR), **row.parts, **parts}
    path = re.sub(r"<(\w+)>", lambda name: filled[name[1]], rule)
    return f"{path}?{row.query}" if row.query else path


def send(row: Row, who: Person | None, parts: Mapping[str, str]) -> Answered:
    """Somebody uses a route, from one of our own pages."""
    app, route = ROUTES[row.route]
    session = who.token if who else ""
    target = address(row, parts)
    if route.method == "GET":
        return ask(app, get(target, session=session))
    act = secrets.token_hex(16)
    if route.is_json:
        return ask(app, send_json(route.method, target, row.form, act=act, session=session))
    return ask(app, post(target, row.form, act=act, session=session))


def may(row: Row, kind: Role | str) -> bool:
    """Return what the table says of an account with this role and no other."""
    return kind in row.who if isinstance(row.who, frozenset) else True


@pytest.mark.parametrize("route", KNOWN)
def test_who_may_not_is_refused_whatever_is_there(route: str, refusing: World) -> None:
    row, (_, registered), world = TABLE[route], ROUTES[route], refusing
    things = world.things(row, NUMBER)
    for kind in ("", *Role):
        if may(row, kind):
            continue
        who = world.one(kind)
        parts = {name: world.own(thing, who, things) for name, thing in row.things.items()}
        both = (parts, nowhere(row))
        told = [send(row, who, one) for one in both]
        assert [one.status for one in told] == [403, 403], kind or "no role"
        pages = [_plain(one, address(row, asked)) for one, asked in zip(told, both, strict=True)]
        assert pages[0] == pages[1], "refused, and told whether it is there"
    if row.who != EVERYBODY:
        parts = {
            name: world.own(thing, world.stranger, things) for name, thing in row.things.items()
        }
        answered = send(row, NOBODY, parts)
        if registered.method == "GET" and not registered.is_json:
            assert answered.status == 303
            assert answered.location.startswith("/services/account/sign-in?return=/services/")
        else:
            assert answered.status == 401
        assert not answered.cookies


@pytest.mark.parametrize("route", KNOWN)
def test_who_may_is_let_through_to_their_own(route: str, world: World) -> None:
    row = TABLE[route]
    things = world.things(row, NUMBER)
    theirs: dict[Role | str, dict[str, str]] = {}
    for kind in [one for one in ("", *Role) if may(row, one)]:  # before any of them changes it
        who = world.one(kind)
        # Nobody of the staff decides about a company of their own.
        whose = world.stranger if row.route.partition(" ")[2].startswith(JOBS_DESK) else who
        theirs[kind] = {name: world.own(thing, whose, things) for name, thing in row.things.items()}
    for kind, parts in theirs.items():
        answered = send(row, world.one(kind), parts)
        assert answered.status in row.answers, (kind or "no role", answered.text)
        assert not answered.location.startswith("/services/account/sign-in?")
        assert answered.headers["cache-control"] == "no-store"
    if row.who == EVERYBODY:
        assert send(row, NOBODY, {}).status in row.answers


@pytest.mark.parametrize("route", [route for route in KNOWN if TABLE[route].things])
def test_another_s_and_a_missing_thing_are_the_same(route: str, refusing: World) -> None:
    row, world = TABLE[route], refusing
    kind: Role | str = min(row.who) if isinstance(row.who, frozenset) else ""
    who, stranger = world.one(kind), world.stranger
    missing = send(row, who, nowhere(row))
    assert missing.status in row.missing, missing.text
    if row.owned:
        things = world.things(row, OTHER)
        parts = {name: world.own(thing, stranger, things) for name, thing in row.things.items()}
        if "case" in row.things:
            CaseRow(things["case"], recusal_key(who.account), body="{}").save()
        theirs = send(row, who, parts)
        assert theirs.status == missing.status, theirs.text
        pages = _plain(theirs, address(row, parts)), _plain(missing, address(row, nowhere(row)))
        assert pages[0] == pages[1], "it is told that it is there"


def _plain(answered: Answered, asked: str) -> str:
    """Return a page without the ids that each request makes, and without its address.

    A form that is shown again goes where it went before.
    """
    return ID.sub("", answered.text.replace(asked, ""))


ELSEWHERE: tuple[dict[str, str], ...] = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {},
)


UNSAFE = [one for one in KNOWN if not one.startswith("GET ") and not ROUTES[one][1].signed]


@pytest.mark.parametrize("route", UNSAFE)
def test_no_form_of_another_site_is_taken(route: str, refusing: World) -> None:
    row, (app, registered), world = TABLE[route], ROUTES[route], refusing
    kind: Role | str = min(row.who) if isinstance(row.who, frozenset) else ""
    target = address(row, nowhere(row))
    form = {"content-type": "application/x-www-form-urlencoded"}
    for headers in ELSEWHERE:
        sent = event(
            registered.method,
            target,
            body=b"act=" + b"0" * 32,
            headers=form | headers,
            session=world.one(kind).token,
        )
        assert ask(app, sent).status == 403, headers


# Somebody who posts for one client alone, before what is another client's (JOB-3) -----------------

OF_COMPANIES = [
    route
    for route in KNOWN
    if "company" in TABLE[route].things.values() and TABLE[route].who == SIGNED_IN
]
FIRM = "/services/jobs/<company>/"
# What they may use, and what they are answered there: they have no live posting of their own, so
# that members' profiles are closed to them, and what they write isn't whole. Everything else is
# refused, or as good as not there where a posting's number leads to it.
THEIRS = {
    f"GET {FIRM}": 200,
    f"GET {FIRM}postings/new/": 200,
    f"POST {FIRM}postings/new/": 422,
    f"GET {FIRM}members/": 200,
    f"GET {FIRM}members/<handle>/": 409,
    f"POST {FIRM}members/<handle>/": 409,
    f"GET {FIRM}requests/": 200,
    f"GET {FIRM}credits/": 200,  # what there is to spend, without what it was spent on
    "GET /services/jobs/files/<company>/member/<handle>": 404,
    f"GET {FIRM}pictures/<name>": 404,  # one that there isn't: the company's own are for all of it
}
HIDDEN = "Zanzibar"  # in all that is said for the other client


@pytest.fixture
def elsewhere(world: World) -> tuple[Person, Person, dict[str, str]]:
    """Return a poster of one client alone, the owner, and what there is of another client."""
    acme = firm("Northern Recruiting", granted=2, third_party=True)
    join(OTHER)
    one, other = client(acme, "Bow River Surveys"), client(acme, f"{HIDDEN} Tunnels")
    number = live(acme, client=other, title=f"{HIDDEN} driller")
    who = poster(acme, one)
    owner = acme.owner
    ana = person(email="ana@example.org", now=NOW)
    resume = clean_resume(f"account#{ana.account}")
    told = application(name=f"Ana {HIDDEN}", resume=resume)
    applications.apply(of(ana.account), number, told)
    theirs = clean_resume("account#somebody")
    handle = profiles.save(of("somebody"), OTHER, on_register(OTHER), profile(resume=theirs))
    asked = RequestDraft(message=f"For {HIDDEN}", posting=number)
    contact_requests.ask(acme.employer(), handle, asked)
    yes = AnswerDraft(version=1, accepted=True, contact=f"{HIDDEN} 403")
    contact_requests.answer(of("somebody"), OTHER, acme.id, yes)
    return (
        who,
        owner,
        {
            "company": acme.id,
            "posting": number,
            "user": owner.account,
            "client": other,
            "applicant": ana.account,
            "receipt": bought(acme),
            "profile": handle,
        },
    )


def test_a_recruiter_of_one_client_gets_at_nothing_of_another_s(
    elsewhere: tuple[Person, Person, dict[str, str]],
) -> None:
    who, _, things = elsewhere
    wrong = {}
    for route in OF_COMPANIES:
        row = TABLE[route]
        parts = {name: things[kind] for name, kind in row.things.items() if kind in things}
        told = send(row, who, parts)
        wanted = THEIRS.get(route, 404 if "posting" in row.things.values() else 403)
        # A page that keeps what was typed leads back to the address that was asked.
        content = told.content.replace(address(row, parts).encode(), b"")
        said = [
            word
            for word in (HIDDEN, things["posting"], things["applicant"])
            if word.encode() in content
        ]
        if told.status != wanted or said:
            wrong[route] = (told.status, said)
    assert wrong == {}


def test_and_the_company_s_owner_gets_at_all_of_it(
    elsewhere: tuple[Person, Person, dict[str, str]],
) -> None:
    """So that what is refused above is refused for who they are."""
    _, owner, things = elsewhere
    for route in OF_COMPANIES:
        row = TABLE[route]
        if not route.startswith("GET ") or row.parts or route.endswith("/sent"):
            continue  # these change something, or need a picture
        parts = {name: things[kind] for name, kind in row.things.items() if kind in things}
        assert send(row, owner, parts).status in (200, 303), route  # to a file in its store
