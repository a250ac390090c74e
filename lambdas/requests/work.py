"""Reminders of requests, and abandoned drafts, called by the scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.requests import reminders
from signet.requests.tables import MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as ACT_MODELS


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Send what is due today; return how many mails were written."""
    del event, context
    now, policy = datetime.now(UTC), policies.load()
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    return {"mails": reminders.run(Context("scheduler", "", now, today, policy))}


handler = started(_answer, (*MODELS, *ACT_MODELS, *ACCOUNT_MODELS))
