"""The object store: a quarantine bucket where files arrive, and a bucket for clean files."""

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

# How long an upload form can be used. Pages hide it some minutes sooner (.sending__form), since
# the store would answer with an XML error.
SENDING_FOR = timedelta(hours=1)
OPENING_FOR = timedelta(seconds=60)  # how long a file's URL works
# Everything in quarantine has this type, which no browser shows. A form without a script can't say
# what its file is, and its word would not be trusted.
UNSEEN = "application/octet-stream"
NAME = "name"  # the metadata that holds the sender's name for the file
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
MISSING = {"404", "NoSuchKey", "NotFound"}


class UploadForm(NamedTuple):
    """What a form needs for sending one file to the store: the URL, and its hidden fields."""

    url: str
    fields: Mapping[str, str]
    most: int  # bytes


class Arrived(NamedTuple):
    """A file in quarantine: its size in bytes and its sender's name for it."""

    size: int
    name: str


class Leftover(NamedTuple):
    """An object listed in quarantine: its key, and when it was last written."""

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

    `door` is the URL that forms send files to, when that isn't the store itself: the proxy there
    passes them on, and shows our pages instead of the store's errors (signet.publish.upload_pages).
    """

    client: Any
    quarantine: str
    evidence: str
    door: str = ""

    @_explained
    def upload_form(self, key: str, limit: int, answer_to: str) -> UploadForm:
        """Return a form that may send one file of up to `limit` bytes to a key.

        A presigned PUT could not limit the size. The store redirects the browser to `answer_to`. An
        empty file is accepted too: our page says what is wrong with it, the store would show XML.
        """
        fixed = {"success_action_redirect": answer_to, "Content-Type": UNSEEN}
        named = f"x-amz-meta-{NAME}"
        form = self.client.generate_presigned_post(
            self.quarantine,
            key,
            Fields={**fixed, named: PLACEHOLDER},
            Conditions=[
                *({name: value} for name, value in fixed.items()),
                ["starts-with", f"${named}", ""],
                ["content-length-range", 0, limit],
            ],
            ExpiresIn=int(SENDING_FOR.total_seconds()),
        )
        # What is signed is the policy, not the address (AWS, "Browser-based uploads using POST").
        return UploadForm(self.door or form["url"], form["fields"], limit)

    @_explained
    def arrived(self, key: str) -> Arrived | None:
        """Return what has arrived under a key, or None."""
        try:
            head = self.client.head_object(Bucket=self.quarantine, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        return Arrived(int(head["ContentLength"]), head.get("Metadata", {}).get(NAME, ""))

    @_explained
    def lying(self, prefix: str) -> list[Leftover]:
        """Return what is in quarantine under keys with a prefix."""
        return [
            Leftover(one["Key"], one["LastModified"]) for one in self._in(self.quarantine, prefix)
        ]

    @_explained
    def kept(self, prefix: str) -> list[str]:
        """Return the keys of the checked files that have a prefix."""
        return [one["Key"] for one in self._in(self.evidence, prefix)]

    def _in(self, bucket: str, prefix: str) -> Iterator[Mapping[str, Any]]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            yield from page.get("Contents", ())

    @_explained
    def unseen(self, key: str, limit: int) -> bytes:
        """Return the content in quarantine under a key: at most one byte more than `limit`."""
        response = self.client.get_object(Bucket=self.quarantine, Key=key)
        with response["Body"] as body:
            content: bytes = body.read(limit + 1)
        return content

    @_explained
    def keep(self, key: str, content: bytes, media: str) -> str:
        """Store checked bytes among the clean files; return their SHA-256 in hexadecimal.

        These are the very bytes that were checked, not a copy made by the store: what is in
        quarantine can be replaced for as long as the form's signature is valid.
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
        """Return a checked file's content, for files stored encrypted (`signet.sealing`)."""
        response = self.client.get_object(Bucket=self.evidence, Key=key)
        with response["Body"] as body:
            content: bytes = body.read()
        return content

    @_explained
    def address(self, key: str, media: str, filename: str) -> str:
        """Return a URL that serves a clean file for a minute, always as an attachment."""
        shown = quote(filename, safe="")
        parameters = {
            "Bucket": self.evidence,
            "Key": key,
            "ResponseContentType": media,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{shown}",
            "ResponseCacheControl": "no-store",
        }
        seconds = int(OPENING_FOR.total_seconds())
        url: str = self.client.generate_presigned_url("get_object", parameters, seconds)
        return url

    @_explained
    def clear(self, key: str) -> None:
        """Delete what is in quarantine under a key, if anything is."""
        self.client.delete_object(Bucket=self.quarantine, Key=key)

    @_explained
    def erase(self, key: str) -> None:
        """Delete a file from both buckets."""
        self.clear(key)
        self.client.delete_object(Bucket=self.evidence, Key=key)


def connect(settings: Mapping[str, str] = os.environ) -> Objects:
    """Return the store that the settings name, with the credentials that they name.

    Without credentials in the settings, AWS's client looks for them as usual. One client is created
    for each combination of settings.
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
    # Imported here: boto3 takes longer to import than all else that a function needs.
    from boto3.session import Session
    from botocore.config import Config

    # Its own session, because the default one isn't thread-safe; explicit credentials, because
    # those that a client finds by itself needn't match the arguments under which it is cached.
    return Session().client(
        "s3",
        region_name=region,
        endpoint_url=endpoint or None,
        aws_access_key_id=key or None,
        aws_secret_access_key=secret or None,
        aws_session_token=token or None,
        config=Config(
            signature_version="s3v4",
            # Set explicitly: by default, URLs of buckets in other regions name no region, and
            # the store answers a form sent there with a redirect.
            s3={"addressing_style": "path" if endpoint else "virtual"},
            connect_timeout=3,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )
