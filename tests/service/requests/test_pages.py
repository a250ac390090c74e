"""Requests on pages: a member asks, a referee answers, two officers decide, all by forms."""

from __future__ import annotations

import pytest

from lambdas.requests import contribute
from lambdas.requests.desk.function import app as desk
from lambdas.requests.member.function import app as own
from signet.accounts.model import Role
from signet.policy.requests import RequestPolicy
from signet.requests import store
from signet.requests.model import What
from signet.requests.stage import Stage
from tests import request_kind
from tests.complaint_desk import signed
from tests.cpd_members import counted_calls
from tests.people import Person
from tests.request_kind import NewName
from tests.request_office import (
    MEMBER,
    OTHER,
    POLICY,
    a_request,
    case,
    family_of,
    request_tables,
    requesting,
    shell,
)
from tests.request_pages import BASE, DESK, decide, hidden, page, request_pages, send

__all__ = ["request_pages", "request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting", "request_pages")
CALLS = 4  # of the list: the session, the account, the requests


@pytest.fixture
def ana() -> Person:
    return signed(email="ana@example.org", member=MEMBER)


@pytest.fixture
def clerk() -> Person:
    return signed(Role.REGISTER_OFFICER, email="clerk@example.org")


@pytest.fixture
def registrar() -> Person:
    return signed(Role.REGISTRAR, email="registrar@example.org")


@pytest.fixture
def second() -> Person:
    return signed(Role.REGISTRAR, email="second@example.org")


def begun(who: Person) -> str:
    answer = send(own, who, f"{BASE}start", {"kind": "known-as"})
    assert answer.status == 303, answer.text
    return answer.location


