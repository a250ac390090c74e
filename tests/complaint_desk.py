"""The complaints desk for tests: officers, cases as they stand, and moving them on."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Any

import pytest

from signet.accounts.model import Role
from signet.complaints import store
from signet.complaints.desk import case_store, stages
from signet.complaints.desk.case_model import CaseFile
from signet.complaints.desk.context import CaseVersion, Officer, of_case
from signet.complaints.desk.gates import Direction
from signet.complaints.desk.opened_case import open_case
from signet.complaints.intake import Receipt
from signet.complaints.model import Case
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import CASE, CaseRow
from signet.register.actions import Proposal
from signet.transactions import audit
from tests.complaint_office import INTAKE_KEY, TODAY, file, private, steps
from tests.entries import P_TECH, POLICY
from tests.people import Person, person
from tests.registering import Act, register

BOTH = (Role.COMPLAINTS_OFFICER, Role.REGISTRAR)
FAR = datetime(2200, 1, 1, tzinfo=UTC)  # sessions are over by the database's own clock


def noon(today: date = TODAY) -> datetime:
    """Noon of a day in Alberta."""
    return datetime(today.year, today.month, today.day, 19, tzinfo=UTC)


def officer(
    account: str = "officer-a",
    *roles: Role,
    member: str = "",
    act: str = "",
    today: date = TODAY,
) -> Officer:
    """Return an officer about to do something."""
    return Officer(
        account=account,
        member=member,
        roles=frozenset(roles or BOTH),
        operation=act or secrets.token_hex(16),
        now=noon(today),
        today=today,
        policy=POLICY,
        key=INTAKE_KEY,
        private=private,
    )


@steps.step
def signed(*roles: Role, member: str | None = None, email: str = "") -> Person:
    """Somebody signed in for as long as any test's clock may say."""
    return person(*roles, member=member, email=email, now=FAR)


@steps.step
def filed(**fields: Any) -> Case:
    """File a complaint; gives its first case."""
    return first(file(**fields))


def first(receipt: Receipt, position: int = 0) -> Case:
    """Return a case of a receipt."""
    return held(Filing(receipt.code).case(position))


def held(id_: str) -> Case:
    """Return a case as it is now."""
    found = case_store.case(id_)
    assert found is not None
    return found


def seen(case: Case) -> CaseVersion:
    """Return a case as an officer sees it who looks now."""
    return CaseVersion(case.id, held(case.id).version)


def look(case: Case, by: Officer | None = None) -> CaseFile:
    """Return a case opened."""
    return open_case(by or officer(), case.id)


def trail(case: Case) -> list[str]:
    """Return what the audit log of a case says was done, newest first."""
    return [line.what for line in audit.of_subject(of_case(case.id))]


@steps.step
def join(number: str) -> str:
    """Register a member who may practise; gives the number."""
    scope = {"designation": P_TECH, "discipline": "Civil", "activities": ["Design"]}
    register(
        [number],
        _act(1, ("registered", {"family": "Lee", "given": "Ana"})),
        _act(2, ("designation_granted", {"designation": P_TECH}), ("scope_granted", scope)),
    )
    return number


def _act(day: int, *kinds: tuple[str, dict[str, Any]]) -> Act:
    proposals = [Proposal(kind, data, date(2020, 1, 1)) for kind, data in kinds]
    return Act(proposals, datetime(2026, 1, day, 12, tzinfo=UTC))


PANEL = ("100091", "100092", "100093")
DIRECTION = Direction("discipline", TODAY)


@steps.step
def standing(case: Case, **facts: Any) -> Case:
    """Let a case stand otherwise than acts have brought it, with its list and its complainant's."""
    row = CaseRow.get(case.id, CASE)
    now = case_store.read(row).model_copy(update=facts)
    store.case_row(now, row.sealed).save()
    filed = case_store.filed(now.filing)
    assert filed is not None
    told = filed.cases[now.id].model_copy(update={"stage": now.stage, "since": now.since})
    cases = {**filed.cases, now.id: told}
    store.filing_row(now.filing, filed.model_copy(update={"cases": cases})).save()
    return held(case.id)


def heard(case: Case, stage: str = "discipline") -> Case:
    """Let a panel hear a case that somebody manages."""
    return standing(case, stage=stage, manager="officer-m", managed=("officer-m",), panel=PANEL)


@steps.step
def decided(number: str = "100001", outcome: str = "conditions", **fields: Any) -> Case:
    """Return a case about a member that a panel heard and came to an outcome in."""
    join(number)
    case = heard(filed(numbers=(number,), **fields))
    stages.decide(officer("officer-m"), seen(case), outcome, "As found.", DIRECTION)
    return held(case.id)


@pytest.fixture
def desk(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up the office, with its private key at hand."""
    monkeypatch.setattr("signet.complaints.keys.office.private_key", private)
