"""What a test left in tables is gone before the next, whoever wrote it and however."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

import boto3
import pytest
from pynamodb.exceptions import PutError
from pynamodb.transactions import TransactWrite

from signet import tables
from signet.transactions.tables import MODELS, OperationRow
from tests import emptying
from tests.emptying import empty, put_back, settle
from tests.faults.dying import in_a_process

ITEM = {"act": {"S": "a"}, "digest": {"S": "d"}, "result": {"S": "r"}}
LOOKS = "assert not boto3.client('dynamodb').scan(TableName='signet-acts')['Count']"
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


def test_who_asks_meanwhile_waits_for_what_is_being_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row().save()
    there = boto3.Session().client("dynamodb").scan(TableName="signet-acts")["Items"][0]
    empty(MODELS)
    settle()
    put_back(OperationRow, there)
    found: list[int] = []
    other = Thread(target=lambda: found.append(OperationRow.count()))
    whole = emptying._send

    def slow(client: Any, operation: str, said: Any) -> Any:
        if operation == "BatchWriteItem":
            other.start()
            other.join(0.3)  # as long as it would take to find nothing
        return whole(client, operation, said)

    monkeypatch.setattr(emptying, "_send", slow)
    settle()
    other.join()
    assert found == [1]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the calls to the database from now on, with those for what was put off."""
    calls: list[str] = []
    whole = emptying._send

    def heard(client: Any, operation: str, said: Any) -> Any:
        rows = sum(map(len, said.get("RequestItems", {}).values()))
        calls.append(f"{operation} {rows}" if rows else operation)
        return whole(client, operation, said)

    monkeypatch.setattr(emptying, "_send", heard)
    return calls


def test_only_tables_that_another_wrote_to_are_looked_into(sent: list[str]) -> None:
    empty(MODELS)
    settle()
    assert sent == []
    row().save()
    row().save()
    empty(MODELS)
    settle()
    assert sent == ["PutItem", "PutItem", "BatchWriteItem 1"]
    by_a_fork()
    del sent[:]
    empty(MODELS)
    settle()
    assert sent == ["Scan", "BatchWriteItem 1"]


def put(number: int, result: str = "r") -> None:
    """Put a row back as a world's rows are."""
    found: Any = {"act": {"S": f"a{number}"}, "digest": {"S": "d"}, "result": {"S": result}}
    put_back(OperationRow, found)


def results() -> dict[str, str]:
    return {one.act: one.result for one in OperationRow.scan()}


def test_of_what_is_put_back_only_what_differs_is_written(sent: list[str]) -> None:
    for number in range(4):
        put(number)
    assert results() == {f"a{number}": "r" for number in range(4)}
    row(0).update([OperationRow.result.set("other")])
    row(1).delete()
    row(4).save()
    del sent[:]
    empty(MODELS)
    for number in range(3):
        put(number)
    assert results() == {f"a{number}": "r" for number in range(3)}
    # Those that were written otherwise, the one more, and the one that isn't wanted any more.
    assert sent == ["BatchWriteItem 4", "Scan"]


def test_a_write_that_fails_leaves_a_row_that_is_put_back(sent: list[str]) -> None:
    put(1)
    settle()
    other = OperationRow(act="a1", digest="d", result="other")
    with pytest.raises(PutError):
        other.save(OperationRow.act.does_not_exist())
    del sent[:]
    empty(MODELS)
    put(1)
    settle()
    assert sent == ["BatchWriteItem 1"]  # nobody knows what a write that failed has done


def test_of_writes_at_the_same_time_none_is_taken_for_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = emptying._send

    def meanwhile(client: Any, operation: str, said: Any) -> Any:
        monkeypatch.setattr(emptying, "_send", whole)
        answer = whole(client, operation, said)
        OperationRow(act="a1", digest="d", result="other").save()
        return answer

    monkeypatch.setattr(emptying, "_send", meanwhile)
    row(1).save()
    assert results() == {"a1": "other"}
    empty(MODELS)
    put(1)
    assert results() == {"a1": "r"}


def test_what_another_wrote_is_gone_and_overwritten_too() -> None:
    put(1)
    settle()
    assert in_a_process(lambda: overwritten("a1")) == 0
    put(1)
    assert results() == {"a1": "r"}
    assert in_a_process(lambda: overwritten("a1")) == 0
    empty(MODELS)
    put(1)
    assert results() == {"a1": "r"}


def overwritten(act: str) -> None:
    """Write by another process's own connection."""
    client: Any = boto3.Session().client("dynamodb")
    client.put_item(TableName="signet-acts", Item={**ITEM, "act": {"S": act}, "result": {"S": "x"}})


def test_other_processes_find_what_was_put_back() -> None:
    client: Any = boto3.Session().client("dynamodb")
    put(1)

    def looks() -> int:
        found = client.scan(TableName="signet-acts")["Items"]
        return 0 if [one["act"]["S"] for one in found] == ["a1"] else 1

    assert in_a_process(looks) == 0
    empty(MODELS)
    program = f"import boto3; {LOOKS}"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_table_that_is_made_again_holds_nothing() -> None:
    put(1)
    settle()
    OperationRow.delete_table()
    OperationRow.create_table(wait=True)
    empty(MODELS)
    put(1)
    assert results() == {"a1": "r"}


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
