"""Waiting for what another process does."""

import threading
import time
from collections.abc import Callable

POLL_SECONDS = 0.02


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Tell whether a condition comes true within so many seconds."""
    last = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > last:
            return False
        pause.wait(POLL_SECONDS)
    return True


def drain(poll: Callable[[], int]) -> None:
    """Read a stream to its end: the database gives empty pages on the way."""
    empty = 0
    while empty < 3:
        empty = 0 if poll() else empty + 1
