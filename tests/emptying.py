"""Empty tables for the next test: remove the rows that were written since they were empty.

Looking for them took as long as many a test. What this process writes is noticed where every client
sends what it is asked, row by row; of what another writes, only to which table, which is looked
through then.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any
from zlib import crc32

from botocore.client import BaseClient
from pynamodb.models import Model

from tests.written_rows import rows as rows_written

MARKS = 1 << 20
BATCH = 25  # what DynamoDB takes at once

# Shared with processes that are forked from this one: a table is marked while no other process has
# written to it since it was empty. One that nobody has emptied yet isn't.
_own = mmap.mmap(-1, MARKS)
_process = os.getpid()
# What this process wrote since, by the owner and name of a table.
_written: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
_writes = count()  # of this process, whatever it wrote to
_last = next(_writes)


def empty(models: Iterable[type[Model]]) -> None:
    """Leave no row in these tables."""
    tables = [_Table(model) for model in dict.fromkeys(models)]
    rows = [(table.name, key) for table in tables for key in table.rows()]
    for at in range(0, len(rows), BATCH):
        requests: dict[str, list[Any]] = {}
        for name, key in rows[at : at + BATCH]:
            requests.setdefault(name, []).append({"DeleteRequest": {"Key": key}})
        answer = tables[0].client.batch_write_item(RequestItems=requests)
        assert not answer["UnprocessedItems"]
    for table in tables:
        table.is_empty()


def is_empty(models: Iterable[type[Model]]) -> bool:
    """Return whether nobody wrote to these tables since they were emptied."""
    tables = [*models]
    return is_own(tables) and not any(_written[_Table(model).which] for model in tables)


def is_own(models: Iterable[type[Model]]) -> bool:
    """Return whether this process alone wrote to these tables since they were emptied."""
    tables = (_Table(model).which for model in models)
    return all(one in _written and _own[_mark(one)] for one in tables)


def last_write() -> int:
    """Return a number that stands for this process's last write: the same while there is none."""
    return _last


class _Table:
    def __init__(self, model: type[Model]) -> None:
        self.client: Any = model._get_connection().connection.client
        self.name = model.Meta.table_name
        self.keys = [key for key in (model._hash_keyname, model._range_keyname) if key]
        self.which = _owner(self.client), self.name

    def rows(self) -> Iterable[Any]:
        """Return the keys of all rows that there are, and perhaps of some that are gone."""
        if os.getpid() != _process or self.which not in _written or not _own[_mark(self.which)]:
            return self._found()
        keys = ({name: row[name] for name in self.keys} for row in _written[self.which] if row)
        return {repr(key): key for key in keys}.values()

    def _found(self) -> Iterator[Any]:
        names = {f"#{at}": key for at, key in enumerate(self.keys)}
        pages = self.client.get_paginator("scan").paginate(
            TableName=self.name,
            ProjectionExpression=",".join(names),
            ExpressionAttributeNames=names,
            ConsistentRead=True,
        )
        return (row for page in pages for row in page["Items"])

    def is_empty(self) -> None:
        """Remember it."""
        _written[self.which] = []
        _own[_mark(self.which)] = 1


def _owner(client: Any) -> str:
    """Return whose tables a client reaches: another access key's are others."""
    return getattr(client._request_signer._credentials, "access_key", "")  # none, where unbound


def _mark(table: tuple[str, str]) -> int:
    return crc32(" ".join(table).encode()) % MARKS


def _note(client: Any, operation: str, said: Mapping[str, Any]) -> None:
    global _last
    if client.meta.service_model.service_name != "dynamodb":
        return
    for name, row in rows_written(operation, said):
        table, _last = (_owner(client), name), next(_writes)
        if os.getpid() != _process:
            _own[_mark(table)] = 0
        elif table in _written:
            _written[table].append(row)


_send = BaseClient._make_api_call  # type: ignore[attr-defined]


def _noted(client: BaseClient, operation: str, said: Any) -> Any:
    _note(client, operation, said)
    return _send(client, operation, said)


def _heard(event: str, _: object) -> None:
    """Take every table for written to once a program is started, which may write to any."""
    if event == "subprocess.Popen":
        _own[:] = bytes(MARKS)


BaseClient._make_api_call = _noted  # type: ignore[attr-defined]
sys.addaudithook(_heard)
