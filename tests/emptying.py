"""Tables for the next test: empty, or with the rows that it is to find.

Both cost most of what tests took, as long as each row was removed and written again. What this
process writes is noticed where every client sends what it is asked, row by row. So it is known what
there is, and what a test is to find is put off until somebody asks the database: then only rows
that differ from it are written. What another process writes is noticed too, though only to which
table; that is looked through.
"""

from __future__ import annotations

import mmap
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any
from zlib import crc32

from botocore.client import BaseClient
from pynamodb.models import Model

from tests.written_rows import rows as rows_written

MARKS = 1 << 20
BATCH = 25  # what DynamoDB takes at once

Row = Mapping[str, Any]
Table = tuple[str, str]  # by the access key whose it is, and its name
UNKNOWN: Row = {}  # written or removed, and not known what is there now
NOTHING: tuple[Row, Row | None] = ({}, None)

# Shared with processes that are forked from this one: a table is marked while no other process has
# written to it since it was empty. One that nobody has emptied yet isn't.
_own = mmap.mmap(-1, MARKS)
_process = os.getpid()
_tables: dict[Table, _Table] = {}
_put_off: set[_Table] = set()
_writes = count()  # of this process, whatever it wrote to
_last = next(_writes)
_busy = 0  # writes that aren't answered yet: of several at once it isn't known which is last
_lock = threading.RLock()


def empty(models: Iterable[type[Model]]) -> None:
    """Leave no row in these tables."""
    with _lock:
        for model in dict.fromkeys(models):
            _table(model).empty()
        if os.getpid() != _process:
            settle()  # who is forked from another may end at any moment


def put_back(model: type[Model], row: Row) -> None:
    """Leave this row in a table, instead of what is there by its key."""
    _leave(model, row, row)


def take_away(model: type[Model], key: Row) -> None:
    """Leave no row with this key in a table."""
    _leave(model, key, None)


def _leave(model: type[Model], key: Row, row: Row | None) -> None:
    global _last
    with _lock:
        table, _last = _table(model), next(_writes)
        table.put_off[table.key(key)] = {name: key[name] for name in table.keys}, row
        _put_off.add(table)
        if os.getpid() != _process:
            table.is_ours = False
            settle()


def settle() -> None:
    """Write what was put off; for whoever lets others than this process's clients look."""
    with _lock:
        tables = [*_put_off]
        changes = [(one, key, row) for one in tables for key, row in one.changes()]
        for at in range(0, len(changes), BATCH):
            requests: dict[str, list[Any]] = {}
            for table, key, row in changes[at : at + BATCH]:
                requests.setdefault(table.name, []).append(table.request(key, row))
            said = {"RequestItems": requests}
            answer = _send(changes[at][0].client, "BatchWriteItem", said)
            assert not answer["UnprocessedItems"]
        for table in tables:
            table.is_settled()
        _put_off.clear()  # last: until then other threads wait here for what is being written


def is_empty(models: Iterable[type[Model]]) -> bool:
    """Return whether nobody wrote to these tables since they were emptied."""
    tables = [*map(_table, models)]
    return all(table.is_ours and table.is_empty for table in tables)


def is_own(models: Iterable[type[Model]]) -> bool:
    """Return whether this process alone wrote to these tables since they were emptied."""
    return all(_table(model).is_ours for model in models)


def last_write() -> int:
    """Return a number that stands for this process's last write: the same while there is none."""
    return _last


