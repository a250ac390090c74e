"""Types of command-line arguments, with errors that say what would be right."""

from __future__ import annotations

import argparse
from datetime import date


def a_date(text: str) -> date:
    """A date as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date that exists, as YYYY-MM-DD"
        ) from None


def a_count(text: str) -> int:
    """A whole number, zero or more."""
    try:
        count = int(text)
    except ValueError:
        count = -1
    if count < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, zero or more")
    return count
