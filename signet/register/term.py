"""The length of terms: of permits (PER-2) and declarations (CPD-5)."""

from __future__ import annotations

from datetime import date, timedelta

from signet.policy import Policy


def years_later(day: date, years: int) -> date:
    """Return the same day `years` later: the first after that many whole years.

    For 29 February it is 1 March where there is no such day; past the end of the calendar it is the
    calendar's last day.
    """
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_day(start: date, years: int) -> date:
    """Return the last of `years` whole years that begin on `start`."""
    anniversary = years_later(start, years)
    return anniversary if anniversary == date.max else anniversary - timedelta(days=1)


def last_valid_day(start: date, policy: Policy) -> date:
    """Return the last valid day of a permit that starts on `start` (PER-2, G 48(2))."""
    anniversary = years_later(start, policy.value("permit_term_years", start))
    if anniversary == date.max:
        return date.max
    return anniversary + timedelta(days=policy.value("permit_last_day_offset", start))


def ends_soon(last_day: date, as_of: date, policy: Policy) -> bool:
    """Tell whether a permit's last valid day is near enough to say so beside its verdict."""
    soon = timedelta(days=policy.value("permit_ending_shown_days", as_of))
    return as_of <= last_day and last_day - as_of <= soon


def day_after(last: date) -> date:
    """Return the day after a last valid day; 9999-12-31, which some use for "no end", stays."""
    return last if last == date.max else last + timedelta(days=1)


def renewal_start(expires_on: date, renewed_on: date) -> date:
    """Return the start of a renewal: the end of the term before it, or its own day if later."""
    return max(day_after(expires_on), renewed_on)
