"""Reading of a CSV file of unknown origin: its encoding, delimiter, rows and line numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from signet.register.exchange.cells import unsafe
from signet.register.importing.rows import Origin
from signet.register.problems import Problem
from signet.text import without_invisible

DELIMITERS = ",;\t|"
# First bytes of files that aren't CSV, and what such a file is.
NO_CSV = (
    (b"PK\x03\x04", "a spreadsheet (.xlsx or .ods) or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet of the old kind (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"SQLite format", "a database file"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"<", "HTML or XML, whatever its name"),
    (b"{", "JSON"),
    (b"[{", "JSON"),
)
_SEPARATOR = re.compile(r'"?sep=(?P<mark>[,;\t|])"?[ \t]*(?:\r\n|\n|\r)', re.IGNORECASE)
_END_OF_FILE = "\x1a"  # DOS wrote it at the end of a file
# Each broken row may swallow much of the file before it is detected: past this many, stop.
BROKEN_ROWS = 20
TOO_BROKEN = f"more than {BROKEN_ROWS} broken rows: the rest wasn't read"
REJECTED_COLUMNS = ["line", "problem"]  # what write_rejected adds to a source's own columns


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row, which starts on `line` and ends on `end` (quoted newlines).

    `broken` says why it can't be split into cells; `cells` is then its first line, unsplit.
    """

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
    guessed: bool  # whether the encoding was detected, not stated
    _text: io.StringIO
    resubmitted: bool = field(init=False)

    def __post_init__(self) -> None:
        self.header = [_column_name(name) for name in self.header]
        # A corrected file of rejected rows: its cells were made safe.
        self.resubmitted = self.header[-2:] == REJECTED_COLUMNS
        if self.resubmitted:
            self.header = self.header[:-2]

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows below the header, without blank lines and rows of blank cells."""
        for row in _raw_rows(self._text, self.origin.delimiter, self.header_line):
            if not row.broken and not any(cell.strip() for cell in row.cells):
                continue
            if self.resubmitted and not row.broken:
                yield RawRow(row.line, row.end, [unsafe(cell) for cell in row.cells[:-2]])
            else:
                yield row

    @property
    def told(self) -> str:
        """How the file was read, as a message for the person importing it."""
        how = "guessed: state `encoding` in the mapping if letters are wrong"
        mark = {"\t": "a tab"}.get(self.origin.delimiter, repr(self.origin.delimiter))
        called = called_encoding(self.origin.encoding)
        return f"{self.name}: read as {called} ({how if self.guessed else 'as stated'}), by {mark}"


def _column_name(name: str) -> str:
    return " ".join(text_of_formula(without_invisible(name)).split())


def text_of_formula(cell: str) -> str:
    """Return the text of a cell in the form that keeps it text in a spreadsheet: ="0012"."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        inner = cell[2:-1]
        if '"' not in inner.replace('""', ""):
            return inner.replace('""', '"')
    return cell


