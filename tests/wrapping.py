"""Keys that wrap others, in the emulator's KMS."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from infra.local import dynamodb as local
from infra.local import emulator as local_emulator
from signet import keyring
from signet.keyring import Pair, Purpose


@pytest.fixture
def kms(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a client of the emulator's KMS, which the code under test uses from here on too."""
    for name, value in local_emulator.environment(emulator).items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    return session.client("kms", endpoint_url=emulator, **local.credentials())


def new_key(kms: Any) -> str:
    """Make a key in KMS; gives its id."""
    return str(kms.create_key()["KeyMetadata"]["KeyId"])


def set_pairs(monkeypatch: pytest.MonkeyPatch, purpose: Purpose, *pairs: Pair) -> None:
    """Set the pairs of a purpose, the one that is sealed to now first."""
    for name, value in keyring.settings(purpose, pairs).items():
        monkeypatch.setenv(name, value)
