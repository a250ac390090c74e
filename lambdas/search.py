"""Keeps the desks' search by the changes of contact data and of requests.

The register's own changes reach it by `lambdas.follow`: a stream allows few readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.register.tables import ContactRow
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.search.following import follow
from signet.search.model import Source
from signet.search.sources import When
from signet.search.tables import MODELS

LINK = "secret#"  # rows of the requests' table that are of no request


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Bring the records of a stream up to date in the index.

    Raises what the database raises: then the batch is retried.
    """
    del context
    policy = policies.load()
    today = datetime.now(UTC).astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    when = When(today, policy)
    changed = dict.fromkeys(one for record in event["Records"] for one in _record(record))
    return {"changed": sum(follow(record, source, when) for record, source in changed)}


def _record(record: Mapping[str, Any]) -> list[tuple[str, Source]]:
    """Return which record of the index a change is about; none for a contributor's link."""
    keys = record["dynamodb"]["Keys"]
    if "number" in keys:
        return [(f"member#{keys['number']['S']}", "contacts")]
    request = keys["request"]["S"]
    return [] if request.startswith(LINK) else [(f"request#{request}", "requests")]


handler = started(_answer, (*MODELS, *REQUEST_MODELS, ContactRow))
