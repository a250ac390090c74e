"""Members who ask, officers who decide, referees who answer, and a kind for them to do it with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from signet.accounts.model import Role
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.policy.requests import RequestPolicy
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register import fold
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests import contributing, drafting, kind, operation, store
from signet.requests.deciding import Seen
from signet.requests.model import Event, File, Head, What
from signet.requests.operation import Case
from signet.requests.stage import standing
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.transactions.commit import Operation, commit
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as ACT_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS
from tests import request_kind
from tests.complaint_desk import join
from tests.entries import POLICY as PACK
from tests.function_ground import Ground
from tests.people import person as person
from tests.people import shell as shell
from tests.proposal_office import entries_of

MODELS = (
    *REGISTER_MODELS,
    *ACT_MODELS,
    *ACCOUNT_MODELS,
    *PROPOSAL_MODELS,
    *REQUEST_MODELS,
    *UPLOAD_MODELS,
    *CPD_MODELS,
)
POLICY = PACK._replace(requests=RequestPolicy((request_kind.POLICY,)))
NOW = datetime(2040, 11, 24, 19, tzinfo=UTC)
TODAY = date(2040, 11, 24)
A_DAY = datetime(2026, 11, 21, 19, tzinfo=UTC)  # on which `a_request` was begun
MEMBER, OTHER = "100001", "100002"
KINDS: Mapping[str, kind.Kind] = {request_kind.KIND.code: request_kind.KIND}


@pytest.fixture(scope="session")
def request_tables(dynamodb: str) -> Ground:
    """Every table that a request is written to or read from, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def requesting(request_tables: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty but for two members, and the one kind that is taken."""
    request_tables.enter(monkeypatch, shell)
    monkeypatch.setattr(operation, "kinds", lambda: KINDS)
    join(MEMBER)
    join(OTHER)


def member(account: str = "ana", number: str = MEMBER, *, days: int = 0) -> Context:
    """Return a member about to do something, some days from now."""
    return Context(
        account,
        secrets.token_hex(16),
        NOW + timedelta(days=days),
        TODAY + timedelta(days=days),
        POLICY,
        member=number,
        email=f"{account}@example.org",
        roles=frozenset({Role.MEMBER}),
    )


def staff(account: str = "reg", *roles: Role, number: str = "", days: int = 0) -> Context:
    """Return an officer about to do something: a registrar, unless said."""
    who = member(account, number, days=days)
    return replace(who, roles=frozenset(roles or (Role.REGISTRAR,)))


def referee() -> Context:
    """Return a contributor, who comes by a link without an account."""
    return replace(member(contributing.BY_LINK, ""), email="", roles=frozenset())


def seen(id_: str) -> Seen:
    """Return the request as a page would show it now."""
    return Seen(id_, case(id_).file.version)


def case(id_: str, *, days: int = 0) -> Case:
    """Return the request as it is now."""
    return operation.opened(member(days=days), id_)


def begun(who: Context | None = None) -> str:
    """Begin a draft of the kind, about its owner's record."""
    who = who or member()
    return drafting.start(who, "known-as", f"member#{who.member}")


def filled(family: str = "Roy", owner: str = "ana") -> tuple[str, str]:
    """Fill in a draft that can be submitted; return its id and the secret of its referee's link."""
    id_, secret = begun(member(owner)), secrets.token_hex(16)
    drafting.save_section(member(owner), id_, "name", 0, request_kind.NewName(family=family), {})
    invited = contributing.Invited("referee", "Ben Ito", "ben@example.org")
    contributing.invite(member(owner), id_, invited, secret)
    return id_, secret


def submitted(*, answered: bool = True, owner: str = "ana") -> str:
    """Submit a request whose referee has answered."""
    id_, secret = filled(owner=owner)
    drafting.submit(member(owner), id_, seen(id_).version)
    if answered:
        contributing.answer(referee(), secret, request_kind.Statement(knows="yes"))
    return id_


def family_of(number: str = MEMBER) -> str:
    """Return the family name on the register today."""
    record = fold.member(entries_of(number), TODAY)
    return record.family if record else ""


def a_request(account: str, number: str, *whats: What) -> str:
    """Write a request for a new name to the database; return its id."""
    head = Head(
        kind="name",
        owner=account,
        subject=f"member#{number}" if number else "",
        started_at=A_DAY,
        started_on=A_DAY.date(),
    )
    policy = PACK.requests.kind("name", A_DAY.date())
    assert policy is not None
    events = [Event(what=what, by=account, at=A_DAY, on=A_DAY.date()) for what in whats]
    file = File(secrets.token_hex(16), head, 1, events=events)
    made = Operation(secrets.token_hex(16), operation.subject_of(file.id), "")
    commit(made, store.changes(None, file, standing(file, policy, A_DAY.date())))
    return file.id
