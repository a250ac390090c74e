"""The objects of one bucket with versioning, with many calls at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

THREADS = 32
# A call with all its retries ends before a lease can expire (signet.publish.target.lease.MARGIN).
TRIES = 5
CONNECT_SECONDS = 5
READ_SECONDS = 10
IN_FLIGHT = 1000  # calls that wait for a thread
MOST_DELETED = 1000  # by one call: S3's limit
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
NO_VERSION = frozenset({"NoSuchVersion", "NoSuchKey", "404", "InvalidArgument"})
NOT_AS_BEFORE = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412"})

Item = TypeVar("Item")
Result = TypeVar("Result")


class ChangedMeanwhile(Exception):
    """An object isn't as it was read: another process has written it."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object as it is now; `tag` identifies its content in a conditional write."""

    content: bytes
    version: str
    tag: str
    media: str
    caching: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The newest version of an object, as listings give it."""

    key: str
    version: str
    tag: str


class Objects:
    """One bucket. Its methods raise what boto3 raises, besides the errors they document."""

    def __init__(self, bucket: str, client: S3Client | None = None) -> None:
        self.bucket = bucket
        if client is not None:
            self.client = client

    @cached_property
    def client(self) -> S3Client:
        """The client, created when it is first used: that takes a third of a second."""
        return new_client()

    def keeps_versions(self) -> bool:
        """Tell whether versioning is on, so that what is replaced or deleted can be restored."""
        return self.client.get_bucket_versioning(Bucket=self.bucket).get("Status") == "Enabled"

    def put(self, key: str, body: bytes | BinaryIO, media: str, caching: str) -> str:
        """Write an object and return its version."""
        return self.client.put_object(
            Bucket=self.bucket, Key=key, Body=body, ContentType=media, CacheControl=caching
        )["VersionId"]

    def put_if(self, key: str, body: bytes, tag: str) -> str:
        """Write an object if it is still as read, and return its new tag.

        `tag` is the one it was read with, or empty when there was no object. Raises
        ChangedMeanwhile when the object has changed.
        """
        condition: dict[str, Any] = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        try:
            return self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                CacheControl="no-store",
                **condition,
            )["ETag"]
        except self.client.exceptions.ClientError as error:
            if code(error) not in NOT_AS_BEFORE:
                raise
        # A write retried because its answer was lost finds the object that it wrote itself.
        stored = self.get(key)
        if stored is None or stored.content != body:
            raise ChangedMeanwhile(key)
        return stored.tag

    def get(self, key: str) -> Object | None:
        """Return an object, or None when there is none."""
        try:
            response = self.client.get_object(Bucket=self.bucket, Key=key)
        except self.client.exceptions.ClientError as error:
            if code(error) in ABSENT:
                return None
            raise
        return Object(
            response["Body"].read(),
            response.get("VersionId", ""),
            response["ETag"],
            response["ContentType"],
            response.get("CacheControl", ""),
        )

    def version(self, key: str) -> str:
        """Return the current version of an object, or "" when there is none."""
        try:
            return self.client.head_object(Bucket=self.bucket, Key=key).get("VersionId", "")
        except self.client.exceptions.ClientError as error:
            if code(error) in ABSENT:
                return ""
            raise

    def put_back(self, key: str, version: str) -> str:
        """Make an earlier version the newest again; return its new version, or "" if it is gone."""
        source: Any = {"Bucket": self.bucket, "Key": key, "VersionId": version}
        try:
            return self.client.copy_object(Bucket=self.bucket, Key=key, CopySource=source)[
                "VersionId"
            ]
        except self.client.exceptions.ClientError as error:
            if code(error) in NO_VERSION:
                return ""
            raise

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; their versions stay."""
        for start in range(0, len(keys), MOST_DELETED):
            named: Any = [{"Key": key} for key in keys[start : start + MOST_DELETED]]
            answer = self.client.delete_objects(
                Bucket=self.bucket, Delete={"Objects": named, "Quiet": True}
            )
            if errors := answer.get("Errors"):
                raise self.client.exceptions.ClientError(
                    {"Error": {"Code": errors[0].get("Code", "")}}, "DeleteObjects"
                )

    def listed(self, prefix: str, limit: int | None = None) -> Iterator[Listed]:
        """Yield the objects whose keys begin with a prefix, `limit` of them at most."""
        pages = self.client.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        versions = (one for page in pages for one in page.get("Versions", ()) if one["IsLatest"])
        for one in islice(versions, limit):
            yield Listed(one["Key"], one["VersionId"], one["ETag"])


def new_client() -> S3Client:
    """Return a client with a connection for each thread."""
    import boto3
    from botocore.config import Config

    config = Config(
        max_pool_connections=THREADS,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
    )
    # A session of its own: boto3's default session isn't thread-safe.
    return boto3.session.Session().client("s3", config=config)


class Threads:
    """A thread pool for calls, none of which outlasts the call of `each`."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "bucket")

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown(cancel_futures=True)

    def each(self, act: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield what a function returns for each item, in order.

        Raises the first exception, once no call is running any more.
        """
        waiting = iter(items)
        while chunk := list(islice(waiting, IN_FLIGHT)):
            futures = [self._pool.submit(act, item) for item in chunk]
            try:
                results = [future.result() for future in futures]
            finally:
                for future in futures:
                    future.cancel()
                wait(futures)
            yield from results


def code(error: Any) -> str:
    """Return the error code of an answer of S3 or the database."""
    answer = getattr(error, "response", None) or {}  # None where the connection was lost
    return str(answer.get("Error", {}).get("Code", ""))
