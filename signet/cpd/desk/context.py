"""An officer's operation: done once, in one transaction, with its line in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from signet.accounts.model import Role
from signet.cpd import conflicts, tables
from signet.cpd.model import Kept
from signet.cpd.tables import CpdRow
from signet.errors import Conflict, SignetError
from signet.policy import Policy
from signet.tables import reachable
from signet.transactions import audit as trail
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, Save, commit, digest_of, done
from signet.transactions.outbox import Mail

TRIES = 5  # against others who write to the same rows
Model = TypeVar("Model", bound=Kept)


class Officer(NamedTuple):
    """The officer who performs an operation at the desk, and when.

    `act` is the form's own id, which names the operation. `member` is the register number of the
    record that the account is joined to, or "".
    """

    account: str
    act: str
    now: datetime
    today: date
    policy: Policy
    member: str = ""
    registrar: bool = False
    roles: frozenset[Role] = frozenset()

    def again(self, name: str) -> Officer:
        """Return the officer with the next operation of a series, named so that retries find it."""
        made = sha256(f"{self.act} {name}".encode()).hexdigest()[:32]
        return self._replace(act=made)


class Plan(NamedTuple):
    """What an operation writes and returns, given what was just read.

    `detail` holds only ids and names of fields.
    """

    result: str = ""
    changes: Sequence[Change] = ()
    detail: Mapping[str, Any] = MappingProxyType({})
    mail: Sequence[Mail] = ()


def of_member(number: str) -> str:
    """Return the audit log subject for operations on a member's CPD."""
    return f"cpd#{number}"


def of_year(year: int) -> str:
    """Return the audit log subject for operations of the desk on a year as a whole."""
    return f"cpd-desk#{year:04d}"


def perform(
    officer: Officer,
    about: str,
    what: str,
    said: Sequence[Any],
    plan: Callable[[], Plan],
    members: Sequence[str] = (),
) -> str:
    """Perform an operation in one transaction; return its result, also when it was done before.

    `plan` reads, checks and says what to write. `members` are those about whom something is
    decided: raises NotAllowed for an officer who is one of them, or recused from one. Raises
    Conflict when someone else wrote since: the officer is told, and nothing is overwritten.
    """
    act = Act(officer.act, f"desk#{officer.account}", digest_of(what, about, list(said)))
    try:
        conflicts.check(officer.account, officer.member, members)
        made = plan()
    except SignetError:
        repeated = done(act)
        if repeated is None:
            raise
        return repeated
    line = Audit(about, what, officer.account, officer.now, made.detail)
    changes = [*made.changes, *conflicts.unrecused(officer.account, members)]
    return commit(Act(act.id, act.owner, act.digest, made.result), changes, line, made.mail)


def persist(call: Callable[[], str]) -> str:
    """Repeat a call that conflicts with other writes, for work that no officer is editing."""
    for _ in range(TRIES - 1):
        try:
            return call()
        except Conflict:
            continue
    return call()


def seen(officer: Officer, about: str, what: str, **detail: Any) -> None:
    """Write a line in the audit log about what an officer is about to be shown."""
    _note(Audit(about, what, officer.account, officer.now, detail), officer.act)


@reachable
def _note(line: Audit, id_: str) -> None:
    trail.note(line, id_)


@reachable
def kept(model: type[Model], year: int, part: str) -> Model | None:
    """Return what the desk stores for a year under a sort key, or None."""
    try:
        row = CpdRow.get(tables.desk(year), part, consistent_read=True)
    except DoesNotExist:
        return None
    return model.model_validate_json(row.body)


@reachable
def kept_all(model: type[Model], year: int, begins: str) -> list[Model]:
    """Return all that the desk stores for a year under sort keys with a prefix, in order."""
    found = CpdRow.query(tables.desk(year), CpdRow.part.startswith(begins), consistent_read=True)
    return [model.model_validate_json(row.body) for row in found]


def keep(made: Kept, year: int, part: str, *, version: int = 1, held: int = 0) -> Change:
    """Return the change that stores a desk model over the version `held`; 0 for a new row."""
    row = CpdRow(owner=tables.desk(year), part=part, body=made.model_dump_json(), version=version)
    return Save(row, unchanged(held))


def unchanged(version: int) -> Condition:
    """Return the condition that the row is still in that version; 0 if there must be none."""
    return CpdRow.version == version if version else CpdRow.owner.does_not_exist()
