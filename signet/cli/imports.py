"""`signet import`: records from another system's files, or from the exchange format."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from signet import policy as policies
from signet.cli import accounts, proposed_imports, proposing
from signet.cli.arguments import a_date, today
from signet.cli.failures import EXIT_BAD_INPUT, MOST_SHOWN, explain
from signet.policy import Policy
from signet.publish.progress import Progress
from signet.register import contacts, loading, store, tables, writing
from signet.register.exchange.read import Folder, dated
from signet.register.exchange.schema import CONTACTS, ENTRIES
from signet.register.importing import (
    Limits,
    Mapping,
    Tables,
    accept_valid,
    load,
    read,
    read_exchange,
    write_rejected,
)
from signet.register.importing.kinds import ACCEPTABLE
from signet.register.loading import Held, ImportPlan
from signet.register.problems import InputProblems

# Past facts in a file that the rules would refuse as a new entry, by rule.
BROKEN = {
    "STA-2": "with no direction of Council's cited",
    "STA-3": "with a return before its time",
    "PER-2": "with a term longer than a permit's, as from its first issue",
}


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "import",
        help="import records: the exchange format, or another system's files with a mapping",
        description="Import records into the register. Every problem is reported, and nothing is "
        "imported while there is one, unless --accept-valid is given. Importing the same twice "
        "changes nothing; a record that the source doesn't name is reported and left as it is.",
    )
    parser.add_argument("source", type=Path, metavar="FOLDER|FILE")
    parser.add_argument(
        "--mapping", type=Path, metavar="FILE.toml", help="for other systems' files"
    )
    parser.add_argument(
        "--dated",
        type=a_date,
        metavar="DATE",
        help="the day the source is current to; default: today",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument(
        "--accept-valid",
        action="store_true",
        help="import the good rows, and write the rejected ones beside the source",
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        choices=tuple(ACCEPTABLE),
        metavar="KIND",
        help=f"accept problems of this kind: {', '.join(ACCEPTABLE)}",
    )
    parser.add_argument(
        "--delta",
        action="store_true",
        help="the source contains only what changed: don't report missing records",
    )
    parser.add_argument(
        "--by",
        default="",
        metavar="EMAIL",
        help="the officer who proposes it, if the policy requires a proposal",
    )
    parser.add_argument(
        "--alone",
        default="",
        metavar="REASON",
        help="import at once; the reason is shown to the reviewer at the register desk",
    )
    parser.set_defaults(run=run_import)


def run_import(options: argparse.Namespace) -> int:
    """Plan the import, print the plan, and unless --dry-run write it; return the exit status."""
    policy = policies.load()
    if not options.source.exists():
        explain(f"there is no file or folder {options.source}", ())
        return EXIT_BAD_INPUT
    if options.accept_valid and _has_entries(options):
        explain(
            "a folder with entries is taken whole or not at all: --accept-valid isn't for it", ()
        )
        return EXIT_BAD_INPUT
    tables.bind()
    if not options.dry_run:
        store.explained(tables.create_missing)()
    known, mark = _current_records(options.dry_run)
    plan = _plan(options, known, mark, policy)
    _tell(plan, _compared(plan, options.dry_run))
    if options.dry_run:
        print("dry run: nothing was written", file=sys.stderr)
        return 0
    if mark is None and any(map(known.numbers, loading.SUBJECTS)):
        if policy.proposals.imports == "propose" and not options.alone:
            return _propose(plan, options)
        proposing.list_import(_counts(plan), options.source.name, options.alone)
    _write(plan, known, policy)
    return 0


def _propose(plan: ImportPlan, options: argparse.Namespace) -> int:
    """Propose a source's changes; contact data, which is private, is written at once."""
    if _has_entries(options):
        explain("a folder with entries is taken as it is: import it with --alone REASON", ())
        return EXIT_BAD_INPUT
    records = [*plan.changed, *plan.new]
    proposed_imports.propose(records, options.by, options.source.name, plan.taken)
    if plan.contacts:
        contacts.put(plan.contacts, accounts.follower())
    return 0


def _compared(plan: ImportPlan, dry_run: bool) -> contacts.Counted:
    """Return how the contacts of a plan differ from those stored."""
    try:
        return contacts.compare(plan.contacts)
    except store.NoRegister:
        if dry_run:
            return contacts.Counted(len(plan.contacts))
        raise


def _counts(plan: ImportPlan) -> dict[str, int]:
    """Return how many records a plan changes, by words, for the reviewer."""
    counts = {"new records": len(plan.new), "changed records": len(plan.changed)}
    counts |= {f"entered as they happened ({r})": len(n) for r, n in plan.history.items()}
    return {what: number for what, number in counts.items() if number}


def _has_entries(options: argparse.Namespace) -> bool:
    source: Path = options.source
    return options.mapping is None and source.is_dir() and (source / ENTRIES.file).exists()


