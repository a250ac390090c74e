"""The tables of a local database: all those of the product, and any others in it."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
from pynamodb.models import Model

from infra.local import dynamodb
from infra.tables import MODELS
from signet import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAUSE_SECONDS = 0.1
_STREAM = "stream_view_type"


def create() -> None:
    """Create the missing tables, in the database that the environment names.

    Tables of an earlier version get the streams and indexes that came since: on AWS a deployment
    adds them.
    """
    tables.bind(MODELS)
    tables.create_missing(MODELS)
    for model in MODELS:
        _complete(model)


def create_without_streams() -> None:
    """Create the missing tables without their streams, which `create` adds afterwards.

    What DynamoDB Local takes to write a stream grows with its length: a first import, of which
    nobody reads the stream, is several times as fast without.
    """
    tables.bind(MODELS)
    views = {one: vars(one.Meta)[_STREAM] for one in MODELS if _STREAM in vars(one.Meta)}
    for model in views:
        delattr(model.Meta, _STREAM)
    try:
        tables.create_missing(MODELS)
    finally:
        for model, view in views.items():
            setattr(model.Meta, _STREAM, view)


def _complete(model: type[Model]) -> None:
    """Add the stream and the indexes that a table lacks, one after the other, and wait for each."""
    client: Any = model._get_connection().connection.client
    name, schema = model.Meta.table_name, model._get_schema()
    held = client.describe_table(TableName=name)["Table"]
    view = getattr(model.Meta, "stream_view_type", None)
    if view and not held.get("StreamSpecification", {}).get("StreamEnabled"):
        stream: Any = {"StreamEnabled": True, "StreamViewType": view}
        client.update_table(TableName=name, StreamSpecification=stream)
    known = {one["IndexName"] for one in held.get("GlobalSecondaryIndexes", ())}
    for index in schema["global_secondary_indexes"]:
        if index["index_name"] not in known:
            new = {
                "IndexName": index["index_name"],
                "KeySchema": sorted(index["key_schema"], key=lambda one: one["KeyType"]),
                "Projection": index["projection"],
            }
            client.update_table(
                TableName=name,
                AttributeDefinitions=index["attribute_definitions"],
                GlobalSecondaryIndexUpdates=[{"Create": new}],
            )
            _wait_for_indexes(client, name)


def _wait_for_indexes(client: Any, table: str) -> None:
    while True:
        held = client.describe_table(TableName=table)["Table"]
        if all(one["IndexStatus"] == "ACTIVE" for one in held.get("GlobalSecondaryIndexes", ())):
            return
        time.sleep(PAUSE_SECONDS)


def are_empty(endpoint: str) -> bool:
    """Tell whether all tables of the database are empty."""
    client = _client(endpoint)
    return not any(client.scan(TableName=name, Limit=1)["Items"] for name in _names(client))


def drop(endpoint: str) -> None:
    """Delete every table of the database."""
    client = _client(endpoint)
    for name in list(_names(client)):
        client.delete_table(TableName=name)


def _names(client: "DynamoDBClient") -> Iterator[str]:
    for page in client.get_paginator("list_tables").paginate():
        yield from page["TableNames"]


def _client(endpoint: str) -> "DynamoDBClient":
    return boto3.client("dynamodb", endpoint_url=endpoint, **dynamodb.credentials())
