"""The tables of a local database: all those of the product, and any others in it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3

from infra.local import dynamodb
from infra.tables import MODELS
from signet import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def create() -> None:
    """Create the missing tables, in the database that the environment names."""
    tables.bind(MODELS)
    tables.create_missing(MODELS)


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
