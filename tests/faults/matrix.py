"""The crash matrix: each write, at each of its calls to AWS, with each trouble.

A service is put under it as a list of its writes. What is left after the trouble, once whoever sent
it has sent it again, has to be what one undisturbed write leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from pynamodb.models import Model

from tests.emptying import empty
from tests.faults.trouble import KILLS, Trouble
from tests.faults.workers import Answer, Asked, Died, Worker
from tests.recorded_rows import RecordedRows

PATIENCE = 3  # how often somebody sends a form again when they are told to
SEED = 4


@dataclass(frozen=True, slots=True)
class Write:
    """One thing that a service writes.

    `prepare` empties the place, puts there what has to be there before, and gives the form. `do`
    sends the form, in a worker, and gives what its sender is told, the same each time. `left` does
    what the clock would do, checks that all fits together, and gives what is there in terms that
    are the same each time; it is given the form, and what was told.
    """

    name: str
    models: tuple[type[Model], ...]
    prepare: Callable[[], Any]
    do: Callable[[Any], object]
    left: Callable[[Any, object], object]


def rewound(write: Write) -> Write:
    """Return the same write, prepared once a worker: what it found is put back for each place.

    That takes far less time. Only for writes of which nothing lies in buckets.
    """
    kept = _kept(write.models)

    def put_back() -> Any:
        empty(write.models)
        return kept.once(write.name, write.prepare)

    return replace(write, prepare=put_back)


@cache
def _kept(models: tuple[type[Model], ...]) -> RecordedRows:
    """Return what a worker has prepared of a service's writes: their names are the service's."""
    return RecordedRows(models)


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the matrix."""

    write: Write
    number: int
    trouble: Trouble

    def __str__(self) -> str:
        return f"{self.write.name}, call {self.number} {self.trouble}"


def survives(write: Write, most: int | None = None) -> None:
    """Try every place of a write's part of the matrix, or `most` of them. Fails as `tried`."""
    with _crew(write) as crew:
        expected, calls = undisturbed(write, crew)
        for cell in cells(write, most, calls):
            tried(cell, expected, crew)


def cells(write: Write, most: int | None = None, calls: int = 0) -> list[Cell]:
    """Every place of a write's part of the matrix; `most` of them, chosen by a seed.

    Of the places chosen each trouble has its share, as long as there are enough. `calls` is how
    many a write makes that nothing disturbs, where that is known already.
    """
    calls = calls or undisturbed(write)[1]
    rows = [[Cell(write, at + 1, trouble) for at in range(calls)] for trouble in Trouble]
    random = Random(f"{SEED} {write.name}")
    for row in rows:
        random.shuffle(row)
    random.shuffle(rows)
    whole = [row[at] for at in range(calls) for row in rows]
    return whole if most is None else whole[:most]


def undisturbed(write: Write, crew: Crew | None = None) -> tuple[object, int]:
    """Return what an undisturbed write leaves when sent twice, and how many calls it makes."""
    form = write.prepare()
    with nullcontext(crew) if crew else _crew(write) as who:
        first, again = (_heard(who.second, Asked(form)) for _ in range(2))
    assert not first.failed, f"{write.name} failed undisturbed: {first.failed}"
    assert again.done == first.done, f"{write.name} told something else when sent again: {again}"
    return write.left(form, first.done), first.calls


def tried(cell: Cell, expected: object, crew: Crew | None = None) -> None:
    """Try one place. Fails when anything is lost, doubled or left over, or told wrongly."""
    form = cell.write.prepare()
    with nullcontext(crew) if crew else _crew(cell.write) as who:
        told = list(_disturbed(cell, form, who)) + list(_sent_again(form, who))
    answers = [answer.done for answer in told if not answer.failed]
    wrong = [one.failed for one in told if one.failed and not one.unavailable]
    assert not wrong, f"{cell}: its sender was told {wrong}"
    assert answers, f"{cell}: it was never taken"
    assert all(one == answers[0] for one in answers), f"{cell}: told differently: {answers}"
    found = cell.write.left(form, answers[0])
    assert found == expected, f"{cell}: left {found}, not {expected}"


def _disturbed(cell: Cell, form: Any, crew: Crew) -> Iterator[Answer]:
    """Send a form with its trouble, and its twin where it is held back."""
    worker = crew.first
    worker.ask(Asked(form, cell.trouble, cell.number))
    try:
        answer = worker.hears()
    except Died:
        assert cell.trouble in KILLS, f"{cell}: the worker died"
        crew.first = Worker(cell.write.do, cell.write.models)
        return
    if answer is None:
        yield _heard(crew.second, Asked(form))
        worker.let_go()
        answer = worker.hears()
    assert answer is not None
    assert answer.fired, f"{cell}: there was no such call"
    yield answer


def _sent_again(form: Any, crew: Crew) -> Iterator[Answer]:
    """Send the form again until it is taken, as somebody does who is told to try again."""
    for _ in range(PATIENCE):
        answer = _heard(crew.second, Asked(form))
        yield answer
        if not answer.unavailable:
            return


def _heard(worker: Worker, asked: Asked) -> Answer:
    worker.ask(asked)
    answer = worker.hears()
    assert answer is not None
    return answer


@dataclass(slots=True)
class Crew:
    """Who sends: the first has the trouble, and another takes its place when it is killed."""

    first: Worker
    second: Worker


@contextmanager
def _crew(write: Write) -> Iterator[Crew]:
    """Two workers, which take place after place: starting one takes longer than most writes."""
    crew = Crew(*(Worker(write.do, write.models) for _ in range(2)))
    try:
        yield crew
    finally:
        for worker in (crew.first, crew.second):
            if not worker.line.closed:
                worker.end()
