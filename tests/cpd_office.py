"""The CPD desk's office for tests: officers, a small register, and a draw carried out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import botocore.client
import pytest

from signet.accounts.model import Role
from signet.cpd import draw, store
from signet.cpd.desk import audit_draw, audits, year_roll
from signet.cpd.desk.year_model import DrawRecord, NightlyRun, Roll
from signet.cpd.draw import Seed
from signet.cpd.model import Standing, Year
from signet.cpd.standings import nightly
from signet.register.model import MemberRecord
from signet.transactions.context import Context
from tests import cpd_members
from tests.cpd_members import MODELS, TODAY, YEAR, steps
from tests.entries import POLICY
from tests.function_ground import Ground
from tests.people import Person, person

SECRET = bytes(range(32))
FIRST = Seed(sha256(b"first").hexdigest(), "dice 3 1 6 6 2 4 1 5 5 2")
SECOND = Seed(sha256(b"second").hexdigest(), "The creek froze over on 14 November")
DESK = "/services/cpd/desk/"
# Calls to the database with the two that tell who is signed in: of the year's page, and of any.
YEAR_CALLS, PAGE_CALLS = 6, 11
MEMBERS = [str(number) for number in range(100001, 100009)]


@pytest.fixture(scope="session")
def office_ground(dynamodb: str) -> Ground:
    """Return the tables that the desk reads or writes, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def office(office_ground: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty, and what functions are told."""
    office_ground.enter(monkeypatch, shell)


@steps.step
def signed(*roles: Role, member: str | None = None, email: str = "") -> Person:
    """Somebody signed in for as long as any test's clock may say.

    From a moment far off: the database removes sessions that are over by its own clock.
    """
    return person(*roles, member=member, email=email, now=datetime(2200, 1, 1, tzinfo=UTC))


def officer(
    account: str = "officer-a",
    *,
    act: str = "",
    today: date = TODAY,
    member: str = "",
    registrar: bool = False,
) -> Context:
    """Return an officer about to do something, at noon in Alberta."""
    now = datetime(today.year, today.month, today.day, 19, tzinfo=UTC)
    act = act or secrets.token_hex(16)
    roles = frozenset({Role.REGISTRAR if registrar else Role.CPD_OFFICER})
    return Context(account, act, now, today, POLICY, member, roles=roles)


def join_all(numbers: list[str] = MEMBERS) -> None:
    """Register these members."""
    cpd_members.join_all(numbers)


@steps.step
def rolled(year: int = YEAR, *, most: int = 1_000, today: date = TODAY) -> Roll:
    """Work out the roll of a year; gives it."""
    year_roll.begin(officer(today=today), year)
    while (roll := year_roll.continue_roll(officer(today=today), year, most)).done_at is None:
        continue
    return roll


@steps.step
def fixed(percent: str = "25", *, today: date = TODAY, account: str = "officer-a") -> DrawRecord:
    """Fix the list; gives the draw."""
    audit_draw.fix_list(officer(account, today=today), YEAR, Decimal(percent), SECRET)
    return held()


def held() -> DrawRecord:
    """Return the year's draw."""
    found = audit_draw.of(YEAR)
    assert found is not None
    return found


@steps.step
def seal(seed: Seed, account: str) -> None:
    """Seal a seed."""
    audit_draw.seal(officer(account), YEAR, draw.commitment(held().terms, seed))


@steps.step
def drawn(percent: str = "25") -> DrawRecord:
    """Carry a whole draw out: roll, list, two seeds sealed and opened."""
    rolled()
    fixed(percent)
    seal(FIRST, "officer-a")
    seal(SECOND, "officer-b")
    audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    return audit_draw.open_seed(officer("officer-b"), YEAR, SECOND)


@steps.step
def noticed(percent: str = "25") -> list[str]:
    """Carry a draw out, open the audits and make their notices; gives those drawn."""
    drawn(percent)
    while audits.open_drawn(officer(), YEAR).opened < held().size:
        continue
    return [number for number, _ in audit_draw.drawn_of(held())]


def every(year: int = YEAR) -> Iterator[tuple[str, Year]]:
    """Every member's stored summary of a year, by the index: (member, summary)."""
    for one in Standing:
        for row in store.list_rows(f"{year:04d}#{one}"):
            yield row.owner.partition("#")[2], Year.model_validate_json(row.body)


def pages(number: str) -> dict[str, str]:
    """Every kind of page of the desk; `number` is of a member with an audit."""
    at = f"{DESK}{YEAR}/"
    return {
        "year": at,
        "list of members": f"{at}members/?standing=short",
        "member": f"{at}members/{number}/",
        "roll": f"{at}roll/",
        "audit": f"{at}audit/",
        "list of audits": f"{at}cases/?state=asked",
        "one audit": f"{at}cases/{number}/",
        "letters": f"{at}letters/",
        "due": f"{DESK}due/",
        "published": f"{DESK}published/{YEAR}/",
    }


def night(today: date = TODAY) -> NightlyRun:
    """Let a night's work be done; gives it."""
    nightly.begin(today, POLICY)
    done = nightly.continue_run(officer(today=today).now, today, POLICY, lambda: True)
    assert done is not None
    assert done.done_at is not None
    return done


def rows_of_register() -> list[Any]:
    """Every row of the register, to see that nothing wrote there."""
    from signet.register.tables import RegisterRow

    return sorted((row.record, row.part, row.body) for row in RegisterRow.scan())


def on_register(number: str) -> MemberRecord | None:
    """Return the register's record of a member."""
    from signet.register import actions

    return actions.member(number, TODAY)


@contextmanager
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Write down what the database is asked, as the names of its operations."""
    made: list[str] = []
    client: Any = botocore.client.BaseClient
    real: Callable[..., Any] = client._make_api_call

    def counted(self: Any, operation: str, arguments: Any) -> Any:
        made.append(operation)
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(client, "_make_api_call", counted)
        yield made
