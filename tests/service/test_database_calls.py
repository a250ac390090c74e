"""The shorter way to the local database leads where botocore's own does."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from signet import tables
from signet.transactions.tables import MODELS, OperationRow
from tests import database_calls
from tests.faults.dying import in_a_process
from tests.faults.trouble import Trouble, at_call

TABLE = "signet-tried"
ROW = {
    "key": {"S": "Zoë 王"},
    "sort": {"N": "7"},
    "bytes": {"B": b"\x00\xff"},
    "list": {"L": [{"NULL": True}, {"BOOL": False}, {"M": {"more": {"BS": [b"a", b"b"]}}}]},
    "words": {"SS": ["a", "b"]},
}
KEY = {name: ROW[name] for name in ("key", "sort")}
UNMET = {"ConditionExpression": "attribute_not_exists(words)"}
NAMES = {"#key": "key"}
# Each is asked in turn, both ways, of a database of its own.
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("put_item", {"TableName": TABLE, "Item": ROW}),
    ("put_item", {"TableName": TABLE, "Item": ROW, **UNMET}),
    ("get_item", {"TableName": TABLE, "Key": KEY, "ConsistentRead": True}),
    ("get_item", {"TableName": TABLE, "Key": {**KEY, "sort": {"N": "8"}}}),
    (
        "query",
        {
            "TableName": TABLE,
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": {":key": ROW["key"]},
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
    ("query", {"TableName": TABLE, "KeyConditionExpression": "nonsense"}),
    (
        "transact_write_items",
        {
            "TransactItems": [
                {"Put": {"TableName": TABLE, "Item": {**ROW, "sort": {"N": "9"}}}},
                {
                    "Delete": {
                        "TableName": TABLE,
                        "Key": KEY,
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        **UNMET,
                    }
                },
            ]
        },
    ),
    ("batch_get_item", {"RequestItems": {TABLE: {"Keys": [KEY]}}}),
    ("scan", {"TableName": "signet-nowhere"}),
    ("describe_table", {"TableName": "signet-nowhere"}),
    ("delete_item", {"TableName": TABLE, "Key": KEY, "ReturnValues": "ALL_OLD"}),
    ("scan", {"TableName": TABLE}),
)


def client() -> Any:
    """Connect to the test's own database, with the table in it."""
    made = boto3.Session().client("dynamodb")
    if TABLE not in made.list_tables()["TableNames"]:
        made.create_table(
            TableName=TABLE,
            AttributeDefinitions=[
                {"AttributeName": "key", "AttributeType": "S"},
                {"AttributeName": "sort", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "key", "KeyType": "HASH"},
                {"AttributeName": "sort", "KeyType": "RANGE"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    return made


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the operations that go the whole way."""
    gone: list[str] = []
    real = database_calls._make_request

    def noted(client: Any, operation: Any, *more: Any) -> Any:
        gone.append(operation.name)
        return real(client, operation, *more)

    monkeypatch.setattr(database_calls, "_make_request", noted)
    return gone


@contextmanager
def by_botocore() -> Iterator[None]:
    """Let the whole way be the only one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_request", database_calls._make_request)
        yield


def answers() -> list[Any]:
    """Return what is answered to each call, without what is another's each time."""
    asked = client()
    return [_answer(asked, name, said) for name, said in CALLS]


def _answer(asked: Any, name: str, said: dict[str, Any]) -> Any:
    try:
        answer = getattr(asked, name)(**said)
    except ClientError as error:
        answer = {**error.response, "raised": type(error).__name__}
    told = answer["ResponseMetadata"]
    for of_its_own in ("RequestId", "date", "x-amzn-requestid", "x-amz-crc32"):
        assert told.pop(of_its_own, "") != "none"
        told["HTTPHeaders"].pop(of_its_own, None)
    return answer


def test_it_is_answered_what_botocore_is(
    empty_database: dict[str, str], monkeypatch: pytest.MonkeyPatch, whole: list[str]
) -> None:
    short = answers()
    assert whole == []
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", empty_database["AWS_ACCESS_KEY_ID"] + "2")
    with by_botocore():
        assert short == answers()
    assert len(whole) > len(CALLS)


def test_tables_that_are_bound_again_are_reached_by_the_same_client_and_another_key_s_are_not(
    empty_database: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached() -> Any:
        tables.bind(MODELS)
        return OperationRow._get_connection().connection.client

    first = reached()
    assert reached() is first
    tables.create_missing(MODELS)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", empty_database["AWS_ACCESS_KEY_ID"] + "2")
    assert reached() is not first
    assert not OperationRow.exists()


@pytest.mark.usefixtures("empty_database")
def test_every_thread_and_process_has_its_own_connection(whole: list[str]) -> None:
    asked = client()
    asked.put_item(TableName=TABLE, Item=ROW)
    found: list[Any] = []

    def ask() -> None:
        found.extend(asked.get_item(TableName=TABLE, Key=KEY)["Item"] == ROW for _ in range(20))

    def forked() -> int:
        ask()
        return 0 if all(found) else os.EX_SOFTWARE

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert in_a_process(forked) == 0
    for thread in threads:
        thread.join()
    assert found == [True] * 80
    assert whole == []


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize(
    "said", ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"]
)
def test_a_connection_that_breaks_is_made_anew(whole: list[str], said: str) -> None:
    """The database hangs up on whoever was silent for half a minute."""
    asked = client()
    asked.put_item(TableName=TABLE, Item=ROW)
    ours, theirs = socket.socketpair()
    theirs.sendall(said.encode())
    theirs.shutdown(socket.SHUT_WR)
    held = database_calls._own.line
    database_calls._own.line = held._replace(socket=ours, answers=ours.makefile("rb"))
    assert asked.get_item(TableName=TABLE, Key=KEY)["Item"] == ROW
    assert whole == ["GetItem"]
    assert asked.get_item(TableName=TABLE, Key=KEY)["Item"] == ROW
    assert whole == ["GetItem"]


@pytest.mark.usefixtures("empty_database")
def test_trouble_is_botocore_s_to_live_with() -> None:
    asked = client()
    with at_call(1, Trouble.LOST_ONCE) as heard:
        answer = asked.put_item(TableName=TABLE, Item=ROW)
    assert heard.fired
    assert answer["ResponseMetadata"]["RetryAttempts"] > 0


def test_a_database_that_isn_t_there_is_botocore_s_to_tell(
    empty_database: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(EndpointConnectionError):
        boto3.Session().client("dynamodb").list_tables()
