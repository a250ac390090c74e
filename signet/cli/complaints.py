"""`signet complaints affected`: the people and cases that a breach affected, as one table."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import repeat
from pathlib import Path
from typing import Any, TextIO

from signet import tables
from signet.cli.arguments import a_date
from signet.complaints.desk import affected
from signet.complaints.desk.affected import Affected
from signet.complaints.keys import office
from signet.complaints.model import Complaint
from signet.complaints.tables import MODELS
from signet.errors import Refused
from signet.register.exchange.cells import Writer
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

HELD = ("reference", "filed_on", "about", "stage", "filed_then", "contact_given")
COUNTED = ("addition", "answer", "question", "file")
KNOWN = (*HELD, *(f"{kind}s_then" for kind in COUNTED), "key", "erased_on")
OPENED = ("respondents", "name", "email", "phone", "address")


def add_parsers(commands: Any) -> None:
    """Add the commands' parsers."""
    complaints = commands.add_parser("complaints", help="list the complaints affected by a breach")
    acts = complaints.add_subparsers(required=True, metavar="ACT")
    parser = acts.add_parser(
        "affected",
        help="write the cases with anything filed, added or asked in a period as CSV",
        description="For notices after a breach. If the database or the files were read, all "
        "data up to that day is affected: give only --to. If the page was taken over for some "
        "days, what was sent in them is affected: give both. See docs/complaint-keys.md.",
    )
    parser.add_argument("--from", type=a_date, default=date.min, dest="first", metavar="DATE")
    parser.add_argument("--to", type=a_date, default=date.max, dest="last", metavar="DATE")
    parser.add_argument(
        "--open",
        metavar="REASON",
        help="also list the people affected: each case is opened, and its audit log records this "
        "reason; needs the office's key and the right to use it",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="must not exist")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the table; print how many cases it has."""
    tables.bind((*MODELS, *TRANSACTION_MODELS))
    with _created(options.out) as file:
        cases = affected.between(options.first, options.last)
        writer = Writer(file)
        writer.write([(*KNOWN, *OPENED) if options.open else KNOWN])
        writer.write(_lines(cases, options.open))
    print(f"{len(cases):,} cases", file=sys.stderr)
    return 0


@contextmanager
def _created(path: Path) -> Iterator[TextIO]:
    """Create a new file, readable by its owner alone; remove it if writing it fails.

    Raises Refused when it exists already or can't be created.
    """
    try:
        opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise Refused(f"{path} can't be made: {error.strerror}.") from None
    try:
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _lines(cases: list[Affected], reason: str | None) -> Iterator[Iterable[str]]:
    if not reason:
        yield from map(_known, cases)
        return
    who, operation_id = f"command#{getpass.getuser()}", secrets.token_hex(16)
    now = datetime.now(UTC)
    lines = affected.open_complaints(
        cases, who, reason, now=now, operation_id=operation_id, private=office.private_key
    )
    for one, complaint in zip(cases, lines, strict=True):
        yield (*_known(one), *_opened(complaint))


def _known(one: Affected) -> tuple[str, ...]:
    case = one.case
    return (
        case.reference,
        case.filed_on.isoformat(),
        case.about,
        case.stage,
        _yes(one.filed),
        _yes(not case.anonymous),
        *(str(one.came[kind]) for kind in COUNTED),
        one.key,
        case.erased_on.isoformat() if case.erased_on else "",
    )


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _opened(said: Complaint | None) -> tuple[str, ...]:
    if said is None:
        return ("can't be opened", *repeat("", len(OPENED) - 1))
    whom = "; ".join(" ".join(filter(None, one)) for one in _respondents(said))
    contact = said.contact
    return whom, contact.name, contact.email, contact.phone, contact.address


def _respondents(complaint: Complaint) -> Iterator[tuple[str, str]]:
    return ((one.number, one.described) for one in complaint.respondents)
