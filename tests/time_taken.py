"""Tell at the end of a run how long each suite and the slowest tests took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest

SLOWEST = 10
WORTH_TELLING = 60  # seconds: of a shorter run nobody asks what took so long


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell it, where the run was a long one."""
    reports = [one for many in terminalreporter.stats.values() for one in many]
    taken = taken_by([one for one in reports if isinstance(one, pytest.TestReport)])
    if sum(taken.values()) < WORTH_TELLING:
        return
    terminalreporter.section("time taken, all workers together")
    for line in told(taken):
        terminalreporter.write_line(line)


def taken_by(reports: Iterable[pytest.TestReport]) -> Mapping[str, float]:
    """Return the seconds that each test took, with its setup and teardown."""
    taken: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        taken[report.nodeid] += report.duration
    return taken


def told(taken: Mapping[str, float]) -> Iterable[str]:
    """Each suite, then the slowest tests."""
    suites: dict[str, list[float]] = {}
    for test, seconds in taken.items():
        suites.setdefault("/".join(test.split("/")[:2]), []).append(seconds)
    for suite, each in sorted(suites.items(), key=lambda one: -sum(one[1])):
        yield f"{clock(sum(each))}  {suite}, {len(each):,} tests"
    yield f"the {SLOWEST} slowest:"
    for test, seconds in sorted(taken.items(), key=lambda one: -one[1])[:SLOWEST]:
        yield f"{clock(seconds)}  {test}"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60:4d}:{int(seconds) % 60:02d}"
