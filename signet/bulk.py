"""Bulk writes: full transactions, several at a time.

A transaction of a hundred rows is one commit, where a batch of twenty-five is up to twenty-five
commits: DynamoDB Local on disk takes a fifth of the time for each row. On AWS each row costs two
write units instead of one, which for a whole register is less than a dollar.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from pynamodb.exceptions import TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

ROWS = 100  # the maximum number of rows in a transaction
BYTES = 3_000_000  # a transaction takes 4 MB; attribute names and types add to it
WRITERS = 4
TRIES = 6
PAUSE = 0.05  # seconds; doubled with each try, with jitter
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class Put(NamedTuple):
    """Write a whole row, replacing any existing one."""

    row: Model


class Remove(NamedTuple):
    """Delete a row, if it exists."""

    row: Model


Change = Put | Remove


def write(groups: Iterable[Sequence[Change]]) -> None:
    """Write changes unconditionally; a group that fits a transaction is written whole or not."""
    running: deque[Future[None]] = deque()
    with ThreadPoolExecutor(WRITERS) as pool:
        try:
            for transaction, after in _transactions(groups):
                # A second change to a row must follow the first.
                while running and (after or len(running) >= 2 * WRITERS):
                    running.popleft().result()
                running.append(pool.submit(_commit, transaction))
            while running:
                running.popleft().result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _transactions(groups: Iterable[Sequence[Change]]) -> Iterator[tuple[list[Change], bool]]:
    """Yield each transaction's changes, and whether all earlier ones must be written first."""
    waiting: list[Change] = []
    size, seen, after = 0, set[str](), False
    for group in groups:
        for part in _fitting(group):
            keys = [_key(change.row) for change in part]
            weight = sum(_weight(change) for change in part)
            again = not seen.isdisjoint(keys)
            if waiting and (again or len(waiting) + len(part) > ROWS or size + weight > BYTES):
                yield waiting, after
                waiting, size, after = [], 0, False
            if again:
                seen, after = set(), True
            waiting.extend(part)
            size += weight
            seen.update(keys)
    if waiting:
        yield waiting, after


def _fitting(group: Sequence[Change]) -> Iterator[list[Change]]:
    """Split the group into parts that each fit a transaction and change no row twice."""
    part: list[Change] = []
    size, keys = 0, set[str]()
    for change in group:
        key, weight = _key(change.row), _weight(change)
        if part and (key in keys or len(part) == ROWS or size + weight > BYTES):
            yield part
            part, size, keys = [], 0, set()
        part.append(change)
        size += weight
        keys.add(key)
    if part:
        yield part


def _key(row: Model) -> str:
    """Return a string that identifies a row: its table and its keys."""
    values = row.attribute_values
    keys = [
        values.get(name)
        for name, attribute in row.get_attributes().items()
        if attribute.is_hash_key or attribute.is_range_key
    ]
    return f"{type(row).__name__}{keys}"


def _weight(change: Change) -> int:
    """Return the approximate size of a change in bytes."""
    return sum(len(str(value).encode()) for value in change.row.attribute_values.values())


def _commit(changes: Sequence[Change]) -> None:
    """Write the changes in one transaction; retry on conflicts and throttling."""
    connection = changes[0].row._get_connection().connection
    for tried in range(TRIES):
        try:
            with TransactWrite(connection=connection) as transaction:
                for change in changes:
                    if isinstance(change, Put):
                        transaction.save(change.row)
                    else:
                        transaction.delete(change.row)
        except TransactWriteError as error:
            reasons = {one.code for one in error.cancellation_reasons if one is not None}
            if tried == TRIES - 1 or not reasons & PASSING or reasons - PASSING - {"None"}:
                raise
            time.sleep(random.uniform(0.5, 1) * PAUSE * 2**tried)  # noqa: S311 - no secret
        else:
            return
