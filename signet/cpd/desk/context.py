"""What the CPD desk's operations share: conflicts of interest, the audit log, and stored models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from signet.cpd import conflicts, tables
from signet.cpd.model import StoredModel
from signet.cpd.tables import CpdRow
from signet.tables import reachable
from signet.transactions import audit as audit
from signet.transactions.audit import Audit
from signet.transactions.commit import Change, Save
from signet.transactions.context import Context
from signet.transactions.perform import ONCE, Command, Plan, perform

Model = TypeVar("Model", bound=StoredModel)


def of_member(number: str) -> str:
    """Return the audit log subject for operations on a member's CPD."""
    return f"cpd#{number}"


def of_year(year: int) -> str:
    """Return the audit log subject for operations of the desk on a year as a whole."""
    return f"cpd-desk#{year:04d}"


def perform_at_desk(
    context: Context,
    subject: str,
    name: str,
    submitted: Sequence[Any],
    plan: Callable[[], Plan],
    members: Sequence[str] = (),
) -> str:
    """Perform an officer's operation; return its result, also when it was done before.

    `members` are those about whom something is decided: raises NotAllowed for an officer who is one
    of them, or recused from one. Raises Conflict when someone else wrote since: the officer is
    told, and nothing is overwritten.
    """

    def whole() -> Plan:
        conflicts.check(context.account, context.member, members)
        planned = plan()
        unrecused = conflicts.check_not_recused(context.account, members)
        return planned._replace(changes=[*planned.changes, *unrecused])

    command = Command.of(f"desk#{context.account}", subject, name, submitted)
    return perform(context, command, whole, tries=ONCE)


def log_view(context: Context, subject: str, name: str, **detail: Any) -> None:
    """Write a line in the audit log about what an officer is about to be shown."""
    _note(Audit(subject, name, context.account, context.now, detail), context.operation)


@reachable
def _note(line: Audit, id_: str) -> None:
    audit.note(line, id_)


@reachable
def load(model: type[Model], year: int, sort_key: str) -> Model | None:
    """Return what the desk stores for a year under a sort key, or None."""
    try:
        row = CpdRow.get(tables.desk(year), sort_key, consistent_read=True)
    except DoesNotExist:
        return None
    return model.model_validate_json(row.body)


@reachable
def load_all(model: type[Model], year: int, begins: str) -> list[Model]:
    """Return all that the desk stores for a year under sort keys with a prefix, in order."""
    rows = CpdRow.query(tables.desk(year), CpdRow.part.startswith(begins), consistent_read=True)
    return [model.model_validate_json(row.body) for row in rows]


def put_model(
    made: StoredModel, year: int, sort_key: str, *, version: int = 1, stored_version: int = 0
) -> Change:
    """Return the change that stores a desk model over `stored_version`, 0 for a new row."""
    row = CpdRow(
        owner=tables.desk(year), part=sort_key, body=made.model_dump_json(), version=version
    )
    return Save(row, version_is(stored_version))


def version_is(version: int) -> Condition:
    """Return the condition that the row is still in that version; 0 if there must be none."""
    return CpdRow.version == version if version else CpdRow.owner.does_not_exist()
