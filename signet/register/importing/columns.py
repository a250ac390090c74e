"""Conversion of a source row's cells into the values of an exchange row, by a mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import product

from signet.policy import Policy
from signet.register.exchange import rows
from signet.register.exchange.schema import LIST_SEPARATOR, Column, Table
from signet.register.importing import checks, names
from signet.register.importing.dates import other_day, read_day
from signet.register.importing.full_names import CannotSplit, FullName, split
from signet.register.importing.mapping import PLACEHOLDER, ColumnMapping, Mapping, TableMapping
from signet.register.importing.rows import Value
from signet.register.importing.values import HIDDEN, Limits, Remark, Wrong, WrongValueError
from signet.text import without_invisible

Cells = Sequence[str]
REQUIRED = "a value: this column may not be empty"
SHOWN_LENGTH = 80


def _one_line(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", without_invisible(text))
    return " ".join(text.split())


def _several_lines(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", without_invisible(text))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class ColumnReader:
    """A reader of one exchange column: returns its value for a row, or raises what is wrong."""

    def __init__(
        self,
        table: Table,
        column: Column,
        how: ColumnMapping,
        whole: Mapping,
        policy: Policy,
        limits: Limits,
    ) -> None:
        self.column, self.how, self.limits = column, how, limits
        self.remarks: list[Remark] = []  # on the values read since `TableReader.remarks`
        self.pivot = how.pivot if how.pivot is not None else whole.pivot
        self.shown = how.source if isinstance(how.source, str) and how.source else column.name
        self.hidden = checks.private(table.name, column.name) or bool(
            whole.private_sources.intersection(how.sources)
        )
        self.check = checks.check(table, column, policy)
        self.forms = how.dates or whole.dates
        self.keeps = (how.blank or whole.blank) == "keep"
        self._long = column.name in checks.LONG_COLUMNS
        self._empty = {_one_line(word).casefold() for word in how.empty}
        self._match = re.compile(how.match) if how.match else None
        self._words = {_one_line(w).casefold(): to for w, to in (how.words or {}).items()}
        self._made: dict[str, str] = {}

    def source(self, header: Sequence[str]) -> Callable[[Cells], list[str]]:
        """Return a function that picks the column's texts out of a row with this header."""
        how = self.how
        if how.value is not None:
            constant = [how.value]
            return lambda _: constant
        at = [header.index(name) for name in how.sources]
        if not how.template:
            return lambda cells: [cells[i] for i in at]
        literals = PLACEHOLDER.split(how.template)[::2]

        def filled(cells: Cells) -> list[str]:
            texts = [cells[i].strip() for i in at]
            if not any(texts):
                return [""]
            pieces = zip(literals, [*texts, ""], strict=True)
            return ["".join(piece for pair in pieces for piece in pair)]

        return filled

    def value(self, texts: list[str]) -> tuple[bool, Value]:
        """Return (whether the source has a value, the value). Raises WrongValueError."""
        if self.column.type == "list":
            texts = [part for text in texts for part in self._parts(text)]
        items_read = [item for text in texts if (item := self._item(text)) is not None]
        items = list(dict.fromkeys(item for item in items_read if item))
        if self.column.required and not items:
            raise WrongValueError("", REQUIRED)
        if not items_read and self.keeps and self.how.value is None:
            return False, None
        return True, self._typed(items)

    def _parts(self, text: str) -> Iterable[str]:
        """Return a list's parts; the exchange format's own separator can be escaped."""
        mark = self.how.separator
        return rows.split(text) if mark == LIST_SEPARATOR else text.split(mark)

    def _typed(self, items: list[str]) -> Value:
        if self.column.type == "date":
            return self._date(items[0]) if items else None
        # A number derived from a name was written by nobody, so it isn't checked.
        for item in () if self.how.make_number is not None or self.limits.held else items:
            for expected, kind in self.check(item):
                if self.how.template and kind == "digit-in-name":
                    continue  # the mapping makes a name of a number, for a list without names
                self._refuse(item, expected, kind)
        if self.column.type == "list":
            return items
        return items[0] if items else ""

    def _refuse(self, text: str, expected: str, kind: str) -> None:
        """Raise WrongValueError unless the kind of problem is accepted; then add a remark."""
        if not kind or kind not in self.limits.accept:
            raise WrongValueError(text, expected, kind)
        self.remarks.append(Remark(f"taken on purpose, {kind}", text))

    def _date(self, text: str) -> date:
        day = read_day(text, self.forms, self.pivot)
        if day is None:
            examples = " or ".join(date(2001, 12, 31).strftime(form) for form in self.forms)
            expected = f"a date that exists, written as in {examples}{other_day(text)}"
            raise WrongValueError(text, expected)
        expected = checks.wrong_day(self.column.name, day, self.limits.today)
        if self.limits.held:
            return day
        if expected:
            raise WrongValueError(text, expected)
        if expected := checks.odd_day(self.column.name, day, self.limits.today):
            self._refuse(text, expected, checks.ODD_DAY)
        return day

    def _item(self, text: str) -> str | None:
        """Return one converted text: None when the source has no value, "" when it clears it."""
        self._tell_of_unseen(text)
        # An expression may match the lines of a cell, even for a column of one line.
        text = _several_lines(text) if self._long or self._match else _one_line(text)
        if text and self._empty and _one_line(text).casefold() in self._empty:
            text = ""
        if text and self.how.full_name:
            text = self._name(text, self.how.full_name)
        if text and self._match:
            text = self._matched(text, self._match)
        if self.how.mend_case:
            text = self._repaired(text)
        if text and self._words:
            return self._translated(text)
        text = text or self.how.default
        if text and self.how.make_number is not None:
            return self._numbered(text, self.how.make_number)
        return text or None

    def _tell_of_unseen(self, text: str) -> None:
        if not text.isascii() and without_invisible(text) != text:
            self.remarks.append(Remark("invisible characters left out of", _one_line(text)))
        if not (self._long or self._match) and "\n" in text.strip().replace("\r", "\n"):
            self.remarks.append(Remark("line ends read as blanks in", _one_line(text)))

    def _name(self, text: str, order: FullName) -> str:
        try:
            split_name = split(text, order)
        except CannotSplit as error:
            raise WrongValueError(text, str(error)) from None
        if self.column.name == "given":
            return split_name.given  # remarks are made once, on the family name
        self.remarks += [Remark("left out of names", dropped) for dropped in split_name.dropped]
        if split_name.doubtful:
            self.remarks.append(Remark("names to look at", split_name.doubtful))
        return (
            f"{split_name.given} {split_name.family}".strip()
            if self.column.name == "name"
            else split_name.family
        )

    def _repaired(self, text: str) -> str:
        repair = names.repaired(text)
        if repair.doubtful:
            self.remarks.append(Remark("capitals to look at", repair.text))
        return repair.text

    def _matched(self, text: str, pattern: re.Pattern[str]) -> str:
        match = pattern.search(text)
        if match is None and "default" not in self.how.model_fields_set:
            raise WrongValueError(text, f"text that matches {pattern.pattern}")
        text = (match[match.re.groups] if match else "") or ""
        return text.strip() if self._long else _one_line(text)

    def _translated(self, text: str) -> str:
        word = self._words.get(_one_line(text).casefold())
        if word is None:
            raise WrongValueError(text, checks.one_of(list(self.how.words or {}), text))
        return word

    def _numbered(self, text: str, prefix: str) -> str:
        key = names.key(text)
        number = names.build_number(prefix, key)
        if self._made.setdefault(number, key) != key:
            raise WrongValueError(text, f"another prefix: two names make the number {number}")
        return number


