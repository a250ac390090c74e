"""One transaction for each write: the changes, the operation, its audit log line and its mail.

An operation has an id that comes with the form. A form that is sent twice, or retried after a lost
answer, is carried out once and gets the same answer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError
from pydantic_core import to_json
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from signet.errors import Conflict, Unavailable
from signet.transactions import audit as audit_log
from signet.transactions import outbox
from signet.transactions.audit import Audit
from signet.transactions.outbox import Mail
from signet.transactions.tables import OperationRow, OutboxRow

TRIES = 5  # retries when others write the same rows at the same moment
PAUSE = 0.05  # seconds, doubled with each retry and shortened at random


class Operation(NamedTuple):
    """One operation, as its form identifies it.

    `id` is 32 hexadecimal digits made with the form. `owner` is whose operation it is
    ("member#100001"), so that nobody can guess another person's ids. `digest` stands for what the
    form submitted (`digest_of`). `result` is the answer to a repeat: the id of what the operation
    created.
    """

    id: str
    owner: str
    digest: str
    result: str = ""


class Save(NamedTuple):
    """Write a whole row, if the condition holds."""

    row: Model
    condition: Condition | None = None


class Update(NamedTuple):
    """Change attributes of a row, if the condition holds."""

    row: Model
    actions: Sequence[Action]
    condition: Condition | None = None


class Delete(NamedTuple):
    """Delete a row, if the condition holds."""

    row: Model
    condition: Condition | None = None


class Check(NamedTuple):
    """Make the write depend on a row that it doesn't change."""

    row: Model
    condition: Condition


Change = Save | Update | Delete | Check


def digest_of(*submitted: Any) -> str:
    """Return the digest of a form's content: models, dates, strings and lists of these."""
    return sha256(to_json(submitted)).hexdigest()


def result_of(operation: Operation) -> str | None:
    """Return the operation's result if it was done before, else None.

    Call this before applying the operation's own rules, which may well forbid doing it twice.
    Raises Conflict if the same operation was done with other content, Unavailable.
    """
    try:
        row = OperationRow.get(_key(operation), consistent_read=True)
    except DoesNotExist:
        return None
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    if row.digest != operation.digest:
        raise Conflict(
            "This form was already sent with other content. Open it again to send something else."
        )
    return str(row.result)


def commit(
    operation: Operation,
    changes: Sequence[Change],
    audit: Audit | None = None,
    mail: Sequence[Mail] = (),
) -> str:
    """Write an operation in one transaction; return its result, also if it was done before.

    Raises Conflict if a condition of `changes` doesn't hold or the operation was done with other
    content, Unavailable if the database can't be reached. Then nothing was written.
    """
    for tried in range(TRIES):
        letters: list[OutboxRow] = []
        try:
            letters = _new(operation, mail)
            _write(operation, changes, audit, letters)
        except TransactWriteError as error:
            repeated = result_of(operation)
            if repeated is not None:
                return repeated
            overtaken = len(_new(operation, mail)) < len(letters)
            if not overtaken and "TransactionConflict" not in reasons(error):
                raise _refusal(error) from error
            time.sleep(random.uniform(0.5, 1) * PAUSE * 2**tried)  # noqa: S311 - no secret
        except (PynamoDBException, BotoCoreError) as error:
            # The write may have succeeded and only its answer been lost.
            repeated = result_of(operation)
            if repeated is None:
                raise Unavailable from error
            return repeated
        else:
            return operation.result
    raise Conflict


def _write(
    operation: Operation,
    changes: Sequence[Change],
    audit: Audit | None,
    letters: Sequence[OutboxRow],
) -> None:
    row = OperationRow(act=_key(operation), digest=operation.digest, result=operation.result)
    with TransactWrite(connection=_connection()) as transaction:
        transaction.save(row, condition=OperationRow.act.does_not_exist())
        for change in changes:
            _put(transaction, change)
        if audit is not None:
            transaction.save(audit_log.row(audit, operation.id))
        for letter in letters:
            transaction.save(letter, condition=OutboxRow.id.does_not_exist())


def _new(operation: Operation, mail: Sequence[Mail]) -> list[OutboxRow]:
    """Return the rows of an operation's mail, without unique mail (`dedup`) that exists already."""
    own = sha256(_key(operation).encode()).hexdigest()[:32]
    rows = [outbox.row(letter, f"{own}-{at}") for at, letter in enumerate(mail)]
    return [
        row
        for row, letter in zip(rows, mail, strict=True)
        if not letter.dedup or not OutboxRow.count(row.id, consistent_read=True, limit=1)
    ]


def _put(transaction: TransactWrite, change: Change) -> None:
    match change:
        case Save():
            transaction.save(change.row, condition=change.condition)
        case Update():
            transaction.update(change.row, list(change.actions), condition=change.condition)
        case Delete():
            transaction.delete(change.row, condition=change.condition)
        case Check():
            hash_key, range_key = _keys(change.row)
            transaction.condition_check(
                type(change.row), hash_key, range_key, condition=change.condition
            )


def _keys(row: Model) -> tuple[Any, Any]:
    """Return the values of a row's hash key and range key, None for a key that it doesn't have."""
    names: list[Any] = [None, None]
    for name, attribute in row.get_attributes().items():
        if attribute.is_hash_key or attribute.is_range_key:
            names[attribute.is_range_key] = getattr(row, name)
    return names[0], names[1]


def reasons(error: TransactWriteError) -> set[str]:
    """Return the codes for which a transaction was cancelled; none if its answer was lost."""
    return {reason.code for reason in error.cancellation_reasons if reason is not None}


def _refusal(error: TransactWriteError) -> Exception:
    return Conflict() if "ConditionalCheckFailed" in reasons(error) else Unavailable()


def _key(operation: Operation) -> str:
    return f"{operation.owner}#{operation.id}"


def _connection() -> Connection:
    connection: Connection = OperationRow._get_connection().connection
    return connection
