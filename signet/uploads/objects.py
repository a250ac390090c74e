"""The object store: a bucket where files arrive unseen, and one for those found to be clean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, wraps
from hashlib import sha256
from typing import Any, NamedTuple, ParamSpec, TypeVar
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from signet.errors import Unavailable
from signet.uploads.naming import PLACEHOLDER

P = ParamSpec("P")
R = TypeVar("R")

# How long a form to send with can be used. Pages hide it some minutes sooner (.sending__form),
# since the store would answer with code.
SENDING_FOR = timedelta(hours=1)
OPENING_FOR = timedelta(seconds=60)  # how long the address of a file leads to it
# In quarantine everything is of this type, which no browser shows; a form without a script can't
# say what its file is, and what it said would not be believed.
UNSEEN = "application/octet-stream"
NAME = "name"  # the metadata that holds the sender's name for the file
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
MISSING = {"404", "NoSuchKey", "NotFound"}


class Posting(NamedTuple):
    """What a form needs for sending one file to the store: the address, and its hidden fields."""

    url: str
    fields: Mapping[str, str]
    most: int  # bytes


class Arrived(NamedTuple):
    """What lies in quarantine: its size in bytes and its sender's name for it."""

    size: int
    name: str


class Lying(NamedTuple):
    """One of the things in quarantine: its key, and since when it is there."""

    key: str
    since: datetime


def _explained(call: Callable[P, R]) -> Callable[P, R]:
    @wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable from error

    return run


@dataclass(frozen=True, slots=True)
class Objects:
    """The two buckets. Every method raises Unavailable when the store can't be reached.

    `door` is where forms send files to, when not straight to the store: what stands there passes
    them on, and shows pages of ours instead of the store's errors (signet.publish.upload_pages).
    """

    client: Any
    quarantine: str
    evidence: str
    door: str = ""

    @_explained
    def posting(self, key: str, most: int, answer_to: str) -> Posting:
        """Allow one file of up to `most` bytes to be sent under a key, by a form.

        A presigned PUT could not bound the size. The browser is sent on to `answer_to`. An empty
        one is taken too: our page says what is wrong with a file, the store would show code.
        """
        fixed = {"success_action_redirect": answer_to, "Content-Type": UNSEEN}
        named = f"x-amz-meta-{NAME}"
        made = self.client.generate_presigned_post(
            self.quarantine,
            key,
            Fields={**fixed, named: PLACEHOLDER},
            Conditions=[
                *({name: value} for name, value in fixed.items()),
                ["starts-with", f"${named}", ""],
                ["content-length-range", 0, most],
            ],
            ExpiresIn=int(SENDING_FOR.total_seconds()),
        )
        # What is signed is the policy, not the address (AWS, "Browser-based uploads using POST").
        return Posting(self.door or made["url"], made["fields"], most)

    @_explained
    def arrived(self, key: str) -> Arrived | None:
        """Tell what has arrived under a key, or None."""
        try:
            head = self.client.head_object(Bucket=self.quarantine, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        return Arrived(int(head["ContentLength"]), head.get("Metadata", {}).get(NAME, ""))

    @_explained
    def lying(self, prefix: str) -> list[Lying]:
        """Return what lies in quarantine under keys that begin so."""
        return [Lying(one["Key"], one["LastModified"]) for one in self._in(self.quarantine, prefix)]

    @_explained
    def kept(self, prefix: str) -> list[str]:
        """Return the keys of what is among the checked files and begins so."""
        return [one["Key"] for one in self._in(self.evidence, prefix)]

    def _in(self, bucket: str, prefix: str) -> Iterator[Mapping[str, Any]]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            yield from page.get("Contents", ())

    @_explained
    def unseen(self, key: str, most: int) -> bytes:
        """Return what lies in quarantine under a key: at most one byte more than `most`."""
        found = self.client.get_object(Bucket=self.quarantine, Key=key)
        with found["Body"] as body:
            content: bytes = body.read(most + 1)
        return content

    @_explained
    def keep(self, key: str, content: bytes, media: str) -> str:
        """Put checked bytes among the clean ones; return their SHA-256 in hexadecimal.

        The very bytes that were checked, not a copy made by the store: what lies in quarantine
        can be replaced for as long as the form's signature lasts.
        """
        sum_ = sha256(content)
        self.client.put_object(
            Bucket=self.evidence,
            Key=key,
            Body=content,
            ContentType=media,
            ContentDisposition="attachment",
            CacheControl="no-store",
            Metadata={"sha256": sum_.hexdigest()},
        )
        return sum_.hexdigest()

    @_explained
    def sealed(self, key: str) -> bytes:
        """Return what is among the checked files under a key, for what is kept sealed there."""
        found = self.client.get_object(Bucket=self.evidence, Key=key)
        with found["Body"] as body:
            content: bytes = body.read()
        return content

    @_explained
    def address(self, key: str, media: str, filename: str) -> str:
        """Return an address that hands a clean file out for a minute, always as an attachment."""
        shown = quote(filename, safe="")
        parameters = {
            "Bucket": self.evidence,
            "Key": key,
            "ResponseContentType": media,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{shown}",
            "ResponseCacheControl": "no-store",
        }
        seconds = int(OPENING_FOR.total_seconds())
        made: str = self.client.generate_presigned_url("get_object", parameters, seconds)
        return made

    @_explained
    def clear(self, key: str) -> None:
        """Remove what lies in quarantine under a key, if anything does."""
        self.client.delete_object(Bucket=self.quarantine, Key=key)

    @_explained
    def erase(self, key: str) -> None:
        """Remove a file wherever it lies."""
        self.clear(key)
        self.client.delete_object(Bucket=self.evidence, Key=key)


def connect(settings: Mapping[str, str] = os.environ) -> Objects:
    """Return the store that the settings name, signed for with the credentials that they name.

    Settings without credentials take them from where AWS's clients look for them. A client is made
    once for what the settings say of it.
    """
    return Objects(
        _client(
            settings.get("AWS_ENDPOINT_URL_S3", ""),
            settings.get("AWS_REGION", "ca-central-1"),
            *(settings.get(name, "") for name in CREDENTIALS),
        ),
        settings.get("SIGNET_QUARANTINE_BUCKET", "signet-quarantine"),
        settings.get("SIGNET_EVIDENCE_BUCKET", "signet-evidence"),
        settings.get("SIGNET_UPLOADS_URL", ""),
    )


@cache
def _client(endpoint: str, region: str, key: str, secret: str, token: str = "") -> Any:
    # Late: boto3 takes longer to import than all else that a function needs.
    from boto3.session import Session
    from botocore.config import Config

    # A session of its own, as the common one can't be shared by threads; and credentials by name,
    # as what a client finds by itself needn't be what it is remembered by.
    return Session().client(
        "s3",
        region_name=region,
        endpoint_url=endpoint or None,
        aws_access_key_id=key or None,
        aws_secret_access_key=secret or None,
        aws_session_token=token or None,
        config=Config(
            signature_version="s3v4",
            # Named outright: by default, addresses of other regions' buckets name none, and the
            # store answers a form sent there with a redirect.
            s3={"addressing_style": "path" if endpoint else "virtual"},
            connect_timeout=3,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )
