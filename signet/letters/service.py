"""Service of notices: when a notice counts as served, and the last day to comply (NOT-1 to NOT-3).

Pure functions. Only service in person or by prepaid mail starts the time limit (G 61); e-mail is a
courtesy and plays no part here. The numbers of days are policy data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from signet.errors import FieldError, Invalid


class Way(StrEnum):
    """The ways in which a notice is served (NOT-1, NOT-3)."""

    PERSONAL = "personal"
    MAIL = "mail"


class State(StrEnum):
    """The state of a notice on a given day."""

    NOT_SERVED = "not_served"
    ON_ITS_WAY = "on_its_way"
    RUNNING = "running"
    LAST_DAY = "last_day"
    PASSED = "passed"


class Days(NamedTuple):
    """The policy's numbers of days: for mail within the province and elsewhere, and to comply."""

    within: int
    elsewhere: int
    to_comply: int


@dataclass(frozen=True, slots=True)
class Service:
    """How a notice was served. `on` is the day of delivery in person, or of mailing.

    `within`: mailed to an address in the province. `proved_on` is the day of arrival, where that
    was proved; `undelivered` says that it was proved not to have arrived. Either rebuts the
    presumption of service (G 61(2)).
    """

    way: Way
    on: date
    within: bool = True
    proved_on: date | None = None
    undelivered: bool = False


class Clock(NamedTuple):
    """When a notice was served and the last day to comply; None where it isn't served."""

    served_on: date | None
    last_day: date | None
    presumed: bool = False


UNSERVED = Clock(None, None)


def clock(service: Service | None, days: Days) -> Clock:
    """Return when a notice was served (NOT-1) and the last day to comply (NOT-2)."""
    served_on = _served_on(service, days)
    if service is None or served_on is None:
        return UNSERVED
    presumed = service.way is Way.MAIL and service.proved_on is None
    return Clock(served_on, served_on + timedelta(days=days.to_comply), presumed)


def _served_on(service: Service | None, days: Days) -> date | None:
    if service is None or service.undelivered:
        return None
    if service.way is Way.PERSONAL:
        return service.on
    if service.proved_on is not None:
        return service.proved_on
    return service.on + timedelta(days=days.within if service.within else days.elsewhere)


def state(running: Clock, today: date) -> State:
    """Return the state of a notice on a day. The last day still counts; the day after doesn't."""
    if running.served_on is None or running.last_day is None:
        return State.NOT_SERVED
    if today < running.served_on:
        return State.ON_ITS_WAY
    if today < running.last_day:
        return State.RUNNING
    return State.LAST_DAY if today == running.last_day else State.PASSED


def days_left(running: Clock, today: date) -> int | None:
    """Return the days left to comply, not counting today; negative once the time has passed."""
    return None if running.last_day is None else (running.last_day - today).days


def served(way: Way, on: date, *, within: bool, made_on: date, today: date) -> Service:
    """Return the service of a notice made on a day, as an officer records it (NOT-1).

    Raises Invalid for a day in the future, or one before the notice was made.
    """
    _check_day(on, made_on, today)
    return Service(way, on, within=within if way is Way.MAIL else True)


def arrived(service: Service | None, on: date, today: date) -> Service:
    """Return the mailing with its proven day of arrival, which ends the presumption (NOT-1).

    Raises Invalid for a notice that wasn't mailed, or a day on which it can't have arrived.
    """
    mailed = _mailed(service)
    _check_day(on, mailed.on, today)
    return replace(mailed, proved_on=on, undelivered=False)


def came_back(service: Service | None) -> Service:
    """Return the mailing as proved undelivered: service is no longer presumed (NOT-1).

    Raises Invalid for a notice that wasn't mailed.
    """
    return replace(_mailed(service), proved_on=None, undelivered=True)


def _mailed(service: Service | None) -> Service:
    if service is None or service.way is not Way.MAIL:
        raise Invalid(message="This notice wasn't mailed, so nothing is presumed.", rule="NOT-1")
    return service


def _check_day(on: date, earliest: date, today: date) -> None:
    if on > today:
        raise Invalid(FieldError("on", "Enter today or an earlier day"), rule="NOT-1")
    if on < earliest:
        message = f"Enter {earliest.isoformat()} or a later day: the notice wasn't there before"
        raise Invalid(FieldError("on", message), rule="NOT-1")
