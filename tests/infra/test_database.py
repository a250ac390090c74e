"""DynamoDB Local as the demonstration and the tests run it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from infra.local import dynamodb, ports
from infra.local import tables as local_tables
from infra.local.errors import DatabaseFailed, DataInUse, MissingPart, PortTaken
from infra.tables import MODELS as PRODUCT
from signet import tables
from signet.accounts.tables import MODELS
from tests.infra.waiting import PATIENCE, freed
from tests.local_database import shared_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).resolve().parents[2]
TABLE = "records"


def client(endpoint: str, key: str = "local") -> DynamoDBClient:
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=dynamodb.REGION,
        aws_access_key_id=key,
        aws_secret_access_key="local",
    )


def put_record(database: DynamoDBClient, key: str) -> None:
    database.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    database.put_item(TableName=TABLE, Item={"id": {"S": key}})


def port_of(endpoint: str) -> int:
    return int(endpoint.rpartition(":")[2])


@pytest.fixture
def foreground(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """`make db` in a process of its own: the process, the endpoint and its environment file."""
    announced = tmp_path / "local.env"
    options: list[str | Path] = ["--data", tmp_path / "data", "--environment-file", announced]
    with subprocess.Popen(
        [sys.executable, "-m", "infra.local.dynamodb", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("DynamoDB Local: "), line + process.stdout.read()
        yield process, line.split()[2].rstrip(","), announced
        process.kill()


def test_data_is_kept_over_a_restart_and_its_port_is_freed(tmp_path: Path) -> None:
    with dynamodb.running(tmp_path) as first:
        put_record(client(first.endpoint), "kept")
    assert freed(first.port)
    with dynamodb.running(tmp_path) as second:
        found = client(second.endpoint).get_item(TableName=TABLE, Key={"id": {"S": "kept"}})
    assert found["Item"] == {"id": {"S": "kept"}}


def test_a_second_database_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with (
        dynamodb.running(tmp_path),
        pytest.raises(DataInUse, match="already running"),
        dynamodb.running(tmp_path),
    ):
        pytest.fail("two databases shared a folder")


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as other:
        taken = other.getsockname()[1]
        with (
            pytest.raises(PortTaken, match=f"port {taken} is taken"),
            dynamodb.running(tmp_path / "data", port=taken),
        ):
            pytest.fail("the database took a port in use")
    assert not (tmp_path / "data").exists()


def test_a_database_that_does_not_answer_in_time_is_stopped_and_reported() -> None:
    port = ports.free_port()
    with (
        pytest.raises(DatabaseFailed, match="didn't answer within 0 s"),
        dynamodb.running(port=port, deadline=0),
    ):
        pytest.fail("it can't have answered yet")
    assert freed(port)


def test_missing_parts_are_named_with_the_command_that_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb, "ROOT", tmp_path)
    with pytest.raises(MissingPart, match="make setup"), dynamodb.running():
        pytest.fail("there is no database to run")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_database_ends_with_its_parent(
    foreground: tuple[subprocess.Popen[str], str, Path], number: signal.Signals
) -> None:
    process, endpoint, announced = foreground
    assert f"AWS_ENDPOINT_URL_DYNAMODB={endpoint}\n" in announced.read_text()
    client(endpoint).list_tables()

    process.send_signal(number)
    process.wait(PATIENCE)

    assert freed(port_of(endpoint))
    if number != signal.SIGKILL:
        # Stopping it is how one ends it: no error, nothing left behind.
        assert process.returncode == 0
        assert not announced.exists()


def test_a_database_that_dies_is_reported_and_no_longer_announced(
    foreground: tuple[subprocess.Popen[str], str, Path],
) -> None:
    process, endpoint, announced = foreground
    children = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    port = str(port_of(endpoint))
    java = next(line for line in children if f"-port {port} " in line and "guard.py" not in line)
    os.kill(int(java.split()[0]), signal.SIGKILL)

    output, _ = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert "error: DynamoDB Local has ended by itself" in output
    assert not announced.exists()


def test_sharers_use_one_database_until_the_last_lets_go(tmp_path: Path) -> None:
    with shared_database(tmp_path) as last:
        with shared_database(tmp_path) as second:
            assert second == last
            put_record(client(second), "shared")
        assert client(last).list_tables()["TableNames"] == [TABLE]
        assert client(last, key="another").list_tables()["TableNames"] == []
    assert freed(port_of(last))
    with shared_database(tmp_path) as anew:
        assert client(anew).list_tables()["TableNames"] == []


def test_settings_with_secrets_are_their_owner_s_alone_from_the_start(tmp_path: Path) -> None:
    announced = tmp_path / "var" / "local.env"
    announced.parent.mkdir()
    left = announced.with_suffix(".new")
    left.write_text("of a start that was broken off")
    left.chmod(0o666)
    before = os.umask(0)
    try:
        with dynamodb.announced("http://127.0.0.1:1", {"SECRET": "x"}, announced):
            assert announced.stat().st_mode & 0o777 == 0o600
            assert "SECRET=x\n" in announced.read_text()
    finally:
        os.umask(before)


def test_no_row_of_a_test_goes_away_by_the_machines_clock(empty_database: dict[str, str]) -> None:
    tables.bind(MODELS, "lasting-")
    tables.create_missing(MODELS)
    where = empty_database["AWS_ENDPOINT_URL_DYNAMODB"]
    asked = client(where, empty_database["AWS_ACCESS_KEY_ID"])
    for model in MODELS:
        told = asked.describe_time_to_live(TableName=model.Meta.table_name)
        assert told["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED", model


def test_tables_of_an_earlier_version_get_the_streams_and_indexes_that_came_since(
    empty_database: dict[str, str],
) -> None:
    """A demonstration whose records were kept ended with an error, for want of a stream."""
    where = empty_database["AWS_ENDPOINT_URL_DYNAMODB"]
    asked = client(where, empty_database["AWS_ACCESS_KEY_ID"])
    kinds: Any = ("HASH", "RANGE")
    for name, keys in (("signet-requests", "request part"), ("signet-contacts", "number")):
        names = keys.split()
        asked.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": one, "KeyType": kind}
                for one, kind in zip(names, kinds, strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in names],
            BillingMode="PAY_PER_REQUEST",
        )
    asked.put_item(TableName="signet-contacts", Item={"number": {"S": "100001"}})
    local_tables.create()
    for model in PRODUCT:
        schema, name = model._get_schema(), model.Meta.table_name
        held = asked.describe_table(TableName=name)["Table"]
        indexes = {one["index_name"] for one in schema["global_secondary_indexes"]}
        assert {one["IndexName"] for one in held.get("GlobalSecondaryIndexes", ())} == indexes
        view = getattr(model.Meta, "stream_view_type", None)
        assert held.get("StreamSpecification", {}).get("StreamViewType") == view, name
    assert asked.scan(TableName="signet-contacts")["Count"] == 1
    local_tables.create()


@pytest.mark.parametrize("is_on_disk", [False, True])
def test_its_memory_is_limited(tmp_path: Path, *, is_on_disk: bool) -> None:
    """Unlimited, its heap grew to 6 GB in a long import."""
    command = dynamodb._command(8000, tmp_path if is_on_disk else None, separate=not is_on_disk)
    options = command[: command.index("-jar")]
    told = subprocess.run(
        [*options, "-XX:+PrintFlagsFinal", "-version"], capture_output=True, text=True, check=True
    )
    (largest,) = re.findall(r"size_t MaxHeapSize +:?= (\d+)", told.stdout)
    assert int(largest) <= 2**30