def _current_records(dry_run: bool) -> tuple[Held, str | None]:
    """Return the register's records, and the mark of an interrupted first import."""
    try:
        return loading.held(), store.loading_mark()
    except store.NoRegister:
        if dry_run:
            return Held(()), None
        raise


def _plan(options: argparse.Namespace, known: Held, mark: str | None, policy: Policy) -> ImportPlan:
    source: Path = options.source
    now = datetime.now(UTC)
    if _has_entries(options):
        folder = Folder(source)
        restores = loading.restored(source, known, mark)
        speaks_of = options.dated or folder.dated or today(policy)
        plan = loading.plan_entries(folder, speaks_of, known, policy, now, restores)
        numbers = known.numbers("member") | {n for (s, n), _ in plan.new if s == "member"}
        plan.contacts = _contacts(source, policy, numbers)
        plan.taken = folder.taken
        return plan
    if mark:
        raise store.Unfinished
    mapping = load(options.mapping, policy) if options.mapping else None
    tables_read = _read(options, mapping, known, policy)
    plan = _planned(options, tables_read, known, policy, now)
    if options.delta or (mapping and mapping.delta):
        plan.missing = {}
    return plan


def _read(
    options: argparse.Namespace, mapping: Mapping | None, known: Held, policy: Policy
) -> Tables:
    members, permits = known.numbers("member"), known.numbers("permit")
    limits = Limits(frozenset(options.accept), today(policy))
    if mapping:
        tables_read = read(options.source, mapping, policy, members, permits, limits)
    else:
        tables_read = read_exchange(options.source, policy, members, permits, limits)
    for line in tables_read.remarks:
        print(line, file=sys.stderr)
    return tables_read


def _planned(
    options: argparse.Namespace, found: Tables, known: Held, policy: Policy, now: datetime
) -> ImportPlan:
    """Return the plan of what was read; with --accept-valid, of its good rows."""
    if found.problems and not options.accept_valid:
        raise InputProblems(found.problems)
    dated = _dated(options, policy)
    if found.problems:
        found = accept_valid(found)
    try:
        plan = loading.plan_tables(found, dated, known, policy, now, _taken(options))
    except InputProblems:
        if not options.accept_valid or not found.bad:
            raise
        found = accept_valid(found)
        plan = loading.plan_tables(found, dated, known, policy, now, _taken(options))
    _tell_rejected(options, found)
    return plan


def _tell_rejected(options: argparse.Namespace, found: Tables) -> None:
    if found.problems:
        explain("rejected rows:", found.problems)
        if not options.dry_run:
            for path in write_rejected(found):
                print(f"rejected rows written to {path}", file=sys.stderr)
    if found.accepted:
        explain("taken on purpose:", found.accepted, 20)


def _taken(options: argparse.Namespace) -> dict[str, date]:
    try:
        return store.taken()
    except store.NoRegister:
        if options.dry_run:
            return {}
        raise


def _dated(options: argparse.Namespace, policy: Policy) -> date:
    if options.dated:
        stated: date = options.dated
        return stated
    if options.source.is_dir() and options.mapping is None:
        return dated(options.source) or today(policy)
    return today(policy)


def _contacts(source: Path, policy: Policy, members: Collection[str]) -> list[dict[str, str]]:
    """Return the private contact data of a folder that has entries. Raises InputProblems."""
    if not (source / CONTACTS.file).exists():
        return []
    contact_table = read_exchange(source / CONTACTS.file, policy, members, limits=Limits(held=True))
    if contact_table.problems:
        raise InputProblems(contact_table.problems)
    return [loading.contact(row) for row in contact_table.rows["contacts"]]


def _tell(plan: ImportPlan, private: contacts.Counted) -> None:
    print(
        f"{len(plan.new):,} new records, {len(plan.changed):,} changed, {plan.unchanged:,} "
        f"unchanged; {plan.entries():,} entries to add",
        file=sys.stderr,
    )
    if plan.contacts:
        print(
            f"contacts: {private.new:,} new, {private.changed:,} changed, {private.unchanged:,} "
            "unchanged",
            file=sys.stderr,
        )
    for subject, numbers in plan.missing.items():
        if numbers:
            explain(
                f"{len(numbers):,} {subject}s on the register are not in this source; they stay as "
                "they are, striking is for Council to direct (STA-2):",
                numbers,
                20,
            )
    for rule, numbers in plan.history.items():
        explain(f"{len(numbers):,} entered as it happened, {BROKEN[rule]} ({rule}):", numbers, 20)
    if plan.notes:
        explain("for a person to decide:", plan.notes, MOST_SHOWN)


def _write(plan: ImportPlan, known: Held, policy: Policy) -> None:
    progress = Progress()
    total = len(plan.new) + len(plan.changed)
    with progress.bar("records", total) as counting:
        writing.apply(plan, known, today(policy), policy, counting)
    if plan.contacts:
        rows = progress.over(plan.contacts, "contacts")
        contacts.put(rows, accounts.follower(), datetime.now(UTC))
    store.mark_taken(plan.taken)
