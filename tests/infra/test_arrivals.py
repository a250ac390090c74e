"""Files that arrive, told to their function as the store does on AWS."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from infra.local import objects
from infra.local.arrivals import Watcher
from infra.local.functions import Event
from infra.tables import MODELS
from signet import tables
from signet.complaints.files import checking
from signet.complaints.model import FileState
from tests import uploaded
from tests.complaint_evidence import known, post
from tests.complaint_office import file
from tests.entries import POLICY
from tests.infra.waiting import eventually

if TYPE_CHECKING:
    from tests.service_world import World


def today() -> date:
    return datetime.now(ZoneInfo(POLICY.regulator.time_zone)).date()


@pytest.fixture
def bucket(emulator: str) -> str:
    name = f"arrivals-{secrets.token_hex(6)}"
    region = {"LocationConstraint": "ca-central-1"}
    objects.client(emulator).create_bucket(Bucket=name, CreateBucketConfiguration=region)
    return name


def put(emulator: str, bucket: str, *keys: str) -> None:
    for key in keys:
        objects.client(emulator).put_object(Bucket=bucket, Key=key, Body=b"x")


def test_each_file_is_told_of_once_by_its_key_as_in_an_address(emulator: str, bucket: str) -> None:
    heard: list[Event] = []
    watcher = Watcher(emulator, bucket, "complaints/", heard.append)
    put(emulator, bucket, "complaints/a b", "member/1")
    assert (watcher.poll(), watcher.poll()) == (1, 0)
    (record,) = heard[0]["Records"]
    assert record["s3"]["object"]["key"] == "complaints/a+b"
    assert record["s3"]["bucket"]["name"] == bucket


def test_a_function_that_fails_on_one_file_is_told_of_the_others(
    emulator: str, bucket: str, capsys: Any
) -> None:
    heard: list[str] = []

    def call(event: Event) -> None:
        key = event["Records"][0]["s3"]["object"]["key"]
        heard.append(key)
        if key.endswith("1"):
            raise ValueError(key)

    watcher = Watcher(emulator, bucket, "complaints/", call)
    put(emulator, bucket, "complaints/1", "complaints/2")
    assert watcher.poll() == 2
    assert heard == ["complaints/1", "complaints/2"]
    assert "ValueError" in capsys.readouterr().out


def test_a_file_sent_to_a_complaint_is_sealed_within_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in world.variables.items():
        monkeypatch.setenv(name, value)
    tables.bind(MODELS)
    how = checking.means(world.variables, POLICY)
    id_ = file(today=today()).files[0]
    assert post(how, id_, uploaded.png()) == 303
    assert eventually(lambda: known(id_).state is FileState.SEALED)
    assert eventually(lambda: not how.objects.lying(f"complaints/{id_}"))
