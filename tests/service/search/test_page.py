"""The search on pages: at the register desk and the requests desk, for those who may."""

from __future__ import annotations

import logging
import secrets

import pytest

from lambdas.register.desk.function import app
from lambdas.requests.desk.function import app as requests_desk
from signet.accounts.model import Role
from signet.requests import operation
from signet.requests.model import What
from signet.search.tables import SearchRow
from signet.transactions import audit
from tests.complaint_desk import FAR
from tests.entries import POLICY as PACK
from tests.events import Answered, ask, get, post
from tests.people import Person, person
from tests.request_office import NOW, a_request
from tests.search_office import (
    addresses_heard,
    enter,
    heard,
    joined,
    reached_at,
    search_tables,
    searching,
    shell,
)

__all__ = ["search_tables", "searching", "shell"]
pytestmark = pytest.mark.usefixtures("searching")
SEARCH = "/services/register/search/"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (app, requests_desk):
        monkeypatch.setattr(one, "clock", lambda: NOW)


@pytest.fixture
def registrar() -> Person:
    return person(Role.REGISTRAR, email="registrar@example.org", now=FAR)


def search(who: Person, typed: str) -> Answered:
    act = secrets.token_hex(16)
    return ask(app, post(SEARCH, {"wanted": typed}, act=act, session=who.token))


def test_both_desks_ask_for_anybody_at_the_top_of_their_page(registrar: Person) -> None:
    for desk, at in ((app, "/services/register/"), (requests_desk, "/services/requests/desk/")):
        shown = ask(desk, get(at, session=registrar.token)).text
        assert f'action="{SEARCH}"' in shown
        assert 'name="wanted"' in shown
    assert 'name="wanted"' in ask(app, get(SEARCH, session=registrar.token)).text


def test_those_who_are_found_link_to_their_records(registrar: Person) -> None:
    joined("100001", "Ana", "Lee")
    joined("100002", "Ben", "Lee")
    enter("100002", "name_changed", given="Ben", family="Roy")
    heard("member#100002")
    shown = search(registrar, "lee").text
    assert "2 records" in shown
    assert 'href="/services/register/records/member/100001/"' in shown
    assert 'href="/services/register/records/member/100002/"' in shown
    assert "formerly <bdi>Ben Lee</bdi>" in shown


def test_no_standing_is_said_of_who_is_found(registrar: Person) -> None:
    joined("100001", "Ana", "Lee")
    enter("100001", "status_changed", status="suspended", reason="fees")
    heard("member#100001")
    assert "uspended" not in search(registrar, "lee").text


def test_a_number_leads_straight_to_its_record(registrar: Person) -> None:
    joined("100001", "Ana", "Lee")
    assert search(registrar, "No. 100 001").location == "/services/register/records/member/100001/"


def test_a_number_that_was_entered_just_now_leads_to_its_record_too(registrar: Person) -> None:
    enter("100001", "registered", given="Ana", family="Lee")
    assert search(registrar, "100001").location == "/services/register/records/member/100001/"


def test_a_reference_leads_to_its_request(registrar: Person) -> None:
    joined("100001", "Ana", "Lee")
    id_ = a_request("somebody", "100001", What.SUBMITTED)
    addresses_heard({"request": id_, "part": "head"})
    answer = search(registrar, operation.reference(id_).lower())
    assert answer.location == f"/services/requests/desk/{id_}/"


def test_an_address_finds_its_member_and_isnt_said_in_any_link(registrar: Person) -> None:
    joined("100001", "Ana", "Lee")
    reached_at("100001", "ana@example.org")
    reached_at("100001", "ana@example.com")
    shown = search(registrar, "Ana@example.org").text
    assert "1 record" in shown
    assert "gave this e-mail address before" in shown
    assert 'href="/services/register/records/member/100001/"' in shown


def test_who_may_not_see_contact_data_finds_nobody_by_an_address(
    registrar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined("100001", "Ana", "Lee")
    reached_at("100001", "ana@example.org")
    policy = PACK._replace(contacts_seen_by=("register-officer",))
    monkeypatch.setattr("signet.policy.load", lambda *_: policy)
    answer = search(registrar, "ana@example.org")
    assert answer.status == 422
    assert "Ana Lee" not in answer.text


def test_who_finds_nothing_is_told_what_was_searched(registrar: Person) -> None:
    shown = search(registrar, "Zurkowski").text
    assert "0 records" in shown
    assert "former names" in shown
    assert "Complaints aren’t searched" in shown
    assert "new record" not in shown
    assert "only as a whole" in search(registrar, "ana@example.org").text


def test_a_number_that_nobody_has_can_be_begun(registrar: Person) -> None:
    shown = search(registrar, "100099").text
    assert "/services/register/records/member/100099/enter/registration/" in shown


@pytest.mark.parametrize("typed", ["", "  ", "@", "…", "x" * 201])
def test_what_cant_be_looked_for_is_told_and_kept(registrar: Person, typed: str) -> None:
    answer = search(registrar, typed)
    assert answer.status == 422
    assert "There is a problem" in answer.text
    assert audit.of_subject("search") == []


def test_what_is_typed_and_found_is_shown_as_text(registrar: Person) -> None:
    joined("100001", "Ana", "<b>Lee</b>")
    shown = search(registrar, "lee <script>").text + search(registrar, "lee").text
    assert "<b>Lee" not in shown
    assert "<script>”" not in shown


def test_that_somebody_searched_is_logged_without_the_words(
    registrar: Person, caplog: pytest.LogCaptureFixture
) -> None:
    joined("100001", "Ana", "Lee")
    reached_at("100001", "ana@example.org")
    with caplog.at_level(logging.INFO):
        search(registrar, "Lee")
        search(registrar, "ana@example.org")
    lines = audit.of_subject("search")
    assert [(one.what, one.by, one.detail) for one in lines] == [
        ("records-searched", registrar.account, {"by": how, "found": 1})
        for how in (("email", "name") if lines[0].detail["by"] == "email" else ("name", "email"))
    ]
    assert "lee" not in caplog.text.lower()
    assert "ana@example.org" not in caplog.text


def test_a_complaint_is_in_no_row_of_the_index() -> None:
    """The index follows three tables, none of which has complaints."""
    from infra.functions import FUNCTIONS

    keepers = [one for one in FUNCTIONS if "PutItem" in one.tables.get("search", ())]
    assert {one.name for one in keepers} == {"follow"}
    for one in keepers:
        assert not {"complaints", "followups", "casekeys"} & set(one.tables), one.name
    assert not list(SearchRow.scan())
