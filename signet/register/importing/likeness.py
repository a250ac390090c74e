"""Detection of rows that resemble another record, or aren't records; a person decides on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from signet.register.importing.checks import ODD_NUMBER
from signet.register.importing.names import key
from signet.register.importing.rows import Place, SourceRow, Tables
from signet.register.problems import Problem

SIMILAR_NUMBER = "similar-number"
SAME_PERSON = "same-person"
FEW, MANY = 10, 50  # numbers: below or above these counts, a pattern needs another share of them
_KNOWN_TABLES = ("members", "permits")


def check(tables: Tables, known_members: Collection[str], known_permits: Collection[str]) -> None:
    """Note every new record whose number, or name and date, make it look like another or none."""
    known = {"members": known_members, "permits": known_permits}
    for table in _KNOWN_TABLES:
        rows = tables.rows.get(table, [])
        new = [row for row in rows if row.number not in known[table]]
        if not new:
            continue
        for problems in (
            _similar(rows, new, known[table]),
            _odd(rows, new, known[table]),
            _same(rows, new, _born(tables)),
        ):
            for place, problem in problems:
                tables.note(place, problem)
                if problem.kind not in tables.accept:
                    tables.spoiled.setdefault((table, problem.value), place)


def plain(number: str) -> str:
    """Return a number without what is easily lost or added: leading zeros, hyphens, case."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub("-", "", number)).casefold()


def _similar(
    rows: Iterable[SourceRow], new: Collection[SourceRow], known: Collection[str]
) -> Iterator[tuple[Place, Problem]]:
    held = {plain(number): number for number in known}
    first: dict[str, SourceRow] = {}
    for row in rows:
        first.setdefault(plain(row.number), row)
    for row in new:
        like = plain(row.number)
        if like in held:
            yield _problem(row, f"{held[like]}, which is on the register", SIMILAR_NUMBER)
        elif first[like].number != row.number:
            yield _problem(
                row, f"{first[like].number} of {_where(first[like], row)}", SIMILAR_NUMBER
            )


def _problem(row: SourceRow, other: str, kind: str) -> tuple[Place, Problem]:
    expected = f"another number; it is {other}, but for zeros, hyphens or case"
    return (row.file, row.line), Problem(row.file, row.line, "number", row.number, expected, kind)


def _where(other: SourceRow, row: SourceRow) -> str:
    return f"line {other.line}" if other.file == row.file else f"{other.file}:{other.line}"


def _odd(
    rows: Collection[SourceRow], new: Iterable[SourceRow], known: Collection[str]
) -> Iterator[tuple[Place, Problem]]:
    """Yield numbers unlike nearly all others: with other characters, or of another length."""
    numbers = {*known, *(row.number for row in rows)}
    signs, lengths = (_patterns(numbers, exact=exact) for exact in (False, True))
    for row in new:
        usual = signs(row.number) or lengths(row.number)
        if usual:
            expected = f"a number written as the others are, such as {usual}"
            place = (row.file, row.line)
            yield place, Problem(*place, "number", row.number, expected, ODD_NUMBER)


class _patterns:  # noqa: N801 - called as a function
    """A function that returns a usual number for one with an unusual pattern, else ""."""

    def __init__(self, numbers: Collection[str], *, exact: bool) -> None:
        self.exact = exact
        self.made: dict[str, str] = {}
        self.count = Counter(map(self.pattern, numbers))
        self.usual, often = self.count.most_common(1)[0]
        total = len(numbers)
        share = 1 - 2 / total if exact else (0.7 if total < FEW else 0.95)
        enough = MANY if exact else 4
        self.example = ""
        if total >= enough and often >= share * total:
            self.example = min(n for n in numbers if self.pattern(n) == self.usual)
        self.most = max(1, total // 200)
        self.last = max((n for n in numbers if self.pattern(n) == self.usual), default="")

    def pattern(self, number: str) -> str:
        """Return a number with 9 for digits and A for letters; unless exact, runs are collapsed."""
        shape = self.made.get(number)
        if shape is None:
            shape = re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", number))
            shape = shape if self.exact else re.sub(r"(.)\1+", r"\1", shape)
            self.made[number] = shape
        return shape

    def __call__(self, number: str) -> str:
        own = self.pattern(number)
        if not self.example or own == self.usual or self.count[own] > self.most:
            return ""
        if self.exact and number.isdecimal() and self.last.isdecimal():
            grown = int(number) == int(self.last) + 1  # 100000 comes after 99999
            return "" if grown else self.example
        return "" if self.exact and not number.isdecimal() else self.example


def _born(tables: Tables) -> dict[str, str]:
    rows = tables.rows.get("contacts", ())
    return {
        row.number: str(row.values["birth_date"]) for row in rows if row.values.get("birth_date")
    }


def _same(
    rows: Iterable[SourceRow], new: Collection[SourceRow], born: dict[str, str]
) -> Iterator[tuple[Place, Problem]]:
    """Yield records with the same name and the same dates under two numbers."""
    fresh = {row.number for row in new}
    seen: dict[tuple[str, ...], SourceRow] = {}
    for row in sorted(rows, key=lambda row: row.number in fresh):
        for sign in signs_of(row, born):
            other = seen.setdefault(sign, row)
            if other.number != row.number and row.number in fresh:
                expected = f"one number for one record; {other.number} of {_where(other, row)} has "
                expected += "the same name and day"
                place = (row.file, row.line)
                yield place, Problem(*place, "number", row.number, expected, SAME_PERSON)
                break


def signs_of(row: SourceRow, born: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield combinations of values that two records hardly ever share."""
    name = key(row.text("legal_name") or f"{row.text('given')} {row.text('family')}")
    if row.table == "permits":
        if row.values.get("issued_on"):
            yield name, str(row.values["issued_on"]), key(row.text("city"))
        return
    if row.values.get("registered_on") and row.text("given"):
        yield name, "registered", str(row.values["registered_on"])
    if row.number in born:
        yield name, "born", born[row.number]
