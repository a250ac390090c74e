"""Every write of requests at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os

import pytest

from signet import requests
from tests.faults import named_acts, request_writes
from tests.faults.matrix import rewound, survives
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


@pytest.mark.usefixtures("requesting")
def test_no_write_of_requests_is_left_out() -> None:
    tried: set[str] = set()
    for write in request_writes.writes():
        tried |= named_acts.in_trail(rewound(write))
    named = named_acts.in_code(requests, "request-") - READ_OR_REMINDED
    assert named == {name for name in tried if name.startswith("request-")}
