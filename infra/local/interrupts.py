"""Quiet shutdown: Ctrl-C and SIGTERM undo what was started, then exit."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from infra.local.errors import LocalError


def _terminate(_number: int, _frame: FrameType | None) -> None:
    # An exception runs every clean-up on its way out, which the default action wouldn't.
    raise KeyboardInterrupt


@contextmanager
def quiet_exit() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM inside the block into a quiet exit, and LocalError into one line.

    Raises SystemExit: 0 after an interrupt (the usual way to stop these programs), 1 after an
    error.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminate)
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(0) from None
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
