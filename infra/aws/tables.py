"""The tables as the code defines them, for the stacks to make: keys, indexes, streams, expiry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import TTLAttribute
from pynamodb.models import Model

from signet.accounts.tables import MODELS as ACCOUNTS
from signet.complaints.tables import MODELS as COMPLAINTS
from signet.cpd.tables import MODELS as CPD
from signet.jobs.tables import MODELS as JOBS
from signet.proposals.tables import MODELS as PROPOSALS
from signet.publish.tables import MODELS as PUBLISH
from signet.register.tables import MODELS as REGISTER
from signet.transactions.tables import MODELS as ACTS
from signet.uploads.tables import MODELS as UPLOADS

MODELS: tuple[type[Model], ...] = (
    *REGISTER,
    *PUBLISH,
    *ACTS,
    *ACCOUNTS,
    *UPLOADS,
    *CPD,
    *COMPLAINTS,
    *JOBS,
    *PROPOSALS,
)


@dataclass(frozen=True, slots=True)
class Key:
    """An attribute by which rows are found, and its type (S, N or B)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Index:
    """A second way to find rows; `projection` is ALL, KEYS_ONLY or INCLUDE with `included`."""

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
    stream: str  # what its changes tell, such as NEW_IMAGE; none where it has no stream
    expires: str  # the attribute that holds when a row goes away by itself, if there is one


def tables(models: Iterable[type[Model]] = MODELS) -> list[Table]:
    """Return the tables of the models."""
    return [_table(model) for model in models]


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
