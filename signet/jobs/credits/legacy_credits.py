"""Importing credits of the former system and storing them until they are claimed (JOB-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from signet.accounts.keys import address
from signet.errors import Refused
from signet.jobs import store, tables
from signet.jobs.context import perform_as_staff
from signet.jobs.model import LegacyCredits
from signet.jobs.store import Row
from signet.text import normalised, without_invisible
from signet.text import problems as text_problems
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.perform import Plan

FIELDS = ("reference", "email", "name", "credits", "expires_on")
MOST = 1000  # credits in one row: more is taken for a typing error


class Problem(NamedTuple):
    """A problem in the list: the file, the line, and the field ("" for the whole line)."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" + (f": {self.field}" if self.field else "")
        return f"{where}: {self.message}"


class FileResult(NamedTuple):
    """The rows of a list, all its problems, and the line of each reference."""

    rows: list[LegacyCredits]
    problems: list[Problem]
    lines: Mapping[str, int]


Line = tuple[int, Sequence[str], str]  # where a row starts, its cells, or why it can't be split


def read(file: str, header: Sequence[str], header_line: int, rows: Iterable[Line]) -> FileResult:
    """Read a list whose header has FIELDS; return its rows and all its problems."""
    missing = [name for name in FIELDS if header.count(name) != 1]
    if missing:
        none = [Problem(file, header_line, n, "There has to be one such column") for n in missing]
        return FileResult([], none, {})
    credits_s: list[LegacyCredits] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for line, raw, broken in rows:
        cells = [normalised(without_invisible(cell)) for cell in raw]
        row = dict(zip(header, cells, strict=False))
        wrong = [
            Problem(file, line, name, message)
            for name, message in _wrong(broken, len(raw), header, row)
        ]
        reference = row.get("reference", "")
        if reference in first:
            message = f"Line {first[reference]} has it already"
            wrong.append(Problem(file, line, "reference", message))
        first.setdefault(reference, line)
        problems += wrong
        if not wrong:
            credits_s.append(_legacy_credits(row))
    return FileResult(credits_s, problems, first)


def _wrong(
    broken: str, fields: int, header: Sequence[str], given: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    if broken:
        yield "", f"It can't be split into fields: {broken}"
    elif fields != len(header):
        yield "", f"It has {fields} fields, the heading names {len(header)}"
    else:
        yield from _errors(given)


def _errors(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not given["reference"] or len(given["reference"]) > 64:
        yield "reference", "Give what the former system calls it, of at most 64 characters"
    if not address(given["email"]):
        yield "email", "This is no e-mail address"
    if not given["name"]:
        yield "name", "Give the name of the company"
    for wrong in text_problems(given["name"], "company"):
        yield "name", f"Give {wrong.message}"
    if not given["credits"].isdecimal() or not 0 < int(given["credits"]) <= MOST:
        yield "credits", f"Give a whole number from 1 to {MOST}, digits alone"
    try:
        date.fromisoformat(given["expires_on"])
    except ValueError:
        yield "expires_on", "Give a day like 2026-11-30"


def _legacy_credits(given: Mapping[str, str]) -> LegacyCredits:
    return LegacyCredits(
        reference=given["reference"],
        email=address(given["email"]),
        name=given["name"],
        credits=int(given["credits"]),
        expires_on=date.fromisoformat(given["expires_on"]),
    )


def claimed(file: str, found: FileResult) -> list[Problem]:
    """Return a problem for each field that differs from a row that was claimed already."""
    problems = []
    for row in found.rows:
        _, legacy = _stored(row)
        if legacy is not None and legacy.claimed_by:
            problems += [
                Problem(file, found.lines[row.reference], name, "It was claimed with another one")
                for name in _differing(legacy, row)
            ]
    return problems


def _differing(legacy: LegacyCredits, row: LegacyCredits) -> list[str]:
    return [name for name in FIELDS if getattr(legacy, name) != getattr(row, name)]


def _stored(row: LegacyCredits) -> tuple[str | None, LegacyCredits | None]:
    """Return the address that a reference leads to, and the stored row.

    A row stored before references had rows is found by its own address.
    """
    whose = store.name_of(tables.reference(row.reference), tables.HOME)
    owner = tables.legacy_key(whose or row.email)
    return whose, store.get(LegacyCredits, owner, row.reference)


def store_rows(context: Context, rows: Iterable[LegacyCredits]) -> int:
    """Store the rows until they are claimed; return how many are new or corrected.

    Running it again with the same list or a longer one leaves existing rows as they are. Raises
    Refused for a row that differs from what was claimed.
    """
    return sum(_store_row(context, row) for row in rows)


def _store_row(context: Context, row: LegacyCredits) -> bool:
    def plan() -> Plan:
        whose, legacy = _stored(row)
        changes = [] if whose == row.email else [_leading(row, whose)]
        if legacy is not None and not _differing(legacy, row):
            return Plan("there", changes)
        if legacy is not None and legacy.claimed_by:
            raise Refused("These credits have been claimed as they were.", rule="JOB-2")
        return Plan("kept", [*changes, *_put(row, legacy)], {"credits": row.credits})

    one = context.next(f"{row.email} {row.reference}")
    about = f"jobs#carried#{row.reference}"
    return perform_as_staff(one, about, "jobs.credits.kept", [row], plan) == "kept"


def _leading(row: LegacyCredits, whose: str | None) -> Change:
    owner = tables.reference(row.reference)
    write = store.claim_name if whose is None else store.lead_to
    return write(owner, tables.HOME, row.email)


def _put(row: LegacyCredits, legacy: LegacyCredits | None) -> list[Change]:
    """Return the changes that write a row over the one it corrects.

    If the address differs, the corrected row is deleted from its former partition.
    """
    to = Row(tables.legacy_key(row.email), row.reference)
    if legacy is None:
        return [store.put(row, to)]
    if legacy.email == row.email:
        new = row.model_copy(update={"version": legacy.version + 1})
        return [store.put(new, to, version=new.version, stored_version=legacy.version)]
    gone = store.remove(tables.legacy_key(legacy.email), row.reference, legacy.version)
    return [gone, store.put(row, to)]
