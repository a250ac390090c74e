"""Types of command-line arguments, with errors that say what would be right."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.register.days import out_of_bounds


def a_date(text: str) -> date:
    """Return a date given as YYYY-MM-DD, within plausible bounds.

    Raises ArgumentTypeError for any other text.
    """
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date that exists, as YYYY-MM-DD"
        ) from None
    if expected := out_of_bounds(day, datetime.now(UTC).date()):
        raise argparse.ArgumentTypeError(f"{text!r} is not {expected}")
    return day


def a_count(text: str) -> int:
    """Return a whole number, zero or more. Raises ArgumentTypeError for any other text."""
    try:
        count = int(text)
    except ValueError:
        count = -1
    if count < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, zero or more")
    return count


def today(policy: Policy) -> date:
    """Return today's date in the regulator's time zone."""
    return datetime.now(ZoneInfo(policy.regulator.time_zone)).date()