class ExactColumnReader(ColumnReader):
    """A reader of a column that is the exchange format's own: cells are taken as they are."""

    def _item(self, text: str) -> str | None:
        return without_invisible(text).strip() or None


class TableReader:
    """A reader of the rows of one exchange table that a source row makes."""

    def __init__(
        self,
        table: Table,
        mapped: TableMapping,
        whole: Mapping,
        policy: Policy,
        header: Sequence[str],
        limits: Limits,
        exact: bool = False,
    ) -> None:
        self.table, self.mapped = table, mapped
        self.newest_at = header.index(mapped.newest_by) if mapped.newest_by else None
        by_name = {column.name: column for column in table.columns}
        kind = ExactColumnReader if exact else ColumnReader
        readers = [
            kind(table, by_name[name], how, whole, policy, limits)
            for name, how in mapped.columns.items()
        ]
        self._columns = [(reader, reader.source(header)) for reader in readers]
        self._only = [(header.index(name), values) for name, values in mapped.only.items()]
        self._split = [(header.index(name), mark) for name, mark in mapped.split.items()]

    def wants(self, cells: Cells) -> bool:
        """Tell whether the source row passes the `only` filter."""
        for at, values in self._only:
            text = _one_line(cells[at]).casefold()
            if isinstance(values, bool):
                if bool(text) is not values:
                    return False
            elif text not in {_one_line(word).casefold() for word in values}:
                return False
        return True

    def split(self, cells: Cells) -> Iterator[Cells]:
        """Yield the row once for each part of the columns in `split`; none for an empty one."""
        if not self._split:
            yield cells
            return
        parts = [
            [part for part in map(str.strip, cells[at].split(mark)) if part]
            for at, mark in self._split
        ]
        for chosen in product(*parts):
            cells_of = list(cells)
            for (at, _), part in zip(self._split, chosen, strict=True):
                cells_of[at] = part
            yield cells_of

    def values(self, cells: Cells) -> tuple[dict[str, Value], list[Wrong]]:
        """Return the values of a row, and what is wrong in it."""
        values: dict[str, Value] = {}
        wrong: list[Wrong] = []
        for reader, source in self._columns:
            try:
                row_words, value = reader.value(source(cells))
            except WrongValueError as error:
                shown = self._shown(reader, error.value)
                wrong.append(Wrong(reader.shown, shown, error.expected, error.kind))
                continue
            if row_words:
                values[reader.column.name] = value
        return values, wrong

    def remarks(self) -> Iterator[Remark]:
        """Yield what was done to the values read since the last call; private values are hidden."""
        for reader, _ in self._columns:
            for remark in reader.remarks:
                yield remark._replace(value=self._shown(reader, remark.value))
            reader.remarks.clear()

    def _shown(self, reader: ColumnReader, value: str) -> str:
        if reader.hidden:
            return HIDDEN if value else ""
        return value if len(value) <= SHOWN_LENGTH else value[: SHOWN_LENGTH - 1] + "…"