class _Table:
    """What is known of a table: `there` are the rows that there are, and perhaps some that went."""

    def __init__(self, client: Any, name: str, keys: list[str]) -> None:
        self.client = client
        self.name = name
        self.keys = keys
        self.there: dict[str, tuple[Row, Row]] = {}  # by its key as text: its key, all of it
        self.put_off: dict[str, tuple[Row, Row | None]] = {}  # by the same: its key, what to be
        self.is_known = False  # all that is there, until another process writes to it

    @property
    def which(self) -> Table:
        """Whose it is, and its name."""
        return _owner(self.client), self.name

    @property
    def is_ours(self) -> bool:
        """Whether this process alone wrote to it since it was empty."""
        return self.is_known and os.getpid() == _process and bool(_own[_mark(self.which)])

    @is_ours.setter
    def is_ours(self, is_so: bool) -> None:
        self.is_known = is_so
        _own[_mark(self.which)] = is_so

    @property
    def is_empty(self) -> bool:
        """Whether there is no row, as far as this process is asked."""
        return self.there.keys() <= self.put_off.keys() and (
            all(row is None for _, row in self.put_off.values())
        )

    def empty(self) -> None:
        """Put off to remove all that is there."""
        if not self.is_ours:
            self.there = {}
            self.put_off = {}
            for row in self._found():
                self.note(row)
            self.is_ours = True
        self.put_off = {text: (key, None) for text, (key, _) in self.there.items()}
        _put_off.add(self)

    def key(self, row: Row) -> str:
        """Return a row's key as text."""
        return repr([row[name] for name in self.keys])

    def note(self, row: Row) -> None:
        """Remember what is in a row now: all of it, or no more than its key if that is all."""
        key = {name: row[name] for name in self.keys}
        self.there[self.key(row)] = key, row if len(row) > len(key) else UNKNOWN

    def changes(self) -> Iterator[tuple[Row, Row | None]]:
        """Yield what was put off and isn't so already: a row's key, and the row or None."""
        is_ours = self.is_ours  # else it isn't known what is there
        for text, (key, row) in self.put_off.items():
            there = self.there.get(text, NOTHING)[1]
            if not is_ours or there is UNKNOWN or there != row:
                yield key, row

    def request(self, key: Row, row: Row | None) -> dict[str, Any]:
        """Return a part of a request that writes a row, or removes it."""
        return {"DeleteRequest": {"Key": key}} if row is None else {"PutRequest": {"Item": row}}

    def is_settled(self) -> None:
        """Remember that what was put off was done."""
        for text, (_, row) in self.put_off.items():
            if row is None:
                self.there.pop(text, None)
            else:
                self.note(row)
        self.put_off = {}

    def _found(self) -> Iterator[Row]:
        said = {"TableName": self.name, "ConsistentRead": True}
        while True:
            page = _send(self.client, "Scan", said)
            yield from page["Items"]
            if not (last := page.get("LastEvaluatedKey")):
                return
            said = {**said, "ExclusiveStartKey": last}


def _table(model: type[Model]) -> _Table:
    client: Any = model._get_connection().connection.client
    which = _owner(client), str(model.Meta.table_name)
    if which not in _tables:
        keys = [key for key in (model._hash_keyname, model._range_keyname) if key]
        _tables[which] = _Table(client, which[1], keys)
    return _tables[which]


def _owner(client: Any) -> str:
    """Return whose tables a client reaches: another access key's are others."""
    return getattr(client._request_signer._credentials, "access_key", "")  # none, where unbound


def _mark(table: Table) -> int:
    return crc32(" ".join(table).encode()) % MARKS


def _noted(client: Any, operation: str, said: Any) -> Any:
    """Send what is asked, after what was put off; and note what it writes."""
    if client.meta.service_model.service_name != "dynamodb":
        return _send(client, operation, said)
    if _put_off:
        settle()
    owner = _owner(client)
    written = [((owner, table), row) for table, row in rows_written(operation, said)]
    if not written:
        return _send(client, operation, said)
    write = _begun(written)
    try:
        answer = _send(client, operation, said)
    except BaseException:
        _over(write, [])
        raise
    _over(write, written)
    return answer


def _begun(written: list[tuple[Table, Row]]) -> int:
    """Note that rows are being written, and may be or not; return what `_over` needs."""
    global _busy, _last
    with _lock:
        for which, row in written:
            table = _tables.get(which)
            if os.getpid() != _process or not row:  # another's, or done to the table itself
                _own[_mark(which)] = 0
            elif table:
                table.note({key: row[key] for key in table.keys})
        _last = next(_writes)
        _busy += 1
        return _last if _busy == 1 else 0


def _over(write: int, written: list[tuple[Table, Row]]) -> None:
    """Note what is in the rows now, if no other write was under way meanwhile."""
    global _busy
    with _lock:
        _busy -= 1
        if write == _last:
            for which, row in written:
                if row and which in _tables:
                    _tables[which].note(row)


def _forked() -> None:
    """Begin anew where another process's threads were in the midst of it."""
    global _busy, _lock
    _busy, _lock = 0, threading.RLock()


_send = BaseClient._make_api_call  # type: ignore[attr-defined]


def _heard(event: str, _: object) -> None:
    """Take every table for written to once a program is started, which may write to any."""
    if event in ("subprocess.Popen", "os.fork") and os.getpid() == _process:
        if _put_off:
            settle()
        if event == "subprocess.Popen":
            _own[:] = bytes(MARKS)


BaseClient._make_api_call = _noted  # type: ignore[attr-defined]
sys.addaudithook(_heard)
os.register_at_fork(after_in_child=_forked)
