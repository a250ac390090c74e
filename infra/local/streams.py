"""DynamoDB streams polled on this machine, calling functions as AWS's event source mapping does.

A failed batch is retried, then halved until the failing record is alone; that one is put aside, as
a dead letter, and reported. A poller starts at the stream's end as of its creation: earlier changes
must be handled otherwise (the site is rebuilt, waiting mail is sent by the scheduler).
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.functions import FUNCTIONS
from infra.local import functions

Record = dict[str, Any]

# Which function subscribes to which table's stream; each has its own position in it.
LISTENERS = tuple((stream.table, one.entry_point) for one in FUNCTIONS for stream in one.streams)
# Which function the scheduler calls, and every how many seconds on one machine.
SCHEDULED = tuple(
    (one.entry_point, clock.local_seconds)
    for one in FUNCTIONS
    for clock in one.clocks
    if clock.local_seconds
)
PAUSE_SECONDS = 0.5
LARGEST_BATCH = 100
# Before each retry; another build that holds the lock, for one, is done in seconds.
RETRY_PAUSES = (1.0, 5.0, 15.0)
STOP_SECONDS = 10.0
NO_LONGER_THERE = {"ExpiredIteratorException", "TrimmedDataAccessException"}


@dataclass
class Position:
    """A poller's position in a shard: the next iterator, and the last record read."""

    iterator: str | None
    last: str | None = None


class Running(Protocol):
    """A poller that looks for changes in a thread of its own, until `stopped` is set."""

    stopped: threading.Event

    def run(self) -> None:
        """Look for changes."""


