"""Importing only the valid rows: which rows are rejected, and the files of rejected rows.

The unit is the row of the source: when anything in it is wrong, nothing made from it is imported.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from signet.register.exchange.cells import safe
from signet.register.importing.reading import REJECTED
from signet.register.importing.relations import references
from signet.register.importing.rows import Origin, Place, SourceRow, Tables, identity
from signet.register.importing.source import REJECTED_COLUMNS, open_source
from signet.register.problems import InputProblems, Problem


def accept_valid(tables: Tables) -> Tables:
    """Return only the rows that can be imported.

    Rejected are: bad source rows; every row of a member, permit, contact or scope of which another
    row is bad; every row that depends on a rejected member or permit. The result's `bad` says why,
    row by row. Raises InputProblems when a whole file can't be used, as nothing is known of its
    rows.
    """
    if tables.unusable:
        raise InputProblems(tables.problems)
    left = Tables(bad={p: list(w) for p, w in tables.bad.items()}, origins=tables.origins)
    left.spoiled = dict(tables.spoiled)
    left.rows, left.accept = tables.rows, tables.accept
    left.remarks, left.accepted = tables.remarks, tables.accepted
    while _reject(left):
        pass
    return left


def _reject(left: Tables) -> bool:
    """Reject rows that have become bad; tell whether any were rejected."""
    rejected: list[SourceRow] = []
    kept: dict[str, list[SourceRow]] = {}
    for table, rows in left.rows.items():
        kept[table] = []
        for row in rows:
            bad = _reason(row, left)
            if bad is None:
                kept[table].append(row)
                continue
            rejected.append(row)
            for place in row.places:
                if place not in left.bad:
                    left.note(place, replace(bad, line=place[1]))
    for row in rejected:
        if (who := identity(row.table, row.values)) is not None:
            left.spoiled.setdefault(who, (row.file, row.line))
    left.rows = kept
    return bool(rejected)


def _reason(row: SourceRow, left: Tables) -> Problem | None:
    """Return why the row can't be imported; None when it can."""
    for place in row.places:
        if place in left.bad:
            return left.bad[place][0]
    who = identity(row.table, row.values)
    if who is not None and who in left.spoiled:
        return _because("number", who[1], row, "a row of its own", left.spoiled[who])
    for column, table, number in references(row):
        if (table, number) in left.spoiled:
            expected = f"a {table[:-1]} whose own row is good"
            return _because(column, number, row, expected, left.spoiled[table, number])
    return None


def _because(column: str, value: str, row: SourceRow, expected: str, bad: Place) -> Problem:
    expected = f"{expected}; {bad[0]}:{bad[1]} was rejected"
    return Problem(row.file, row.line, column, value, expected)


def write_rejected(tables: Tables) -> list[Path]:
    """Write the rejected rows of every source file beside it, as NAME.rejected.csv.

    They have the source's columns and two more, `line` and `problem`; once corrected, the file can
    be imported like its source. It is UTF-8 with commas, and no cell is a formula. Returns the
    files' paths.
    """
    by_file: dict[str, dict[int, list[Problem]]] = {}
    for (file, line), problems in tables.bad.items():
        by_file.setdefault(file, {})[line] = problems
    return [_write(tables.origins[file], lines) for file, lines in sorted(by_file.items())]


def _write(origin: Origin, lines: dict[int, list[Problem]]) -> Path:
    source = open_source(origin.path, (), origin.encoding, origin.delimiter, origin.header_row)
    if isinstance(source, Problem):
        raise InputProblems([source])
    out = origin.path.with_name(origin.path.stem + REJECTED)
    width = len(source.header)
    # With a byte order mark, since spreadsheets misread UTF-8 without one.
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*map(safe, source.header), *REJECTED_COLUMNS])
        for row in source.rows():
            if row.line in lines:
                reasons = "; ".join(_reasoned(problem) for problem in lines[row.line])
                cells = _fitted(row.cells, width, origin.delimiter)
                writer.writerow([*map(safe, cells), str(row.line), safe(reasons)])
    return out


def _reasoned(problem: Problem) -> str:
    column = f"{problem.column}: " if problem.column else ""
    return f"{column}expected {problem.expected}"


def _fitted(cells: list[str], width: int, delimiter: str) -> list[str]:
    """Return as many cells as the header has: pad short rows, join surplus cells to the last."""
    if len(cells) > width:
        return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
    return cells + [""] * (width - len(cells))
