"""Runs a command that ends when the process that started it does, however that one ends.

    python guard.py COMMAND [ARGUMENT …]

The starter holds the other end of this program's standard input and never writes to it: when it
closes that, or dies (a kill included), the end of file arrives here and the command's whole process
group is asked to stop, then stopped. The exit code is the command's. Only the standard library is
used, and nothing of this project, so that it starts in milliseconds.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 5.0


def _signal_group(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def _stop(child: "subprocess.Popen[bytes]") -> None:
    _signal_group(child, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_SECONDS)
    # Child processes of the command may outlive it; they are in the same group.
    _signal_group(child, signal.SIGKILL)


def _wait_for_a_reason(child: "subprocess.Popen[bytes]") -> None:
    """Return when the command has ended, the starter is gone, or this program is told to end."""
    awake, wake = os.pipe()

    def watch() -> None:
        child.wait()
        os.write(wake, b".")

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os.write(wake, b"."))
    threading.Thread(target=watch, daemon=True).start()
    select.select([sys.stdin.fileno(), awake], [], [])
    # Close the pipe's only reader, so that a command that is ending isn't taken for a running one.
    os.close(sys.stdin.fileno())


def main() -> int:
    """Run the command of this process's arguments; return its exit code."""
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
    _wait_for_a_reason(child)
    _stop(child)
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    raise SystemExit(main())
