"""What a build did, and how long each stage took."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict, dataclass, field
from time import perf_counter


@dataclass(slots=True)
class Report:
    """What a build did: `members` and `permits` count the published ones, `jobs` the open ones.

    `left_out` says what is wrong with postings that weren't published, `disputed` on which records
    outputs differed, so that the strictest verdict was published; `seconds` are by stage.
    """

    members: int = 0
    permits: int = 0
    jobs: int = 0
    pages: int = 0
    written: int = 0
    unchanged: int = 0
    deleted: int = 0
    left_out: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_rss_mb: float = 0.0

    def as_json(self) -> str:
        """Return the report as JSON, as `--report` writes it."""
        return json.dumps(asdict(self), indent=2) + "\n"


class Stopwatch:
    """Measures seconds by stage; the times of a stage entered twice are added up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._started = perf_counter()

    def lap(self, stage: str) -> None:
        """Add the time since the last lap to this stage."""
        now = perf_counter()
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - self._started, 3)
        self._started = now


def peak_rss_mb() -> float:
    """Return this process's peak memory plus that of its largest child, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    version = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round((version + children) * unit / 1_000_000, 1)
