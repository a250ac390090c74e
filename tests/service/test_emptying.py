"""What a test left in tables is gone before the next, whoever wrote it and however."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from pynamodb.transactions import TransactWrite

from signet import tables
from signet.transactions.tables import MODELS, OperationRow
from tests.cpd_members import counted_calls
from tests.emptying import empty
from tests.faults.dying import in_a_process

ITEM = {"act": {"S": "a"}, "digest": {"S": "d"}, "result": {"S": "r"}}
PROGRAM = f"import boto3; boto3.client('dynamodb').put_item(TableName='signet-acts', Item={ITEM})"


@pytest.fixture(autouse=True)
def emptied(empty_database: dict[str, str]) -> None:
    """Tables of this test's own that were emptied a moment ago."""
    tables.bind(MODELS, "signet-")
    tables.create_missing(MODELS)
    empty(MODELS)


def row(number: int = 0) -> OperationRow:
    return OperationRow(act=f"a{number}", digest="d", result="r")


def by_transaction() -> None:
    with TransactWrite(connection=OperationRow._get_connection().connection) as transaction:
        transaction.save(row())


def by_many() -> None:
    with OperationRow.batch_write() as batch:
        for number in range(30):  # more than can be removed at once
            batch.save(row(number))


def by_another_client() -> None:
    client: Any = boto3.Session().client("dynamodb")  # the default one keeps an older access key
    client.put_item(TableName="signet-acts", Item=ITEM)


def by_a_fork() -> None:
    assert in_a_process(by_another_client) == 0


def by_a_program() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


@pytest.mark.parametrize(
    "write", [by_transaction, by_many, by_another_client, by_a_fork, by_a_program]
)
def test_whatever_was_written_is_gone(write: Callable[[], None]) -> None:
    for _ in range(2):  # tables that were emptied before are emptied again
        write()
        assert OperationRow.count() > 0
        empty(MODELS)
        assert OperationRow.count() == 0


def test_only_tables_that_another_wrote_to_are_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted_calls(monkeypatch)
    empty(MODELS)
    assert calls == []
    row().save()
    row().save()
    empty(MODELS)
    assert calls == ["PutItem", "PutItem", "BatchWriteItem"]
    by_a_fork()
    del calls[:]
    empty(MODELS)
    assert calls == ["Scan", "BatchWriteItem"]


def test_another_databases_tables_are_others(
    empty_database: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row().save()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", empty_database["AWS_ACCESS_KEY_ID"] + "2")
    tables.bind(MODELS, "signet-")
    tables.create_missing(MODELS)
    empty(MODELS)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", empty_database["AWS_ACCESS_KEY_ID"])
    tables.bind(MODELS, "signet-")
    assert OperationRow.count() == 1
    empty(MODELS)
    assert OperationRow.count() == 0
