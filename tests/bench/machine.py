"""The machine that the figures are from, and whether it was busy with something else."""

from __future__ import annotations

import os
import platform
from pathlib import Path

# One measured process after the other keeps the load near 1 by itself.
BUSY = 1.5


def described() -> str:
    """Return the machine in a line: system, processors, memory, Python."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors{_model()}, "
        f"{gigabytes:.0f} GB of memory, Python {platform.python_version()}"
    )


def _model() -> str:
    table = Path("/proc/cpuinfo")
    if not table.exists():
        return ""
    lines = table.read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f" ({names[0]})" if names else ""


def load() -> float:
    """How many processes wanted a processor, on average, in the last minute."""
    return os.getloadavg()[0]
