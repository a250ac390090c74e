"""Many who send complaints at once while calls fail and workers die: the short form of the storm.

`make storm` sends N forms.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from signet.complaints.files.checking import Means
from tests.complaint_evidence import evidence
from tests.complaint_office import complaint_tables_made, office, shell
from tests.faults import storm

__all__ = ["complaint_tables_made", "evidence", "office", "shell"]
SENT = int(os.environ.get("SIGNET_STORM", "200"))
TOLD = os.environ.get("SIGNET_STORM_TOLD")  # a file for the line that sums it up
SEED = int(os.environ.get("SIGNET_STORM_SEED", str(storm.SEED)))


def test_a_storm_loses_doubles_and_leaves_nothing(
    evidence: Means, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(told: str) -> None:
        with capsys.disabled():
            print(told, flush=True)

    logging.disable(logging.CRITICAL)  # tens of thousands of lines that say what was answered
    try:
        outcome = storm.weathered(evidence, SENT, SEED, say)
    finally:
        logging.disable(logging.NOTSET)
    assert outcome.well, outcome
    assert outcome.counts["repeated"] == SENT / 5
    assert outcome.counts["faults"] >= SENT / 5
    assert outcome.counts["kills"] >= SENT / 50
    assert outcome.counts["twins"]
    say(outcome.told)
    if TOLD:
        Path(TOLD).write_text(outcome.told + "\n", encoding="utf-8")


def test_the_same_seed_is_the_same_storm() -> None:
    assert storm.planned(300, 7) == storm.planned(300, 7)
    assert storm.planned(300, 7) != storm.planned(300, 8)
