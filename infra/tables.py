"""The tables as the code defines them: keys, indexes, streams, expiry, encryption.

A package's tables are found by its `tables.py`; the stacks and the local database create them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pynamodb.attributes import TTLAttribute
from pynamodb.models import Model

import signet


def _models() -> Iterator[type[Model]]:
    """Yield every table of the product: those that the packages' `tables.py` list in MODELS."""
    for file in sorted(Path(signet.__path__[0]).glob("*/tables.py")):
        yield from importlib.import_module(f"signet.{file.parent.name}.tables").MODELS


MODELS: tuple[type[Model], ...] = tuple(_models())
# The customer managed key of a table whose model doesn't say another (`encrypted_with`): one that
# the functions that publish can't use. So a new table is private until somebody says it isn't.
PRIVATE_KEY = "private"


@dataclass(frozen=True, slots=True)
class Key:
    """A key attribute, and its type (S, N or B)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index; `projection` is ALL, KEYS_ONLY or INCLUDE with `included`."""

    name: str
    hash: Key
    range: Key | None
    projection: str
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table, by its plain name (register, not signet-production-register)."""

    name: str
    hash: Key
    range: Key | None
    indexes: tuple[Index, ...]
    stream: str  # view type, such as NEW_IMAGE; "" without a stream
    expires: str  # the time-to-live attribute, if there is one
    encrypted_with: str  # the name of its customer managed key


def tables(models: Iterable[type[Model]] = MODELS) -> list[Table]:
    """Return the tables of the models."""
    return [_table(model) for model in models]


def key_of(name: str) -> str:
    """Return the name of the customer managed key that a table is encrypted with."""
    return next(one.encrypted_with for one in tables() if one.name == name)


def _table(model: type[Model]) -> Table:
    schema: Any = model._get_schema()
    types = {one["AttributeName"]: one["AttributeType"] for one in schema["attribute_definitions"]}
    expiring = [
        attribute.attr_name
        for attribute in model.get_attributes().values()
        if isinstance(attribute, TTLAttribute)
    ]
    hash_, range_ = _keys(schema["key_schema"], types)
    return Table(
        name=model.Meta.table_name.rpartition("-")[2],
        hash=hash_,
        range=range_,
        indexes=tuple(_index(one) for one in schema["global_secondary_indexes"]),
        stream=str(getattr(model.Meta, "stream_view_type", None) or ""),
        expires=expiring[0] if expiring else "",
        encrypted_with=str(getattr(model.Meta, "encrypted_with", PRIVATE_KEY)),
    )


def _index(schema: Any) -> Index:
    types = {one["AttributeName"]: one["AttributeType"] for one in schema["attribute_definitions"]}
    hash_, range_ = _keys(schema["key_schema"], types)
    projection = schema["projection"]
    included = tuple(projection.get("NonKeyAttributes") or ())
    return Index(schema["index_name"], hash_, range_, projection["ProjectionType"], included)


def _keys(schema: Any, types: dict[str, str]) -> tuple[Key, Key | None]:
    kinds = {one["KeyType"]: one["AttributeName"] for one in schema}
    hash_ = Key(kinds["HASH"], types[kinds["HASH"]])
    range_ = kinds.get("RANGE")
    return hash_, Key(range_, types[range_]) if range_ else None
