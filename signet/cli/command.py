"""`signet`: the command line of the register's office."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from signet.cli import (
    accounts,
    careers,
    check,
    complaints,
    enter,
    fsck,
    imports,
    keys,
    proposals,
    records,
    search,
    shell,
    show,
)
from signet.cli.failures import report_failures


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    new_parser = argparse.ArgumentParser(
        prog="signet",
        description="Keep the register: import and export records, enter what was decided, check.",
        epilog="Exit status: 0 done; 1 there are findings (fsck), or a stamp wasn't good (check); "
        "2 bad usage or input, or a rule forbids it, and nothing was changed; 3 the register can't "
        "tell (check).",
    )
    commands = new_parser.add_subparsers(required=True, metavar="COMMAND")
    imports.add_parser(commands)
    records.add_parsers(commands)
    fsck.add_parser(commands)
    check.add_parser(commands)
    search.add_parser(commands)
    enter.add_parser(commands)
    show.add_parser(commands)
    proposals.add_parser(commands)
    shell.add_parser(commands)
    accounts.add_parsers(commands)
    keys.add_parsers(commands)
    complaints.add_parsers(commands)
    careers.add_parser(commands)
    return new_parser


@report_failures
def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = parser().parse_args(arguments)
    status: int = options.run(options)
    return status
