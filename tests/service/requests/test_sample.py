"""The demonstration's request waits at the desk, and two officers can decide on it."""

from __future__ import annotations

import pytest

from infra.local import people
from infra.local.people import Person
from signet.accounts import store as accounts
from signet.requests import deciding, operation, store
from signet.requests.kinds import kinds
from signet.requests.operation import is_parted
from signet.requests.stage import Actor, Stage
from tests.entries import POLICY as PACK
from tests.request_office import (
    MEMBER,
    OTHER,
    case,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
)

__all__ = ["request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting")


def test_the_sample_can_be_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation, "kinds", kinds)
    monkeypatch.setattr("tests.request_office.POLICY", PACK)
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", "k" * 32)
    others = [Person("member", "ben@example.org", OTHER)] * (people.MEMBERS - 1)
    for _ in range(2):
        people._ask([*others, Person("member", "ana@example.org", MEMBER)])
    (waiting,) = store.work(Actor.CLERK)
    assert not is_parted(waiting.head, accounts.account(waiting.head.owner))
    deciding.find_complete(staff(), seen(waiting.id))
    deciding.approve(staff(), seen(waiting.id), "")
    assert case(waiting.id).standing.stage is Stage.APPROVAL
