"""`signet fsck`: checks the stored data, and proves what it can of it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from signet import policy as policies
from signet import tables
from signet.accounts.keys import KEY
from signet.cli import search
from signet.cli.arguments import today
from signet.complaints import receipt_codes
from signet.complaints.files import checking as files
from signet.complaints.integrity import checks, repair
from signet.complaints.integrity.checks import Acknowledged
from signet.complaints.tables import MODELS as COMPLAINT_MODELS
from signet.complaints.tables import CaseRow
from signet.errors import Invalid, Unavailable
from signet.policy import Policy
from signet.register import checking, loading
from signet.register import tables as register_tables
from signet.requests import checking as requests
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.requests.tables import RequestRow
from signet.sealing import OFFICE
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads import objects

EXIT_FINDINGS = 1
REGISTER, REQUESTS, COMPLAINTS, SEARCH = "register", "requests", "complaints", "search"


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "fsck",
        help="check what is stored; ends with 1 if there are findings",
        description="Check the register (snapshots, references, rules), the requests (lists show "
        "what happened), the complaints (each accepted form has its cases, each case its key, "
        "audit log and filing, each file its copies, and nothing is left over) and the desks' "
        "search (it holds each record as it is now). Sealed data isn't opened.",
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=(REGISTER, REQUESTS, COMPLAINTS, SEARCH),
        help="one; default: all",
    )
    parser.add_argument(
        "--mend",
        action="store_true",
        help="rewrite stale snapshots and listings, finish files, remove stray objects",
    )
    parser.add_argument(
        "--codes",
        type=Path,
        metavar="FILE",
        help="receipts to check: one code a line, then its references if known",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the checks; return 1 when a problem was found and not repaired."""
    policy = policies.load()
    acknowledged = _receipts(options.codes) if options.codes else ()
    good = True
    if options.what in (None, REGISTER):
        good = _register(policy, options.mend)
    if options.what in (None, REQUESTS):
        good = _requests(policy, options.mend) and good
    if options.what in (None, SEARCH):
        good = _search(policy, options.what == SEARCH) and good
    if options.what in (None, COMPLAINTS):
        tables.bind((*COMPLAINT_MODELS, *TRANSACTION_MODELS))
        if options.what or acknowledged or CaseRow.exists():
            good = _complaints(policy, options.mend, acknowledged) and good
        else:
            print("there are no tables of complaints here: none were checked")
    return 0 if good else EXIT_FINDINGS


def _register(policy: Policy, mend: bool) -> bool:
    register_tables.bind()
    known, as_of = loading.held(), today(policy)
    findings = [
        *checking.stale_snapshots(known, as_of, policy, mend),
        *checking.doubtful_records(known, as_of, policy),
    ]
    for finding in findings:
        print(finding)
    members, permits = len(known.numbers("member")), len(known.numbers("permit"))
    print(f"{members:,} members and {permits:,} permits checked, {len(findings):,} findings")
    return all(finding.remedy for finding in findings)


def _requests(policy: Policy, mend: bool) -> bool:
    tables.bind(REQUEST_MODELS)
    if not RequestRow.exists():
        print("there are no tables of requests here: none were checked")
        return True
    checked = requests.check(policy, today(policy), mend=mend)
    for finding in checked.findings:
        print(finding)
    print(f"{checked.requests:,} requests checked, {len(checked.findings):,} findings")
    return all(finding.mended for finding in checked.findings)


def _search(policy: Policy, asked: bool) -> bool:
    """Compare the search with the tables; that it couldn't be matters where it was asked for."""
    if not os.environ.get(KEY):
        print(f"the search wasn't checked: set {KEY}, by which it finds addresses")
        return not asked
    findings = search.check(policy, today(policy))
    if findings is None:
        print("there is no search here: none was checked")
        return True
    count = 0
    for count, finding in enumerate(findings, 1):  # noqa: B007 - it counts
        print(finding)
    print(f"the search was compared with the tables, {count:,} findings")
    return not count


def _complaints(policy: Policy, mend: bool, acknowledged: tuple[Acknowledged, ...]) -> bool:
    store = objects.connect()
    if mend:
        _repair(policy)
    proof = checks.prove(store, acknowledged)
    for finding in proof.findings:
        print(finding)
    counts = ", ".join(f"{count:,} {what}" for what, count in proof.counts.items())
    print(f"{counts} checked, {len(proof.findings):,} findings")
    print("not proved: that a receipt was mailed wherever an address was given, which is sealed")
    if not acknowledged:
        print("not proved: that what was acknowledged is there, which takes its codes (--codes)")
    return not proof.findings


def _repair(policy: Policy) -> None:
    try:
        how = files.means(os.environ, policy)
    except Unavailable as error:
        raise Unavailable(f"Files are sealed when they are finished: set {OFFICE}.") from error
    done = repair.repair_all(how, datetime.now(UTC), today(policy))
    message = ", ".join(f"{count:,} {what}" for what, count in done.items() if count)
    print(f"mended: {message or 'nothing'}")


def _receipts(file: Path) -> tuple[Acknowledged, ...]:
    return tuple(_read(file))


def _read(file: Path) -> Iterator[Acknowledged]:
    """Yield the receipts in a file. Raises Invalid, naming the line but not its content."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        words = line.partition(";")[0].split()
        if not words:
            continue
        code = receipt_codes.read_code(words[0])
        if code is None:
            raise Invalid(message=f"line {number} of {file} doesn't begin with a receipt code")
        yield Acknowledged(code, f"receipt of line {number}", tuple(words[1:]))
