"""Worlds that are built once a worker: what building wrote is kept, and written back for a test.

A company with all that a company can have takes sixty calls to build and three to write back.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from botocore.client import BaseClient
from pynamodb.models import Model

from tests.emptying import BATCH
from tests.written_rows import rows as rows_written

READ = 100  # what DynamoDB gives at once

T = TypeVar("T")
Key = tuple[tuple[str, str, Any], ...]  # of a row: name, type and value of its attributes


class RecordedRows:
    """What was built in one database, each by a key that names all that it depends on."""

    def __init__(self, models: Iterable[type[Model]]) -> None:
        self._models = {model.Meta.table_name: model for model in models}
        self._kept: dict[Hashable, tuple[Any, list[tuple[str, Any]]]] = {}

    def once(self, key: Hashable, build: Callable[[], T]) -> T:
        """Build something, or write back what building it once wrote; gives what it gave.

        What stands there before has to be the same for the same key, and `build` the only one who
        writes meanwhile.
        """
        if key in self._kept:
            given, requests = self._kept[key]
            self._write(requests)
        else:
            given, written = _listening(build, self._keys)
            self._kept[key] = given, [*self._requests(written)]
        result: T = copy.copy(given)
        return result

    def _write(self, requests: list[tuple[str, Any]]) -> None:
        client = self._client()
        for at in range(0, len(requests), BATCH):
            together: dict[str, list[Any]] = {}
            for table, request in requests[at : at + BATCH]:
                together.setdefault(table, []).append(request)
            answer = client.batch_write_item(RequestItems=together)
            assert not answer["UnprocessedItems"]

    def _requests(self, written: list[tuple[str, Key]]) -> Iterator[tuple[str, Any]]:
        """Rows as they are now, to be put there again; those that are gone, to be removed."""
        for at in range(0, len(written), READ):
            some = written[at : at + READ]
            found = {(table, self._key(table, row)): row for table, row in self._read(some)}
            for table, key in some:
                if row := found.get((table, key)):
                    yield table, {"PutRequest": {"Item": row}}
                else:
                    yield table, {"DeleteRequest": {"Key": _plain(key)}}

    def _read(self, written: Iterable[tuple[str, Key]]) -> Iterator[tuple[str, Any]]:
        asked: dict[str, Any] = {}
        for table, key in written:
            asked.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(
                _plain(key)
            )
        while asked:
            answer = self._client().batch_get_item(RequestItems=asked)
            yield from ((table, row) for table, rows in answer["Responses"].items() for row in rows)
            asked = answer["UnprocessedKeys"]

    def _client(self) -> Any:
        return next(iter(self._models.values()))._get_connection().connection.client

    def _keys(self, operation: str, said: Mapping[str, Any]) -> Iterator[tuple[str, Key]]:
        """Yield the rows that a call writes, by table and key."""
        for table, row in rows_written(operation, said):
            yield table, self._key(table, row)

    def _key(self, table: str, row: Mapping[str, Any]) -> Key:
        model = self._models[table]
        names = [one for one in (model._hash_keyname, model._range_keyname) if one]
        return tuple((name, *next(iter(row[name].items()))) for name in names)


def _plain(key: Key) -> dict[str, Any]:
    """Return a key as a client says it."""
    return {name: {kind: value} for name, kind, value in key}


def _listening(
    build: Callable[[], T], keys: Callable[[str, Any], Iterable[tuple[str, Key]]]
) -> tuple[T, list[tuple[str, Key]]]:
    """Build; gives what that gave, and the keys of all rows that it wrote."""
    written: dict[tuple[str, Key], None] = {}
    send = BaseClient._make_api_call  # type: ignore[attr-defined]

    def heard(client: Any, operation: str, said: Any) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            written.update(dict.fromkeys(keys(operation, said)))
        return send(client, operation, said)

    BaseClient._make_api_call = heard  # type: ignore[attr-defined]
    try:
        return build(), [*written]
    finally:
        BaseClient._make_api_call = send  # type: ignore[attr-defined]
