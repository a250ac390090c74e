"""An officer's act: done once, in one transaction, with its line in the trail."""

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
    """Who does something at the desk, and when; `act` is the form's own id.

    `member` is the register number of the record that the account is joined to, or "".
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
        """The same officer's next act of a row of them, named so that a retry finds it."""
        made = sha256(f"{self.act} {name}".encode()).hexdigest()[:32]
        return self._replace(act=made)


class Plan(NamedTuple):
    """What an act comes to on what was just read. `detail` holds ids and names of fields alone."""

    result: str = ""
    changes: Sequence[Change] = ()
    detail: Mapping[str, Any] = MappingProxyType({})
    mail: Sequence[Mail] = ()


def of_member(number: str) -> str:
    """The trail of what is done about a member's CPD."""
    return f"cpd#{number}"


def of_year(year: int) -> str:
    """The trail of what the desk does about a year as a whole."""
    return f"cpd-desk#{year:04d}"


def perform(
    officer: Officer,
    about: str,
    what: str,
    said: Sequence[Any],
    plan: Callable[[], Plan],
    members: Sequence[str] = (),
) -> str:
    """Do an act in one transaction; return what it came to, also when it was done before.

    `plan` reads, judges and says what to write. `members` are those about whom something is
    decided: raises NotAllowed for an officer who is one of them, or recused from one. Somebody
    else's write since raises Conflict: the officer is told, and nothing is overwritten.
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
    """Do again what somebody else's write came between, for work that no officer is editing."""
    for _ in range(TRIES - 1):
        try:
            return call()
        except Conflict:
            continue
    return call()


def seen(officer: Officer, about: str, what: str, **detail: Any) -> None:
    """Leave a line in the trail of what staff is about to be shown."""
    _note(Audit(about, what, officer.account, officer.now, detail), officer.act)


@reachable
def _note(line: Audit, id_: str) -> None:
    trail.note(line, id_)


@reachable
def kept(model: type[Model], year: int, part: str) -> Model | None:
    """What the desk keeps of a year under a part of the key, or None."""
    try:
        row = CpdRow.get(tables.desk(year), part, consistent_read=True)
    except DoesNotExist:
        return None
    return model.model_validate_json(row.body)


@reachable
def kept_all(model: type[Model], year: int, begins: str) -> list[Model]:
    """All that the desk keeps of a year under parts that begin alike, in their order."""
    found = CpdRow.query(tables.desk(year), CpdRow.part.startswith(begins), consistent_read=True)
    return [model.model_validate_json(row.body) for row in found]


def keep(made: Kept, year: int, part: str, *, version: int = 1, held: int = 0) -> Change:
    """Write what the desk keeps of a year, over what was held in that version; 0 for nothing."""
    row = CpdRow(owner=tables.desk(year), part=part, body=made.model_dump_json(), version=version)
    return Save(row, unchanged(held))


def unchanged(version: int) -> Condition:
    """The row is still in that version; 0 stands for there being none."""
    return CpdRow.version == version if version else CpdRow.owner.does_not_exist()
