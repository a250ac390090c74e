"""Writes of CPD on which the register or a decision hangs, at each of their AWS calls."""

from __future__ import annotations

import os

import pytest

from tests.cpd_office import office, office_ground
from tests.faults import cpd_writes
from tests.faults.matrix import survives
from tests.people import shell

__all__ = ["office", "office_ground", "shell"]

# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 2


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("name", cpd_writes.WRITES)
def test_a_write_of_cpd_survives_every_trouble(name: str) -> None:
    (write,) = (one for one in cpd_writes.writes() if one.name == name)
    survives(write, MOST)
