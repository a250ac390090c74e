"""The one place that writes text as CSV cells, so that spreadsheets run none as a formula.

A spreadsheet that opens a CSV file runs a cell that begins with `=`, `+`, `-` or `@`, also after
spaces and at the start of a later line of the cell (threat 17). Such a beginning is prefixed with
an apostrophe. So that the text is restored exactly, a beginning that already has apostrophes before
such a sign gets one more, and reading removes one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import TextIO

# What spreadsheets skip before they look for a sign: blanks of every kind, controls, zero-width
# characters.
_BLANK = r"[^\S\r\n]|[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]"
_FORMULA = rf"'*+(?:\t|(?:{_BLANK})*+[=+\-@＝＋－＠])"
_AT_START = re.compile(rf"'*+[\r\n]|{_FORMULA}")
_AT_LATER_LINE = re.compile(rf"(?<=[\r\n])(?={_FORMULA})")
_ADDED_AT_LATER_LINE = re.compile(rf"(?<=[\r\n])'(?={_FORMULA})")


def _has_lines(cell: str) -> bool:
    return "\n" in cell or "\r" in cell


def safe(cell: str) -> str:
    """Return the cell as written: text that a spreadsheet shows and never runs.

    `unsafe(safe(cell)) == cell` for every text. Most cells, O'Brien and 't Hooft among them, are
    unchanged.
    """
    if _has_lines(cell):
        cell = _AT_LATER_LINE.sub("'", cell)
    elif cell[:1].isalnum():  # nearly every cell; quicker to tell than by the pattern
        return cell
    return "'" + cell if _AT_START.match(cell) else cell


def unsafe(cell: str) -> str:
    """Return the text that `safe` made a cell of; any other text is returned unchanged."""
    if cell.startswith("'") and _AT_START.match(cell):
        cell = cell[1:]
    return _ADDED_AT_LATER_LINE.sub("", cell) if _has_lines(cell) else cell


class _Returning:
    """A file for the csv module whose `write`, and with it `writerow`, returns the line."""

    def write(self, line: str) -> str:
        return line


_PLAIN = csv.writer(_Returning(), lineterminator="\n")
_QUOTING = csv.writer(_Returning(), lineterminator="\n", quoting=csv.QUOTE_ALL)


def line(cells: Iterable[str]) -> str:
    """Return a CSV line of these texts, each made safe."""
    safe_cells = [safe(cell) for cell in cells]
    # Until Python 3.13 the csv module leaves a lone carriage return unquoted.
    returns = any("\r" in cell for cell in safe_cells)
    written: str = (_QUOTING if returns else _PLAIN).writerow(safe_cells)
    return written


class Writer:
    """A writer of CSV lines with safe cells."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, lines: Iterable[Iterable[str]]) -> None:
        """Write lines of text, each cell made safe."""
        self._file.writelines(map(line, lines))
