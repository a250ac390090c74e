"""Seals the files of complaints: what quarantine tells of at once, the rest by the clock.

It answers nobody. Its log counts, and names no file: beside the platform's own time an id would
tell when somebody sent it.
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

SECONDS = 180.0  # then no further file is begun: one may take its share of a minute
LOGGER = logging.getLogger("signet.complaints")
LOGGER.setLevel(logging.INFO)


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Deal with the files that quarantine tells of or, called by the clock, with all that wait.

    Raises Unavailable when one couldn't be dealt with: the call, or the clock, comes again.
    """
    del context
    policy, now = policies.load(), datetime.now(UTC)
    how = checking.means(os.environ, policy)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    if "Records" in event:
        found = [checking.take(key, how, today) for key in _keys(event)]
        return {"taken": sum(file is not None for file in found)}
    until = time.monotonic() + SECONDS
    # A part of the sealed copies each time, so that a sweep takes as long when there are many.
    among = leftovers.part(secrets.randbelow(leftovers.PARTS))
    swept = leftovers.sweep(how, now, today, among, lambda: time.monotonic() < until)
    if any(swept):
        LOGGER.info("swept: %s", swept._asdict())
    if swept.failed:
        raise Unavailable
    return swept._asdict()


def _keys(event: Mapping[str, Any]) -> Iterator[str]:
    """The keys of the complaints' files that arrived; the store writes them as in an address."""
    for record in event["Records"]:
        key = unquote_plus(record["s3"]["object"]["key"])
        if key.startswith(FILES):
            yield key


handler = started(_answer, (FilingRow, KeyRow, AuditRow))
