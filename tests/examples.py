"""How many examples a property is tried with: in `make storm` ten times as many as otherwise."""

from __future__ import annotations

import os

USUAL, FEWEST = 100, 5
PERCENT = int(os.environ.get("SIGNET_EXAMPLES") or 100)


def examples(usual: int = USUAL) -> int:
    """As many as this run is to try, where `make test` tries so many."""
    return max(FEWEST, usual * PERCENT // 100)
