"""Running a command and saying what it cost."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench.memory import MemoryWatch

ROOT = Path(__file__).resolve().parents[2]
USUAL_WORK = ROOT / "var" / "bench"
# Elsewhere by the environment: a file system in memory tells the disk's part from the rest.
WORK = Path(os.environ.get("SIGNET_BENCH_FOLDER", USUAL_WORK)).absolute()
LOG = WORK / "last-command.log"
LAST_LINES = 15


class BenchError(Exception):
    """A measurement can't be made; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command and its children took.

    `seconds` on the clock, `user` and `system` on the processors; `peak_mb` is the memory of all
    its processes together where that was watched, else of the largest of them.
    """

    seconds: float
    user: float
    system: float
    peak_mb: float

    @property
    def processor(self) -> float:
        """Seconds on all processors together."""
        return self.user + self.system

    def __str__(self) -> str:
        return (
            f"{self.seconds:.2f} s (user {self.user:.2f}, system {self.system:.2f}), "
            f"{self.peak_mb:.0f} MB"
        )


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    watch_memory: bool = False,
) -> Spent:
    """Run a command to its end. Raises BenchError, with its last lines, when it fails."""
    WORK.mkdir(parents=True, exist_ok=True)
    with open(LOG, "w+", encoding="utf-8") as log:
        started = perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=log, stderr=log
        )
        with MemoryWatch(process.pid if watch_memory else None) as memory:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - started
        # wait4 has reaped it already, which Popen can't know.
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            said = "".join(log.readlines()[-LAST_LINES:])
            raise BenchError(
                f"{' '.join(map(str, command))} ended with {process.returncode}\n{said}"
            )
    held = memory.peak_mb or usage.ru_maxrss * 1024 / 1_000_000
    return Spent(seconds, usage.ru_utime, usage.ru_stime, held)
