"""Reading another system's files through a mapping, or exchange format files without one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from signet.policy import Policy
from signet.register.exchange.cells import unsafe
from signet.register.exchange.schema import TABLES, Table
from signet.register.importing import checks, likeness, relations
from signet.register.importing.columns import TableReader
from signet.register.importing.dates import read_day
from signet.register.importing.mapping import (
    MAPPED_TABLES,
    ColumnMapping,
    Mapping,
    TableMapping,
)
from signet.register.importing.merging import Age, Repeated
from signet.register.importing.rows import Identity, Place, SourceRow, Tables, identity
from signet.register.importing.source import (
    TOO_BROKEN,
    RawRow,
    Source,
    header_elsewhere,
    open_source,
    text_of_formula,
)
from signet.register.importing.values import UNLIMITED, Limits, Remarks, Wrong, WrongValueError
from signet.register.problems import Problem

REJECTED = ".rejected.csv"
STATE_IT = "that it is cp1252 was guessed: state `encoding =` in the mapping, perhaps cp850"
ENCODED_WRONG = ("odd-sign", "twice-decoded", "lost-letter")
Made = Sequence[tuple[Table, TableMapping]]


def read(
    path: Path,
    mapping: Mapping,
    policy: Policy,
    known_members: Collection[str] = (),
    known_permits: Collection[str] = (),
    limits: Limits = UNLIMITED,
) -> Tables:
    """Read a file, or the files of a folder, through a mapping.

    `known_members` and `known_permits` are the numbers on the register already, which rows may
    refer to too. Nothing is raised for bad input: every problem is in the result's `problems`.
    """
    reading = _Reading(mapping, policy, limits)
    for file, table in _files(path, mapping, reading.tables):
        reading.file(file, table)
    return reading.done(known_members, known_permits)


def read_exchange(
    path: Path,
    policy: Policy,
    known_members: Collection[str] = (),
    known_permits: Collection[str] = (),
    limits: Limits = UNLIMITED,
) -> Tables:
    """Read a folder, or one file, that has the exchange format's own columns (without entries).

    An empty cell clears a value; a column that isn't there changes nothing.
    """
    reading = _Reading(Mapping(blank="clear"), policy, limits, exact=True)
    if path.is_dir():
        for file in _csv_files(path):
            if file.stem in MAPPED_TABLES:
                reading.exchange_file(file, TABLES[file.stem])
            elif file.stem != "entries":
                expected = checks.one_of([f"{name}.csv" for name in MAPPED_TABLES], file.name)
                reading.tables.refuse(Problem(file.name, 0, "", "", expected))
        if not reading.tables.rows and not reading.tables.unusable:
            expected = f"a folder with {' or '.join(f'{name}.csv' for name in MAPPED_TABLES)}"
            reading.tables.refuse(Problem(path.name, 0, "", "", expected))
    else:
        reading.exchange_file(path, TABLES.get(path.name.removesuffix(REJECTED).split(".")[0]))
    return reading.done(known_members, known_permits)


def _csv_files(folder: Path) -> list[Path]:
    """Return the CSV files of a folder, except the rejected rows of an earlier import."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".csv")
    return [file for file in files if not file.name.endswith(REJECTED)]


def _files(path: Path, mapping: Mapping, tables: Tables) -> Iterator[tuple[Path, Made]]:
    """Yield each source file with the tables to make of it; a missing file is a problem."""
    by_file: dict[Path, list[tuple[Table, TableMapping]]] = {}
    for table, mapped in mapping.tables():
        if not path.is_dir():
            if not mapped.file or _named(_origin_name(path), mapped.file):
                by_file.setdefault(path, []).append((table, mapped))
            continue
        pattern = mapped.file or "*.csv"
        paths = [file for file in sorted(path.iterdir()) if _named(file.name, pattern)]
        paths = [file for file in paths if not file.name.endswith(REJECTED)]
        if len(paths) == 1:
            by_file.setdefault(paths[0], []).append((table, mapped))
        else:
            expected = f"one file {pattern} for {table.name}, not {len(paths)}"
            tables.refuse(Problem(path.name, 0, "", "", expected))
            tables.incomplete.add(table.name)
    if not by_file and not tables.unusable:
        tables.refuse(Problem(path.name, 0, "", "", "a file that the mapping has a table for"))
    yield from by_file.items()


def _named(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())


def _origin_name(path: Path) -> str:
    """Return the name of the file, or of the one whose rejected rows it holds."""
    if path.name.endswith(REJECTED):
        return path.name.removesuffix(REJECTED) + ".csv"
    return path.name


