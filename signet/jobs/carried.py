"""Reading what the former system left of credits, and keeping it for those it is for (JOB-2)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, TextIO

from signet.accounts.keys import address
from signet.jobs import store, tables
from signet.jobs.model import Carried
from signet.jobs.occasion import Occasion, Plan, by_staff
from signet.jobs.store import Row

FIELDS = ("reference", "email", "name", "credits", "expires_on")
MOST = 1000  # credits of one row: more is a slip


class Problem(NamedTuple):
    """What is wrong with the list, where: the file, the line, and the field or "" for the line."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" + (f": {self.field}" if self.field else "")
        return f"{where}: {self.message}"


def read(file: str, lines: TextIO) -> tuple[list[Carried], list[Problem]]:
    """Read a list in CSV with a heading of FIELDS; return what it holds and all its problems."""
    rows = csv.DictReader(lines)
    missing = [name for name in FIELDS if name not in (rows.fieldnames or ())]
    if missing:
        return [], [Problem(file, 1, name, "There is no such column") for name in missing]
    found: list[Carried] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for row in rows:
        wrong = [Problem(file, rows.line_num, name, said) for name, said in _faults(row)]
        reference = (row["reference"] or "").strip()
        if reference in first:
            said = f"Line {first[reference]} has it already"
            wrong.append(Problem(file, rows.line_num, "reference", said))
        first.setdefault(reference, rows.line_num)
        problems += wrong
        if not wrong:
            found.append(_carried(row))
    return found, problems


def _faults(row: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    if None in row or None in row.values():
        yield "", f"It has another number of fields than {len(FIELDS)} named in the heading"
        return
    given = {name: (row[name] or "").strip() for name in FIELDS}
    if not given["reference"] or len(given["reference"]) > 64:
        yield "reference", "Give what the former system calls it, of at most 64 characters"
    if not address(given["email"]):
        yield "email", "This is no e-mail address"
    if not given["name"]:
        yield "name", "Give the name of the company"
    if not given["credits"].isdecimal() or not 0 < int(given["credits"]) <= MOST:
        yield "credits", f"Give a whole number from 1 to {MOST}"
    try:
        date.fromisoformat(given["expires_on"])
    except ValueError:
        yield "expires_on", "Give a day like 2026-11-30"


def _carried(row: dict[str, str]) -> Carried:
    given = {name: row[name].strip() for name in FIELDS}
    return Carried(
        reference=given["reference"],
        email=address(given["email"]),
        name=given["name"],
        credits=int(given["credits"]),
        expires_on=date.fromisoformat(given["expires_on"]),
    )


def keep(occasion: Occasion, rows: Iterable[Carried]) -> int:
    """Keep what was read until it is claimed; return how many rows are new.

    Done again, with the same list or a longer one, it changes nothing of what is there.
    """
    return sum(_keep(occasion, row) for row in rows)


def _keep(occasion: Occasion, row: Carried) -> bool:
    owner = tables.carried(row.email)

    def plan() -> Plan:
        if store.get(Carried, owner, row.reference) is not None:
            return Plan("there")
        return Plan("new", [store.put(row, Row(owner, row.reference))], {"credits": row.credits})

    doing = occasion.again(f"{row.email} {row.reference}")
    about = f"jobs#carried#{row.reference}"
    return by_staff(doing, about, "jobs.credits.kept", [row], plan) == "new"
