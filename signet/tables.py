"""Tables are bound to names and a database when a program starts, never when it is imported."""

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
    """Name the tables (SIGNET_TABLES, by default `signet-`) for this process.

    Settings of the local database, where `make demo` runs one, are taken when none are set.
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
    """Let tables use one connection: each of its own would take a function 0.1 s at its start."""
    own = model._get_connection()
    if shared is None:
        found: Connection = own.connection
        return found
    shared._tables.update(own.connection._tables)  # what pynamodb knows of the table's keys
    own.connection = shared
    return shared


def take_local_settings() -> None:
    """Take the settings of the services that run on this machine, unless any are set already."""
    if NEEDED in os.environ or "AWS_REGION" in os.environ or not LOCAL_SETTINGS.exists():
        return
    for line in LOCAL_SETTINGS.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name.strip(), value.strip())


def create_missing(models: Iterable[type[Model]]) -> None:
    """Make the tables that aren't there: for a database on one machine; AWS's are made by infra."""
    for model in models:
        if not model.exists():
            model.create_table(wait=True)


def condition_failed(error: PynamoDBException) -> bool:
    """Tell whether a condition of a write didn't hold, so that nothing was written.

    Where an answer was lost there is none that tells of it: False.
    """
    answer = getattr(error.cause, "response", None) or {}
    return bool(answer.get("Error", {}).get("Code") == "ConditionalCheckFailedException")


def reachable(call: Callable[P, R]) -> Callable[P, R]:
    """Turn the database's errors into Unavailable, which readers can be told."""

    @wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except (PynamoDBException, BotoCoreError) as error:
            raise Unavailable from error

    return run
