"""Sends the digest of jobs to the demonstration's members now, on any day: `make digest`.

The scheduler sends it every two weeks. Here the first issue that hasn't been sent yet is sent: this
fortnight's or, where that is done, the next one's. The mail is at /mailbox/ within a minute.
"""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from infra.local import dynamodb
from signet import policy as policies
from signet import tables
from signet.errors import Unavailable
from signet.jobs.digest import runs, subscribers
from signet.jobs.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

BY = "demonstration"


def send(today: date) -> int:
    """Send one issue to every subscribed member; return how many mails were sent."""
    policy = policies.load()
    jobs = policy.career_centre
    day = subscribers.round_of(today, jobs)
    while (run := runs.of(day)) is not None and run.done_at is not None:
        day += timedelta(days=jobs.digest_days)
    zone = ZoneInfo(policy.regulator.time_zone)
    now = datetime.combine(day, time(jobs.digest_hour), zone).astimezone(UTC)
    context = Context(BY, secrets.token_hex(16), now, today, policy)
    while True:
        sent = runs.continue_run(context, lambda: True)
        if sent is None or sent.done_at is not None:
            return sent.mails if sent else 0


def main() -> int:
    """Send the digest; return the exit code."""
    tables.take_local_settings()
    if not dynamodb.ENVIRONMENT_FILE.exists():
        print("The demonstration isn't running. Start it with: make demo")
        return 1
    tables.bind((*MODELS, *TRANSACTION_MODELS, *REGISTER_MODELS))
    today = datetime.now(ZoneInfo(policies.load().regulator.time_zone)).date()
    try:
        mails = send(today)
    except Unavailable:
        print("The database doesn't answer. Is the demonstration still running?")
        return 1
    print(f"{mails:,} members are sent the jobs that are open; see /mailbox/ on the site.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
