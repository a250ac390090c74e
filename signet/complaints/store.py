"""Insert-only rows: what the intake writes without reading anything.

Each row's key derives from what was submitted, and each row is put on the condition that it doesn't
exist. So a form that is sent twice, or whose answer was lost, is stored once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as of_day
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from signet import sealing
from signet.complaints import tables
from signet.complaints.model import Case, File, Filed, Label
from signet.complaints.tables import CASE, FILE, FILING, LABEL, CaseRow, FilingRow, KeyRow
from signet.errors import Unavailable
from signet.sealing import Recipient, Sealed, WrappedKey

TRIES = 5  # attempts, when others write the same rows at the same time
PAUSE = 0.05  # seconds, doubled with each attempt and shortened at random
INVITED_DAYS = 2  # an invitation to send a file expires after this
STAGE = "stage#"
ERASED, ERASING = "erased", "erasing"
NEVER = "9999-12-31"


def put_new(rows: Sequence[Model]) -> list[Model]:
    """Put rows that don't exist, all or none; return the existing ones, which means none was put.

    Raises Unavailable when the database can't be reached or rejects the write. The rows may then
    have been put or not; calling this again tells which.
    """
    for tried in range(TRIES):
        try:
            with TransactWrite(connection=_connection(rows[0])) as transaction:
                for row in rows:
                    transaction.save(row, condition=_hash_key(row).does_not_exist())
        except TransactWriteError as error:
            reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
            # During a conflict with another write, it isn't known which rows exist.
            if "TransactionConflict" not in reasons:
                return _existing(rows, reasons, error)
            time.sleep(random.uniform(0.5, 1) * PAUSE * 2**tried)  # noqa: S311 - no secret
        except (PynamoDBException, BotoCoreError) as error:
            raise Unavailable from error
        else:
            return []
    raise Unavailable


def _existing(
    rows: Sequence[Model], reasons: Sequence[str | None], error: TransactWriteError
) -> list[Model]:
    results = zip(rows, reasons, strict=False)
    stored = [row for row, reason in results if reason == "ConditionalCheckFailed"]
    if not stored:
        raise Unavailable from error
    return stored


def text_row(hash_: str) -> CaseRow:
    """Return the row that records that a form was submitted with this content."""
    return CaseRow(f"said#{hash_}", "said")


def case_row(case: Case, sealed: bytes | None = None) -> CaseRow:
    """Return a case's main row, indexed by its stage and the day on which something is due."""
    return CaseRow(
        case.id,
        CASE,
        body=case.model_dump_json(exclude={"version"}),
        sealed=sealed,
        version=case.version,
        listed=_listed(case),
        place=f"{_index_day(case)}#{case.id}",
        reference=case.reference,
        respondent=case.respondents[0] if case.respondents and case.own else None,
        manager=case.manager if case.manager and not (case.closed_on or case.erased_on) else None,
    )


def _listed(case: Case) -> str:
    if case.erased_on is None:
        return f"{STAGE}{case.stage}"
    return ERASING if case.erasing else ERASED


def _index_day(case: Case) -> str:
    """Return the day in a case's index sort key: when it is due, or may be erased once closed."""
    stands_still = case.adjourned_on or (case.closed_on and case.hold)
    on = case.due or case.keep_until
    return NEVER if stands_still or on is None else on.isoformat()


def label_rows(case: str, label: Label, office: Recipient) -> tuple[CaseRow, KeyRow]:
    """Return the row with a case's label, sealed, and the row with its sealed key."""
    content = label.model_dump_json().encode()
    sealed = sealing.seal(content, office, tables.seal_context(case, LABEL))
    return CaseRow(case, LABEL, sealed=sealed.box), key_row(case, LABEL, sealed.key)


def filing_row(locator: str, filed: Filed) -> FilingRow:
    """Return a filing's main row."""
    body = filed.model_dump_json(exclude={"version"})
    return FilingRow(locator, FILING, body=body, version=filed.version)


def sealed_row(locator: str, sort_key: str, sealed: Sealed, day: date) -> FilingRow:
    """Return the row of an addition to a filing, in the index until the office has seen it."""
    place = f"{day.isoformat()}#{locator}#{sort_key}"
    return FilingRow(locator, sort_key, sealed=sealed.box, listed="unseen", place=place)


def key_row(case: str, sort_key: str, key: WrappedKey) -> KeyRow:
    """Return the row of a sealed key; `case` may also be a filing's locator."""
    return KeyRow(case, sort_key, recipient=key.recipient, wrapped=key.wrapped)


def invited_rows(locator: str, files: Iterable[File]) -> list[FilingRow]:
    """Return the rows of invited files, which expire if the files don't arrive."""
    rows: list[FilingRow] = []
    for file in files:
        gone = midnight(file.invited_on + timedelta(days=INVITED_DAYS))
        sort_key = file_key(file.id)
        rows += [
            FilingRow(locator, sort_key, body=file.model_dump_json(), expires=gone),
            FilingRow(sort_key, FILE, body=locator, expires=gone),
        ]
    return rows


def file_key(id_: str) -> str:
    """Return a file's sort key in its filing, which is also the partition key of its pointer."""
    return f"{FILE}#{id_}"


def addition_key(day: date, id_: str) -> str:
    """Return the sort key of an addition to a filing."""
    return f"addition#{day.isoformat()}#{id_}"


def answer_key(day: date, question: str) -> str:
    """Return the sort key of an answer to a question from staff."""
    return f"answer#{day.isoformat()}#{question}"


def operation_row(locator: str, id_: str) -> FilingRow:
    """Return the row that records an addition, under the hash of its form and text."""
    return FilingRow(locator, f"act#{id_}")


def question_key(day: date, id_: str) -> str:
    """Return the sort key of a question from staff."""
    return f"question#{day.isoformat()}#{id_}"


def message_key(day: date, id_: str) -> str:
    """Return the sort key of a message from staff, which needs no answer."""
    return f"message#{day.isoformat()}#{id_}"


def midnight(day: date) -> datetime:
    """Return the beginning of a day: the only time that is stored of a filing."""
    return datetime.combine(day, of_day(), UTC)


def row_seal_context(row: CaseRow | FilingRow) -> str:
    """Return the context that a row's seal is bound to."""
    if isinstance(row, CaseRow):
        return tables.seal_context(row.case, row.part)
    return tables.seal_context(row.filing, row.part)


def _hash_key(row: Model) -> Any:
    return getattr(type(row), str(type(row)._hash_keyname))


def _connection(row: Model) -> Any:
    return type(row)._get_connection().connection
