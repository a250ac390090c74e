"""Starting commands that can't outlive this process."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

GUARD = Path(__file__).with_name("guard.py")
# Longer than the guard gives the command itself to stop.
STOP_SECONDS = 10.0


def start(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    output: IO[Any] | None = None,
    keep_open: Sequence[int] = (),
    lifeline: int = subprocess.PIPE,
) -> "subprocess.Popen[bytes]":
    """Start a command under the guard, in a session of its own, and return the guard's process.

    A Ctrl-C at the terminal doesn't reach it: it ends when `stop` is called or this process ends.
    `output` receives both its output streams; `keep_open` are file descriptors (locks) that stay
    open until the command has ended. It also ends when no process holds the write end of `lifeline`
    any more: by default a pipe that this process alone holds.
    """
    return subprocess.Popen(
        [sys.executable, "-I", "-S", GUARD, *command],
        stdin=lifeline,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        cwd=folder,
        env=environment,
        start_new_session=True,
        pass_fds=keep_open,
    )


def stop(guard: "subprocess.Popen[bytes]") -> None:
    """Stop a command from `start` and wait until it has ended; it may have ended already."""
    if guard.stdin:
        guard.stdin.close()
    else:
        guard.terminate()
    try:
        guard.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        guard.kill()
        guard.wait()