def asked(who: Person, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Fill in and submit a request by its forms; gives its address and the referee's secret."""
    at, secret = begun(who), "5" * 32
    assert send(own, who, f"{at}sections/name/", {"family": "Roy", "seen": "0"}).status == 303
    with monkeypatch.context() as known:
        known.setattr("signet.web.request.Request.new_id", lambda _: secret)
        invited = {"name": "Ben Ito", "email": "ben@example.com", "instead_of": ""}
        assert send(own, who, f"{at}contributors/referee/", invited).status == 303
    shown = page(own, who, f"{at}submit/")
    form = {"seen": hidden(shown.text, "seen"), "agreed": "yes"}
    assert send(own, who, f"{at}submit/", form).status == 303
    return at, secret


def test_a_request_goes_from_its_draft_to_the_register_by_forms_alone(
    ana: Person,
    clerk: Person,
    registrar: Person,
    second: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at, secret = asked(ana, monkeypatch)
    link = f"{BASE}contribute/{secret}/"
    assert "Ana Lee" in page(contribute.app, None, link).text
    assert "Thank you" in send(contribute.app, None, link, {"knows": "yes"}).text
    there = at.replace(BASE, DESK)
    assert '<th scope="row">' in page(desk, clerk, DESK).text
    assert decide(clerk, there, "complete", text="").status == 303
    assert decide(registrar, there, "approve", text="As proved.").status == 303
    shown = page(desk, second, there).text
    assert "Name changed, effective" in shown
    assert "<dt>Family name</dt><dd>Roy</dd>" in shown
    form = {"seen": hidden(shown, "seen"), "hash": hidden(shown, "hash")}
    assert send(desk, second, f"{there}enter", form).status == 303
    assert family_of() == "Roy"
    done = page(own, ana, at).text
    assert "Done" in done
    assert "<bdi>Roy</bdi>" in done


def test_what_is_typed_survives_an_error(ana: Person) -> None:
    at = begun(ana)
    long = "R" * 300
    answer = send(own, ana, f"{at}sections/name/", {"family": long, "seen": "0"})
    assert answer.status == 422
    assert "There is a problem" in answer.text
    assert long in answer.text


def test_a_second_tab_s_typing_survives(ana: Person) -> None:
    at = begun(ana)
    send(own, ana, f"{at}sections/name/", {"family": "Roy", "seen": "0"})
    answer = send(own, ana, f"{at}sections/name/", {"family": "Kim", "seen": "0"})
    assert answer.status == 409
    assert "Kim" in answer.text
    saved = case(store.owned(ana.account)[0].id).file.sections["name"]
    assert saved.data == NewName(family="Roy").model_dump()


def test_what_is_not_ready_is_saved_for_later(ana: Person) -> None:
    at = begun(ana)
    answer = send(own, ana, f"{at}sections/name/", {"family": "", "seen": "0", "later": "yes"})
    assert answer.status == 303
    assert case(store.owned(ana.account)[0].id).standing.stage is Stage.DRAFT


def test_another_member_sees_nothing(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    at, _ = asked(ana, monkeypatch)
    ben = signed(email="ben@example.org", member=OTHER)
    for path in ("", "sections/name/", "submit/", "withdraw/", "contributors/referee/"):
        assert page(own, ben, at + path).status == 404
    assert page(own, ben, BASE).text.count("R-") == 0


def test_a_draft_is_its_owner_s_alone(ana: Person, clerk: Person) -> None:
    at = begun(ana).replace(BASE, DESK)
    assert page(desk, clerk, at).status == 404
    assert '<th scope="row">' not in page(desk, clerk, f"{DESK}?list=others").text


def test_an_officer_never_deals_with_their_own_request(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, _ = asked(ana, monkeypatch)
    self_ = signed(Role.REGISTRAR, email="lee@example.org", member=MEMBER)
    assert page(desk, self_, at.replace(BASE, DESK)).status == 403
    assert '<th scope="row">' not in page(desk, self_, f"{DESK}?list=all").text


def test_a_dead_link_says_so(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    at, secret = asked(ana, monkeypatch)
    assert send(own, ana, f"{at}withdraw/", {"text": ""}).status == 303
    assert page(contribute.app, None, f"{BASE}contribute/{secret}/").status == 404
    assert page(contribute.app, None, f"{BASE}contribute/{'0' * 32}/").status == 404


@pytest.mark.parametrize("what", ["return", "refuse", "defer", "hold", "note", "assign", "refer"])
def test_every_action_shows_its_form_and_says_what_is_missing(
    what: str, ana: Person, clerk: Person, registrar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, secret = asked(ana, monkeypatch)
    send(contribute.app, None, f"{BASE}contribute/{secret}/", {"knows": "yes"})
    there = at.replace(BASE, DESK)
    decide(clerk, there, "complete", text="")
    answer = decide(registrar, there, what, **({} if what == "assign" else {"text": ""}))
    assert answer.status == (303 if what == "assign" else 422), answer.text[:600]


def test_a_person_finds_each_of_their_requests_however_old(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [a_request(ana.account, MEMBER, What.WITHDRAWN) for _ in range(30)]
    calls = counted_calls(monkeypatch)
    text = page(own, ana, BASE).text
    assert len(calls) <= CALLS
    assert "Older requests (10)" in text
    for id_ in ids:
        assert f'href="{BASE}{id_}/"' in text


def test_who_can_t_be_asked_any_more_is_told_and_nothing_typed_is_lost(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = RequestPolicy((request_kind.POLICY._replace(invited_most=1),))
    pack = POLICY._replace(requests=few)
    monkeypatch.setattr("signet.policy.load", lambda *_: pack)
    at = f"{begun(ana)}contributors/referee/"
    first = {"name": "Ben Ito", "email": "ben@example.com", "instead_of": ""}
    assert send(own, ana, at, first).status == 303
    shown = page(own, ana, at).text
    assert "You have asked 1 person for this request" in shown
    assert 'name="email"' not in shown
    late = {"name": "Cy Poe", "email": "cy@example.com", "instead_of": ""}
    answer = send(own, ana, at, late)
    assert answer.status == 409
    for kept in ("which is the most that we write to", 'value="Cy Poe"', 'value="cy@example.com"'):
        assert kept in answer.text, kept
