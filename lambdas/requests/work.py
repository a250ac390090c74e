"""Reminders of requests, and abandoned drafts, called by the scheduler."""

from __future__ import annotations

import logging
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

LOGGER = logging.getLogger("signet.requests")
LOGGER.setLevel(logging.INFO)


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Send what is due today; return how many mails were written, and how many lists go on."""
    del event, context
    now, policy = datetime.now(UTC), policies.load()
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    run = reminders.run(Context("scheduler", "", now, today, policy))
    if run.unfinished:
        LOGGER.info("the next run goes on with", extra={"lists": run.unfinished})
    return {"mails": run.mails, "unfinished": len(run.unfinished)}


handler = started(_answer, (*MODELS, *ACT_MODELS, *ACCOUNT_MODELS))
