"""Every write of requests at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os
from datetime import date

import pytest

from signet import requests
from signet.letters import documents
from signet.letters.documents import Letter
from tests.entries import POLICY
from tests.faults import named_acts, request_writes
from tests.faults.matrix import rewound, survives
from tests.faults.workers import Asked, Worker
from tests.request_office import request_tables, requesting, shell

__all__ = ["request_tables", "requesting", "shell"]

# A look at a request is no write; a reminder leaves no line in the audit log.
READ_OR_REMINDED = {"request-seen", "request-reminder"}
# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 2


@pytest.mark.usefixtures("requesting")
@pytest.mark.parametrize("name", request_writes.WRITES)
def test_a_write_of_requests_survives_every_trouble(name: str) -> None:
    (write,) = (one for one in request_writes.writes() if one.name == name)
    survives(rewound(write), MOST)


def test_a_worker_makes_a_letter_where_the_process_it_came_from_has_made_one() -> None:
    """It once waited for ever, for threads that a forked process hasn't."""
    letter = Letter(
        to=("Ana Lee",), dated=date(2026, 11, 30), reference="R-1", about="Test", text="Yes."
    )

    def made(_: object) -> int:
        return len(documents.render([letter], POLICY.regulator))

    size = made(None)
    worker = Worker(made, ())
    worker.ask(Asked(None))
    answer = worker.hears()
    worker.end()
    assert answer is not None
    assert answer.done == size


@pytest.mark.usefixtures("requesting")
def test_no_write_of_requests_is_left_out() -> None:
    tried: set[str] = set()
    for write in request_writes.writes():
        tried |= named_acts.in_trail(rewound(write))
    named = named_acts.in_code(requests, "request-") - READ_OR_REMINDED
    assert named == {name for name in tried if name.startswith("request-")}
