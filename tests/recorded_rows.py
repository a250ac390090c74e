"""Worlds that are built once a worker: what building wrote is kept, and written back for a test.

A company with all that a company can have takes sixty calls to build and three to write back.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from botocore.client import BaseClient
from pynamodb.models import Model

from tests import emptying
from tests.written_rows import rows as rows_written

READ = 100  # what DynamoDB gives at once

P = ParamSpec("P")
T = TypeVar("T")
Parts = tuple[tuple[str, str, Any], ...]  # of a row's key: name, type and value of its attributes
Key = tuple[str, Parts]  # of a row: its table's name, and its own
# Rows that were written, each as it was written last where that was the whole of it.
Written = dict[Key, Mapping[str, Any] | None]
_listening: list[Written] = []  # what is being built now, each as a part of those before


class RecordedRows:
    """What was built in one database, each by a key that names all that it depends on."""

    def __init__(self, models: Iterable[type[Model]]) -> None:
        self._models = {model.Meta.table_name: model for model in models}
        self._kept: dict[Hashable, tuple[Any, list[tuple[str, Any, Any]]]] = {}

    def once(self, key: Hashable, build: Callable[[], T]) -> T:
        """Build something, or write back what building it once wrote; gives what it gave.

        What stands there before has to be the same for the same key, and `build` the only one who
        writes meanwhile.
        """
        if key in self._kept:
            given, rows = self._kept[key]
            self._write(rows)
        else:
            given, written = self._listening(build)
            self._kept[key] = given, [*self._rows(written)]
        result: T = copy.copy(given)
        return result

    def _write(self, rows: list[tuple[str, Any, Any]]) -> None:
        for table, key, row in rows:
            for written in _listening:  # whoever is building with it wrote it too
                written[self._key(table, key)] = row
            if row is None:
                emptying.take_away(self._models[table], key)
            else:
                emptying.put_back(self._models[table], row)

    def _rows(self, written: Written) -> Iterator[tuple[str, Any, Any]]:
        """Rows as they are now, each by its table and key; None for those that are gone."""
        found = {key: row for key, row in written.items() if row is not None}
        found.update(self._read([key for key in written if key not in found]))
        for table, parts in written:
            yield table, _plain(parts), found.get((table, parts))

    def _read(self, keys: list[Key]) -> Iterator[tuple[Key, Any]]:
        for at in range(0, len(keys), READ):
            asked: dict[str, Any] = {}
            for table, parts in keys[at : at + READ]:
                one = asked.setdefault(table, {"Keys": [], "ConsistentRead": True})
                one["Keys"].append(_plain(parts))
            while asked:
                answer = self._client().batch_get_item(RequestItems=asked)
                for table, rows in answer["Responses"].items():
                    yield from ((self._key(table, row), row) for row in rows)
                asked = answer["UnprocessedKeys"]

    def _client(self) -> Any:
        return next(iter(self._models.values()))._get_connection().connection.client

    def _key(self, table: str, row: Mapping[str, Any]) -> Key:
        model = self._models[table]
        names = [one for one in (model._hash_keyname, model._range_keyname) if one]
        return table, tuple((name, *next(iter(row[name].items()))) for name in names)

    def _listening(self, build: Callable[[], T]) -> tuple[T, Written]:
        """Build; gives what that gave, and all rows that it wrote."""
        written: Written = {}
        send = BaseClient._make_api_call  # type: ignore[attr-defined]

        def heard(client: Any, operation: str, said: Any) -> Any:
            if client.meta.service_model.service_name != "dynamodb":
                return send(client, operation, said)
            rows = {self._key(table, row): row for table, row in rows_written(operation, said)}
            written.update(dict.fromkeys(rows))  # for the case that it fails: nothing is known then
            answer = send(client, operation, said)
            written.update((key, row) for key, row in rows.items() if len(row) > len(key[1]))
            return answer

        BaseClient._make_api_call = heard  # type: ignore[attr-defined]
        _listening.append(written)
        try:
            return build(), written
        finally:
            _listening.pop()
            BaseClient._make_api_call = send  # type: ignore[attr-defined]


class Steps:
    """What tests begin with, step after step from empty tables on, each built once a worker.

    A step is written back where everything before it was steps as well, and the same ones. Where
    something else was written it isn't known what there is, and the step is built. A test that
    lets the product work otherwise than it does before it takes steps sets `are_kept` to False.
    What steps depend on beside their arguments is in the settings that are named.
    """

    are_kept = True

    def __init__(self, *models: type[Model], settings: Sequence[str] = ()) -> None:
        self._models = models
        self._settings = settings
        self._kept: RecordedRows | None = None
        self._taken: tuple[Hashable, ...] = ()
        self._last_write = -1

    def step(self, build: Callable[P, T]) -> Callable[P, T]:
        """Make a function a step: it writes what its arguments say, and nothing else decides."""

        @wraps(build)
        def taken(*args: P.args, **kwargs: P.kwargs) -> T:
            set_as = [os.environ.get(name) for name in self._settings]
            key = f"{build.__qualname__}{args}{sorted(kwargs.items())}{set_as}"
            assert " at 0x" not in key, "what it is given doesn't say all of itself"
            return self._once(key, lambda: build(*args, **kwargs))

        return taken

    def _once(self, key: Hashable, build: Callable[[], T]) -> T:
        if not self.are_kept:
            return build()
        if emptying.is_empty(self._models):
            before: tuple[Hashable, ...] = ()
        elif emptying.last_write() == self._last_write and emptying.is_own(self._models):
            before = self._taken
        else:
            return build()
        if self._kept is None:  # tables have their names once they were made
            self._kept = RecordedRows(self._models)
        given = self._kept.once((*before, key), build)
        self._taken, self._last_write = (*before, key), emptying.last_write()
        return given


def _plain(parts: Parts) -> dict[str, Any]:
    """Return a key as a client says it."""
    return {name: {kind: value} for name, kind, value in parts}
