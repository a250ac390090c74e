"""Pages of the register and requests desks: their calls at each size, and sixteen clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count

import pytest

from tests.bench import desk_rows, searching
from tests.bench.desk_rows import FIRST, Made
from tests.bench.handlers import database, rates
from tests.bench.rates import CLIENTS
from tests.bench.services import NOW
from tests.bench.tables import Row

TABLE = "desks"
SMALL = 2_000
REQUESTS = 320  # of each page at each size
STEP = 7919  # from one member to the next that is asked for
WORK, FILE = "The work list, full", "A member’s file with a long history"
TYPICAL, SEARCH = "A member’s file", "A search by name"
Send = Callable[[int], int]


def measured(sizes: Sequence[int]) -> Iterator[Row]:
    """Yield what each page asks of the database at every size, and how many are answered."""
    asked: dict[str, list[int]] = {}
    for members in sorted(set(sizes)):
        yield from _of_size(members, asked)
    sizes_named = ", ".join(f"{one:,}" for one in sorted(set(sizes)))
    for name, calls in asked.items():
        same = len(set(calls)) == 1
        what = f"{name}, {sizes_named} members: calls to the database"
        yield Row(TABLE, what, f"{', '.join(map(str, calls))} (no scan)", "the same", same)


def _of_size(members: int, asked: dict[str, list[int]]) -> Iterator[Row]:
    from tests.search_office import MODELS

    counted = f"{members:,} members"
    with database(MODELS):
        started = time.perf_counter()
        made = desk_rows.fill(members)
        took = time.perf_counter() - started
        yield Row(
            TABLE, f"Rows put for the measurement, {counted}", f"{made.rows:,} ({took:.0f} s)"
        )
        for name, (send, status) in _pages(made).items():
            asked.setdefault(name, []).append(_calls(name, send))
            yield from rates(TABLE, f"{name}, {counted}", send, status, REQUESTS)


def _pages(made: Made) -> dict[str, tuple[Send, int]]:
    """Return how each page is asked for, by its name, and the status it is answered with.

    Each client has one of the longest files, as officers look at one record each.
    """
    from lambdas.register.desk.function import app as register_desk
    from lambdas.requests.desk.function import app as requests_desk
    from tests.events import ask, get

    register_desk.clock = requests_desk.clock = lambda: NOW
    session, turns = searching.officer(), count()

    def next_place() -> int:
        return next(turns) * STEP % len(made.names)

    def look(number: str) -> int:
        at = f"/services/register/records/member/{number}/"
        return ask(register_desk, get(at, session=session)).status

    def work(_: int) -> int:
        return ask(requests_desk, get("/services/requests/desk/?list=all", session=session)).status

    return {
        WORK: (work, 200),
        FILE: (lambda client: look(made.longest[client % CLIENTS]), 200),
        TYPICAL: (lambda _: look(str(FIRST + next_place())), 200),
        SEARCH: (lambda _: searching.send(session, made.names[next_place()]), 200),
    }


def _calls(name: str, send: Send) -> int:
    """Return how often a page asks the database, the officer’s session and audit line included."""
    from tests.cpd_office import calls

    send(0)
    with pytest.MonkeyPatch.context() as patch, calls(patch) as heard:
        send(0)
    if "Scan" in heard:
        raise AssertionError(f"{name} scans a table")
    return len(heard)
