"""How many examples a property is tried with: in `make storm` ten times as many as otherwise."""

from __future__ import annotations

import os

from hypothesis import Phase

USUAL, FEWEST = 100, 5
PERCENT = int(os.environ.get("SIGNET_EXAMPLES") or 100)
# The smallest example that fails is for people to read: whoever only asks whether one fails, as
# `make mutants` does, isn't kept waiting for it.
ANY = {Phase.explicit, Phase.reuse, Phase.generate}
PHASES = tuple(phase for phase in Phase if phase in ANY or "SIGNET_ANY" not in os.environ)


def examples(usual: int = USUAL) -> int:
    """As many as this run is to try, where `make test` tries so many."""
    return max(FEWEST, usual * PERCENT // 100)
