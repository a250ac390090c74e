"""Making batches of records in several processes, in order and with bounded memory."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from itertools import islice
from threading import Thread
from typing import Any, TypeVar

from signet.publish import records
from signet.publish.batch import Batch
from signet.publish.records import Desk
from signet.publish.target.release import ReleaseError
from signet.register.problems import InputProblems

BATCH = 200  # records handed to a process at a time
AHEAD = 3  # batches in flight for each process
FEWEST = 1000  # records below which starting processes costs more than it saves

Item = TypeVar("Item")

_desks: list[Desk] = []  # inherited by the forked processes


def _work(raws: list[Any]) -> Batch:
    return records.members(_desks[-1], raws)


def _begin(lifeline: int, version: int) -> None:
    """Make a worker process end with the build, even when the build is killed.

    Its queue would never tell it, and since it shares the build's lock, it would block the next
    build. Only the build itself still has the other end of the lifeline pipe open.
    """
    os.close(version)
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _at_most() -> int:
    """Return how many processes to start: one where there are no locks, as in AWS Lambda."""
    try:
        multiprocessing.get_context("fork").Lock()
    except OSError:
        return 1
    return min(os.cpu_count() or 1, 8)


def made(desk: Desk, raws: Iterable[Any], processes: int | None = None) -> Iterator[Batch]:
    """Yield the results of the batches, in the order of the records.

    Few records, or any number on one processor, are done in this process, and so are all where
    processes aren't available; otherwise forked processes do the work, sharing all that has been
    read so far. Raises ReleaseError when one of them dies.
    """
    count = processes or _at_most()
    parts = batches(raws, BATCH)
    first = list(islice(parts, FEWEST // BATCH))
    if count == 1 or len(first) < FEWEST // BATCH:
        for part in (*first, *parts):
            yield records.members(desk, part)
        return
    yield from _forked(desk, (part for group in (first, parts) for part in group), count)


def _forked(desk: Desk, parts: Iterable[list[Any]], count: int) -> Iterator[Batch]:
    _desks.append(desk)
    waiting: deque[Future[Batch]] = deque()
    lifeline, version = os.pipe()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(count, context, _begin, (lifeline, version)) as pool:
        try:
            for part in parts:
                waiting.append(pool.submit(_work, part))
                if len(waiting) >= count * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except InputProblems as error:
            raise InputProblems(error.problems) from None  # pickling loses its count
        except BrokenExecutor as error:
            raise ReleaseError(
                "a process of the build ended before its work was done, as when memory runs out; "
                "nothing was published"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            os.close(lifeline)
            os.close(version)
            _desks.pop()
