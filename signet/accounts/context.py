"""The context of an operation on accounts, by a signed-in person or the office's command."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet.accounts.model import Principal
from signet.transactions.context import Context


def context_of(by: Principal | str, operation: str, now: datetime) -> Context:
    """Return the context of an operation; a text as `by` is an account or the office's command."""
    policy = policies.load()
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    if isinstance(by, str):
        return Context(by, operation, now, today, policy)
    return Context(by.account, operation, now, today, policy, by.member or "", by.email, by.roles)
