"""Who is at a file: a worker claims its row before it does anything, and decides with that claim.

A claim is a number, one more than the last, so that of two workers the later one decides, and the
other's decision fails. It has no clock: a moment in the row would tell when the file was sent.
Instead each sweep that finds a claim still there counts it once, and after so many it ran out.
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
# Sweeps come a minute apart or more: by then a function that was at it has been stopped.
SWEEPS = 6
HELD, FREE = "00", f"{SWEEPS:02}"  # how often a claim was swept over: kept where the index sorts
DECIDED = {FileState.SEALED, FileState.REFUSED}


class Claim(NamedTuple):
    """A file's row as it was read: whose, what is known of it, and how far its claim has aged.

    `number` is the row's version, and once it is claimed that of the claim.
    """

    locator: str
    file: File
    number: int
    aged: str = ""

    @property
    def free(self) -> bool:
        """Whether nobody is at it."""
        return not self.aged or self.aged >= FREE


def find(id_: str) -> Claim | None:
    """Return how the file of an id stands, None where none is known. Raises Unavailable."""
    part = store.file_part(id_)
    try:
        locator = FilingRow.get(part, FILE, consistent_read=True).body
        row = FilingRow.get(locator, part, consistent_read=True)
    except DoesNotExist:
        return None
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    aged = row.place if row.listed == WAITING else ""
    return Claim(locator, File.model_validate_json(row.body), int(row.version), aged)


def take(found: Claim) -> Claim | None:
    """Claim a file that nobody is at; None when somebody was faster. Raises Unavailable.

    From here on it no longer goes by itself: it has arrived, and is to be decided on.
    """
    number = found.number + 1
    file = found.file.model_copy(update={"state": FileState.CHECKING, "claim": number})
    actions: list[Action] = [
        FilingRow.body.set(file.model_dump_json()),
        FilingRow.version.set(number),
        FilingRow.listed.set(WAITING),
        FilingRow.place.set(HELD),
        FilingRow.expires.remove(),
    ]
    kept: list[Action] = [FilingRow.expires.remove()]

    def fill(transaction: TransactWrite) -> None:
        unchanged = FilingRow.version == found.number
        transaction.update(_row(found), actions, condition=unchanged)
        transaction.update(_pointer(file), kept, condition=FilingRow.filing.exists())

    return Claim(found.locator, file, number, HELD) if _written(fill) else None


def give_back(claim: Claim) -> None:
    """Let the next who comes try a file anew. Raises Unavailable."""
    _age(claim, FREE)


def grow_older(claim: Claim) -> None:
    """Count a sweep that finds a claim still there. Raises Unavailable."""
    if not claim.free:
        _age(claim, f"{int(claim.aged) + 1:02}")


def decide(
    claim: Claim, file: File, name: bytes | None, keys: Sequence[KeyRow], today: date
) -> None:
    """Write what became of a claimed file, in one transaction, for the office to see.

    `name` is the sealed name, `keys` are the rows that open it and the copies. Raises Conflict when
    another claim came after this one, Unavailable.
    """
    row, audited = _decided_row(claim, file, name, today), _audit(claim, file, today)
    gone = store.midnight(today + timedelta(days=store.INVITED_DAYS))
    forgotten: list[Action] = [FilingRow.expires.set(gone)]

    def fill(transaction: TransactWrite) -> None:
        transaction.save(row, condition=FilingRow.version == claim.number)
        for key in keys:
            transaction.save(key, condition=KeyRow.case.does_not_exist())
        transaction.save(audited)
        if file.state is FileState.REFUSED:  # nothing lies anywhere that would need it
            transaction.update(_pointer(file), forgotten, condition=FilingRow.filing.exists())

    if not _written(fill):
        raise Conflict


def _decided_row(claim: Claim, file: File, name: bytes | None, today: date) -> FilingRow:
    part = store.file_part(file.id)
    return FilingRow(
        claim.locator,
        part,
        body=file.model_dump_json(),
        sealed=name,
        version=claim.number + 1,
        listed=UNSEEN,
        place=f"{today.isoformat()}#{claim.locator}#{part}",
    )


def _audit(claim: Claim, file: File, today: date) -> AuditRow:
    detail = {"file": file.id, "reason": file.reason or ""}
    what = f"complaint-file-{file.state}"
    # The day alone: the exact time of a file could tell whose it is.
    at = store.midnight(today)
    return audit.row(
        Audit(f"complaint#{claim.locator}", what, "signet", at, detail),
        f"{file.id}-{claim.number}",
    )


def waiting() -> Iterator[Claim]:
    """Give the files that were claimed and not decided on. Raises Unavailable."""
    try:
        keys = list(FilingRow.news.query(WAITING))
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    for key in keys:
        found = find(key.part.removeprefix(f"{FILE}#"))
        if found is not None and found.aged:
            yield found


def _age(claim: Claim, aged: str) -> None:
    """Note the age of a claim, unless it is another's by now, or another sweep's."""
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
    """Write a transaction; False when a condition didn't hold. Raises Unavailable."""
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
    return FilingRow(claim.locator, store.file_part(claim.file.id))


def _pointer(file: File) -> FilingRow:
    return FilingRow(store.file_part(file.id), FILE)
