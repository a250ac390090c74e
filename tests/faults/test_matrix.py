"""Every write at each of its AWS calls, with each trouble: nothing lost, doubled or left over."""

from __future__ import annotations

import os

import pytest

from signet import complaints
from signet.complaints.files.checking import Means
from tests.complaint_desk import desk
from tests.complaint_evidence import evidence
from tests.complaint_office import complaint_tables_made, office, shell
from tests.faults import complaint_writes, desk_writes, named_acts
from tests.faults.matrix import survives

__all__ = ["complaint_tables_made", "desk", "evidence", "office", "shell"]

# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 2
NAMES = (
    "A complaint about one person",
    "One about three, with an address",
    "The same form with other words",
    "Something added with the code",
    "An answer to a question",
    "Coming back with the code",
    "More files invited",
    "A file dealt with",
    "A file found by the clock",
    "A respondent's answer",
    *desk_writes.DESK,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_write_of_the_complaints_service_survives_every_trouble(
    evidence: Means, desk: None, name: str
) -> None:
    every = (*complaint_writes.writes(evidence), *desk_writes.writes(evidence))
    (write,) = (one for one in every if one.name == name)
    survives(complaint_writes.rewound(write, evidence), MOST)


# What isn't a write of its own: looks, which change nothing; what was begun before there were
# proposals; and what the names of mails begin with.
NO_WRITES = {
    "complaint-file-named",
    "complaint-file-opened",
    "complaint-letter-opened",
    "complaint-entry-begun",
    "complaint-",
    "complaint-alerts",
}


def test_no_write_of_the_complaints_service_is_left_out(evidence: Means, desk: None) -> None:
    tried: set[str] = set()
    for write in (*complaint_writes.writes(evidence), *desk_writes.writes(evidence)):
        tried |= named_acts.in_trail(complaint_writes.rewound(write, evidence))
    assert not named_acts.in_code(complaints, "complaint-") - NO_WRITES - tried
