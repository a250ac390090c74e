"""What a request proposes, as the register desk shows it: it is decided with its request alone."""

from __future__ import annotations

import secrets

import pytest

from lambdas.register.desk.function import app as register_desk
from signet.accounts.model import Role
from signet.proposals import actions as proposals
from signet.proposals.model import State
from signet.requests import approval, deciding
from signet.requests.operation import subject_of
from signet.requests.stage import Stage
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
