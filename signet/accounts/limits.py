"""Time and rate limits: the policy's values, and counters that survive restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from signet import policy as policies
from signet.accounts.keys import keyed
from signet.accounts.tables import AccountRow
from signet.errors import TooMany
from signet.tables import condition_failed, reachable

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The regulator's limits for accounts, as in force on a day."""

    idle: timedelta
    whole: timedelta
    sign_in: timedelta
    code_digits: int
    code_holds: timedelta
    code_tries: int
    codes_a_day: int
    codes_of_record: int
    grant_waits: timedelta
    address_waits: timedelta
    limited_mails: int
    limited_mail_days: int


def limits(now: datetime) -> Limits:
    """Return the policy pack's limits in force at this moment."""
    policy = policies.load()
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()

    def value(name: str) -> int:
        return int(policy.value(name, today))

    return Limits(
        idle=timedelta(minutes=value("session_idle_minutes")),
        whole=timedelta(hours=value("session_hours")),
        sign_in=timedelta(minutes=value("sign_in_minutes")),
        code_digits=value("join_code_digits"),
        code_holds=timedelta(minutes=value("join_code_minutes")),
        code_tries=value("join_code_tries"),
        codes_a_day=value("join_codes_a_day"),
        codes_of_record=value("join_codes_of_record_a_day"),
        grant_waits=timedelta(days=value("role_grant_days")),
        address_waits=timedelta(days=value("new_address_days")),
        limited_mails=value("limited_mails_a_day"),
        limited_mail_days=value("limited_mail_days"),
    )


@reachable
def count(what: str, who: str, limit: int, now: datetime, stretch: timedelta = DAY) -> None:
    """Count an attempt at `what` by or for `who`. Raises TooMany above `limit` in a window.

    Windows are consecutive and aligned to midnight UTC. `who` is stored as a keyed hash.
    """
    below = AccountRow.total.does_not_exist() | (AccountRow.total < limit)
    _count(what, who, (window(now, stretch), stretch), AccountRow.total.add(1), below)


@reachable
def count_once(what: str, who: str, id_: str, limit: int, now: datetime) -> None:
    """Count a thing of this id by or for `who`, once however often it is tried.

    Raises TooMany above `limit` such things in a day (UTC). The id is stored as a keyed hash too.
    """
    mark, marks = keyed("counted", id_)[:32], AccountRow.marks
    few = size(marks) < limit  # type: ignore[no-untyped-call]
    below = marks.does_not_exist() | few | marks.contains(mark)
    _count(what, who, (window(now), DAY), marks.add({mark}), below)


def window(now: datetime, stretch: timedelta = DAY) -> datetime:
    """Return when the window of this moment began."""
    seconds = stretch.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


def _count(
    what: str, who: str, during: tuple[datetime, timedelta], add: Action, below: Condition
) -> None:
    start, stretch = during
    row = AccountRow(f"tries#{keyed('tries', what, who)}", start.isoformat())
    kept_until = AccountRow.expires.set(start + stretch + DAY)
    try:
        row.update(actions=[add, kept_until], condition=below)
    except UpdateError as error:
        if condition_failed(error):
            raise TooMany from error
        raise
