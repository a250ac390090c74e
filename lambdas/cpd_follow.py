"""Keeps CPD's standings true when nobody writes to a log.

The register's stream tells of members whose standing may have changed. The clock calls once a night
and begins the work that `cpd_work` then does. Doing either twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.acts.tables import MODELS as ACT_MODELS
from signet.cpd import following, nights
from signet.cpd.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS

MEMBER = "member#"


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Follow the members that a stream's records name or, called by the clock, begin the night.

    Raises what the database raises: then the batch, or the call, comes again.
    """
    del context
    policy = policies.load()
    today = datetime.now(UTC).astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    if "Records" not in event:
        return {"begun": int(nights.begin(today, policy))}
    members = {key.removeprefix(MEMBER) for key in _keys(event) if key.startswith(MEMBER)}
    return {"restood": sum(following.follow(one, today, policy) for one in sorted(members))}


def _keys(event: Mapping[str, Any]) -> set[str]:
    return {record["dynamodb"]["Keys"]["record"]["S"] for record in event["Records"]}


handler = started(_answer, (*MODELS, *ACT_MODELS, *REGISTER_MODELS))
