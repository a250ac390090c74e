"""Every write of proposals at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from signet import proposals
from signet.proposals import actions, entering, many
from signet.proposals.model import State
from tests.faults import named_acts, proposal_writes
from tests.faults.aws_calls import Send, around
from tests.faults.matrix import rewound, survives
from tests.proposal_office import (
    entries_of,
    officer,
    proposal_tables,
    proposing,
    second,
    shell,
)

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
        tried |= named_acts.in_trail(rewound(write))
    assert named_acts.in_code(proposals, "proposal-") == tried


class Killed(BaseException):
    """The process is no more."""


def killed_after(number: int, do: Callable[[], object]) -> bool:
    """Do something that is killed once its n-th call to AWS was done; tell whether it was."""
    calls = count(1)

    def wrap(request: Any, send: Send) -> Any:
        made = send(request)
        if next(calls) == number:
            raise Killed
        return made

    with around(wrap):
        try:
            do()
        except Killed:
            return True
    return False


@pytest.mark.usefixtures("proposing")
def test_an_approved_import_is_entered_once_wherever_it_is_killed() -> None:
    """Killed before a call is killed after the one before; the next to come is somebody else."""
    for number in count(1):
        by = officer()
        members = [f"{number}00{at}" for at in range(2)]
        many.propose(by, proposal_writes.newcomers(members, f"P-{number}"))
        proposal = actions.get(by.operation)

        def enter(id_: str = proposal.id, hash_: str = proposal.head.hash) -> None:
            actions.approve(second(operation=id_), id_, hash_)
            entering.continue_entering(officer("scheduler"), id_)

        was_killed = killed_after(number, enter)
        if actions.get(proposal.id).state is State.OPEN:
            enter()
        assert entering.continue_entering(officer("scheduler"), proposal.id)
        assert [len(entries_of(one)) for one in members] == [1, 1], number
        assert len(entries_of(f"P-{number}", "permit")) == 1, number
        counts = actions.get(proposal.id).head.outcome
        assert counts
        assert dict(counts.counts) == {"entered": 3, "fell out": 0}, number
        if not was_killed:
            assert number > 12, "it has more calls than that"
            return
