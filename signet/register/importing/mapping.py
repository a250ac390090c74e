"""The mapping: a TOML file that maps another system's columns to the exchange format's.

Every key is explained in `docs/importing.md`.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import strptime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from signet.policy import Policy
from signet.register.exchange.schema import LIST_SEPARATOR, TABLES, Column, Table
from signet.register.importing.checks import one_of, vocabulary
from signet.register.importing.full_names import FullName
from signet.register.problems import InputProblems, Problem

MAPPED_TABLES = tuple(name for name in TABLES if name != "entries")
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

Blank = Literal["keep", "clear"]


def _pattern(text: str) -> str:
    try:
        if re.compile(text).groups > 1:
            raise ValueError("expected at most one group ( ); write (?: ) for the others")
    except re.error as error:
        raise ValueError(f"expected a regular expression: {error}") from None
    return text


def _date_form(form: str) -> str:
    try:
        strptime(date(2001, 12, 31).strftime(form), form)
    except ValueError as error:
        raise ValueError(f"expected a form of date such as %d/%m/%Y: {error}") from None
    if "%y" not in form.lower():
        raise ValueError("expected a form of date with its year, such as %d/%m/%Y")
    return form


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError("expected an encoding such as utf-8 or cp1252") from None
    return name


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Pivot = Annotated[int, Field(ge=0, le=99)]  # the last two-digit year that is of 2000 and later
DateForms = tuple[Annotated[str, AfterValidator(_date_form)], ...]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnMapping(_Part):
    """How one exchange column gets its value; steps apply in the order of the fields."""

    source: str | tuple[str, ...] = Field("", alias="from")
    template: str = ""
    value: str | None = None
    separator: str = Field(LIST_SEPARATOR, min_length=1)
    empty: tuple[str, ...] = ()
    full_name: FullName | None = None
    match: Annotated[str, AfterValidator(_pattern)] = ""
    mend_case: bool = False
    words: dict[str, str] | None = None
    default: str = ""
    make_number: str | None = None
    dates: DateForms | None = None
    pivot: Pivot | None = None
    blank: Blank | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_source(self) -> ColumnMapping:
        if (bool(self.source), bool(self.template), self.value is not None).count(True) != 1:
            raise ValueError("expected exactly one of from, template and value")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """The source columns that the value is made from."""
        if self.template:
            return tuple(PLACEHOLDER.findall(self.template))
        return (
            (self.source,) if isinstance(self.source, str) and self.source else tuple(self.source)
        )


class TableMapping(_Part):
    """Where the rows of one exchange table come from."""

    file: str = ""
    only: dict[str, bool | Annotated[tuple[str, ...], BeforeValidator(_listed)]] = {}
    split: dict[str, str] = {}
    repeats: Literal["refuse", "merge"] = "refuse"
    newest: Literal["", "last"] = ""
    newest_by: str = ""
    columns: dict[str, ColumnMapping]

    @property
    def sources(self) -> set[str]:
        """The source columns that the table uses."""
        used = {name for column in self.columns.values() for name in column.sources}
        return used | set(self.only) | set(self.split) | set(filter(None, [self.newest_by]))


_Tables = Annotated[tuple[TableMapping, ...], BeforeValidator(_listed)]


class Mapping(_Part):
    """A whole mapping: how the files are written, and the tables to make of them."""

    encoding: Annotated[str, AfterValidator(_encoding)] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    header_row: int = Field(0, ge=0, le=100)
    dates: DateForms = ("%Y-%m-%d",)
    pivot: Pivot | None = None
    delta: bool = False
    blank: Blank = "keep"
    ignore: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    members: _Tables = ()
    other_names: _Tables = ()
    scopes: _Tables = ()
    permits: _Tables = ()
    responsible_members: _Tables = ()
    contacts: _Tables = ()

    def tables(self) -> Iterator[tuple[Table, TableMapping]]:
        """Yield every table that it makes, in the order of the exchange format."""
        for name in MAPPED_TABLES:
            for table in getattr(self, name):
                yield TABLES[name], table

    @property
    def private_sources(self) -> frozenset[str]:
        """Source columns whose values may not be shown: listed as private, or used for contacts."""
        used = {
            name
            for table in self.contacts
            for column, mapped in table.columns.items()
            if column != "number"
            for name in mapped.sources
        }
        return frozenset(used | set(self.private))


def load(path: Path, policy: Policy) -> Mapping:
    """Read a mapping. Raises InputProblems naming every key that is wrong."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        mapping = Mapping.model_validate(read)
    except OSError as error:
        expected = f"a file that can be read: {error.strerror}"
        raise InputProblems([Problem(path.name, 0, "", "", expected)]) from None
    except ValidationError as error:
        raise InputProblems([_problem(path.name, wrong) for wrong in error.errors()]) from None
    except ValueError as error:  # not TOML, or not UTF-8
        expected = f"TOML in UTF-8: {error}"
        raise InputProblems([Problem(path.name, 0, "", "", expected)]) from None
    problems = [
        Problem(path.name, 0, key, value, expected)
        for key, value, expected in _wrong_keys(mapping, policy)
    ]
    if problems:
        raise InputProblems(problems)
    return mapping


