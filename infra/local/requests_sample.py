"""The demonstration's requests: one of a member under way, waiting for the desk."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet.register import actions as register
from signet.requests import drafting, store
from signet.requests.kinds.status import StatusChange
from signet.requests.operation import opened
from signet.transactions.context import Context


def add(account: str, number: str) -> None:
    """Add the sample for a member's account: on leave, and asking to practise again.

    Does nothing if the account has asked for something already.
    """
    if store.owned(account, 1):
        return
    for change in ("leave", "resuming"):
        _ask(account, number, change)


def _ask(account: str, number: str, change: str) -> None:
    policy, now = policies.load(), datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    if register.standing_on(number, today) is None:
        return

    def by() -> Context:
        return Context(account, secrets.token_hex(16), now, today, policy, member=number)

    id_ = drafting.start(by(), "status", f"member#{number}")
    drafting.save_section(by(), id_, "change", 0, _change(change, today), {})
    drafting.submit(by(), id_, opened(by(), id_).file.version)


def _change(change: str, today: date) -> StatusChange:
    return StatusChange(change=change, since=today, until=None, understood="yes")
