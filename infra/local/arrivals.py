"""Files that arrive in quarantine: calls a function for each, as S3's events do on AWS.

The emulator's bucket is listed at intervals. A file whose call fails is left to the scheduler.
"""

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote_plus

from botocore.exceptions import BotoCoreError, ClientError

from infra.functions import FUNCTIONS
from infra.local import functions, objects

# Which functions are called for new objects, by key prefix.
LISTENERS = tuple(
    (arrivals.prefix, one.entry_point) for one in FUNCTIONS for arrivals in one.arrivals
)
PAUSE_SECONDS = 0.5


class Watcher:
    """Calls a function once for each file in a bucket under a prefix."""

    def __init__(
        self, endpoint: str, bucket: str, prefix: str, call: Callable[[functions.Event], Any]
    ) -> None:
        self.bucket, self.prefix, self.call = bucket, prefix, call
        self.stopped = threading.Event()
        self._client = objects.client(endpoint)
        self._told: set[tuple[str, str]] = set()

    def run(self) -> None:
        """Watch until `stopped` is set. If the store is unavailable for a while, go on."""
        while not self.stopped.is_set():
            try:
                self.poll()
            except (BotoCoreError, ClientError) as error:
                print(f"The bucket {self.bucket} can't be read: {type(error).__name__}.")
            self.stopped.wait(PAUSE_SECONDS)

    def poll(self) -> int:
        """Call the function for each new file; return how many there were."""
        listed = self._client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix)
        there = {(one["Key"], str(one["LastModified"])) for one in listed.get("Contents", ())}
        new = sorted(there - self._told)
        self._told = there
        for key, _ in new:
            self._tell(key)
        return len(new)

    def _tell(self, key: str) -> None:
        event = {"s3": {"bucket": {"name": self.bucket}, "object": {"key": quote_plus(key, "/")}}}
        try:
            self.call({"Records": [{"eventName": "ObjectCreated:Post", **event}]})
        except Exception as error:  # noqa: BLE001 - the scheduler retries the file
            print(f"A file in {self.bucket} failed: {type(error).__name__}", flush=True)


def watchers() -> list[Watcher]:
    """Return the watchers that report new files, and those that are there already."""
    endpoint = os.environ["AWS_ENDPOINT_URL_S3"]
    return [
        Watcher(endpoint, objects.QUARANTINE, prefix, partial(functions.invoke, name))
        for prefix, name in LISTENERS
    ]
