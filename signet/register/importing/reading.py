"""Reading another system's files through a mapping, or files of the exchange format without one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from signet.policy import Policy
from signet.register.exchange.cells import unsafe
from signet.register.exchange.schema import TABLES, Table
from signet.register.importing import checks, merging, relations
from signet.register.importing.columns import TableReader
from signet.register.importing.mapping import (
    MAPPED_TABLES,
    ColumnMapping,
    Mapping,
    TableMapping,
)
from signet.register.importing.rows import Identity, Place, SourceRow, Tables, identity
from signet.register.importing.source import TOO_BROKEN, RawRow, Source, open_source
from signet.register.problems import Problem

REJECTED = ".rejected.csv"
Made = Sequence[tuple[Table, TableMapping]]


def read(
    path: Path,
    mapping: Mapping,
    policy: Policy,
    known_members: Container[str] = (),
    known_permits: Container[str] = (),
) -> Tables:
    """Read a file, or the files of a folder, through a mapping.

    `known_members` and `known_permits` are the numbers on the register already, which rows may
    speak of too. Nothing is raised for bad input: every problem is in the result's `problems`.
    """
    reading = _Reading(mapping, policy)
    for file, made in _files(path, mapping, reading.tables):
        reading.file(file, made)
    return reading.done(known_members, known_permits)


def read_exchange(
    path: Path,
    policy: Policy,
    known_members: Container[str] = (),
    known_permits: Container[str] = (),
) -> Tables:
    """Read a folder, or one file, that has the exchange format's own columns (without its entries).

    An empty cell says that there is none of it; a column that isn't there says nothing.
    """
    reading = _Reading(Mapping(blank="clear"), policy, exact=True)
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
    """The CSV files of a folder but for the rejected rows of an import before."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".csv")
    return [file for file in files if not file.name.endswith(REJECTED)]


def _files(path: Path, mapping: Mapping, tables: Tables) -> Iterator[tuple[Path, Made]]:
    """Each source file with the tables to make of it; what can't be found is a problem."""
    by_file: dict[Path, list[tuple[Table, TableMapping]]] = {}
    for table, mapped in mapping.tables():
        if not path.is_dir():
            if not mapped.file or _named(_origin_name(path), mapped.file):
                by_file.setdefault(path, []).append((table, mapped))
            continue
        pattern = mapped.file or "*.csv"
        found = [file for file in sorted(path.iterdir()) if _named(file.name, pattern)]
        found = [file for file in found if not file.name.endswith(REJECTED)]
        if len(found) == 1:
            by_file.setdefault(found[0], []).append((table, mapped))
        else:
            expected = f"one file {pattern} for {table.name}, not {len(found)}"
            tables.refuse(Problem(path.name, 0, "", "", expected))
            tables.incomplete.add(table.name)
    if not by_file and not tables.unusable:
        tables.refuse(Problem(path.name, 0, "", "", "a file that the mapping has a table for"))
    yield from by_file.items()


def _named(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())


def _origin_name(path: Path) -> str:
    """The name of the file, or of the one whose rejected rows it holds."""
    if path.name.endswith(REJECTED):
        return path.name.removesuffix(REJECTED) + ".csv"
    return path.name


