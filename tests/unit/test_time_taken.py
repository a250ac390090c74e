"""What a run tells of the time it took."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.time_taken import taken_by, told


def report(
    test: str, seconds: float, when: Literal["setup", "call", "teardown"] = "call"
) -> pytest.TestReport:
    return pytest.TestReport(
        test, (test, 1, test), {}, "passed", None, when, duration=seconds, start=0, stop=seconds
    )


def test_suites_and_slowest_tests_are_told_the_longest_first() -> None:
    reports = [report(f"tests/unit/test_a.py::test_{n}", n) for n in range(1, 13)]
    slow = "tests/browser/test_b.py::test_all"
    reports += [report(slow, 100, "setup"), report(slow, 20), report(slow, 5, "teardown")]
    lines = list(told(taken_by(reports)))
    assert lines[:4] == [
        "   2:05  tests/browser, 1 tests",
        "   1:18  tests/unit, 12 tests",
        "the 10 slowest:",
        f"   2:05  {slow}",
    ]
    assert lines[4] == "   0:12  tests/unit/test_a.py::test_12"
    assert len(lines) == 3 + 10
