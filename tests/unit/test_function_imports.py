"""What a function loads before its first request: no more than it needs.

How long that takes is measured by `python -m tests.bench starting`, not asserted here.
"""

from __future__ import annotations

from functools import cache

import pytest

from infra.functions import FUNCTIONS
from tests.bench.imports import FORBIDDEN, READERS, functions, loaded

MODULES = sorted(one.module for one in FUNCTIONS)


@cache
def held_by_each() -> dict[str, set[str]]:
    return loaded([*MODULES, "boto3"])


@pytest.mark.parametrize("function", functions())
def test_a_function_loads_nothing_that_it_can_do_without(function: str) -> None:
    held = held_by_each()[function]
    assert "lambdas" in held
    assert not FORBIDDEN & held


@pytest.mark.parametrize("function", MODULES)
def test_no_function_reads_strangers_files_in_its_own_process(function: str) -> None:
    assert not READERS & held_by_each()[function]


def test_what_reads_strangers_files_is_reached_from_the_bundle_for_it_alone() -> None:
    """Others can't start that process: what it runs isn't in their bundles."""
    checking = {one.name for one in FUNCTIONS if one.bundle == "files"}
    assert checking == {"files", "company_files", "complaint_files"}


def test_what_is_forbidden_would_be_noticed() -> None:
    assert "boto3" in held_by_each()["boto3"]
