"""`signet show`: a record as at any date, and the entries it follows from."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet.cli.arguments import a_date
from signet.cli.failures import EXIT_BAD_INPUT, explain
from signet.policy import Policy
from signet.register import fold, store, tables, verdict
from signet.register.exchange import rows, schema
from signet.register.model import Entry
from signet.register.reading import practice_of
from signet.register.verdict import Verdict


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "show",
        help="show a record as at any date, with its entries",
        description="Show a record as at a date in law (--as-of), as the register knew it on a "
        "date (--known-on), and every entry with its id.",
    )
    parser.add_argument("subject", choices=("member", "permit"))
    parser.add_argument("number")
    parser.add_argument("--as-of", type=a_date, metavar="DATE", help="default: today")
    parser.add_argument(
        "--known-on", type=a_date, metavar="DATE", help="default: all that is known"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the record, or report that there is none; return the exit status."""
    tables.bind()
    policy = policies.load()
    zone = ZoneInfo(policy.regulator.time_zone)
    as_of = options.as_of or datetime.now(zone).date()
    known_at = None
    if options.known_on:
        end = datetime.combine(options.known_on + timedelta(days=1), time(), zone)
        known_at = end.astimezone(UTC) - timedelta(microseconds=1)
    entries = store.read(options.subject, options.number).entries
    if not entries:
        explain(f"there is no {options.subject} {options.number} on the register", ())
        return EXIT_BAD_INPUT
    if options.subject == "member":
        _show_member(entries, as_of, known_at, policy)
    else:
        _show_permit(entries, as_of, known_at, policy)
    counting = {e.id for e in fold.applicable(entries, as_of, known_at)}
    for entry in sorted(entries, key=lambda e: (e.effective_on, e.recorded_at, e.id)):
        mark = " " if entry.id in counting else "-"
        print(f"{mark} {entry.effective_on}  {entry.kind:26} {dict(entry.data)}  {entry.id}")
    return 0


def _print(table: schema.Table, row: list[str]) -> None:
    for name, cell in zip(table.names, row, strict=True):
        if cell:
            print(f"{name}: {cell}")


def _say(verdict: Verdict) -> None:
    """Print the verdict in one line, in the words of everything published."""
    reason = f": {verdict.reason}" if verdict.reason else ""
    print(f"{verdict.words} since {verdict.since}{reason}")


def _show_member(entries: list[Entry], as_of: Any, known_at: Any, policy: Policy) -> None:
    record = fold.member(entries, as_of, known_at)
    if record is None:
        print(f"not yet on the register on {as_of}")
        return
    _say(verdict.of_member(record, policy))
    _print(schema.MEMBERS, rows.member_row(record))
    for scope in rows.scope_rows(record):
        _print(schema.SCOPES, scope)


def _show_permit(entries: list[Entry], as_of: Any, known_at: Any, policy: Policy) -> None:
    record = fold.permit(entries, as_of, policy, known_at)
    if record is None:
        print(f"not yet issued on {as_of}")
        return
    answering = practice_of(record, as_of, policy, known_at)
    _say(verdict.of_permit(record, answering, as_of, policy))
    _print(schema.PERMITS, rows.permit_row(record))
    for responsible in rows.responsible_member_rows(record):
        _print(schema.RESPONSIBLE_MEMBERS, responsible)