def _problem(file: str, wrong: Any) -> Problem:
    # A table written once is nevertheless the first of a list: no one looks for a 0 there.
    loc = (part + 1 if isinstance(part, int) else part for part in wrong["loc"] if part != 0)
    key = ".".join(map(str, loc))
    value = wrong["input"] if isinstance(wrong["input"], str) else ""
    if wrong["type"] == "extra_forbidden":
        return Problem(file, 0, key, "", "no such key here: it isn't one of a mapping's")
    expected = wrong["msg"].removeprefix("Value error, ").removeprefix("expected ")
    return Problem(file, 0, key, value, expected)


def _wrong_keys(mapping: Mapping, policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Yield what the model can't check: (key, value, what was expected)."""
    if not any(True for _ in mapping.tables()):
        yield "", "", f"a table to make: one of {', '.join(MAPPED_TABLES)}"
    for table, mapped in mapping.tables():
        if mapped.repeats == "merge" and table.name not in ("members", "permits"):
            yield f"{table.name}.repeats", "merge", "refuse: only members and permits merge"
        if (mapped.newest or mapped.newest_by) and mapped.repeats != "merge":
            yield f"{table.name}.newest", "", 'this where repeats is "merge" only'
        for key, value, expected in _wrong_columns(table, mapped, policy):
            yield f"{table.name}.columns.{key}", value, expected


def _wrong_columns(
    table: Table, mapped: TableMapping, policy: Policy
) -> Iterator[tuple[str, str, str]]:
    known = {column.name: column for column in table.columns}
    for column in table.columns:
        if column.required and column.name not in mapped.columns:
            yield column.name, "", "this column: the table can't do without it"
    for name, how in mapped.columns.items():
        if name not in known:
            yield name, name, one_of(table.names, name)
            continue
        for step, expected in _misplaced_steps(known[name], how):
            yield f"{name}.{step}", "", expected
        for step, word, expected in _unknown_words(table, known[name], how, policy):
            yield f"{name}.{step}", word, expected


def _misplaced_steps(column: Column, how: ColumnMapping) -> Iterator[tuple[str, str]]:
    """Yield keys that don't apply to this column: (key, what was expected)."""
    steps = how.model_fields_set
    if not isinstance(how.source, str) and column.type != "list":
        yield "from", "one column; a template joins several"
    if "separator" in steps and column.type != "list":
        yield "separator", "no separator: this column isn't a list"
    for key in ("dates", "pivot"):
        if key in steps and column.type != "date":
            yield key, f"no {key}: this column isn't one of dates"
    if "full_name" in steps and column.name not in ("family", "given", "name"):
        yield "full_name", "this for family, given or name only"
    if "make_number" in steps and column.name not in ("number", "permit", "member"):
        yield "make_number", "this for a number only"


def _unknown_words(
    table: Table, column: Column, how: ColumnMapping, policy: Policy
) -> Iterator[tuple[str, str, str]]:
    known = vocabulary(table.name, column.name, policy)
    if known is None:
        return
    for step, word in _results(how):
        is_listed = column.type == "list" and step == "value"
        for part in word.split(how.separator) if is_listed else [word]:
            if part.strip() and part.strip() not in known:
                yield step, part.strip(), one_of(known, part.strip())


def _results(how: ColumnMapping) -> Iterator[tuple[str, str]]:
    """Yield the exchange format's words that the mapping contains, with their keys."""
    yield "value", how.value or ""
    yield "default", how.default
    for source, word in (how.words or {}).items():
        yield f"words.{source}", word
