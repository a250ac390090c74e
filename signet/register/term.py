"""How long terms run: of permits (PER-2), of declarations (CPD-5)."""

from __future__ import annotations

from datetime import date, timedelta

from signet.policy import Policy


def years_later(day: date, years: int) -> date:
    """The same day `years` later: the first on which so many whole years are over.

    Of 29 February that is 1 March where there is no such day. Past the calendar's end it is the
    calendar's last day.
    """
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_day(start: date, years: int) -> date:
    """The last of `years` whole years that begin on `start`."""
    anniversary = years_later(start, years)
    return anniversary if anniversary == date.max else anniversary - timedelta(days=1)


def last_valid_day(start: date, policy: Policy) -> date:
    """The last day of a permit that starts on `start` (PER-2, G 48(2))."""
    anniversary = years_later(start, policy.value("permit_term_years", start))
    if anniversary == date.max:
        return date.max
    return anniversary + timedelta(days=policy.value("permit_last_day_offset", start))


def day_after(last: date) -> date:
    """The day after a last valid day; 9999-12-31, which some use for "no end", has none."""
    return last if last == date.max else last + timedelta(days=1)


def renewal_start(expires_on: date, renewed_on: date) -> date:
    """A renewal runs on from the term before it, or from its own day when that one is over."""
    return max(day_after(expires_on), renewed_on)
