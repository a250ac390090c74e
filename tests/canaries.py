"""Looking for canaries in all that is left behind: rows, objects, lines, mails, the public site."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.mailbox import Mailbox
from signet.complaints.files.checking import Means
from tests.built_site import tree

Place = tuple[str, bytes]  # what it is called, and what is there


def found(places: Iterable[Place], canaries: Iterable[str]) -> set[str]:
    """Which canaries are where, in whatever form they are written there."""
    looked_for = [(one, form) for one in canaries for form in _forms(one)]
    return {
        f"{one} in {place}"
        for place, content in places
        for one, form in looked_for
        if form in content or form in content.lower()
    }


def _forms(canary: str) -> set[bytes]:
    """Return a canary as it is, in hexadecimal, and in base64 wherever in a text it begins."""
    plain = {canary.encode(), canary.upper().encode(), canary.lower().encode()}
    return {form for one in plain for form in (one, one.hex().encode(), *_in_base64(one))}


def _in_base64(text: bytes) -> Iterator[bytes]:
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + text)
        # The first and last letters depend on what stands beside it.
        yield encoded[-(-before * 4 // 3) : (before + len(text)) * 4 // 3]


def rows() -> Iterator[Place]:
    """Every row of every table of the database, as it is kept."""
    # A session of its own: the default one keeps the access key, so the database, of its first use.
    client = boto3.Session().client("dynamodb")
    for table in client.list_tables()["TableNames"]:
        pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                yield f"table {table}", b"\n".join(_leaves(item))


def _leaves(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield key.encode()
            yield from _leaves(held)
    elif isinstance(value, list | set):
        for held in value:
            yield from _leaves(held)
    else:
        yield value if isinstance(value, bytes) else str(value).encode()


def objects(how: Means) -> Iterator[Place]:
    """Every version of every object of both buckets: its key, what is said of it, its content."""
    client = how.objects.client
    for bucket in (how.objects.quarantine, how.objects.evidence):
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            yield f"bucket {bucket}", repr(page.get("DeleteMarkers")).encode()
            for one in page.get("Versions", ()):
                which = {"Bucket": bucket, "Key": one["Key"], "VersionId": one["VersionId"]}
                got = client.get_object(**which)
                yield f"bucket {bucket}", got.pop("Body").read()
                about = (one, got, client.get_object_tagging(**which))
                yield f"bucket {bucket}", repr(about).encode()


def lines(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Place]:
    """Yield what was logged and printed. Of the libraries, what is for debugging isn't written."""
    for record in caplog.records:
        ours = record.name.startswith("signet") or record.levelno > logging.DEBUG
        if ours and not record.name.startswith("mail."):  # the servers that tests send mail to
            told = json.dumps(vars(record), default=repr, ensure_ascii=False)
            yield f"log {record.name}", f"{record.getMessage()}\n{told}".encode()
    printed = capfd.readouterr()
    yield "stdout", printed.out.encode()
    yield "stderr", printed.err.encode()


def mails(box: Mailbox) -> Iterator[Place]:
    """Every mail that was sent, but for whom it is to."""
    for mail in box.mails():
        del mail.message["To"]
        yield "mail", f"{mail.message.as_string()}\n{mail.text}".encode()


def files(site: Path) -> Iterator[Place]:
    """Every file of the public site, with its path."""
    for path, content in tree(site).items():
        yield f"site {path}", path.encode() + b"\n" + content
