"""The memory of a process and all its children, watched from outside.

What forked processes share is counted once (the kernel's "proportional set size"), so the figure
is what the machine must have, which the sum of their resident sizes would overstate and the
largest of them understate. Only Linux tells it; elsewhere the peak stays 0.
"""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from types import TracebackType

INTERVAL_SECONDS = 0.5
PROC = Path("/proc")


class MemoryWatch:
    """Watches a process while the block runs; `peak_mb` is the most that was seen."""

    def __init__(self, pid: int | None) -> None:
        self.peak_mb = 0.0
        self._pid = pid
        self._ended = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> MemoryWatch:
        if self._pid is not None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._pid is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL_SECONDS):
            held = sum(_held_mb(pid) for pid in _family(self._pid or 0))
            self.peak_mb = max(self.peak_mb, held)


def _family(pid: int) -> list[int]:
    """Return the process and its descendants; those that ended meanwhile are left out."""
    found = [pid]
    for place in (PROC / str(pid) / "task").glob("*/children"):
        for child in _read(place).split():
            found += _family(int(child))
    return found


def _held_mb(pid: int) -> float:
    for line in _read(PROC / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1_000_000
    return 0.0


def _read(place: Path) -> str:
    try:
        return place.read_text(encoding="ascii")
    except OSError:
        return ""
