"""Every write of the career centre at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os

import pytest

from tests.faults import job_writes
from tests.faults.matrix import cells, tried, undisturbed
from tests.job_office import careers, job_tables_made
from tests.people import shell

__all__ = ["careers", "job_tables_made", "shell"]

# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 4


@pytest.mark.usefixtures("careers")
@pytest.mark.parametrize("name", job_writes.WRITES)
def test_a_write_of_the_career_centre_survives_every_trouble(name: str) -> None:
    (write,) = (one for one in job_writes.writes() if one.name == name)
    expected, _ = undisturbed(write)
    for cell in cells(write, MOST):
        tried(cell, expected)
