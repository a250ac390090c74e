"""`signet credits`: job credits of the former system, stored until they are claimed."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet import tables
from signet.cli.failures import EXIT_BAD_INPUT, explain
from signet.jobs.credits import legacy_credits
from signet.jobs.tables import MODELS
from signet.register.importing.source import open_source
from signet.register.problems import Problem
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "credits",
        help="store the former system's job credits until their companies claim them",
        description=f"A CSV file with the columns {', '.join(legacy_credits.FIELDS)} (JOB-2). "
        "A company's owner who signs in with the address carries the credits over. The same "
        "list, or a longer one, may be read again.",
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="check the file, keep nothing")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import a whole list, or nothing if any of it is wrong; return the exit status."""
    source = open_source(options.file, legacy_credits.FIELDS)
    if isinstance(source, Problem):
        explain(str(source), ())
        return EXIT_BAD_INPUT
    print(source.told, file=sys.stderr)
    if source.undecodable:
        return _refused(list(source.undecodable.values()))
    rows_read = ((row.line, row.cells, row.broken) for row in source.rows())
    result = legacy_credits.read(source.name, source.header, source.header_line, rows_read)
    if result.problems:
        return _refused(result.problems)
    rows = result.rows
    total = sum(one.credits for one in rows)
    if options.dry_run:
        print(f"{len(rows):,} rows with {total:,} credits; nothing was kept", file=sys.stderr)
        return 0
    tables.bind((*MODELS, *TRANSACTION_MODELS))
    tables.create_missing((*MODELS, *TRANSACTION_MODELS))
    if problems := legacy_credits.claimed(options.file.name, result):
        return _refused(problems)
    new = legacy_credits.store_rows(_context(), rows)
    message = f"{len(rows):,} rows with {total:,} credits, {new:,} of them new or corrected"
    print(message, file=sys.stderr)
    return 0


def _refused(problems: Sequence[legacy_credits.Problem | Problem]) -> int:
    explain(f"{len(problems):,} problems; nothing was kept", problems)
    return EXIT_BAD_INPUT


def _context() -> Context:
    policy, now = policies.load(), datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    return Context(f"command#{getpass.getuser()}", secrets.token_hex(16), now, today, policy)
