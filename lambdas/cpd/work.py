"""Continues CPD's long-running work, called by the scheduler every minute.

That is a year's roll, audits to open, and the nightly run, begun by an officer or by the scheduler.
A call that finds nothing unfinished reads three times and ends.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.cpd.desk import batches
from signet.cpd.standings import nightly
from signet.cpd.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

SECONDS = 45.0  # of each minute, so that the next call finds no other at work


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Continue what is unfinished; return how much is left, and how far the nightly run is.

    Raises what the database raises: what was done stays done, and the next call continues.
    """
    del event, context
    policy, now = policies.load(), datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    until = time.monotonic() + SECONDS

    def should_continue() -> bool:
        return time.monotonic() < until

    try:
        left = batches.continue_batches(now, today, policy, should_continue)
    finally:  # if the desk's work fails, reminders are still sent
        run = nightly.continue_run(now, today, policy, should_continue)
    if run is None:
        return {"left": left}
    unfinished = left + (run.done_at is None)
    return {"left": unfinished, "restood": run.restood, "reminded": run.reminded}


handler = started(_answer, (*MODELS, *TRANSACTION_MODELS, *REGISTER_MODELS))
