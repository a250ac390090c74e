"""Making batches of records in several processes, in order and with bounded memory."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from signet.publish import records
from signet.publish.records import Batch, Desk

BATCH = 200  # records handed to a process at a time
AHEAD = 3  # batches in flight for each process
FEWEST = 1000  # records below which starting processes costs more than it saves

Item = TypeVar("Item")

_desks: list[Desk] = []  # what the processes find when they are forked


def _work(raws: list[Any]) -> Batch:
    return records.members(_desks[-1], raws)


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def made(desk: Desk, raws: Iterable[Any], processes: int | None = None) -> Iterator[Batch]:
    """What the batches came to, in the order of the records.

    Few records, or one processor, are done here; else by forked processes, which share all that
    has been read so far.
    """
    count = processes or min(os.cpu_count() or 1, 8)
    parts = batches(raws)
    first = list(islice(parts, FEWEST // BATCH))
    if count == 1 or len(first) < FEWEST // BATCH:
        for part in (*first, *parts):
            yield records.members(desk, part)
        return
    yield from _forked(desk, (part for group in (first, parts) for part in group), count)


def _forked(desk: Desk, parts: Iterable[list[Any]], count: int) -> Iterator[Batch]:
    _desks.append(desk)
    waiting: deque[Future[Batch]] = deque()
    with ProcessPoolExecutor(count, multiprocessing.get_context("fork")) as pool:
        try:
            for part in parts:
                waiting.append(pool.submit(_work, part))
                if len(waiting) >= count * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            _desks.pop()
