"""Officers who propose and approve, and records for them to do it with."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from signet.accounts.model import Role
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.proposals import actions
from signet.proposals.model import (
    Line,
    NewProposal,
    PageDifference,
    Proposal,
    ProposalContext,
    Wanted,
)
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register import actions as register
from signet.register import fold
from signet.register.model import Entry, Subject
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from tests.complaint_desk import join as join
from tests.entries import POLICY, day
from tests.function_ground import Ground
from tests.people import person as person
from tests.people import shell as shell

MODELS = (
    *REGISTER_MODELS,
    *TRANSACTION_MODELS,
    *ACCOUNT_MODELS,
    *PROPOSAL_MODELS,
    *CPD_MODELS,
    *REQUEST_MODELS,
)
# Far ahead: the database deletes by its own clock what has run out.
TODAY = day("2040-11-24")
NOW = datetime(2040, 11, 24, 19, tzinfo=UTC)
MEMBER, OTHER, PERMIT = "100001", "100002", "P-1001"


@pytest.fixture(scope="session")
def proposal_tables(dynamodb: str) -> Ground:
    """Every table that a proposal is written to or read from, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def proposing(proposal_tables: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty but for one member who may practise, and what functions are told."""
    proposal_tables.enter(monkeypatch, shell)
    join(MEMBER)


def status_line(
    subject: Subject, number: str, before: Any, after: Any
) -> tuple[PageDifference, ...]:
    """Return what a page says of a member's status, in place of all that the public pages say."""
    was, is_ = fold.member(before, TODAY), fold.member(after, TODAY)
    line = Line(what="Status", before=was.status if was else "", after=is_.status if is_ else "")
    return (PageDifference(subject=subject, number=number, name="Ana Lee", lines=(line,)),)


def officer(
    account: str = "officer-a",
    *roles: Role,
    member: str = "",
    operation: str = "",
    now: datetime = NOW,
) -> ProposalContext:
    """Return an officer about to do something: a registrar, unless said."""
    return ProposalContext(
        account=account,
        member=member,
        roles=frozenset(roles or (Role.REGISTRAR,)),
        operation=operation or secrets.token_hex(16),
        now=now,
        today=TODAY,
        policy=POLICY,
        salt=secrets.token_hex(16),
        difference=status_line,
    )


def second(account: str = "officer-b", *roles: Role, **who: Any) -> ProposalContext:
    """Another officer."""
    return officer(account, *roles, **who)


def suspension(on: date = TODAY) -> register.Proposal:
    return register.Proposal("status_changed", {"status": "suspended", "reason": "fees"}, on)


def new(*entries: register.Proposal, number: str = MEMBER, **said: Any) -> NewProposal:
    """Return a proposal about one member: a suspension, unless said."""
    subject: Subject = said.pop("subject", "member")
    wanted = [Wanted(subject, number, entries or (suspension(),))]
    given = {"authority": "Council, motion 12", "source": "register-desk", "records": wanted}
    return NewProposal(**{**given, **said})


def proposed(
    by: ProposalContext | None = None, *entries: register.Proposal, **said: Any
) -> Proposal:
    """Propose; gives the proposal as it is now."""
    return actions.get(actions.propose(by or officer(), new(*entries, **said)))


def entries_of(number: str = MEMBER, subject: Subject = "member") -> list[Entry]:
    """Return the record's entries as they are now."""
    from signet.register import store

    return store.read(subject, number).entries


def status_of(number: str = MEMBER) -> str:
    record = fold.member(entries_of(number), TODAY)
    return record.status if record else ""


def entered(kind: str, data: dict[str, Any], on: date = TODAY, **how: Any) -> list[Entry]:
    """Let somebody else add to a record, past all proposals."""
    return register.enter(
        how.pop("subject", "member"),
        how.pop("number", MEMBER),
        [register.Proposal(kind, data, on)],
        authority="App. 5",
        entered_by="somebody",
        policy=POLICY,
        now=how.pop("now", NOW),
        operation_id=secrets.token_hex(16),
    )


def issue(number: str = PERMIT, *members: str) -> str:
    """Issue a permit that members answer for; gives its number."""
    entered(
        "issued", {"legal_name": "Lee Ltd.", "fields": ["Civil"]}, subject="permit", number=number
    )
    for member in members:
        entered("responsible_member_added", {"member": member}, subject="permit", number=number)
    return number
