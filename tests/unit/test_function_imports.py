"""What a function loads before its first request: no more than it needs.

How long that takes is measured by `python -m tests.bench starting`, not asserted here.
"""

from __future__ import annotations

import pytest

from tests.bench.imports import FORBIDDEN, functions, loaded


@pytest.mark.parametrize("function", functions())
def test_a_function_loads_nothing_that_it_can_do_without(function: str) -> None:
    held = loaded(function)
    assert "pydantic" in held
    assert not FORBIDDEN & held


def test_what_is_forbidden_would_be_noticed() -> None:
    assert "boto3" in loaded("boto3")
