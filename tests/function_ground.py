"""The ground that functions stand on in tests: their tables, and what they are told."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pynamodb.models import Model

from infra.local import dynamodb as local
from signet import sealing, tables
from signet.transactions import sealed_mail
from signet.transactions.outbox import QueuedMail
from signet.transactions.tables import OutboxRow
from tests.emptying import empty as empty
from tests.events import SITE

MAIL = X25519PrivateKey.generate()  # what opens mail in confidence
ADDRESS_KEY = "an address key that only these tests have"
Models = Sequence[type[Model]]


@cache
def access_key(endpoint: str) -> str:
    """Return the access key whose tables in a database are this worker's, in all its files."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Ground:
    """Tables that stay from test to test, and file to file: making them takes longer than most.

    Whoever enters finds its own empty; what is in those of others it doesn't ask.
    """

    variables: Mapping[str, str]
    connections: Mapping[type[Model], Any]

    @classmethod
    def made(cls, endpoint: str, models: Models, key: str = "") -> Ground:
        """Make those of the tables that this worker hasn't yet, or all of them with another key."""
        own = {"AWS_ACCESS_KEY_ID": key or access_key(endpoint)}
        variables = local.environment(endpoint) | own
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            tables.bind(models, "signet-")
            tables.create_missing(models)
            return cls(variables, {model: model._get_connection() for model in models})

    def enter(
        self, monkeypatch: pytest.MonkeyPatch, shell: Path, *, is_emptied: bool = True
    ) -> None:
        """Bind the tables to this database again, empty them, and tell functions what they need."""
        told = {
            "SIGNET_ADDRESS_KEY": ADDRESS_KEY,
            "SIGNET_SITE_URL": SITE,
            "SIGNET_SHELL": str(shell),
            sealing.MAIL: base64.b64encode(MAIL.public_key().public_bytes_raw()).decode(),
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        self.reach(monkeypatch, is_emptied=is_emptied)

    def reach(self, monkeypatch: pytest.MonkeyPatch, *, is_emptied: bool = True) -> None:
        """Bind the tables to this database again, and empty them."""
        for name, value in self.variables.items():
            monkeypatch.setenv(name, value)
        tables.bind(tuple(self.connections), "signet-")
        for model, connection in self.connections.items():
            model._connection = connection
        if is_emptied:
            empty(tuple(self.connections))


def letter_of(row: OutboxRow) -> QueuedMail:
    """Return a mail of the outbox as the function that sends it reads it."""
    letter = QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))
    if not row.sealed:
        return letter
    opened = sealed_mail.open_sealed(bytes(row.sealed), letter.id, [MAIL])
    return QueuedMail(opened.id, opened.to, letter.template, opened.context)
