"""The register in DynamoDB: immutable rows of entries (`act`), and a snapshot of each record.

Every write is conditional on the version of the record that it was decided on, so that concurrent
writers can't overlook each other; every operation has an id, so that a retry is recognized.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import wraps
from itertools import groupby
from typing import Any, NamedTuple, ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection
from pynamodb.exceptions import (
    DoesNotExist,
    PutError,
    PynamoDBException,
    TableDoesNotExist,
    TransactWriteError,
)
from pynamodb.transactions import TransactWrite

from signet import bulk, errors
from signet.errors import Unavailable
from signet.register.act import RawActs as RawActs
from signet.register.act import body as act_body
from signet.register.act import decoded as decoded
from signet.register.act import in_acts as in_acts
from signet.register.model import Entry, Subject
from signet.register.tables import ACT, LOADING, SNAPSHOT, TAKEN, RegisterRow
from signet.tables import condition_failed
from signet.transactions.commit import Save

SEGMENTS = 4  # of the table, read in parallel
P = ParamSpec("P")
R = TypeVar("R")


class StoreUnavailable(Unavailable):
    """The database can't be reached or has no tables.

    As text it says what operators can do; `message`, which users are shown, doesn't.
    """

    def __init__(self, advice: str) -> None:
        super().__init__()
        self.advice = advice

    def __str__(self) -> str:
        return self.advice


class NoRegister(StoreUnavailable):
    """The database can be reached, but has no tables yet."""


class Conflict(errors.Conflict):
    """The record was changed since it was read. Nothing was written."""


class Unfinished(errors.Refused):
    """Restoring a folder was interrupted; it has to be finished first."""

    def __init__(self) -> None:
        super().__init__(
            "restoring a folder was broken off: import that same folder again to finish it, before "
            "anything else is imported"
        )


class Stored(NamedTuple):
    """A record's entries, and the version to name when adding to them."""

    entries: list[Entry]
    version: int


