"""A CSV file of unknown making: its encoding, its delimiter, its rows and where they start."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from signet.register.exchange.cells import unsafe
from signet.register.importing.rows import Origin
from signet.register.problems import Problem

DELIMITERS = ",;\t|"
# Each broken row may swallow much of the file before it shows: past this many, stop looking.
BROKEN_ROWS = 20
TOO_BROKEN = f"more than {BROKEN_ROWS} broken rows: the rest wasn't read"
REJECTED_COLUMNS = ["line", "problem"]  # what write_rejected adds to a source's own columns


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: `line` is where it starts, `end` where it ends (quoted newlines). `broken` says why
    it can't be split into cells; then `cells` is its first line as it stands."""

    line: int
    end: int
    cells: list[str]
    broken: str = ""


@dataclass
class Source:
    """An opened file. `undecodable` are the lines with bytes that the encoding doesn't have."""

    name: str
    origin: Origin
    header: list[str]
    header_line: int
    undecodable: dict[int, Problem]
    _text: io.StringIO
    resubmitted: bool = field(init=False)

    def __post_init__(self) -> None:
        self.header = [" ".join(name.split()) for name in self.header]
        # A file of rejected rows, put right and handed in again: its cells were made safe.
        self.resubmitted = self.header[-2:] == REJECTED_COLUMNS
        if self.resubmitted:
            self.header = self.header[:-2]

    def rows(self) -> Iterator[RawRow]:
        """The rows below the header; blank lines, and rows of blank cells, are passed over."""
        for row in _raw_rows(self._text, self.origin.delimiter, self.header_line):
            if not row.broken and not any(cell.strip() for cell in row.cells):
                continue
            if self.resubmitted and not row.broken:
                yield RawRow(row.line, row.end, [unsafe(cell) for cell in row.cells[:-2]])
            else:
                yield row


def _raw_rows(text: io.StringIO, delimiter: str, line: int) -> Iterator[RawRow]:
    """Rows from where the text stands, `line` lines having been read. After a broken row it goes on
    with the line below the one the row starts on."""
    broken = 0
    while broken < BROKEN_ROWS:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        base = line
        try:
            while True:
                start, at = base + reader.line_num + 1, text.tell()
                cells = next(reader)
                yield RawRow(start, base + reader.line_num, cells)
        except StopIteration:
            return
        except csv.Error as error:
            text.seek(at)
            yield RawRow(start, start, [text.readline().rstrip("\r\n")], str(error))
            line, broken = start, broken + 1
    yield RawRow(line + 1, line + 1, [text.readline().rstrip("\r\n")], TOO_BROKEN)


def _encoding(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else cp1252.

    A file that is UTF-8 in some lines and not in others is a damaged UTF-8 file: read as cp1252
    every accented name in it would be wrong, in silence.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        beyond_ascii = (line for line in data.splitlines() if not line.isascii())
        mixed = data.startswith(codecs.BOM_UTF8) or any(_is_utf8(line) for line in beyond_ascii)
        return "utf-8-sig" if mixed else "cp1252"
    return "utf-8-sig"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _undecodable(data: bytes, encoding: str, name: str) -> dict[int, Problem]:
    found: dict[int, Problem] = {}
    called = "UTF-8" if encoding == "utf-8-sig" else encoding
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError as error:
            byte = f"byte 0x{line[error.start]:02X}"
            found[number] = Problem(name, number, "", byte, f"text in {called}")
    return found


def _decoded(data: bytes, encoding: str, name: str) -> tuple[str, dict[int, Problem]]:
    try:
        return data.decode(encoding), {}
    except UnicodeDecodeError as error:
        text = data.decode(encoding, errors="replace")
        if encoding.startswith("utf-16"):
            return text, {1: Problem(name, 1, "", "", f"text in UTF-16: {error.reason}")}
        return text, _undecodable(data, encoding, name)


def _header(text: str, delimiter: str) -> tuple[list[str], int, int]:
    """The first row that isn't blank, the number of lines up to its end, and where that is."""
    stream = io.StringIO(text, newline="")
    for row in _raw_rows(stream, delimiter, 0):
        if row.broken or any(cell.strip() for cell in row.cells):
            return ([] if row.broken else row.cells), row.end, stream.tell()
    return [], 1, len(text)


def _sniffed(text: str, expected: Collection[str]) -> str:
    """The delimiter that gives the most of the expected columns, then the most columns."""

    def gain(delimiter: str) -> tuple[int, int]:
        names = [" ".join(name.split()) for name in _header(text, delimiter)[0]]
        return sum(name in expected for name in names), len(names)

    return max(DELIMITERS, key=gain)


def open_source(
    path: Path, expected: Collection[str], encoding: str = "", delimiter: str = ""
) -> Source | Problem:
    """Open a CSV file. `expected` are columns it should have, which tell the delimiter.

    An empty encoding or delimiter is found out. Gives a Problem where there is no header to read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        return Problem(path.name, 0, "", "", f"a file that can be read: {error.strerror}")
    encoding = encoding or _encoding(data)
    text, undecodable = _decoded(data, encoding, path.name)
    text = text.removeprefix("\ufeff")
    delimiter = delimiter or _sniffed(text, expected)
    header, line, at = _header(text, delimiter)
    if not header:
        return Problem(path.name, line, "", "", "a first row with the names of the columns")
    stream = io.StringIO(text, newline="")
    stream.seek(at)
    origin = Origin(path, encoding, delimiter)
    return Source(path.name, origin, header, line, undecodable, stream)
