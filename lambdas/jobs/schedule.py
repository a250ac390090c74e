"""The career centre's scheduled work, every minute: ending, expiry, erasure, and mail."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from signet import policy as policies
from signet.errors import SignetError
from signet.jobs.applicants import applications, contact_requests, resumes, standings
from signet.jobs.credits.grants import CLOCK, expire
from signet.jobs.digest import runs
from signet.jobs.postings import moderation
from signet.jobs.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

SECONDS = 45.0  # of each minute, so that the next call finds no other at work
Work = Callable[[Context], int]
DAILY: Mapping[str, Work] = {
    "ended": moderation.end,
    "expired": expire,
    "erased": applications.erase,
    "lapsed": contact_requests.lapse,
    "resumes": resumes.erase,
    "stood": standings.refresh_changed,
}


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Do what is due and continue the digest.

    If one kind of work fails, the others are still done; then the first error is raised, and the
    next call continues.
    """
    del event, context
    policy, now = policies.load(), datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    operation_id = sha256(f"{CLOCK} {today}".encode()).hexdigest()[:32]
    clock = Context(CLOCK, operation_id, now, today, policy)
    until = time.monotonic() + SECONDS
    return _carried_on(clock, lambda: time.monotonic() < until)


def _carried_on(context: Context, should_continue: Callable[[], bool]) -> dict[str, int]:
    failed: list[SignetError] = []
    done = dict.fromkeys(DAILY, 0)
    for name, work in DAILY.items():
        try:
            while should_continue() and (some := work(context)):
                done[name] += some
        except SignetError as error:
            failed.append(error)
    try:
        sent = runs.continue_run(context, should_continue)
    except SignetError as error:
        failed.append(error)
    else:
        done["mails"] = sent.mails if sent else 0
    if failed:
        raise failed[0]
    return done


handler = started(_answer, (*MODELS, *TRANSACTION_MODELS, *REGISTER_MODELS, *UPLOAD_MODELS))
