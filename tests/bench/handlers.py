"""Handlers of the services on a database in memory, and what they cost without one.

What a handler costs by itself is measured by giving it the database's own answers again without
asking for them.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import dynamodb as local
from tests.bench.rates import CLIENTS, REQUESTS, rate
from tests.bench.tables import Row

if TYPE_CHECKING:
    from pynamodb.models import Model


@contextmanager
def database(models: Sequence[type[Model]]) -> Iterator[None]:
    """Yield a database of its own with these tables, in memory."""
    from tests.service_shell import write_shell

    with TemporaryDirectory() as folder, local.running() as server:
        os.environ |= local.environment(server.endpoint) | {
            "SIGNET_ADDRESS_KEY": "known to this measurement alone" * 2,
            "SIGNET_SITE_URL": "https://register.example",
            "SIGNET_SHELL": str(write_shell(Path(folder))),
        }
        create_without_streams(models, "signet-")
        yield


def create_without_streams(models: Sequence[type[Model]], prefix: str) -> None:
    """Create tables without their streams, and bind the models to them.

    What DynamoDB Local takes to write a stream grows with its length. On AWS a stream costs who
    writes nothing.
    """
    from signet import tables

    tables.bind(models, prefix)
    with pytest.MonkeyPatch.context() as patch:
        for model in models:
            patch.delattr(model.Meta, "stream_view_type", raising=False)
        tables.create_missing(models)


def rates(
    table: str, name: str, send: Callable[[int], int], expected: int, requests: int = REQUESTS
) -> Iterator[Row]:
    """Yield how many requests a second are answered, with and without a database."""
    with replayed(lambda: send(0)):
        alone = rate(lambda _: send(0), expected, requests)
    yield Row(table, f"{name}, {CLIENTS} clients", str(rate(send, expected, requests)))
    yield Row(table, f"{name}, the handler without a database", str(alone))


@contextmanager
def replayed(once: Callable[[], object]) -> Iterator[None]:
    """Answer the database's calls with what they were answered once, without asking again."""
    import botocore.client

    client: Any = botocore.client.BaseClient
    real = client._make_api_call
    kept: dict[tuple[str, str], list[Any]] = defaultdict(list)
    place = threading.local()

    def name(operation: str, arguments: Any) -> tuple[str, str]:
        return operation, str(arguments.get("TableName", "")) + str(arguments.get("Key", ""))

    def record(self: Any, operation: str, arguments: Any) -> Any:
        answer = real(self, operation, arguments)
        kept[name(operation, arguments)].append(answer)
        return answer

    def replay(_: Any, operation: str, arguments: Any) -> Any:
        answers = kept.get(name(operation, arguments)) or kept[operation, ""]
        turns = place.__dict__.setdefault("turns", defaultdict(int))
        turn = turns[name(operation, arguments)]
        turns[name(operation, arguments)] += 1
        return answers[turn % len(answers)] if answers else {}

    try:
        client._make_api_call = record
        once()
        client._make_api_call = replay
        yield
    finally:
        client._make_api_call = real
