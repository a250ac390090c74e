"""`signet search rebuild`: the desks' search, filled from the tables."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from typing import Any

from signet import policy as policies
from signet import tables
from signet.cli.arguments import today
from signet.policy import Policy
from signet.publish.progress import Progress
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.search import rebuilding
from signet.search.sources import When
from signet.search.tables import MODELS, SearchRow


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "search",
        help="fill the desks' search from the tables",
        description="Fill the search by which officers find anyone on record. It follows the "
        "tables by itself from then on; run this once where there are records already, and after "
        "the address key changed. If it is interrupted, the next run continues; repeating it is "
        "harmless.",
    )
    parser.add_argument("what", choices=("rebuild",))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Fill the index; return the exit status."""
    del options
    _bind()
    tables.create_missing((*MODELS, *REQUEST_MODELS, *REGISTER_MODELS))
    policy = policies.load()
    count = _Count("search: records")
    changed = rebuilding.rebuild(When(today(policy), policy), count.add)
    print(f"search: {count.total:,} records read, {changed:,} written")
    return 0


def check(policy: Policy, as_of: date) -> Iterator[str] | None:
    """Yield where the index differs from the tables; None where there is no index."""
    _bind()
    if not SearchRow.exists():
        return None
    differences = rebuilding.differences(When(as_of, policy), _Count("records searched").add)
    return (str(one) for one in differences)


class _Count:
    """Counts records, and tells after each portion."""

    def __init__(self, what: str) -> None:
        self.what, self.total = what, 0
        self._progress = Progress()

    def add(self, records: int) -> None:
        self.total += records
        self._progress.say(f"{self.what}: {self.total:,}")


def _bind() -> None:
    tables.bind((*MODELS, *REQUEST_MODELS, *REGISTER_MODELS))
