"""What a function loads before its first request: no more than it needs, and hardly any later."""

from __future__ import annotations

import pytest

from tests.bench.imports import FORBIDDEN, LIMIT, Taken, functions, loaded, ratio, taken

MORE = 6  # rounds before a function that seems slow is held to be


@pytest.mark.parametrize("function", functions())
def test_a_function_loads_nothing_that_it_can_do_without(function: str) -> None:
    held = loaded(function)
    assert "pydantic" in held
    assert not FORBIDDEN & held


def test_what_is_forbidden_would_be_noticed() -> None:
    assert "boto3" in loaded("boto3")


def test_no_function_takes_longer_to_start_than_its_libraries_and_a_fifth() -> None:
    """Of a function that seems slow more is asked: of many goes some aren’t disturbed."""
    found = taken(functions(), goes=2)
    for _ in range(MORE):
        slow = _slow(found)
        if not slow:
            break
        for name, more in taken([*slow], goes=3).items():
            found[name] += more
    assert not _slow(found)


def test_a_function_that_loads_too_much_would_be_noticed() -> None:
    assert _slow(taken(["lambdas.home, schemathesis"], goes=3))


def _slow(found: dict[str, list[Taken]]) -> dict[str, float]:
    """The functions beyond the limit, each with how many times the libraries it takes."""
    times = {name: round(ratio(goes), 2) for name, goes in found.items()}
    return {name: times for name, times in times.items() if times > LIMIT}
