"""Claims on files: a worker claims a file's row before any work on it, and decides under the claim.

Claims are numbered consecutively, so that of two workers the later one decides, and the other's
decision fails. A claim has no timestamp, as that would reveal when the file was sent. Instead each
sweep that finds a claim still open counts it once, and after a number of sweeps it expires.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import (
    DoesNotExist,
    PynamoDBException,
    TransactWriteError,
    UpdateError,
)
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from signet.complaints import store
from signet.complaints.model import File, FileState
from signet.complaints.tables import FILE, FilingRow, KeyRow
from signet.errors import Conflict, Unavailable
from signet.tables import condition_failed
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.transactions.tables import AuditRow

WAITING, UNSEEN = "waiting", "unseen"
# Sweeps run a minute apart or more: by then a function that held the claim has been stopped.
SWEEPS = 6
HELD, FREE = "00", f"{SWEEPS:02}"  # sweeps that found a claim, in the index's sort key
DECIDED = {FileState.SEALED, FileState.REFUSED}


class Claim(NamedTuple):
    """A file's row as it was read: its filing, the file's state, and the age of its claim.

    `number` is the row's version and, once it is claimed, the claim's number.
    """

    locator: str
    file: File
    number: int
    aged: str = ""

    @property
    def free(self) -> bool:
        """Whether no worker holds the claim."""
        return not self.aged or self.aged >= FREE


def find(id_: str) -> Claim | None:
    """Return the row of a file by its ID, None if there is none. Raises Unavailable."""
    sort_key = store.file_key(id_)
    try:
        locator = FilingRow.get(sort_key, FILE, consistent_read=True).body
        row = FilingRow.get(locator, sort_key, consistent_read=True)
    except DoesNotExist:
        return None
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    aged = row.place if row.listed == WAITING else ""
    return Claim(locator, File.model_validate_json(row.body), int(row.version), aged)


def take_claim(claim: Claim) -> Claim | None:
    """Claim a file that no worker holds; None when another was faster. Raises Unavailable.

    From now on the row no longer expires: the file has arrived, and is to be decided on.
    """
    number = claim.number + 1
    file = claim.file.model_copy(update={"state": FileState.CHECKING, "claim": number})
    actions: list[Action] = [
        FilingRow.body.set(file.model_dump_json()),
        FilingRow.version.set(number),
        FilingRow.listed.set(WAITING),
        FilingRow.place.set(HELD),
        FilingRow.expires.remove(),
    ]
    kept: list[Action] = [FilingRow.expires.remove()]

    def fill(transaction: TransactWrite) -> None:
        unchanged = FilingRow.version == claim.number
        transaction.update(_row(claim), actions, condition=unchanged)
        transaction.update(_pointer(file), kept, condition=FilingRow.filing.exists())

    return Claim(claim.locator, file, number, HELD) if _written(fill) else None


def release(claim: Claim) -> None:
    """Release a claim so that the next worker can try again. Raises Unavailable."""
    _age(claim, FREE)


def grow_older(claim: Claim) -> None:
    """Count a sweep that finds a claim still open. Raises Unavailable."""
    if not claim.free:
        _age(claim, f"{int(claim.aged) + 1:02}")


def decide(
    claim: Claim, file: File, name: bytes | None, keys: Sequence[KeyRow], today: date
) -> None:
    """Record the decision on a claimed file, in one transaction, for the office to see.

    `name` is the sealed name, `keys` are the rows of the keys that open it and the copies. Raises
    Conflict when the file has been claimed again since, Unavailable.
    """
    row, audited = _decided_row(claim, file, name, today), _audit(claim, file, today)
    gone = store.midnight(today + timedelta(days=store.INVITED_DAYS))
    forgotten: list[Action] = [FilingRow.expires.set(gone)]

    def fill(transaction: TransactWrite) -> None:
        transaction.save(row, condition=FilingRow.version == claim.number)
        for key in keys:
            transaction.save(key, condition=KeyRow.case.does_not_exist())
        transaction.save(audited)
        if file.state is FileState.REFUSED:  # no object is left that would need it
            transaction.update(_pointer(file), forgotten, condition=FilingRow.filing.exists())

    if not _written(fill):
        raise Conflict


def _decided_row(claim: Claim, file: File, name: bytes | None, today: date) -> FilingRow:
    sort_key = store.file_key(file.id)
    return FilingRow(
        claim.locator,
        sort_key,
        body=file.model_dump_json(),
        sealed=name,
        version=claim.number + 1,
        listed=UNSEEN,
        place=f"{today.isoformat()}#{claim.locator}#{sort_key}",
    )


def _audit(claim: Claim, file: File, today: date) -> AuditRow:
    detail = {"file": file.id, "reason": file.reason or ""}
    what = f"complaint-file-{file.state}"
    # Only the day: the exact time of a file could reveal its sender.
    at = store.midnight(today)
    return audit.row(
        Audit(f"complaint#{claim.locator}", what, "signet", at, detail),
        f"{file.id}-{claim.number}",
    )


def waiting() -> Iterator[Claim]:
    """Yield the files that are claimed and not yet decided on. Raises Unavailable."""
    try:
        keys = list(FilingRow.news.query(WAITING))
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    for key in keys:
        claim = find(key.part.removeprefix(f"{FILE}#"))
        if claim is not None and claim.aged:
            yield claim


def _age(claim: Claim, aged: str) -> None:
    """Set the age of a claim, unless it has been claimed again or counted by another sweep."""
    try:
        _row(claim).update(
            actions=[FilingRow.place.set(aged)],
            condition=(FilingRow.version == claim.number) & (FilingRow.place == claim.aged),
        )
    except UpdateError as error:
        if not condition_failed(error):
            raise Unavailable from error
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error


def _written(fill: Callable[[TransactWrite], None]) -> bool:
    """Write a transaction; return False when a condition failed. Raises Unavailable."""
    for tried in range(store.TRIES):
        try:
            with TransactWrite(connection=FilingRow._get_connection().connection) as transaction:
                fill(transaction)
        except TransactWriteError as error:
            reasons = {reason.code for reason in error.cancellation_reasons if reason}
            if "ConditionalCheckFailed" in reasons:
                return False
            if "TransactionConflict" not in reasons:
                raise Unavailable from error
            time.sleep(random.uniform(0.5, 1) * store.PAUSE * 2**tried)  # noqa: S311 - no secret
        except (PynamoDBException, BotoCoreError) as error:
            raise Unavailable from error
        else:
            return True
    raise Unavailable


def _row(claim: Claim) -> FilingRow:
    return FilingRow(claim.locator, store.file_key(claim.file.id))


def _pointer(file: File) -> FilingRow:
    return FilingRow(store.file_key(file.id), FILE)
