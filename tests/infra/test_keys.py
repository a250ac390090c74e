"""The keys of this machine: made at the first start, kept, and recovered when they were lost."""

from __future__ import annotations

import base64
import os
import signal
import stat
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from infra.local import dynamodb, emulator, keys
from signet import keyring, sealing
from signet.keyring import Purpose
from signet.sealing import Sealed


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that keeps an emulator's state and the keys, from run to run."""
    for name, value in dynamodb.environment("").items():
        monkeypatch.setenv(name, value)
    return tmp_path


def started(endpoint: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Prepare the keys and set them, as a start of the parts does, in a process without any."""
    known = keys.prepare(endpoint, place / "keys")
    for name, value in {**emulator.environment(endpoint), **known}.items():
        monkeypatch.setenv(name, value)
    keyring.unwrapped.cache_clear()
    return known


def sealed(known: dict[str, str], purpose: Purpose) -> Sealed:
    """Something that is sealed to the purpose's key."""
    raw = base64.b64decode(known[purpose.public])
    to = sealing.recipient(X25519PublicKey.from_public_bytes(raw))
    return sealing.seal(b"what happened", to, "case/1")


def opens(one: Sealed, purpose: Purpose) -> bool:
    def private(id_: str) -> Any:
        return keyring.private_key(purpose, id_)

    return sealing.opened(one.box, one.key, private, "case/1") == b"what happened"


def test_they_are_made_once_and_open_in_the_next_run_what_was_sealed_in_this(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with emulator.running(place / "emulator") as running:
        known = started(running.endpoint, place, monkeypatch)
        boxes = {purpose: sealed(known, purpose) for purpose in Purpose}
        assert all(opens(box, purpose) for purpose, box in boxes.items())
    with emulator.running(place / "emulator") as running:
        assert started(running.endpoint, place, monkeypatch) == known
        assert all(opens(box, purpose) for purpose, box in boxes.items())
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (place / "keys").iterdir()}
    assert modes == {0o600}


def test_after_the_emulator_was_killed_with_its_keys_complaints_still_open(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with emulator.running(place / "emulator") as running:
        known = started(running.endpoint, place, monkeypatch)
        box = sealed(known, Purpose.OFFICE)
        os.kill(_emulator_under(running.process.pid), signal.SIGKILL)
        running.process.wait()
    with emulator.running(place / "emulator") as running:
        client = boto3.client("kms", endpoint_url=running.endpoint, **dynamodb.credentials())
        assert client.list_keys()["Keys"] == []
        again = started(running.endpoint, place, monkeypatch)
        assert again[Purpose.OFFICE.public] == known[Purpose.OFFICE.public]
        assert opens(box, Purpose.OFFICE)
        assert opens(sealed(again, Purpose.MAIL), Purpose.MAIL)


def _emulator_under(guard: int) -> int:
    """Return the process that the guard started."""
    return int(Path(f"/proc/{guard}/task/{guard}/children").read_text().split()[0])


def test_a_start_cut_short_is_begun_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with emulator.running(place / "emulator") as running:
        (place / "keys").mkdir()
        for name in keys.SHARES:
            (place / "keys" / name).write_text("of a key that nobody was ever told of")
        known = started(running.endpoint, place, monkeypatch)
        assert opens(sealed(known, Purpose.OFFICE), Purpose.OFFICE)


def test_a_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "intake-key"
    made = keys.secret(file)
    assert len(made) >= 32
    assert keys.secret(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