class _Reading:
    """One import while it is being read."""

    def __init__(
        self, mapping: Mapping, policy: Policy, limits: Limits, exact: bool = False
    ) -> None:
        self.mapping, self.policy, self.limits, self.exact = mapping, policy, limits, exact
        self.tables = Tables(accept=limits.accept)
        self._seen: dict[Identity, Place] = {}
        self._repeated = Repeated()
        self._remarks = Remarks()
        self._partial: list[SourceRow] = []  # bad rows, whose references are checked nevertheless

    def file(self, path: Path, made: Made) -> None:
        """Read one file of another system."""
        expected = {name for _, mapped in made for name in mapped.sources}
        source = self._opened(path, expected, [table.name for table, _ in made])
        if source is None:
            return
        self._check_header(source, expected, made)
        self._rows(source, made)

    def exchange_file(self, path: Path, table: Table | None) -> None:
        """Read one file of the exchange format; without `table` its columns identify the table."""
        named = [table] if table else [TABLES[name] for name in MAPPED_TABLES]
        columns = {name for each in named for name in each.names}
        source = self._opened(path, columns, [table.name] if table else [])
        if source is None:
            return
        table = table or _table_of(source.header)
        if table is None:
            expected = f"the columns of one of {', '.join(MAPPED_TABLES)}, or a mapping"
            self.tables.refuse(Problem(source.name, source.header_line, "", "", expected))
            return
        mapped = TableMapping(
            columns={
                column.name: ColumnMapping.model_validate(column.name)
                for column in table.columns
                if column.required or column.name in source.header
            }
        )
        self._check_header(source, mapped.sources, [(table, mapped)])
        self._rows(source, [(table, mapped)])

    def _opened(self, path: Path, expected: set[str], tables: Sequence[str]) -> Source | None:
        mapping = self.mapping
        source = open_source(
            path, expected, mapping.encoding, mapping.delimiter, mapping.header_row
        )
        if isinstance(source, Problem):
            self.tables.refuse(source)
            self.tables.incomplete.update(tables)
            return None
        self.tables.origins[source.name] = source.origin
        self.tables.remarks.append(source.told)
        for line, problem in source.undecodable.items():
            if line <= source.header_line:
                self.tables.refuse(problem)
        return source

    def _check_header(self, source: Source, used: set[str], made: Made) -> None:
        elsewhere = 0
        if not used & set(source.header):
            elsewhere = header_elsewhere(source, used)
        for name, expected in self._wrong_columns(source.header, used, made):
            if elsewhere:
                expected += f"; they are on line {elsewhere}: header_row = {elsewhere}"
            self.tables.refuse(Problem(source.name, source.header_line, name, "", expected))
        if source.name in self.tables.unusable:
            self.tables.incomplete.update(table.name for table, _ in made)

    def _wrong_columns(
        self, header: list[str], used: set[str], made: Made
    ) -> Iterator[tuple[str, str]]:
        for name in sorted(used):
            if name not in header:
                yield name, f"this column; the file has {', '.join(filter(None, header))}"
            elif header.count(name) > 1:
                yield name, "this column once, not several times"
        passed = {*used, *self.mapping.ignore, ""}
        for name in header if "*" not in passed else ():
            if name not in passed:
                if self.exact:
                    yield name, checks.one_of(made[0][0].names, name)
                else:
                    yield name, "a column that the mapping uses, or lists under ignore"

    def _rows(self, source: Source, made: Made) -> None:
        for table, _ in made:
            self.tables.rows.setdefault(table.name, [])
        if source.name in self.tables.unusable:
            return
        readers = [
            TableReader(
                table, mapped, self.mapping, self.policy, source.header, self.limits, self.exact
            )
            for table, mapped in made
        ]
        self._repeated.trusted |= {table.name for table, mapped in made if mapped.newest == "last"}
        for raw in source.rows():
            if raw.broken == TOO_BROKEN:
                self.tables.refuse(Problem(source.name, raw.line, "", "", f"CSV: {TOO_BROKEN}"))
                self.tables.incomplete.update(table.name for table, _ in made)
            elif self._whole(source, raw):
                self._row(source, raw, readers)

    def _whole(self, source: Source, raw: RawRow) -> bool:
        """Tell whether the row can be read cell by cell; note why not."""
        expected = ""
        if raw.broken:
            expected = f"cells that can be told apart: {raw.broken}"
            if '\\"' in raw.cells[0]:
                expected += "; a quotation mark within a cell is doubled, not behind a backslash"
        elif len(raw.cells) != len(source.header):
            expected = f"{len(source.header)} cells, not {len(raw.cells)}"
        kind = ""
        if not expected and _is_header(source, raw.cells):
            expected, kind = "a record; this row repeats the header", checks.NO_RECORD
        if expected:
            problem = Problem(source.name, raw.line, "", "", expected, kind)
            self.tables.note((source.name, raw.line), problem)
        return not expected

    def _row(self, source: Source, raw: RawRow, readers: Sequence[TableReader]) -> None:
        place = (source.name, raw.line)
        damage = _damage(source, raw)
        for problem in damage:
            self.tables.note(place, problem)
        step = unsafe if self.exact else text_of_formula
        cells = [step(cell) for cell in raw.cells]
        for reader in readers:
            if not reader.wants(cells):
                continue
            for part in reader.split(cells):
                values, wrong = reader.values(part)
                row = SourceRow(reader.table.name, values, source.name, raw.line)
                age, wrong = self._age(reader, part, wrong)
                if not wrong:
                    wrong = [Wrong(*one) for one in checks.disagreements(row, self.policy)]
                for one in wrong if not damage else ():
                    self.tables.note(place, self._problem(source, raw.line, one))
                self._remarks.add(reader.remarks(), source.name, raw.line)
                merge = age if reader.mapped.repeats == "merge" else None
                self._add(row, bool(wrong or damage), merge)

    def _age(
        self, reader: TableReader, cells: Sequence[str], wrong: list[Wrong]
    ) -> tuple[Age, list[Wrong]]:
        """Return the sort key of a row among those of its record: a date or a number."""
        if wrong or reader.newest_at is None:
            return (), wrong
        text = " ".join(cells[reader.newest_at].split())
        try:
            day = read_day(text, self.mapping.dates, self.mapping.pivot)
        except WrongValueError as error:
            return (), [Wrong(reader.mapped.newest_by, text, error.expected)]
        if day is not None or text.isdecimal():
            return (day.toordinal() if day else int(text),), []
        return (), [Wrong(reader.mapped.newest_by, text, "a date or a number to order rows by")]

    def _problem(self, source: Source, line: int, wrong: Wrong) -> Problem:
        column, value, expected, kind = wrong
        if kind in ENCODED_WRONG and _is_guess(source):
            expected = f"{expected}; {STATE_IT}"
        return Problem(source.name, line, column, value, expected, kind)

    def _add(self, row: SourceRow, bad: bool, merge: Age | None) -> None:
        """Add a row; with `merge`, its age, it is to be merged with others of its record."""
        who = identity(row.table, row.values)
        first = self._seen.get(who) if who else None
        place = (row.file, row.line)
        if who is not None:
            self._seen.setdefault(who, place)
            if first is not None and merge is None:
                self._note_again(row, who, first)
                bad = True
            if bad:
                self.tables.spoiled.setdefault(who, place)
        if bad:
            self._partial.append(row)
        elif who is not None and merge is not None:
            self._repeated.add(who, merge, row)
        else:
            self.tables.rows[row.table].append(row)

    def _note_again(self, row: SourceRow, who: Identity, first: Place) -> None:
        where = f"line {first[1]}" if first[0] == row.file else f"{first[0]}:{first[1]}"
        column = "designation" if row.table == "scopes" else "number"
        expected = f"one row only; {where} has it already"
        problem = Problem(row.file, row.line, column, who[-1], expected)
        self.tables.note((row.file, row.line), problem)

    def done(self, known_members: Collection[str], known_permits: Collection[str]) -> Tables:
        """Return what was read, after the checks that need all of it."""
        self._repeated.merge(self.tables, self.policy)
        rows = (row for of_table in self.tables.rows.values() for row in of_table)
        for each in (rows, self._partial):
            relations.check(self.tables, each, self._seen, known_members, known_permits)
        likeness.check(self.tables, known_members, known_permits)
        self.tables.remarks += self._remarks.told()
        return self.tables


def _is_guess(source: Source) -> bool:
    """Tell whether the encoding is only the fallback, as nothing identifies it."""
    return source.guessed and source.origin.encoding == "cp1252"


def _damage(source: Source, raw: RawRow) -> list[Problem]:
    """Return the problems of a row's bytes."""
    lines = range(raw.line, raw.end + 1) if source.undecodable else ()
    problems = [source.undecodable[line] for line in lines if line in source.undecodable]
    if _is_guess(source):
        problems = [replace(p, expected=f"{p.expected}; {STATE_IT}") for p in problems]
    return problems


def _is_header(source: Source, cells: Sequence[str]) -> bool:
    first = _plain(cells[0]) == source.header[0]
    return first and [_plain(cell) for cell in cells] == source.header


def _plain(cell: str) -> str:
    return " ".join(text_of_formula(cell).split())


def _table_of(header: Sequence[str]) -> Table | None:
    """Return the only table that has these columns, or None."""
    tables = [TABLES[name] for name in MAPPED_TABLES if set(header) <= set(TABLES[name].names)]
    matching = [t for t in tables if all(c.name in header for c in t.columns if c.required)]
    return matching[0] if len(matching) == 1 else None