def explained(call: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function so that database errors become StoreUnavailable, with advice in words."""

    @wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except (PynamoDBException, BotoCoreError) as error:
            raise _unavailable(error) from error

    return run


def _unavailable(error: Exception) -> StoreUnavailable:
    text = str(error)
    if "ResourceNotFound" in text or isinstance(error, TableDoesNotExist):
        return NoRegister("the database has no register yet: import records first")
    if "credentials" in text or "connect" in text.lower() or "region" in text:
        return StoreUnavailable(
            "the database can't be reached: start one with `make demo` or `make db`, or set "
            "AWS_ENDPOINT_URL_DYNAMODB, or AWS_REGION and credentials"
        )
    return StoreUnavailable(f"the database refused: {text}")


def _key(subject: str, number: str) -> str:
    return f"{subject}#{number}"


def _act(subject: Subject, number: str, entries: Sequence[Entry], operation_id: str) -> RegisterRow:
    moment = max(e.recorded_at for e in entries).isoformat()
    return RegisterRow(
        record=_key(subject, number),
        part=f"{ACT}{moment}#{operation_id}",
        body=act_body(entries),
        permit=number if subject == "permit" else None,
    )


def _snapshot(subject: Subject, number: str, body: str, version: int) -> RegisterRow:
    category, since = _limited(body)
    return RegisterRow(
        record=_key(subject, number),
        part=SNAPSHOT,
        body=body,
        version=version,
        permit=number if subject == "permit" else None,
        limited=category,
        limited_since=f"{since}#{number}" if since else None,
    )


def _limited(body: str) -> tuple[str | None, str | None]:
    """Return the limited category that a snapshot tells of, and since when. Few do."""
    if '"limited":' not in body:
        return None, None
    category, since = json.loads(body)["limited"]
    return category, since


class Limited(NamedTuple):
    """A snapshot of a member in a limited category; `place` is where the list continues."""

    number: str
    since: date
    body: dict[str, Any]
    place: str


@explained
def limited(category: str, until: date, after: str, most: int) -> list[Limited]:
    """Return who is of a limited category since a day or before, the longest first: one query."""
    last = f"{until.isoformat()}#~"
    rows = RegisterRow.by_limit.query(
        category,
        RegisterRow.limited_since.between(f"{after}\0" if after else "0", last),
        limit=most,
    )
    return [
        Limited(
            str(row.record).partition("#")[2],
            date.fromisoformat(str(row.limited_since)[:10]),
            json.loads(row.body),
            str(row.limited_since),
        )
        for row in rows
    ]


@explained
def read(subject: Subject, number: str) -> Stored:
    """Return a record's entries and version; no entries and version 0 when there is none."""
    rows = list(RegisterRow.query(_key(subject, number), consistent_read=True))
    bodies = tuple(row.body for row in rows if row.part.startswith(ACT))
    version = next((int(row.version or 0) for row in rows if row.part == SNAPSHOT), 0)
    return Stored(decoded(RawActs(subject, number, bodies)), version)


@explained
def read_acts(subject: Subject, number: str) -> RawActs:
    """Return a record's `act` rows as stored; none when there is no such record."""
    rows = RegisterRow.query(
        _key(subject, number), RegisterRow.part.startswith(ACT), consistent_read=True
    )
    return RawActs(subject, number, tuple(row.body for row in rows))


@explained
def snapshots_of(subject: Subject, numbers: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the latest snapshots of several records, by number; one read per hundred."""
    keys = [(_key(subject, number), SNAPSHOT) for number in dict.fromkeys(numbers)]
    rows = RegisterRow.batch_get(keys) if keys else ()
    return {row.record.partition("#")[2]: json.loads(row.body) for row in rows}


@explained
def snapshot(subject: Subject, number: str) -> dict[str, Any] | None:
    """Return the latest snapshot of a record, or None when there is none."""
    try:
        row = RegisterRow.get(_key(subject, number), SNAPSHOT, consistent_read=True)
    except DoesNotExist:
        return None
    body: dict[str, Any] = json.loads(row.body)
    return body


@explained
def add(
    subject: Subject,
    number: str,
    entries: Sequence[Entry],
    body: str,
    version: int,
    operation_id: str,
) -> None:
    """Add the entries of one operation to a record of `version`, in one transaction.

    The transaction writes the record's new snapshot too. A repeat of an operation that was already
    written changes nothing. Raises Conflict when the record has another version by now.
    """
    changes = additions(subject, number, entries, body, version, operation_id)
    row = changes[0].row
    try:
        with TransactWrite(connection=_connection()) as transaction:
            for change in changes:
                transaction.save(change.row, condition=change.condition)
    except TransactWriteError as error:
        if _is_written(row):
            return
        if _was_refused(error):
            raise Conflict(f"{subject} {number} was changed meanwhile") from error
        raise _unavailable(error) from error


def additions(
    subject: Subject,
    number: str,
    entries: Sequence[Entry],
    body: str,
    version: int,
    operation_id: str,
) -> tuple[Save, Save]:
    """Return the changes that add an operation's entries to a record of `version`.

    They can be part of any transaction. The first is the operation's row, the second the new
    snapshot, which is conditional on the version.
    """
    condition = RegisterRow.version == version if version else RegisterRow.record.does_not_exist()
    return (
        Save(_act(subject, number, entries, operation_id), RegisterRow.record.does_not_exist()),
        Save(_snapshot(subject, number, body, version + 1), condition),
    )


def _is_written(row: Any) -> bool:
    try:
        stored = RegisterRow.get(row.record, row.part, consistent_read=True)
    except DoesNotExist:
        return False
    return bool(stored.body == row.body)


def _was_refused(error: TransactWriteError) -> bool:
    codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
    return bool(codes & {"ConditionalCheckFailed", "TransactionConflict"})


def _connection() -> Connection:
    """Return the connection that the table is bound to, for transactions over it."""
    connection: Connection = RegisterRow._get_connection().connection
    return connection


@explained
def put_new(records: Iterable[tuple[Subject, str, Sequence[Entry], str]]) -> None:
    """Write new records, as (subject, number, entries, snapshot).

    Each row of entries is named by their own ids, so that a repeat writes the same rows. If
    interrupted, some records are written and others not.
    """
    bulk.write(_new_rows(*record) for record in records)


def _new_rows(
    subject: Subject, number: str, entries: Sequence[Entry], body: str
) -> list[bulk.Change]:
    parts = list(in_acts(entries))
    rows = [_act(subject, number, part, part[0].id) for part in parts]
    return [bulk.Put(row) for row in (*rows, _snapshot(subject, number, body, len(parts)))]


@explained
def put_snapshot(subject: Subject, number: str, body: str, version: int) -> bool:
    """Rewrite the snapshot of a record whose version is `version`, 0 where it has none.

    Returns whether it was written: it isn't when the record has changed since.
    """
    condition = RegisterRow.version == version if version else RegisterRow.record.does_not_exist()
    try:
        _snapshot(subject, number, body, version + 1).save(condition=condition)
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


@explained
def mark_loading(source: str) -> None:
    """Mark a first load as under way; `source` names the folder being restored, or is ""."""
    RegisterRow(record=LOADING, part=LOADING, body=source).save()


@explained
def loading_mark() -> str | None:
    """Return the source of an unfinished first load, or None when there is none."""
    try:
        return str(RegisterRow.get(LOADING, LOADING, consistent_read=True).body)
    except DoesNotExist:
        return None


@explained
def clear_loading() -> None:
    """Mark the first load as finished."""
    RegisterRow(record=LOADING, part=LOADING).delete()


@explained
def taken() -> dict[str, date]:
    """Return the date of the newest file imported, by table."""
    rows = RegisterRow.query(TAKEN, consistent_read=True)
    return {row.part: date.fromisoformat(row.body) for row in rows}


@explained
def mark_taken(days: Mapping[str, date]) -> None:
    """Store the dates of the files imported now, unless newer ones were imported before."""
    for table, day in days.items():
        older = RegisterRow.record.does_not_exist() | (RegisterRow.body < day.isoformat())
        try:
            RegisterRow(record=TAKEN, part=table, body=day.isoformat()).save(condition=older)
        except PutError as error:
            if not condition_failed(error):
                raise


@explained
def keys() -> set[tuple[Subject, str]]:
    """Return the keys of all records, reading segments of the table in parallel."""

    def part(segment: int) -> set[str]:
        rows = RegisterRow.scan(
            attributes_to_get=["record"],
            segment=segment,
            total_segments=SEGMENTS,
            consistent_read=True,
        )
        return {row.record for row in rows}

    with ThreadPoolExecutor(SEGMENTS) as pool:
        records = set[str]().union(*pool.map(part, range(SEGMENTS)))
    split = (record.partition("#") for record in records)
    kinds: dict[str, Subject] = {"member": "member", "permit": "permit"}
    return {(kinds[kind], number) for kind, _, number in split if kind in kinds}


def acts(subject: Subject) -> Iterator[RawActs]:
    """Yield the `act` rows of every record of a kind, by record, in the database's own order."""
    rows = _permit_rows() if subject == "permit" else _member_rows()
    start = len(subject) + 1
    for record, group in groupby(rows, key=lambda row: row.record):
        bodies = tuple(row.body for row in sorted(group, key=lambda row: row.part))
        yield RawActs(subject, record[start:], bodies)


def _permit_rows() -> Iterator[Any]:
    return _scanned(lambda: RegisterRow.permits.scan(RegisterRow.part.startswith(ACT)))


def _member_rows() -> Iterator[Any]:
    condition = RegisterRow.part.startswith(ACT) & RegisterRow.record.startswith("member#")
    return _scanned(lambda: RegisterRow.scan(condition, consistent_read=True))


def _scanned(scan: Callable[[], Iterable[Any]]) -> Iterator[Any]:
    try:
        yield from scan()
    except (PynamoDBException, BotoCoreError) as error:
        raise _unavailable(error) from error


def snapshots() -> Iterator[tuple[Subject, str, str, int]]:
    """Yield every snapshot, as (subject, number, body, version)."""
    for row in _scanned(lambda: RegisterRow.scan(RegisterRow.part == SNAPSHOT)):
        subject, _, number = row.record.partition("#")
        kind: Subject = "member" if subject == "member" else "permit"
        yield kind, number, row.body, int(row.version or 0)
