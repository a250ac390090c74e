"""Files that arrive in quarantine, told to a function as the object store tells it on AWS.

The emulator's store is asked what it holds. What isn't dealt with then is left to the clock.
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

# Which functions are told of what arrives, by what its key begins with.
LISTENERS = tuple(
    (arrivals.prefix, one.entry_point) for one in FUNCTIONS for arrivals in one.arrivals
)
PAUSE_SECONDS = 0.5


class Watcher:
    """Tells a function once of each file that lies in a bucket under a prefix."""

    def __init__(
        self, endpoint: str, bucket: str, prefix: str, call: Callable[[functions.Event], Any]
    ) -> None:
        self.bucket, self.prefix, self.call = bucket, prefix, call
        self.stopped = threading.Event()
        self._client = objects.client(endpoint)
        self._told: set[tuple[str, str]] = set()

    def run(self) -> None:
        """Watch until `stopped` is set. The store going away for a while is no end."""
        while not self.stopped.is_set():
            try:
                self.poll()
            except (BotoCoreError, ClientError) as error:
                print(f"The bucket {self.bucket} can't be read: {type(error).__name__}.")
            self.stopped.wait(PAUSE_SECONDS)

    def poll(self) -> int:
        """Tell of what is new; gives how many files that was."""
        listed = self._client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix)
        there = {(one["Key"], str(one["LastModified"])) for one in listed.get("Contents", ())}
        new = sorted(there - self._told)
        self._told = there
        for key, _ in new:
            self._tell(key)
        return len(new)

    def _tell(self, key: str) -> None:
        told = {"s3": {"bucket": {"name": self.bucket}, "object": {"key": quote_plus(key, "/")}}}
        try:
            self.call({"Records": [{"eventName": "ObjectCreated:Post", **told}]})
        except Exception as error:  # noqa: BLE001 - whatever it is, the clock comes to the file too
            print(f"A file in {self.bucket} failed: {type(error).__name__}", flush=True)


def watchers() -> list[Watcher]:
    """Return what tells each function of files from now on, and of those that lie there already."""
    endpoint = os.environ["AWS_ENDPOINT_URL_S3"]
    return [
        Watcher(endpoint, objects.QUARANTINE, prefix, partial(functions.invoke, name))
        for prefix, name in LISTENERS
    ]
