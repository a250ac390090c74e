"""What a function loads before its first request: no more than it needs, and hardly any later."""

from __future__ import annotations

import pytest

from tests.bench.imports import BASE, FORBIDDEN, functions, loaded, seconds

NOW = 1.8  # times what the libraries take


@pytest.mark.parametrize("function", functions())
def test_a_function_loads_nothing_that_it_can_do_without(function: str) -> None:
    held = loaded(function)
    assert "pydantic" in held
    assert not FORBIDDEN & held


def test_what_is_forbidden_would_be_noticed() -> None:
    assert "boto3" in loaded("boto3")


def test_no_function_takes_longer_to_start_than_it_does_now() -> None:
    """Processor time, so that a busy machine is no reason to fail; the best of several goes.

    The aim is the bench's limit, which tells how far each is from it; this keeps them from
    getting slower.
    """
    taken = seconds([BASE, *functions()], goes=3)
    slow = {name: round(spent / taken[BASE], 2) for name, spent in taken.items()}
    assert not {name: times for name, times in slow.items() if times > NOW}, slow
