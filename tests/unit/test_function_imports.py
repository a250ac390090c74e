"""What a function loads before its first request: no more than it needs, and hardly any later."""

from __future__ import annotations

import pytest

from tests.bench.imports import BASE, FORBIDDEN, LIMIT, functions, loaded, seconds

MORE = 6  # rounds before a function that seems slow is held to be


@pytest.mark.parametrize("function", functions())
def test_a_function_loads_nothing_that_it_can_do_without(function: str) -> None:
    held = loaded(function)
    assert "pydantic" in held
    assert not FORBIDDEN & held


def test_what_is_forbidden_would_be_noticed() -> None:
    assert "boto3" in loaded("boto3")


def test_no_function_takes_longer_to_start_than_its_libraries_and_a_fifth() -> None:
    """Processor time at best: others at work here only ever add to it, so more goes tell better."""
    best = seconds([BASE, *functions()], goes=3)
    for _ in range(MORE):
        slow = _slow(best)
        if not slow:
            break
        again = seconds([BASE, *slow], goes=4)
        best |= {name: min(best[name], taken) for name, taken in again.items()}
    assert not _slow(best)


def _slow(best: dict[str, float]) -> dict[str, float]:
    """The functions beyond the limit, each with how many times the libraries it takes."""
    times = {name: round(taken / best[BASE], 2) for name, taken in best.items()}
    return {name: found for name, found in times.items() if found > LIMIT}
