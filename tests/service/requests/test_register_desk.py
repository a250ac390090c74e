"""What a request proposes, as the register desk shows it: it is decided with its request alone."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from lambdas.register.desk.function import app as register_desk
from lambdas.register.recusals import recusals
from signet.accounts import store as accounts
from signet.accounts.model import Role
from signet.proposals import actions as proposals
from signet.proposals import reminders
from signet.proposals.model import ProposalContext, State
from signet.requests import approval, deciding
from signet.requests.operation import subject_of
from signet.requests.stage import Stage
from signet.transactions.tables import OutboxRow
from tests.complaint_desk import FAR
from tests.events import ask, get, post
from tests.people import Person
from tests.request_office import (
    NOW,
    POLICY,
    case,
    family_of,
    person,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
    submitted,
)

__all__ = ["request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting")


@pytest.fixture
def registrar(monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr("signet.policy.load", lambda *_: POLICY)
    monkeypatch.setattr(register_desk, "clock", lambda: NOW)
    return person(Role.REGISTRAR, email="reg@example.org", now=FAR)


@pytest.mark.parametrize("what", ["withdraw", "again"])
def test_what_a_request_proposes_is_neither_withdrawn_nor_proposed_again_beside_it(
    registrar: Person, what: str
) -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    deciding.approve(staff(registrar.account), seen(id_), "As proved.")
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    at = f"/services/register/proposals/{waiting.proposal.id}/{what}"
    form = post(at, {}, act=secrets.token_hex(16), session=registrar.token)
    assert ask(register_desk, form).status == 409
    (one,) = proposals.of_source(subject_of(id_))
    assert one.state is State.OPEN
    approval.approve(staff("second"), id_, seen(id_).version, waiting.proposal.head.hash)
    assert (case(id_).standing.stage, family_of()) == (Stage.APPROVED, "Roy")


def test_the_register_desk_leads_to_the_request_and_has_no_button_that_only_refuses(
    registrar: Person,
) -> None:
    id_ = submitted()
    deciding.find_complete(staff(), seen(id_))
    deciding.approve(staff("other"), seen(id_), "As proved.")
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    at = f"/services/register/proposals/{waiting.proposal.id}/"
    shown = ask(register_desk, get(at, session=registrar.token)).text
    assert f'href="/services/requests/desk/{id_}/"' in shown
    assert "Approve and enter" not in shown
    assert "refuse/" not in shown


@pytest.mark.usefixtures("requesting", "registrar")
def test_who_takes_no_part_in_a_request_sees_and_is_mailed_nothing_of_its_proposal() -> None:
    cousin = person(Role.REGISTRAR, email="cousin@example.org", now=FAR)
    colleague = person(Role.REGISTRAR, email="colleague@example.org", now=FAR)
    id_ = submitted()
    deciding.recuse(staff(cousin.account), seen(id_), "A cousin")
    deciding.find_complete(staff(), seen(id_))
    deciding.approve(staff("other"), seen(id_), "As proved.")
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    page = f"/services/register/proposals/{waiting.proposal.id}/"
    for who, shows in ((cousin, False), (colleague, True)):
        listed = ask(register_desk, get("/services/register/", session=who.token)).text
        assert (waiting.proposal.id in listed) is shows
        assert ("Roy" in listed) is shows
        assert (ask(register_desk, get(page, session=who.token)).status == 200) is shows
    before = {row.id for row in OutboxRow.scan()}
    scheduler = ProposalContext(
        account="scheduler", operation="", now=NOW, today=NOW.date(), policy=POLICY, salt=""
    )
    for days in (0, 2):  # of it alone, and of how many wait
        reminders.remind(replace(scheduler, now=NOW + timedelta(days=days)), recusals)
    told = [row.recipient for row in OutboxRow.scan() if row.id not in before]
    assert told.count("colleague@example.org") == 2
    assert "cousin@example.org" not in told


@pytest.mark.usefixtures("requesting", "registrar")
def test_the_other_account_of_who_takes_no_part_is_told_nothing_either() -> None:
    cousin = person(Role.REGISTRAR, email="cousin@example.org", now=FAR)
    id_ = submitted()
    deciding.recuse(staff(cousin.account), seen(id_), "A cousin")
    deciding.find_complete(staff(), seen(id_))
    deciding.approve(staff("other"), seen(id_), "As proved.")
    (one,) = proposals.of_source(subject_of(id_))
    account = accounts.account(cousin.account)
    assert account is not None
    bars = recusals([one])
    assert bars(account._replace(id="another"), one), "of the same address"
    assert not bars(account._replace(id="else", email="else@example.org"), one)
