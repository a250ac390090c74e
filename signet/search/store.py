"""The rows of the index: what is held of a record, and the changes that rewrite it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from signet.search.model import NOTHING, SOURCES, Holding, Source
from signet.search.tables import EMAIL, REBUILD, RECORD, SearchRow
from signet.search.words import place
from signet.tables import reachable
from signet.transactions.commit import Change, Check, Delete, Save, reasons

AT_ONCE = 99  # rows of a transaction, beside the one with the version
FORMER = "former"
REFUSED = frozenset({"ConditionalCheckFailed", "TransactionConflict"})

Key = tuple[str, str]  # place, entry


class Kept(NamedTuple):
    """What is held of a record, and the version to name when changing it; 0 where nothing is."""

    holding: Holding
    version: int


NONE = Kept(Holding(), 0)


@reachable
def kept(record: str, source: Source) -> Kept:
    """Return what is held of a record from a table. Raises Unavailable."""
    try:
        row = SearchRow.get(RECORD + record, source, consistent_read=True)
    except DoesNotExist:
        return NONE
    return _kept(row)


@reachable
def kept_of(records: Iterable[str], source: Source, *, now: bool = False) -> dict[str, Kept]:
    """Return what is held of records, by record; a read per hundred, consistent with `now`."""
    keys = [(RECORD + record, source) for record in dict.fromkeys(records)]
    rows = SearchRow.batch_get(keys, consistent_read=now) if keys else ()
    return {str(row.place).removeprefix(RECORD): _kept(row) for row in rows}


def _kept(row: SearchRow) -> Kept:
    return Kept(Holding.model_validate_json(row.body or ""), int(row.version or 0))


def rows(record: str, holding: Holding) -> dict[Key, str]:
    """Return the rows that lead to a record, with what each says beside its keys."""
    every = (*holding.words, *holding.beside)
    leading = {
        (place(word), f"{word}#{record}"): "".join(f" {one}" for one in every if one != word)
        for word in holding.words
    }
    leading |= {(EMAIL + email, record): FORMER for email in holding.former_emails}
    return leading | {(EMAIL + email, record): "" for email in holding.emails}


def write(record: str, source: Source, before: Kept, after: Holding, *, whole: bool) -> bool:
    """Write what is held of a record over what was read; return False if it has changed since.

    All rows change together, unless they are more than fit one transaction: then those that are
    new come first, so that no record is lost from the index on the way. `whole` writes each row,
    also those that are there already: another writer's may have come between.
    """
    there, needed = rows(record, before.holding), rows(record, after)
    saved: list[Change] = [
        Save(_row(key, others))
        for key, others in needed.items()
        if whole or there.get(key) != others
    ]
    gone: list[Change] = [Delete(SearchRow(*key)) for key in there if key not in needed]
    head, version = _head(record, source, before, after), before.version + 1
    if len(saved) + len(gone) <= AT_ONCE:
        return commit([*saved, *gone, head])
    parts = [[*part, _still(record, source, before.version)] for part in _batches(saved)]
    parts.append([head])
    parts += [[*part, _still(record, source, version)] for part in _batches(gone)]
    return all(commit(part) for part in parts)


def _batches(changes: list[Change]) -> Iterator[list[Change]]:
    for at in range(0, len(changes), AT_ONCE):
        yield changes[at : at + AT_ONCE]


def added(record: str, source: Source, holding: Holding) -> list[Change]:
    """Return the changes that first hold a record, if they fit a transaction; else none."""
    changes: list[Change] = [Save(_row(*one)) for one in rows(record, holding).items()]
    return [*changes, _head(record, source, NONE, holding)] if len(changes) <= AT_ONCE else []


def _row(key: Key, others: str) -> SearchRow:
    return SearchRow(*key, others=others or None)


def _head(record: str, source: Source, before: Kept, after: Holding) -> Save:
    row = SearchRow(RECORD + record, source, body=_body(after), version=before.version + 1)
    return Save(row, _unchanged(before.version))


def _body(holding: Holding) -> str:
    return holding.model_dump_json(exclude_defaults=True)


def _still(record: str, source: Source, version: int) -> Check:
    return Check(SearchRow(RECORD + record, source), _unchanged(version))


def _unchanged(version: int) -> Condition:
    return SearchRow.version == version if version else SearchRow.place.does_not_exist()


@reachable
def commit(changes: Sequence[Change]) -> bool:
    """Write changes in one transaction; return False, with nothing written, if one is refused."""
    connection: Connection = SearchRow._get_connection().connection
    try:
        with TransactWrite(connection=connection) as transaction:
            for change in changes:
                match change:
                    case Save(row, condition):
                        transaction.save(row, condition=condition)
                    case Delete(row, condition):
                        transaction.delete(row, condition=condition)
                    case Check(row, condition):
                        keys = row.attribute_values
                        transaction.condition_check(
                            SearchRow, keys["place"], keys["entry"], condition=condition
                        )
    except TransactWriteError as error:
        if reasons(error) & REFUSED:
            return False
        raise
    return True


@reachable
def missing(held: Mapping[str, Holding]) -> dict[str, int]:
    """Return how many of the rows that lead to records aren't there, or narrow a search wrongly.

    `held` is what is held of them; records without such rows aren't among the answer.
    """
    needed = {
        key: (record, others)
        for record, holding in held.items()
        for key, others in rows(record, holding).items()
    }
    read = SearchRow.batch_get(list(needed), consistent_read=True) if needed else ()
    there = {(str(row.place), str(row.entry)): row.others or "" for row in read}
    return dict(
        Counter(record for key, (record, others) in needed.items() if there.get(key) != others)
    )


@reachable
def heads() -> list[tuple[str, Source]]:
    """Return each record of which something is held, and from which table.

    It reads the whole index once. Raises signet.errors.Unavailable when it can't be read.
    """
    something = SearchRow.entry.is_in(*SOURCES) & (SearchRow.body != _body(NOTHING))
    scanned = SearchRow.scan(something, attributes_to_get=["place", "entry"])
    tables: dict[str, Source] = {source: source for source in SOURCES}
    return [(str(row.place).removeprefix(RECORD), tables[row.entry]) for row in scanned]


@reachable
def place_reached() -> Mapping[Source, str]:
    """Return how far a rebuild has come, by table; nothing where none is under way."""
    try:
        row = SearchRow.get(REBUILD, REBUILD, consistent_read=True)
    except DoesNotExist:
        return {}
    name, _, after = (row.body or "").partition(" ")
    return {source: after for source in SOURCES if source == name}


@reachable
def mark_reached(source: str, after: str) -> None:
    """Store how far a rebuild has come."""
    SearchRow(REBUILD, REBUILD, body=f"{source} {after}").save()


@reachable
def clear_reached() -> None:
    """Store that no rebuild is under way."""
    SearchRow(REBUILD, REBUILD).delete()