def called_encoding(encoding: str) -> str:
    """Return the usual name of an encoding."""
    return {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16"}.get(encoding, encoding)


def _raw_rows(text: io.StringIO, delimiter: str, line: int) -> Iterator[RawRow]:
    """Yield rows from the text's current position, after `line` lines.

    After a broken row, reading resumes on the line below its first.
    """
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
    """Detect the encoding: UTF-8 or UTF-16 with or without a byte order mark, else cp1252.

    A file that is UTF-8 in some lines and not in others is a damaged UTF-8 file: read as cp1252,
    every accented name in it would be silently wrong.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := _wide(data):
        return wide
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        beyond_ascii = (line for line in data.splitlines() if not line.isascii())
        mixed = data.startswith(codecs.BOM_UTF8) or any(_is_utf8(line) for line in beyond_ascii)
        return "utf-8-sig" if mixed else "cp1252"
    return "utf-8-sig"


def _wide(data: bytes) -> str:
    """Detect UTF-16 without a byte order mark: every other byte of Latin text is zero."""
    start = data[:4000]
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = start[at::2].count(0), start[1 - at :: 2].count(0)
        if len(start) > 3 and zeros > len(start) // 4 and others == 0:
            return encoding
    return ""


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _undecodable(data: bytes, encoding: str, name: str) -> dict[int, Problem]:
    problems: dict[int, Problem] = {}
    called = called_encoding(encoding)
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError as error:
            byte = f"byte 0x{line[error.start]:02X}"
            problems[number] = Problem(name, number, "", byte, f"text in {called}")
    return problems


def _decoded(data: bytes, encoding: str, name: str) -> tuple[str, dict[int, Problem]]:
    try:
        return data.decode(encoding), {}
    except UnicodeDecodeError as error:
        text = data.decode(encoding, errors="replace")
        if encoding.startswith("utf-16"):
            return text, {1: Problem(name, 1, "", "", f"text in UTF-16: {error.reason}")}
        return text, _undecodable(data, encoding, name)


def _header(text: str, delimiter: str, above: int = 0) -> tuple[list[str], int, int]:
    """Return the first non-blank row below the first `above` lines.

    With it come the number of lines up to its end, and the position of that end in the text.
    """
    stream = io.StringIO(text, newline="")
    for _ in range(above):
        stream.readline()
    for row in _raw_rows(stream, delimiter, above):
        if row.broken or any(cell.strip() for cell in row.cells):
            return ([] if row.broken else row.cells), row.end, stream.tell()
    return [], 1, len(text)


def _sniffed(text: str, expected: Collection[str], above: int) -> str:
    """Return the delimiter that gives the most of the expected columns, then the most columns."""

    def gain(delimiter: str) -> tuple[int, int]:
        names = [_column_name(name) for name in _header(text, delimiter, above)[0]]
        return sum(name in expected for name in names), len(names)

    return max(DELIMITERS, key=gain)


def open_source(
    path: Path,
    expected: Collection[str],
    encoding: str = "",
    delimiter: str = "",
    header_row: int = 0,
) -> Source | Problem:
    """Open a CSV file. `expected` are columns it should have, which identify the delimiter.

    An empty encoding or delimiter is detected; the header is the first row, or the one that starts
    on line `header_row`. Returns a Problem where there is no header to read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        return Problem(path.name, 0, "", "", f"a file that can be read: {error.strerror}")
    if other := _other_kind(data):
        return Problem(path.name, 0, "", "", f"a CSV file; this is {other}. Save it as CSV (UTF-8)")
    guessed = not encoding
    encoding = encoding or _encoding(data)
    text, undecodable = _decoded(data, encoding, path.name)
    text = text.removeprefix("\ufeff")
    text = _without_end(text)
    above = max(header_row - 1, 0)
    if separator := _SEPARATOR.match(text):
        delimiter, above = delimiter or separator["mark"], max(above, 1)
    delimiter = delimiter or _sniffed(text, expected, above)
    header, line, at = _header(text, delimiter, above)
    if not header:
        return Problem(path.name, line, "", "", "a first row with the names of the columns")
    stream = io.StringIO(text, newline="")
    stream.seek(at)
    origin = Origin(path, encoding, delimiter, header_row)
    return Source(path.name, origin, header, line, undecodable, guessed, stream)


def _other_kind(data: bytes) -> str:
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()[:20]
    return next((what for mark, what in NO_CSV if start.startswith(mark)), "")


def _without_end(text: str) -> str:
    """Return the text without DOS's end-of-file character, if there is one."""
    stripped = text.rstrip("\r\n\0 " + _END_OF_FILE)
    at = text.find(_END_OF_FILE, len(stripped))
    return text if at < 0 else text[:at]


def header_elsewhere(source: Source, expected: Collection[str]) -> int:
    """Return the line below the header that has the wanted columns, 0 for none.

    Consumes rows of the source: for a file that can't be imported anyway.
    """
    for row in source.rows():
        if row.line > source.header_line + 30:
            break
        if len({_column_name(cell) for cell in row.cells} & set(expected)) > len(expected) // 2:
            return row.line
    return 0
