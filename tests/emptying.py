"""Empty tables for the next test, asking only those that were written to since they were empty.

Of a service's twenty tables a test writes to five or so: looking into all of them took a fifth of
the time of all tests. Who writes is noticed where every client sends what it is asked.
"""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

from botocore.client import BaseClient
from pynamodb.models import Model

MARKS = 65_536
BATCH = 25  # what DynamoDB takes at once
# What begins an operation that writes nothing.
READING = ("Get", "BatchGet", "TransactGet", "Query", "Scan", "Describe", "List")

# Shared with processes that are forked from this one: what they write is noticed as well. A table
# that nobody has emptied yet counts as written to; two with the same mark do so together.
_clean = mmap.mmap(-1, MARKS)


def empty(models: Iterable[type[Model]]) -> None:
    """Leave no row in these tables."""
    tables = [_Table(model) for model in dict.fromkeys(models)]
    written = [table for table in tables if not _clean[table.mark]]
    rows = [(table.name, key) for table in written for key in table.rows()]
    for at in range(0, len(rows), BATCH):
        requests: dict[str, list[Any]] = {}
        for name, key in rows[at : at + BATCH]:
            requests.setdefault(name, []).append({"DeleteRequest": {"Key": key}})
        written[0].client.batch_write_item(RequestItems=requests)
    for table in written:
        _clean[table.mark] = 1


class _Table:
    def __init__(self, model: type[Model]) -> None:
        self.client: Any = model._get_connection().connection.client
        self.name = model.Meta.table_name
        self.keys = [key for key in (model._hash_keyname, model._range_keyname) if key]
        self.mark = _mark(self.client, self.name)

    def rows(self) -> Iterator[Any]:
        """Return the keys of all rows."""
        names = {f"#{at}": key for at, key in enumerate(self.keys)}
        pages = self.client.get_paginator("scan").paginate(
            TableName=self.name,
            ProjectionExpression=",".join(names),
            ExpressionAttributeNames=names,
            ConsistentRead=True,
        )
        return (row for page in pages for row in page["Items"])


def _mark(client: Any, table: str) -> int:
    """Where it is marked that a table is empty; another access key's are others."""
    owner = client._request_signer._credentials.access_key
    return crc32(f"{owner} {table}".encode()) % MARKS


def _note(client: Any, operation: str, said: Mapping[str, Any]) -> None:
    if client.meta.service_model.service_name != "dynamodb" or operation.startswith(READING):
        return
    for table in _named(said):
        _clean[_mark(client, table)] = 0


def _named(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tables that a call names, whichever way it does."""
    if "TableName" in said:
        yield said["TableName"]
    yield from said.get("RequestItems", ())
    for item in said.get("TransactItems", ()):
        for part in item.values():
            yield part["TableName"]


_send = BaseClient._make_api_call  # type: ignore[attr-defined]


def _noted(client: BaseClient, operation: str, said: Any) -> Any:
    _note(client, operation, said)
    return _send(client, operation, said)


def _heard(event: str, _: object) -> None:
    """Take every table for written to once a program is started, which may write to any."""
    if event == "subprocess.Popen":
        _clean[:] = bytes(MARKS)


BaseClient._make_api_call = _noted  # type: ignore[attr-defined]
sys.addaudithook(_heard)
