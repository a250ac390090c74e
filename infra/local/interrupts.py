"""Ending quietly: Ctrl-C and a request to terminate undo what was started, then leave."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from infra.local.errors import LocalError


def _terminate(_number: int, _frame: FrameType | None) -> None:
    # As an exception it runs every clean-up on its way out, which the default action wouldn't.
    raise KeyboardInterrupt


@contextmanager
def quiet_exit() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM inside the block into a quiet end, and LocalError into a line.

    Raises SystemExit: 0 after an interrupt (that is how one stops these programs), 1 after an
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
