"""Seals the files of complaints: new uploads at once, the rest when the scheduler calls.

It answers no one. Its log only counts and names no file: next to the platform's own timestamps an
id would tell when a person sent it.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.complaints.files import checking, leftovers
from signet.complaints.model import FILES
from signet.complaints.tables import FilingRow, KeyRow
from signet.errors import Unavailable
from signet.transactions.tables import AuditRow

SECONDS = 180.0  # no further file is begun after that: one may take a good part of a minute
LOGGER = logging.getLogger("signet.complaints")
LOGGER.setLevel(logging.INFO)


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Seal the files that the quarantine bucket reports or, called by the scheduler, all that wait.

    Raises Unavailable if any failed: the event, or the scheduler's next call, is the retry.
    """
    del context
    policy, now = policies.load(), datetime.now(UTC)
    how = checking.means(os.environ, policy)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    if "Records" in event:
        files = [checking.process(key, how, today) for key in _keys(event)]
        return {"taken": sum(file is not None for file in files)}
    until = time.monotonic() + SECONDS
    # Only a part of the sealed copies each time, so that a sweep doesn't take longer as they grow.
    among = leftovers.batch_prefix(secrets.randbelow(leftovers.PARTS))
    swept = leftovers.sweep(how, now, today, among, lambda: time.monotonic() < until)
    if any(swept):
        LOGGER.info("swept: %s", swept._asdict())
    if swept.failed:
        raise Unavailable
    return swept._asdict()


def _keys(event: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of the complaints' files that arrived; in events they are URL-encoded."""
    for record in event["Records"]:
        key = unquote_plus(record["s3"]["object"]["key"])
        if key.startswith(FILES):
            yield key


handler = started(_answer, (FilingRow, KeyRow, AuditRow))
