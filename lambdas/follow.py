"""Updates data derived from the register, contact data and requests when these change.

The register's stream names members whose CPD standing may have changed, and whether and how their
career profile is shown. All three streams name what the desks' search must read again. Once a night
the scheduler calls, which begins the work that `cpd_work` then does. All are idempotent. One
function does them all: a stream allows few readers, and a stack few functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.cpd.standings import following, nightly
from signet.cpd.tables import MODELS
from signet.jobs.applicants import profiles, standings
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.policy import Policy
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.search.following import follow
from signet.search.model import Source
from signet.search.sources import When
from signet.search.tables import MODELS as SEARCH_MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

MEMBER, PERMIT = "member#", "permit#"
BY = "register"  # who did it, in the audit log


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Update the members in a stream's records or, called by the scheduler, begin the nightly run.

    Raises what the database raises: then the batch, or the call, is retried.
    """
    del context
    policy, now = policies.load(), datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    if "Records" not in event:
        return {"begun": int(nightly.begin(today, policy))}
    changed = sorted({one for record in event["Records"] for one in _changed(record)})
    members = [
        key.removeprefix(MEMBER)
        for key, source in changed
        if source == "register" and key.startswith(MEMBER)
    ]
    try:
        restood = sum(following.follow(one, today, policy) for one in members)
        refreshed = _refreshed(members, now, today, policy)
    finally:  # a standing that can't be derived keeps nobody from being found
        when = When(today, policy)
        searchable = sum(follow(record, source, when) for record, source in changed)
    return {"restood": restood, "refreshed": refreshed, "searchable": searchable}


def _changed(record: Mapping[str, Any]) -> Iterator[tuple[str, Source]]:
    """Yield which record a row is of, and from which table; nothing for rows of no record."""
    keys = {name: str(value["S"]) for name, value in record["dynamodb"]["Keys"].items()}
    if keys.get("record", "").startswith((MEMBER, PERMIT)):
        yield keys["record"], "register"
    elif "number" in keys:
        yield f"{MEMBER}{keys['number']}", "contacts"
    elif "request" in keys and "#" not in keys["request"]:  # not of links, or letters' bytes
        yield f"request#{keys['request']}", "requests"


def _refreshed(members: Sequence[str], now: datetime, today: date, policy: Policy) -> int:
    """Update career profiles from the register; return how many of the members have one."""
    count = 0
    for number in members if policy.jobs else ():
        if profiles.of(number) is not None:
            operation_id = sha256(f"{BY} {number} {now}".encode()).hexdigest()[:32]
            standings.refresh(Context(BY, operation_id, now, today, policy), number)
            count += 1
    return count


handler = started(
    _answer,
    (
        *MODELS,
        *TRANSACTION_MODELS,
        *JOB_MODELS,
        *REGISTER_MODELS,
        *UPLOAD_MODELS,
        *REQUEST_MODELS,
        *SEARCH_MODELS,
    ),
)
