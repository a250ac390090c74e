"""From the cells of a source row to the values of an exchange row, as a mapping says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import product
from time import strptime

from signet.policy import Policy
from signet.register.exchange import rows
from signet.register.exchange.schema import LIST_SEPARATOR, Column, Table
from signet.register.importing import checks, names
from signet.register.importing.mapping import PLACEHOLDER, ColumnMapping, Mapping, TableMapping
from signet.register.importing.rows import Value

Cells = Sequence[str]
REQUIRED = "a value: this column may not be empty"
HIDDEN = "…"
SHOWN_LENGTH = 80
ISO = "%Y-%m-%d"


class WrongValueError(Exception):
    """A value isn't what a column takes."""

    def __init__(self, value: str, expected: str) -> None:
        super().__init__(expected)
        self.value, self.expected = value, expected


@lru_cache(maxsize=50_000)
def _day(text: str, forms: tuple[str, ...]) -> date | None:
    for form in forms:
        try:
            if form == ISO:  # strptime would take 2025-1-5 too
                if text[4:5] == text[7:8] == "-":
                    return date.fromisoformat(text)
            else:
                return date(*strptime(text, form)[:3])
        except ValueError:
            continue
    return None


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _several_lines(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


class ColumnReader:
    """One exchange column: gives its value for a row, or says what is wrong with it."""

    def __init__(
        self, table: Table, column: Column, how: ColumnMapping, whole: Mapping, policy: Policy
    ) -> None:
        self.column, self.how = column, how
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
        """What picks the column's texts out of a row with this header."""
        how = self.how
        if how.value is not None:
            constant = [how.value]
            return lambda _: constant
        at = [header.index(name) for name in how.sources]
        if not how.template:
            return lambda cells: [cells[i] for i in at]
        literals = PLACEHOLDER.split(how.template)[::2]

        def filled(cells: Cells) -> list[str]:
            found = [cells[i].strip() for i in at]
            if not any(found):
                return [""]
            pieces = zip(literals, [*found, ""], strict=True)
            return ["".join(piece for pair in pieces for piece in pair)]

        return filled

    def value(self, texts: list[str]) -> tuple[bool, Value]:
        """(whether the source says anything, the value). Raises WrongValueError."""
        if self.column.type == "list":
            texts = [part for text in texts for part in self._parts(text)]
        said = [item for text in texts if (item := self._item(text)) is not None]
        items = list(dict.fromkeys(item for item in said if item))
        if self.column.required and not items:
            raise WrongValueError("", REQUIRED)
        if not said and self.keeps and self.how.value is None:
            return False, None
        return True, self._typed(items)

    def _parts(self, text: str) -> Iterable[str]:
        """A list's parts; with the exchange format's own separator, by its rules (escapes too)."""
        mark = self.how.separator
        return rows.split(text) if mark == LIST_SEPARATOR else text.split(mark)

    def _typed(self, items: list[str]) -> Value:
        if self.column.type == "date":
            return self._date(items[0]) if items else None
        for item in items:
            if expected := self.check(item):
                raise WrongValueError(item, expected)
        if self.column.type == "list":
            return items
        return items[0] if items else ""

    def _date(self, text: str) -> date:
        day = _day(text, self.forms)
        if day is None:
            examples = " or ".join(date(2001, 12, 31).strftime(form) for form in self.forms)
            raise WrongValueError(text, f"a date that exists, written as in {examples}")
        return day

    def _item(self, text: str) -> str | None:
        """One text through the steps: None when the source says nothing, "" when it says none."""
        # An expression may look at the lines of a cell, even for a column of one line.
        text = _several_lines(text) if self._long or self._match else _one_line(text)
        if text and self._empty and _one_line(text).casefold() in self._empty:
            text = ""
        if text and self.how.full_name:
            text = self._name(text, self.how.full_name)
        if text and self._match:
            text = self._matched(text, self._match)
        if self.how.mend_case:
            text = names.mended_case(text)
        if text and self._words:
            return self._translated(text)
        text = text or self.how.default
        if text and self.how.make_number is not None:
            return self._numbered(text, self.how.make_number)
        return text or None

    def _name(self, text: str, order: names.FullName) -> str:
        given, family = names.parts(text, order)
        if self.column.name == "name":
            return f"{given} {family}".strip()
        return family if self.column.name == "family" else given

    def _matched(self, text: str, pattern: re.Pattern[str]) -> str:
        found = pattern.search(text)
        if found is None and "default" not in self.how.model_fields_set:
            raise WrongValueError(text, f"text that matches {pattern.pattern}")
        text = (found[found.re.groups] if found else "") or ""
        return text.strip() if self._long else _one_line(text)

    def _translated(self, text: str) -> str:
        word = self._words.get(_one_line(text).casefold())
        if word is None:
            raise WrongValueError(text, checks.one_of(list(self.how.words or {}), text))
        return word

    def _numbered(self, text: str, prefix: str) -> str:
        key = names.key(text)
        number = names.made_number(prefix, key)
        if self._made.setdefault(number, key) != key:
            raise WrongValueError(text, f"another prefix: two names make the number {number}")
        return number


class ExactColumnReader(ColumnReader):
    """A column that is the exchange format's own: cells are taken as they stand."""

    def _item(self, text: str) -> str | None:
        return text.strip() or None


class TableReader:
    """The rows of one exchange table that a source row makes."""

    def __init__(
        self,
        table: Table,
        mapped: TableMapping,
        whole: Mapping,
        policy: Policy,
        header: Sequence[str],
        exact: bool = False,
    ) -> None:
        self.table, self.mapped = table, mapped
        by_name = {column.name: column for column in table.columns}
        kind = ExactColumnReader if exact else ColumnReader
        readers = [
            kind(table, by_name[name], how, whole, policy) for name, how in mapped.columns.items()
        ]
        self._columns = [(reader, reader.source(header)) for reader in readers]
        self._only = [(header.index(name), wanted) for name, wanted in mapped.only.items()]
        self._split = [(header.index(name), mark) for name, mark in mapped.split.items()]

    def wants(self, cells: Cells) -> bool:
        """Whether the source row is one of those that `only` lets through."""
        for at, wanted in self._only:
            text = _one_line(cells[at]).casefold()
            if isinstance(wanted, bool):
                if bool(text) is not wanted:
                    return False
            elif text not in {_one_line(word).casefold() for word in wanted}:
                return False
        return True

    def split(self, cells: Cells) -> Iterator[Cells]:
        """The row once for each part of the columns that `split` names; none for an empty one."""
        if not self._split:
            yield cells
            return
        parts = [
            [part for part in map(str.strip, cells[at].split(mark)) if part]
            for at, mark in self._split
        ]
        for chosen in product(*parts):
            made = list(cells)
            for (at, _), part in zip(self._split, chosen, strict=True):
                made[at] = part
            yield made

    def values(self, cells: Cells) -> tuple[dict[str, Value], list[tuple[str, str, str]]]:
        """The values of a row, and what is wrong as (column, value to show, what was expected)."""
        values: dict[str, Value] = {}
        wrong: list[tuple[str, str, str]] = []
        for reader, source in self._columns:
            try:
                said, value = reader.value(source(cells))
            except WrongValueError as error:
                wrong.append((reader.shown, self._shown(reader, error.value), error.expected))
                continue
            if said:
                values[reader.column.name] = value
        return values, wrong

    def _shown(self, reader: ColumnReader, value: str) -> str:
        if reader.hidden:
            return HIDDEN if value else ""
        return value if len(value) <= SHOWN_LENGTH else value[: SHOWN_LENGTH - 1] + "…"
