"""Waiting for what another process does."""

import threading
import time
from collections.abc import Callable

from infra.local import ports
from infra.local.errors import PortTaken

POLL_SECONDS = 0.02


# Nothing takes this long, on whatever machine: who waits in vain may wait.
PATIENCE = 120.0


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Tell whether a condition comes true within so many seconds."""
    last = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > last:
            return False
        pause.wait(POLL_SECONDS)
    return True


def freed(port: int) -> bool:
    """Tell whether a port becomes free; for a moment, any connection of others may have it."""
    return eventually(lambda: _is_free(port))


def _is_free(port: int) -> bool:
    try:
        ports.check_free(port, remedy="")
    except PortTaken:
        return False
    return True


def drain(poll: Callable[[], int]) -> None:
    """Read a stream to its end: the database gives empty pages on the way."""
    empty = 0
    while empty < 3:
        empty = 0 if poll() else empty + 1
