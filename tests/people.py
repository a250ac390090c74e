"""People with accounts for tests: signed in without the identity provider, on the real database."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pynamodb.transactions import TransactWrite

from signet.accounts import actions, store
from signet.accounts.keys import hashed, secret
from signet.accounts.model import Account, Principal, Role
from signet.accounts.tables import MODELS, SessionRow
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.commit import Save, Update
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from tests.function_ground import ADDRESS_KEY as ADDRESS_KEY
from tests.function_ground import Ground
from tests.service_shell import write_shell

# Far ahead: the database deletes by its own clock what has run out.
NOW = datetime(2040, 11, 2, 18, 0, tzinfo=UTC)
TABLES = (*MODELS, *TRANSACTION_MODELS, *REGISTER_MODELS)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and the token of a session of theirs."""

    account: str
    token: str
    email: str = ""
    member: str | None = None

    def principal(self, now: datetime = NOW) -> Principal:
        """Who they are to a function at this moment."""
        found = actions.principal(self.token, now)
        assert found is not None
        return found


def person(*roles: Role, member: str | None = None, email: str = "", now: datetime = NOW) -> Person:
    """Make an account with these roles, joined to a member record or not, and sign it in."""
    id_ = secrets.token_hex(16)
    new = Account(
        id_, email, now, member, "email" if member else "", frozenset(roles), f"identity#{id_}"
    )
    changes: list[Any] = [store.save(new), store.claim(new.identity, id_)]
    changes += [store.reached_at(email, id_)] if email else []
    for role in roles:
        changes += store.add_role(role, id_)
    token = secret(secrets.token_bytes)
    with TransactWrite(connection=SessionRow._get_connection().connection) as transaction:
        for row in _session(id_, token, now):
            transaction.save(row)
        for change in changes:
            if isinstance(change, Save):
                transaction.save(change.row)
            elif isinstance(change, Update):
                transaction.update(change.row, actions=list(change.actions))
    return Person(id_, token, email, member)


def _session(account: str, token: str, now: datetime) -> Iterator[SessionRow]:
    """Yield the rows of a session as opening it writes them, but without an end.

    The database may have deleted them by its own clock, where it began at a moment long past.
    """
    mark, said = f"session#{hashed(token)}", {"account": account, "started_at": now.isoformat()}
    yield SessionRow(mark, "session", body=json.dumps(said), seen=now.isoformat())
    yield SessionRow(store.account_key(account), mark)


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page that service pages are rendered into, made once a run."""
    return write_shell(tmp_path_factory.mktemp("shell"))


@pytest.fixture(scope="session")
def ground(dynamodb: str) -> Ground:
    """Return the tables of accounts, acts and the register, made once a run."""
    return Ground.made(dynamodb, TABLES)


@pytest.fixture
def accounts(ground: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Create empty tables of accounts, operations and the register; set the environment."""
    ground.enter(monkeypatch, shell)
