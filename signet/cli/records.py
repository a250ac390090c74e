"""`signet export` and `signet demo-data`: whole registers, written in the exchange format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from signet import policy as policies
from signet.cli.arguments import a_count, a_date, today
from signet.publish.progress import Progress
from signet.publish.snapshot import StoreSource
from signet.register import contacts, store, tables
from signet.register.exchange.write import write_folder


def add_parsers(commands: Any) -> None:
    """Add the commands' parsers."""
    export = commands.add_parser("export", help="write the whole register in the exchange format")
    export.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    export.add_argument(
        "--dated",
        type=a_date,
        metavar="DATE",
        help="the day the files are current to; default: today",
    )
    export.add_argument(
        "--without-contacts", action="store_true", help="leave the private contact data out"
    )
    export.set_defaults(run=run_export)
    demo = commands.add_parser("demo-data", help="write made-up records in the exchange format")
    demo.add_argument("--members", type=a_count, default=2000, metavar="N")
    demo.add_argument("--permits", type=a_count, default=120, metavar="N")
    demo.add_argument("--seed", type=int, default=1, metavar="S")
    demo.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    demo.add_argument(
        "--dated", type=a_date, metavar="DATE", help="the day the history ends; default: today"
    )
    demo.set_defaults(run=run_demo_data)


def run_export(options: argparse.Namespace) -> int:
    """Write everything stored, from which the register can be restored; return the exit status."""
    tables.bind()
    policy = policies.load()
    source, progress = StoreSource(), Progress()
    write_folder(
        options.out,
        options.dated or today(policy),
        map(source.decode, progress.over(source.permits(), "permits")),
        map(source.decode, progress.over(source.members(), "members")),
        None if options.without_contacts else contacts.every(),
        policy,
        store.taken(),
    )
    return 0


def run_demo_data(options: argparse.Namespace) -> int:
    """Write made-up records; return the exit status."""
    from signet.demo import generate  # imported here: its name lists are only needed for this

    policy = policies.load()
    dated = options.dated or today(policy)
    sample = generate(options.members, options.permits, options.seed, dated, policy)
    progress = Progress()
    write_folder(
        options.out,
        dated,
        progress.over(sample.permits, "permits"),
        progress.over(sample.members, "members"),
        sample.contacts,
        policy,
    )
    return 0
