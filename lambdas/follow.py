"""Updates data derived from the register when the register changes.

The register's stream names members whose CPD standing may have changed, whether and how their
career profile is shown, and records whose names the desks' search must know. Once a night the
scheduler calls, which begins the work that `cpd_work` then does. All are idempotent. One function
does them all: a stream allows few readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from signet.search.following import follow
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
    keys = _keys(event)
    members = sorted(key.removeprefix(MEMBER) for key in keys if key.startswith(MEMBER))
    try:
        restood = sum(following.follow(one, today, policy) for one in members)
        refreshed = _refreshed(members, now, today, policy)
    finally:  # a standing that can't be derived keeps nobody from being found
        searchable = _searchable(keys, When(today, policy))
    return {"restood": restood, "refreshed": refreshed, "searchable": searchable}


def _searchable(keys: Iterable[str], when: When) -> int:
    """Bring records up to date in the search; return how many weren't."""
    records = sorted(key for key in keys if key.startswith((MEMBER, PERMIT)))
    return sum(follow(one, "register", when) for one in records)


def _refreshed(members: Sequence[str], now: datetime, today: date, policy: Policy) -> int:
    """Update career profiles from the register; return how many of the members have one."""
    count = 0
    for number in members if policy.jobs else ():
        if profiles.of(number) is not None:
            operation_id = sha256(f"{BY} {number} {now}".encode()).hexdigest()[:32]
            standings.refresh(Context(BY, operation_id, now, today, policy), number)
            count += 1
    return count


def _keys(event: Mapping[str, Any]) -> set[str]:
    return {record["dynamodb"]["Keys"]["record"]["S"] for record in event["Records"]}


handler = started(
    _answer,
    (
        *MODELS,
        *TRANSACTION_MODELS,
        *JOB_MODELS,
        *REGISTER_MODELS,
        *UPLOAD_MODELS,
        *SEARCH_MODELS,
    ),
)
