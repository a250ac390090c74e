"""A bucket of the emulator for each test that asks for one, and what is in it, read plainly."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

import pytest

from infra.local.dynamodb import REGION
from infra.tables import MODELS
from signet import tables
from signet.publish.tables import LeaseRow
from signet.publish.target.bucket import BucketTarget
from signet.publish.target.objects import new_client
from tests.function_ground import Ground

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_contents: dict[str, bytes] = {}


@cache
def _client(endpoint: str, process: int) -> S3Client:
    return new_client()


def client() -> S3Client:
    """Return a client of the emulator in the environment; forks don't share connections."""
    return _client(os.environ["AWS_ENDPOINT_URL_S3"], os.getpid())


def target_of(bucket: str) -> BucketTarget:
    """Return the target that the product would make, but for making a client again."""
    return BucketTarget(bucket, client=client())


def new_bucket(versions: bool = True) -> str:
    """Make a bucket and give its name."""
    name = f"site-{uuid.uuid4().hex[:12]}"
    region = {"LocationConstraint": REGION}
    client().create_bucket(Bucket=name, CreateBucketConfiguration=region)  # type: ignore[arg-type]
    if versions:
        client().put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture(scope="session")
def bucket_tables_made(dynamodb: str) -> Ground:
    """Return every table, made once a worker: publishing reads those of several domains."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def buckets(
    emulator: str, bucket_tables_made: Ground, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let buckets be made and published to in this test, with empty tables beside them."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", emulator)
    bucket_tables_made.reach(monkeypatch)
    yield
    tables.bind(MODELS)


@pytest.fixture
def bucket(buckets: None) -> str:
    """Return the name of a new bucket that keeps versions."""
    return new_bucket()


def served(bucket: str, prefix: str = "site/") -> dict[str, bytes]:
    """Every object below a prefix, by its path."""
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [one for page in pages for one in page.get("Contents", ())]
    return {
        one["Key"].removeprefix(prefix): _content(bucket, one["Key"], one["ETag"].strip('"'))
        for one in found
    }


def _content(bucket: str, key: str, tag: str) -> bytes:
    """Return what an object holds; what was read once is known by its MD5, which S3 lists."""
    if tag not in _contents:
        content = client().get_object(Bucket=bucket, Key=key)["Body"].read()
        if hashlib.md5(content, usedforsecurity=False).hexdigest() != tag:
            return content  # of what is sent in parts it's another hash
        _contents[tag] = content
    return _contents[tag]


def release(bucket: str, files: Mapping[str, bytes], *, full: bool = False) -> list[str]:
    """Release files to a bucket, as a build does; gives what was written."""
    target = target_of(bucket)
    with target.locked():
        staging = target.staging(target.read_back() if full else None)
        for path, content in files.items():
            staging.add(path, content)
        target.release(staging)
        return staging.changed


def restore(bucket: str) -> int:
    """Put the release before back."""
    target = target_of(bucket)
    with target.locked():
        return target.restore()


def mend(bucket: str) -> None:
    """Repair the target, as every run does first."""
    with target_of(bucket).locked():
        pass


def let_lapse(bucket: str) -> None:
    """Let the time pass after which a dead publisher's lease is free."""
    LeaseRow(f"s3://{bucket}/site").update([LeaseRow.until.set(0)])
