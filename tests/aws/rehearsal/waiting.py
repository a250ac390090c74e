"""Waiting for what was deployed to come to something, and what is said when it doesn't."""

from __future__ import annotations

import time
from collections.abc import Callable

WAIT_SECONDS, POLL_SECONDS = 120.0, 0.5


class Failed(Exception):
    """Something didn't hold; the message says what."""


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds. Raises Failed when it isn't seen in time."""
    last = time.monotonic() + WAIT_SECONDS
    while not holds():
        if time.monotonic() > last:
            raise Failed(f"{what} wasn't seen within {WAIT_SECONDS:g} s")
        time.sleep(POLL_SECONDS)
