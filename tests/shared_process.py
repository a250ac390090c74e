"""A process that all workers of a run share, started by the first that needs it.

Each worker holds the write end of one named pipe, and the process ends when the last of them lets
go, by finishing or by dying.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# Starts the process with the lifeline's reading end; gives what its users need to know, as text.
Start = Callable[[int], str]


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the whole run; each worker has one of its own inside it."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@contextmanager
def shared(folder: Path, name: str, start: Start) -> Iterator[str]:
    """Give what `start` told when it last started the process that users of the folder share."""
    pipe, told = folder / f"{name}-lifeline", folder / f"{name}-told"
    with (folder / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            lifeline = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            # No pipe, or nobody reads it: no such process runs.
            pipe.unlink(missing_ok=True)
            lifeline = _start(pipe, told, start)
    try:
        yield told.read_text()
    finally:
        os.close(lifeline)


def _start(pipe: Path, told: Path, start: Start) -> int:
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    lifeline = os.open(pipe, os.O_WRONLY)
    try:
        told.write_text(start(reading))
    except BaseException:
        os.close(lifeline)
        raise
    finally:
        os.close(reading)
    return lifeline
