"""Fill the index from the tables, in portions, and compare it with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import NamedTuple, TypeVar

from signet.register import contacts, portions
from signet.register import store as register
from signet.register.act import decoded
from signet.requests import store as requests
from signet.search import sources, store
from signet.search.following import follow
from signet.search.model import NOTHING, SOURCES, Holding, Source
from signet.search.sources import When
from signet.transactions.commit import Change

PORTION = 1000  # records read together, while those before them are written
WORKERS = 4
PART = PORTION // WORKERS  # records that one of them compares and writes
R = TypeVar("R")


class Portion(NamedTuple):
    """What the index is to hold of some records; `after` is where the next begin, "" at the end."""

    held: Mapping[str, Holding]
    after: str


def _register(after: str, when: When) -> Portion:
    read = portions.records(after, PORTION)
    held = {
        f"{raw.subject}#{raw.number}": sources.of_entries(
            raw.subject, raw.number, decoded(raw), when
        )
        for raw in read.records
    }
    return Portion(held, read.after)


def _contacts(after: str, when: When) -> Portion:
    del when
    read = contacts.emails_after(after, PORTION)
    held = {f"member#{one.number}": sources.of_emails(one) for one in read}
    return Portion(held, read[-1].number if len(read) == PORTION else "")


def _requests(after: str, when: When) -> Portion:
    del when
    ids = requests.ids_after(after, PORTION)
    with ThreadPoolExecutor(WORKERS) as pool:  # each is a read of its own
        held = zip(ids, pool.map(sources.of_request, ids), strict=True)
        read = {f"request#{id_}": one for id_, one in held}
    return Portion(read, ids[-1] if len(ids) == PORTION else "")


READ: Mapping[Source, Callable[[str, When], Portion]] = {
    "register": _register,
    "contacts": _contacts,
    "requests": _requests,
}


def _portions(source: Source, after: str, when: When) -> Iterator[Portion]:
    """Yield a table's portions after a place; each is read while the one before is dealt with."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(READ[source], after, when)
        while True:
            portion = coming.result()
            if portion.after:
                coming = reader.submit(READ[source], portion.after, when)
            yield portion
            if not portion.after:
                return


def rebuild(when: When, told: Callable[[int], None]) -> int:
    """Fill the index from the tables; return how many records it held wrongly or not at all.

    Streams may write meanwhile. If it is interrupted, the next call continues there.
    `told` is called with the number of records of each portion. Raises Unavailable, Conflict.
    """
    changed = 0
    reached = store.place_reached()
    first = next(iter(reached), SOURCES[0])
    for source in SOURCES[SOURCES.index(first) :]:
        for portion in _portions(source, reached.get(source, ""), when):
            changed += _fill(portion.held, source, when)
            told(len(portion.held))
            if portion.after:
                store.mark_reached(source, portion.after)
    changed += sum(follow(record, source, when) for record, source in _strays())
    store.clear_reached()
    return changed


def _fill(held: Mapping[str, Holding], source: Source, when: When) -> int:
    """Write what differs, several parts at a time; return for how many records."""

    def fill(part: Mapping[str, Holding]) -> int:
        compared = _compare(part, source)
        changed = [*compared.differing, *compared.incomplete]
        return _add(compared.unheld, part, source, when) + sum(
            follow(record, source, when, whole=True) for record in changed
        )

    return sum(_each_part(held, fill))


def _each_part(
    held: Mapping[str, Holding], work: Callable[[Mapping[str, Holding]], R]
) -> Iterator[R]:
    """Do the work on parts of a portion, several at a time; yield what it gives, in order."""
    waiting = iter(held.items())
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from pool.map(work, iter(lambda: dict(islice(waiting, PART)), {}))


class _Compared(NamedTuple):
    """Records that the index doesn't hold, holds differently, or doesn't have all rows of."""

    unheld: list[str]
    differing: list[str]
    incomplete: list[str]


def _compare(held: Mapping[str, Holding], source: Source) -> _Compared:
    kept = store.kept_of(held, source, now=True)
    unheld = [one for one in held if one not in kept and held[one] != NOTHING]
    differing = [one for one in kept if kept[one].holding != held[one]]
    same = {one: held[one] for one in kept if kept[one].holding == held[one]}
    return _Compared(unheld, differing, list(store.missing(same)))


def _add(new: list[str], held: Mapping[str, Holding], source: Source, when: When) -> int:
    """Write records that the index hasn't held, several in one transaction."""
    written = 0
    for records, changes in _grouped(
        {record: store.added(record, source, held[record]) for record in new}
    ):
        if changes and store.commit(changes):
            written += len(records)
        else:
            written += sum(follow(record, source, when) for record in records)
    return written


def _grouped(
    changes: Mapping[str, list[Change]],
) -> Iterator[tuple[list[str], list[Change]]]:
    """Yield records with their changes, as many as fit one transaction; none for too large ones."""
    records: list[str] = []
    together: list[Change] = []
    for record, some in changes.items():
        if not some:
            yield [record], []
            continue
        if len(together) + len(some) > store.AT_ONCE + 1:
            yield records, together
            records, together = [], []
        records.append(record)
        together += some
    if records:
        yield records, together


def _strays() -> Iterator[tuple[str, Source]]:
    """Yield what is held of records that are gone; a table that was restored may lack some."""
    held = store.heads()  # first: what comes meanwhile is no stray
    there = {source: set(_records(source)) for source in SOURCES}
    yield from ((record, source) for record, source in held if record not in there[source])


def _records(source: Source) -> Iterator[str]:
    """Yield the keys of a table's records."""
    if source == "register":
        yield from (f"{subject}#{number}" for subject, number in register.keys())  # noqa: SIM118 - a function
    elif source == "contacts":
        yield from (f"member#{number}" for number in contacts.numbers())
    else:
        after, more = "", True
        while more:
            ids = requests.ids_after(after, PORTION)
            yield from (f"request#{id_}" for id_ in ids)
            after, more = (ids[-1], True) if len(ids) == PORTION else ("", False)


class Difference(NamedTuple):
    """A record that the index doesn't hold as its table has it."""

    record: str
    source: Source
    message: str

    def __str__(self) -> str:
        return f"{self.record}: {self.message} ({self.source})"


def differences(when: When, told: Callable[[int], None]) -> Iterator[Difference]:
    """Yield where the index differs from the tables, and rows that should lead to a record.

    `told` is called as in `rebuild`. Changes of the last moments may not have been followed yet.
    """
    for source in SOURCES:
        for portion in _portions(source, "", when):
            for found in _each_part(portion.held, partial(_compared, source)):
                yield from found
            told(len(portion.held))
    for record, source in _strays():
        yield Difference(record, source, "the search holds it, and it isn’t there")


def _compared(source: Source, held: Mapping[str, Holding]) -> list[Difference]:
    compared = _compare(held, source)
    named = (
        (compared.unheld, "the search doesn’t hold it"),
        (compared.differing, "the search holds what isn’t so"),
        (compared.incomplete, "some rows of the search that lead to it are wrong"),
    )
    return [Difference(record, source, message) for records, message in named for record in records]
