"""Keeps CPD's standings true when nobody writes to a log, and sends the reminders.

The register's stream tells of members whose standing may have changed; the clock, once a night at
least, of days that passed. Doing either twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.acts.tables import MODELS as ACT_MODELS
from signet.cpd import following
from signet.cpd.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS

MEMBER = "member#"
SPARE_MILLISECONDS = 20_000  # of the function's time, to end a night's work in good order


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Follow the members that a stream's records name, or, called by the clock, settle all.

    Raises what the database raises: then the batch, or the night, comes again.
    """
    policy = policies.load()
    today = datetime.now(UTC).astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    if "Records" not in event:
        return _settled(today, context)
    members = {key.removeprefix(MEMBER) for key in _keys(event) if key.startswith(MEMBER)}
    return {"restood": sum(following.follow(one, today, policy) for one in sorted(members))}


def _keys(event: Mapping[str, Any]) -> set[str]:
    return {record["dynamodb"]["Keys"]["record"]["S"] for record in event["Records"]}


def _settled(today: date, context: Any) -> dict[str, int]:
    def go_on() -> bool:
        return context is None or context.get_remaining_time_in_millis() > SPARE_MILLISECONDS

    done = following.settle(today, policies.load(), go_on)
    return {"restood": done.restood, "reminded": done.reminded, "left": done.left}


handler = started(_answer, (*MODELS, *ACT_MODELS, *REGISTER_MODELS))
