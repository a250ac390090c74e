"""Running something in a process of its own that dies, or finds a full disk, at a chosen moment.

Python tells of every change to the file system before it happens (PEP 578). Nothing is replaced:
the process is a real one, what it runs is the real code, and the signal is a real one.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

FAILED = 70
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"open", "os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir"}

Watch = Callable[[str, tuple[Any, ...]], None]


def in_a_process(act: Callable[[], int | None], watch: Watch | None = None) -> int:
    """Run `act` in a forked process; gives its wait status.

    It is 0 when `act` came to its end, or the exit status that `act` gave back.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        gc.freeze()  # looking through what it came with copies all of it
        status = FAILED
        try:
            if watch is not None:
                sys.addaudithook(watch)
            status = act() or 0
        except BaseException:  # noqa: BLE001 - this process must not go on to run the tests
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(child, 0)[1]


def killed_at(change: int, root: Path, act: Callable[[], int | None]) -> bool:
    """Run `act` and kill it right before its n-th change below `root`, counted from 1.

    Gives False when it came to its end before; an error of its own fails the test.
    """
    left = change

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if is_change(event, arguments, root):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return _was_killed(in_a_process(act, watch))


def killed_writing(path: str, act: Callable[[], int | None]) -> bool:
    """Run `act` and kill it right before it opens a file to write whose path holds `path`."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and path in str(arguments[0]) and _writes(event, arguments):
            os.kill(os.getpid(), signal.SIGKILL)

    return _was_killed(in_a_process(act, watch))


def with_a_full_disk(act: Callable[[], int | None], root: Path, room: int) -> int:
    """Run `act` where only `room` more files can be made below `root`; gives its exit status."""
    left = room

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        makes = event in ("open", "os.mkdir", "os.link")
        if makes and is_change(event, arguments, root):
            left -= 1
            if left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return os.waitstatus_to_exitcode(in_a_process(act, watch))


def is_change(event: str, arguments: tuple[Any, ...], root: Path) -> bool:
    """Whether an event changes something below `root`."""
    if event not in _CHANGES or not _writes(event, arguments):
        return False
    path = os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else str(arguments[0])
    # rmtree names what it removes relative to a folder it holds open.
    return path.startswith(str(root)) or (event != "open" and not os.path.isabs(path))


def _writes(event: str, arguments: tuple[Any, ...]) -> bool:
    return event != "open" or bool((arguments[2] or 0) & _WRITING)


def _was_killed(status: int) -> bool:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert status == 0, f"it ended with {os.waitstatus_to_exitcode(status)}, see above"
    return False
