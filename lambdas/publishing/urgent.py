"""Publishes changed register records within seconds, from the register's stream.

Lists, the feed and the downloads follow with the nightly build, which reconciles everything. Where
a permit changes, the postings of the employer that holds it are published too.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

from lambdas.publishing import shared
from signet.publish import urgent
from signet.publish.report import Report
from signet.publish.target.release import ReleaseError
from signet.publish.urgent import NothingPublished
from signet.register.store import StoreUnavailable

SUBJECTS = ("member", "permit")
# Errors that stop all publishing, whichever record it is.
EVERYTHING = (ReleaseError, StoreUnavailable)
# The nightly build holds the lock for minutes; an event that waits longer is retried.
PATIENCE_SECONDS = 45.0
LOGGER = logging.getLogger("signet.publish")
LOGGER.setLevel(logging.INFO)


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Publish the records that a batch of the stream names.

    A record that can't be published doesn't block the others: the rest is published, and the answer
    names the rows to retry. Raises ReleaseError or StoreUnavailable when nothing can be published
    at all: then the whole batch is retried.
    """
    rows, unreadable = _rows(event["Records"])
    done = _Batch()
    done.publish(sorted(rows))
    # A change to a member may change the verdict on a permit, which postings show too.
    if done.permits or any(word.startswith("permit/") for word in rows):
        done.publish_postings(sorted(rows))
    failed = unreadable + [row for word in dict.fromkeys(done.failed) for row in rows[word]]
    return {
        "members": done.members,
        "permits": done.permits,
        "batchItemFailures": [{"itemIdentifier": row} for row in failed],
    }


class _Batch:
    """The results of publishing the records of a batch."""

    def __init__(self) -> None:
        self.members = self.permits = 0
        self.failed: list[str] = []

    def publish(self, words: list[str]) -> None:
        """Publish records together; on failure, bisect them until the failing ones are found."""
        if not words:
            return
        try:
            report = _published(words)
        except EVERYTHING:
            raise
        except Exception as error:  # noqa: BLE001 - the other records are published
            if len(words) > 1:
                middle = len(words) // 2
                self.publish(words[:middle])
                self.publish(words[middle:])
                return
            self.failed += words
            LOGGER.error("not published", extra={"record": words[0], "kind": type(error).__name__})
        else:
            if report.disputed:  # the nightly build raises it, which sets off an alarm
                LOGGER.error("verdicts disputed", extra={"faults": report.disputed})
            self.members += report.members
            self.permits += report.permits

    def publish_postings(self, words: list[str]) -> None:
        """Publish the postings again after permits changed; on failure, retry these records."""
        try:
            shared.postings(PATIENCE_SECONDS)
        except EVERYTHING:
            raise
        except Exception as error:  # noqa: BLE001 - the register itself is published
            self.failed += words
            LOGGER.error("postings not published", extra={"kind": type(error).__name__})


def _published(words: Collection[str]) -> Report:
    members, permits = urgent.named(words)
    try:
        return urgent.publish(shared.build(PATIENCE_SECONDS), members, permits)
    except NothingPublished:
        return Report()  # the first full build is still to come, and will publish these too


def _rows(records: list[dict[str, Any]]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the rows of each published record, and those that can't be read.

    Each record is named once, however many of its rows were written.
    """
    rows: dict[str, list[str]] = {}
    unreadable = []
    for position, record in enumerate(records):
        try:
            row = record["dynamodb"]["SequenceNumber"]
            subject, _, number = record["dynamodb"]["Keys"]["record"]["S"].partition("#")
        except (KeyError, TypeError):
            unreadable.append(_number(record, position))
            continue
        if subject in SUBJECTS and number:
            rows.setdefault(f"{subject}/{number}", []).append(row)
    return rows, unreadable


def _number(record: Any, position: int) -> str:
    """Return the id of a row. One without an id makes the whole batch be retried."""
    try:
        return str(record["dynamodb"]["SequenceNumber"])
    except (KeyError, TypeError):
        return f"row {position}"