class _Reading:
    """One import while it is being read."""

    def __init__(self, mapping: Mapping, policy: Policy, exact: bool = False) -> None:
        self.mapping, self.policy, self.exact = mapping, policy, exact
        self.tables = Tables()
        self._seen: dict[Identity, Place] = {}
        self._at: dict[Identity, int] = {}  # where a row that others may merge with stands
        self._spellings: dict[Identity, dict[str, int]] = {}
        self._partial: list[SourceRow] = []  # bad rows: what they refer to is checked all the same

    def file(self, path: Path, made: Made) -> None:
        """Read one file of another system."""
        expected = {name for _, mapped in made for name in mapped.sources}
        source = self._opened(path, expected, [table.name for table, _ in made])
        if source is None:
            return
        self._check_header(source, expected, made)
        self._rows(source, made)

    def exchange_file(self, path: Path, table: Table | None) -> None:
        """Read one file of the exchange format; without `table` its columns tell which."""
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
        source = open_source(path, expected, mapping.encoding, mapping.delimiter)
        if isinstance(source, Problem):
            self.tables.refuse(source)
            self.tables.incomplete.update(tables)
            return None
        self.tables.origins[source.name] = source.origin
        for line, problem in source.undecodable.items():
            if line <= source.header_line:
                self.tables.refuse(problem)
        return source

    def _check_header(self, source: Source, used: set[str], made: Made) -> None:
        for name, expected in self._wrong_columns(source.header, used, made):
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
            TableReader(table, mapped, self.mapping, self.policy, source.header, self.exact)
            for table, mapped in made
        ]
        for raw in source.rows():
            if raw.broken == TOO_BROKEN:
                self.tables.refuse(Problem(source.name, raw.line, "", "", f"CSV: {TOO_BROKEN}"))
                self.tables.incomplete.update(table.name for table, _ in made)
            elif self._whole(source, raw):
                self._row(source, raw, readers)

    def _whole(self, source: Source, raw: RawRow) -> bool:
        """Whether the row can be read cell by cell; notes why not."""
        expected = ""
        if raw.broken:
            expected = f"cells that can be told apart: {raw.broken}"
        elif len(raw.cells) != len(source.header):
            expected = f"{len(source.header)} cells, not {len(raw.cells)}"
        if expected:
            problem = Problem(source.name, raw.line, "", "", expected)
            self.tables.note((source.name, raw.line), problem)
        return not expected

    def _row(self, source: Source, raw: RawRow, readers: Sequence[TableReader]) -> None:
        place = (source.name, raw.line)
        lines = range(raw.line, raw.end + 1) if source.undecodable else ()
        damage = [source.undecodable[line] for line in lines if line in source.undecodable]
        for problem in damage:
            self.tables.note(place, problem)
        cells = [unsafe(cell) for cell in raw.cells] if self.exact else raw.cells
        for reader in readers:
            if not reader.wants(cells):
                continue
            for part in reader.split(cells):
                values, wrong = reader.values(part)
                row = SourceRow(reader.table.name, values, source.name, raw.line)
                if not wrong:
                    wrong = list(checks.disagreements(row, self.policy))
                for column, value, expected in wrong if not damage else ():
                    problem = Problem(source.name, raw.line, column, value, expected)
                    self.tables.note(place, problem)
                self._add(row, bool(wrong or damage), reader.mapped.repeats == "merge")

    def _add(self, row: SourceRow, bad: bool, merge: bool) -> None:
        who = identity(row.table, row.values)
        first = self._seen.get(who) if who else None
        place = (row.file, row.line)
        if who is not None:
            self._seen.setdefault(who, place)
            if first is not None and not merge:
                self._note_again(row, who, first)
                bad = True
            if bad:
                self.tables.spoiled.setdefault(who, place)
        if bad:
            self._partial.append(row)
        elif who is not None and merge:
            self._merge(row, who)
        else:
            self.tables.rows[row.table].append(row)

    def _note_again(self, row: SourceRow, who: Identity, first: Place) -> None:
        where = f"line {first[1]}" if first[0] == row.file else f"{first[0]}:{first[1]}"
        column = "designation" if row.table == "scopes" else "number"
        expected = f"one row only; {where} has it already"
        problem = Problem(row.file, row.line, column, who[-1], expected)
        self.tables.note((row.file, row.line), problem)

    def _merge(self, row: SourceRow, who: Identity) -> None:
        rows = self.tables.rows[row.table]
        if (at := self._at.setdefault(who, len(rows))) == len(rows):
            rows.append(row)
        else:
            rows[at] = merging.merged(rows[at], row)
        self._spellings.setdefault(who, {}).setdefault(merging.spelling(row), row.line)

    def done(self, known_members: Container[str], known_permits: Container[str]) -> Tables:
        """What was read, after the checks that need all of it."""
        for who, at in self._at.items():
            spelled = merging.other_spellings(self.tables.rows[who[0]][at], self._spellings[who])
            if spelled:
                self.tables.rows.setdefault("other_names", []).extend(spelled)
        rows = (row for of_table in self.tables.rows.values() for row in of_table)
        for each in (rows, self._partial):
            relations.check(self.tables, each, self._seen, known_members, known_permits)
        return self.tables


def _table_of(header: Sequence[str]) -> Table | None:
    """The one table whose columns these are."""
    tables = [TABLES[name] for name in MAPPED_TABLES if set(header) <= set(TABLES[name].names)]
    found = [t for t in tables if all(c.name in header for c in t.columns if c.required)]
    return found[0] if len(found) == 1 else None
