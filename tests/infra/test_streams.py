"""The pollers against the database's own streams."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from infra.local import streams
from infra.local.functions import Event
from infra.local.streams import Poller
from tests.infra.waiting import PATIENCE, drain, eventually

TABLE = "signet-changes"
Answer = Callable[[Event], Any]


@pytest.fixture
def database(empty_database: dict[str, str]) -> Iterator[Any]:
    client: Any = boto3.Session().client("dynamodb")
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    yield client
    client.delete_table(TableName=TABLE)


def put(database: Any, *ids: str) -> None:
    for one in ids:
        database.put_item(TableName=TABLE, Item={"id": {"S": one}, "text": {"S": "é"}})


def ids(event: Event) -> list[str]:
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]


def poller(call: Answer) -> Poller:
    return Poller(os.environ["AWS_ENDPOINT_URL_DYNAMODB"], TABLE, call, pauses=(0.0, 0.0))


class Listener:
    """Notes what it hears; fails while `failing` says so of an id."""

    def __init__(self, failing: Callable[[str], bool] = lambda _id: False) -> None:
        self.heard: list[str] = []
        self.events: list[Event] = []
        self.calls = 0
        self.failing = failing

    def __call__(self, event: Event) -> None:
        self.calls += 1
        if any(self.failing(one) for one in ids(event)):
            raise ValueError("this one can't be dealt with")
        self.events.append(event)
        self.heard += ids(event)


def test_what_is_written_from_now_on_is_heard_in_order_and_once(database: Any) -> None:
    put(database, "before")
    listener = Listener()
    one = poller(listener)
    put(database, "a", "b")
    drain(one.poll)
    put(database, "c")
    drain(one.poll)
    assert listener.heard == ["a", "b", "c"]


def test_what_is_written_between_making_the_poller_and_its_first_look_is_heard(
    database: Any,
) -> None:
    listener = Listener()
    one = poller(listener)
    put(database, "while the site was built")
    with streams.polled([one]):
        assert eventually(lambda: listener.heard == ["while the site was built"])


def test_a_record_has_the_shape_that_lambda_gives_it(database: Any) -> None:
    listener = Listener()
    one = poller(listener)
    put(database, "a")
    database.delete_item(TableName=TABLE, Key={"id": {"S": "a"}})
    drain(one.poll)
    made, removed = (record for event in listener.events for record in event["Records"])
    assert made["eventName"] == "INSERT"
    assert made["eventSource"] == "aws:dynamodb"
    assert TABLE in made["eventSourceARN"]
    assert made["dynamodb"]["NewImage"] == {"id": {"S": "a"}, "text": {"S": "é"}}
    assert isinstance(made["dynamodb"]["ApproximateCreationDateTime"], int)
    assert removed["eventName"] == "REMOVE"
    assert "NewImage" not in removed["dynamodb"]


def test_a_batch_that_fails_once_is_heard_at_the_next_try(database: Any) -> None:
    tries = iter([True])
    listener = Listener(lambda _id: next(tries, False))
    one = poller(listener)
    put(database, "a", "b")
    drain(one.poll)
    assert listener.heard == ["a", "b"]
    assert one.put_aside == []


def test_a_record_that_always_fails_is_put_aside_alone_and_said(
    database: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    listener = Listener(lambda id_: id_ == "poison")
    one = poller(listener)
    put(database, "a", "b", "poison", "c", "d")
    drain(one.poll)
    assert sorted(listener.heard) == ["a", "b", "c", "d"]
    assert ids({"Records": one.put_aside}) == ["poison"]
    assert f"Put aside after 3 tries: {TABLE} poison" in capsys.readouterr().out
    calls = listener.calls
    put(database, "e")
    drain(one.poll)
    assert listener.calls == calls + 1, "what was put aside isn't tried again"


def test_a_function_can_say_which_records_failed(database: Any) -> None:
    calls: list[list[str]] = []

    def call(event: Event) -> Any:
        calls.append(ids(event))
        wrong = [r["dynamodb"]["SequenceNumber"] for r in event["Records"][1:2]]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in wrong]}

    one = poller(call)
    put(database, "a", "b", "c")
    drain(one.poll)
    assert calls == [["a", "b", "c"], ["b", "c"], ["c"]]


def test_a_database_that_is_away_for_a_moment_ends_nothing(
    database: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listener = Listener()
    one = poller(listener)
    real, away = one.poll, iter([True, True])

    def poll() -> int:
        if next(away, False):
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1")
        return real()

    monkeypatch.setattr(one, "poll", poll)
    put(database, "a")
    with streams.polled([one]):
        assert eventually(lambda: listener.heard == ["a"])
    assert "can't be read" in capsys.readouterr().out


def test_an_iterator_that_has_expired_is_renewed_where_it_stood(database: Any) -> None:
    listener = Listener()
    one = poller(listener)
    put(database, "a")
    drain(one.poll)
    for place in one._places.values():
        place.iterator = _expired(place.iterator)
    put(database, "b")
    assert one.poll() == 0, "the iterator has expired and is only renewed"
    drain(one.poll)
    assert listener.heard == ["a", "b"]


def _expired(iterator: str | None) -> str:
    """Return the same as given out an hour ago: it ends in that moment, encoded."""
    start, _, encoded = (iterator or "").rpartition("|")
    inner, _, moment = base64.b64decode(encoded).decode().rpartition("|")
    earlier = f"{inner}|{int(moment) - 3_600_000:0{len(moment)}d}"
    return f"{start}|{base64.b64encode(earlier.encode()).decode()}"


def test_a_poller_ends_when_it_is_told_to_also_between_tries(database: Any) -> None:
    reached = threading.Event()

    def call(event: Event) -> None:
        reached.set()
        raise ValueError("never")

    one = Poller(os.environ["AWS_ENDPOINT_URL_DYNAMODB"], TABLE, call, pauses=(600.0,))
    put(database, "a")
    before = threading.active_count()
    with streams.polled([one]):
        assert reached.wait(PATIENCE)
    assert threading.active_count() == before
