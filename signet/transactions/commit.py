"""One transaction a write: what is changed, that it was done, who did it, and the mail about it.

An act has an id that comes with the form, so that sending a form twice, or trying again after an
answer was lost, does the thing once and is answered alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
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

from signet.errors import Conflict, SignetError, Unavailable
from signet.transactions import audit as trail
from signet.transactions import outbox
from signet.transactions.audit import Audit
from signet.transactions.outbox import Mail
from signet.transactions.tables import ActRow, OutboxRow

TRIES = 5  # against others who write to the same rows at the same moment
PAUSE = 0.05  # seconds, doubled with each try and shortened at random


class Act(NamedTuple):
    """One thing that somebody does, as its form names it.

    `id` is 32 hexadecimal digits made with the form; `owner` whose thing it is ("member#100001"),
    so that nobody can guess at another's acts; `digest` stands for what the form said
    (`digest_of`); `result` is what the act comes to, for the answer to a repeat: the id of what it
    made.
    """

    id: str
    owner: str
    digest: str
    result: str = ""


class Save(NamedTuple):
    """Write a row whole, if the condition holds."""

    row: Model
    condition: Condition | None = None


class Update(NamedTuple):
    """Change attributes of a row, if the condition holds."""

    row: Model
    actions: Sequence[Action]
    condition: Condition | None = None


class Delete(NamedTuple):
    """Remove a row, if the condition holds."""

    row: Model
    condition: Condition | None = None


class Check(NamedTuple):
    """Let the write depend on a row that it leaves as it is."""

    row: Model
    condition: Condition


Change = Save | Update | Delete | Check


def digest_of(*said: Any) -> str:
    """Return what stands for the content of a form: models, dates, texts and lists of these."""
    return sha256(to_json(said)).hexdigest()


def done(act: Act) -> str | None:
    """Return what the act came to if it was done before, else None.

    To be asked before an act's own rules: they may well forbid doing it a second time. Raises
    Conflict when the same act was done with other content, Unavailable.
    """
    try:
        found = ActRow.get(_key(act), consistent_read=True)
    except DoesNotExist:
        return None
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    if found.digest != act.digest:
        raise Conflict(
            "This form was already sent with other content. Open it anew to send something else."
        )
    return str(found.result)


def once(act: Act, do: Callable[[], str]) -> str:
    """Return what an act came to if it was done before, else do it.

    What `do` raises stands, unless the same form, sent twice at once, has done the act meanwhile:
    its rules may forbid a second time what they allowed the first.
    """
    before = done(act)
    if before is not None:
        return before
    try:
        return do()
    except SignetError:
        meanwhile = done(act)
        if meanwhile is None:
            raise
        return meanwhile


def commit(
    act: Act, changes: Sequence[Change], audit: Audit | None = None, mail: Sequence[Mail] = ()
) -> str:
    """Do an act in one transaction; return what it came to, also when it was done before.

    Raises Conflict when a condition of `changes` doesn't hold or the act was done with other
    content, Unavailable when the database can't be reached. Then nothing was written.
    """
    for tried in range(TRIES):
        letters: list[OutboxRow] = []
        try:
            letters = _new(act, mail)
            _write(act, changes, audit, letters)
        except TransactWriteError as error:
            repeated = done(act)
            if repeated is not None:
                return repeated
            overtaken = len(_new(act, mail)) < len(letters)
            if not overtaken and "TransactionConflict" not in reasons(error):
                raise _refusal(error) from error
            time.sleep(random.uniform(0.5, 1) * PAUSE * 2**tried)  # noqa: S311 - no secret
        except (PynamoDBException, BotoCoreError) as error:
            # The answer may be what was lost, not the write.
            repeated = done(act)
            if repeated is None:
                raise Unavailable from error
            return repeated
        else:
            return act.result
    raise Conflict


def _write(
    act: Act, changes: Sequence[Change], audit: Audit | None, letters: Sequence[OutboxRow]
) -> None:
    row = ActRow(act=_key(act), digest=act.digest, result=act.result)
    with TransactWrite(connection=_connection()) as transaction:
        transaction.save(row, condition=ActRow.act.does_not_exist())
        for change in changes:
            _put(transaction, change)
        if audit is not None:
            transaction.save(trail.row(audit, act.id))
        for letter in letters:
            transaction.save(letter, condition=OutboxRow.id.does_not_exist())


def _new(act: Act, mail: Sequence[Mail]) -> list[OutboxRow]:
    """The rows of an act's mail, without those that must be the only ones and are there."""
    own = sha256(_key(act).encode()).hexdigest()[:32]
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
    """Return the values of a row's hash key and range key, None for one it has not."""
    found: list[Any] = [None, None]
    for name, attribute in row.get_attributes().items():
        if attribute.is_hash_key or attribute.is_range_key:
            found[attribute.is_range_key] = getattr(row, name)
    return found[0], found[1]


def reasons(error: TransactWriteError) -> set[str]:
    """Return the codes of why a transaction was refused; none where its answer was lost."""
    return {reason.code for reason in error.cancellation_reasons if reason is not None}


def _refusal(error: TransactWriteError) -> Exception:
    return Conflict() if "ConditionalCheckFailed" in reasons(error) else Unavailable()


def _key(act: Act) -> str:
    return f"{act.owner}#{act.id}"


def _connection() -> Connection:
    connection: Connection = ActRow._get_connection().connection
    return connection
