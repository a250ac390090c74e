"""Every write of proposals at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os

import pytest

from signet import proposals
from tests.faults import named_acts, proposal_writes
from tests.faults.matrix import rewound, survives
from tests.proposal_office import proposal_tables, proposing, shell

__all__ = ["proposal_tables", "proposing", "shell"]

# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 2


@pytest.mark.usefixtures("proposing")
@pytest.mark.parametrize("name", proposal_writes.DESK)
def test_a_write_of_proposals_survives_every_trouble(name: str) -> None:
    (write,) = (one for one in proposal_writes.writes() if one.name == name)
    survives(rewound(write), MOST)


@pytest.mark.usefixtures("proposing")
def test_no_write_of_proposals_is_left_out() -> None:
    tried: set[str] = set()
    for write in proposal_writes.writes():
        tried |= named_acts.in_trail(write)
    assert named_acts.in_code(proposals, "proposal-") == tried