class Poller:
    """Reads one table's stream, from now on, and passes batches of records to a function.

    `call` takes an event and may raise, or return which records failed. `pauses` are seconds
    between tries.
    """

    def __init__(
        self,
        endpoint: str,
        table: str,
        call: Callable[[functions.Event], Any],
        pauses: Sequence[float] = RETRY_PAUSES,
    ) -> None:
        self.table, self.call, self.pauses = table, call, pauses
        self.put_aside: list[Record] = []
        self.stopped = threading.Event()
        # Streams are at the database's own address, here as on AWS.
        session = boto3.Session()
        self._streams = session.client("dynamodbstreams", endpoint_url=endpoint)
        described = session.client("dynamodb", endpoint_url=endpoint).describe_table(
            TableName=table
        )
        self._arn = described["Table"]["LatestStreamArn"]
        self._places: dict[str, Position] = {}
        self._seen: set[str] = set()
        self._look_for_shards("LATEST")

    def run(self) -> None:
        """Poll until `stopped` is set. If the database is unavailable for a while, go on."""
        while not self.stopped.is_set():
            try:
                heard = self.poll()
            except (BotoCoreError, ClientError) as error:
                print(f"The stream of {self.table} can't be read: {type(error).__name__}.")
                heard = 0
            if not heard:
                self.stopped.wait(PAUSE_SECONDS)

    def poll(self) -> int:
        """Deliver the records that are there now; return how many there were."""
        heard = 0
        for shard, place in list(self._places.items()):
            records = self._read(shard, place)
            if records:
                heard += len(records)
                self._deliver(records)
            if place.iterator is None:  # closed after some hours: its successor is another shard
                del self._places[shard]
                self._look_for_shards("TRIM_HORIZON")
        return heard

    def _read(self, shard: str, place: Position) -> list[Record]:
        try:
            response = self._streams.get_records(
                ShardIterator=place.iterator or "", Limit=LARGEST_BATCH
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in NO_LONGER_THERE:
                raise
            kind = "AFTER_SEQUENCE_NUMBER" if place.last else "TRIM_HORIZON"
            place.iterator = self._iterator(shard, kind, place.last)
            return []
        records = [_as_lambda_gives_it(dict(record), self._arn) for record in response["Records"]]
        if records:
            place.last = records[-1]["dynamodb"]["SequenceNumber"]
        place.iterator = response.get("NextShardIterator")
        return records

    def _deliver(self, records: list[Record]) -> None:
        left = self._tried(records)
        for pause in self.pauses:
            if not left or self.stopped.wait(pause):
                break
            left = self._tried(left)
        if len(left) > 1:
            middle = len(left) // 2
            self._deliver(left[:middle])
            self._deliver(left[middle:])
        elif left:
            self.put_aside += left
            print(f"Put aside after {len(self.pauses) + 1} tries: {self.table} {_keys(left[0])}")

    def _tried(self, records: list[Record]) -> list[Record]:
        """Call the function; return the records that it didn't process."""
        try:
            result = self.call({"Records": records}) or {}
        except Exception as error:  # noqa: BLE001 - after any error the records are retried
            print(f"{len(records)} changes of {self.table} failed: {type(error).__name__}: {error}")
            return records
        failed = {one["itemIdentifier"] for one in result.get("batchItemFailures", ())}
        for position, record in enumerate(records):
            if record["dynamodb"]["SequenceNumber"] in failed:
                return records[position:]  # as on AWS: all from the first that failed
        return []

    def _look_for_shards(self, start: str) -> None:
        """Read new shards, starting at `start`."""
        description = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        for shard in description.get("Shards", ()):
            name = shard["ShardId"]
            closed = "EndingSequenceNumber" in shard["SequenceNumberRange"]
            if name not in self._seen and not (closed and start == "LATEST"):
                self._places[name] = Position(self._iterator(name, start))
            self._seen.add(name)

    def _iterator(self, shard: str, kind: Any, after: str | None = None) -> str | None:
        position = {"SequenceNumber": after} if after else {}
        iterator: str | None = self._streams.get_shard_iterator(
            StreamArn=self._arn, ShardId=shard, ShardIteratorType=kind, **position
        )["ShardIterator"]
        return iterator


def pollers(endpoint: str) -> list[Poller]:
    """Return a poller for each subscribed function; they read what is written from now on."""
    prefix = os.environ.get("SIGNET_TABLES", "signet-")
    return [
        Poller(endpoint, f"{prefix}{table}", partial(functions.invoke, name))
        for table, name in LISTENERS
    ]


@contextmanager
def polled(pollers: Sequence[Running]) -> Iterator[None]:
    """Run pollers in threads of their own while the block runs."""
    threads = [threading.Thread(target=poller.run, daemon=True) for poller in pollers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for poller in pollers:
            poller.stopped.set()
        for thread in threads:
            thread.join(STOP_SECONDS)


@contextmanager
def scheduled(calls: Sequence[tuple[str, float]]) -> Iterator[None]:
    """Call functions, by name, every so many seconds while the block runs."""
    stopped = threading.Event()
    threads = [
        threading.Thread(target=_repeat, args=(name, seconds, stopped), daemon=True)
        for name, seconds in calls
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join(STOP_SECONDS)


def _repeat(name: str, seconds: float, stopped: threading.Event) -> None:
    while not stopped.wait(seconds):
        try:
            functions.invoke(name, _tick())
        except Exception as error:  # noqa: BLE001 - the next call tries again
            print(f"{name}, called by the scheduler, failed: {type(error).__name__}", flush=True)


def _tick() -> functions.Event:
    """Return EventBridge's event of a schedule, as far as functions read it."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"source": "aws.events", "detail-type": "Scheduled Event", "time": now, "detail": {}}


def _as_lambda_gives_it(record: Record, arn: str) -> Record:
    """Return the record as Lambda passes it: its time as a number, and with its stream's ARN."""
    data = dict(record["dynamodb"])
    moment = data.get("ApproximateCreationDateTime")
    if isinstance(moment, datetime):
        data["ApproximateCreationDateTime"] = int(moment.timestamp())
    return {**record, "dynamodb": data, "eventSourceARN": arn}


def _keys(record: Record) -> str:
    return ", ".join(next(iter(key.values())) for key in record["dynamodb"]["Keys"].values())
