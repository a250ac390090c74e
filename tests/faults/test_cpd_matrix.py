"""Every write of CPD at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os

import pytest

from signet import cpd
from tests.cpd_office import office, office_ground
from tests.faults import cpd_log_writes, cpd_writes, cpd_year_writes, named_acts
from tests.faults.matrix import Write, rewound, survives
from tests.people import shell

__all__ = ["office", "office_ground", "shell"]

# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 2
NAMES = (*cpd_log_writes.LOG, *cpd_writes.WRITES, *cpd_year_writes.WHOLE_YEAR)


def _every() -> list[Write]:
    return [*cpd_log_writes.writes(), *cpd_writes.writes(), *cpd_year_writes.writes()]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("name", NAMES)
def test_a_write_of_cpd_survives_every_trouble(name: str) -> None:
    (write,) = (one for one in _every() if one.name == name)
    survives(rewound(write), MOST)


LOOKS = {"cpd.desk.seen"}  # which change nothing


@pytest.mark.usefixtures("office")
def test_no_write_of_cpd_is_left_out() -> None:
    tried: set[str] = set()
    for write in _every():
        tried |= named_acts.in_trail(rewound(write))
    # Withdrawing a proposal leaves the line of proposals as well.
    assert not named_acts.in_code(cpd, "cpd.") - LOOKS - tried


def test_cpd_writes_past_its_trail_only_what_follows_from_the_register() -> None:
    """A module that comes to write to the database has to be looked at here."""
    assert named_acts.writing(cpd) == {"following", "nightly"}
