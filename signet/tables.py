"""Binding of tables to names and a database, when a program starts and never on import."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model

from signet.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

LOCAL_SETTINGS = Path(__file__).resolve().parents[1] / "var" / "local.env"
NEEDED = "AWS_ENDPOINT_URL_DYNAMODB"


def bind(models: Iterable[type[Model]], prefix: str | None = None) -> None:
    """Set the tables' names (prefix SIGNET_TABLES, by default `signet-`) for this process.

    The settings of the local database, where `make demo` runs one, are used when none are set.
    """
    take_local_settings()
    chosen = os.environ.get("SIGNET_TABLES", "signet-") if prefix is None else prefix
    shared: Connection | None = None
    for model in models:
        plain = model.Meta.table_name.rpartition("-")[2]
        model.Meta.table_name = f"{chosen}{plain}"
        model.Meta.region = os.environ.get("AWS_REGION", "ca-central-1")
        model.Meta.host = os.environ.get(NEEDED)
        model._connection = None
        shared = _joined(model, shared)


def _joined(model: type[Model], shared: Connection | None) -> Connection:
    """Share one connection between tables: one for each would add 0.1 s to a function's start."""
    own = model._get_connection()
    if shared is None:
        connection: Connection = own.connection
        return connection
    shared._tables.update(own.connection._tables)  # what pynamodb knows of the table's keys
    own.connection = shared
    return shared


def take_local_settings() -> None:
    """Load the settings of services on this machine, unless any are set already."""
    if NEEDED in os.environ or "AWS_REGION" in os.environ or not LOCAL_SETTINGS.exists():
        return
    for line in LOCAL_SETTINGS.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name.strip(), value.strip())


def create_missing(models: Iterable[type[Model]]) -> None:
    """Create the missing tables of a local database; on AWS the tables are created by infra."""
    for model in models:
        if not model.exists():
            model.create_table(wait=True)


def condition_failed(error: PynamoDBException) -> bool:
    """Tell whether a write failed on its condition, so that nothing was written.

    False where the response was lost, since then nothing is known.
    """
    answer = getattr(error.cause, "response", None) or {}
    return bool(answer.get("Error", {}).get("Code") == "ConditionalCheckFailedException")


def reachable(call: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function so that database errors become Unavailable, which readers can be shown."""

    @wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except (PynamoDBException, BotoCoreError) as error:
            raise Unavailable from error

    return run
