"""Planning an import: the difference between a source and the register.

The plan comes first and is written afterwards: nothing is written unless the whole plan is valid.
Importing the same source twice adds nothing, and a record that the source doesn't name stays
unchanged (STA-2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from signet.policy import Policy
from signet.register import differences, doubts, fold, rules, store
from signet.register.differences import Wanted
from signet.register.exchange import decode
from signet.register.exchange.read import Folder
from signet.register.exchange.schema import ENTRIES
from signet.register.held import SUBJECTS as SUBJECTS
from signet.register.held import Held as Held
from signet.register.held import Key as Key
from signet.register.held import held as held
from signet.register.importing import SourceRow, Tables
from signet.register.importing.kinds import OLDER_FILE
from signet.register.importing.rows import identity
from signet.register.model import Entry, Subject
from signet.register.payloads import PayloadError
from signet.register.problems import InputProblems, Problem

AUTHORITY = "Import from the records of the regulator"
ENTERED_BY = doubts.IMPORTED


@dataclass(slots=True)
class ImportPlan:
    """What importing a source would add. `missing` are the numbers that it doesn't name."""

    new: list[tuple[Key, list[Entry]]] = field(default_factory=list)
    changed: list[tuple[Key, list[Entry]]] = field(default_factory=list)
    unchanged: int = 0
    missing: dict[Subject, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    contacts: list[dict[str, str]] = field(default_factory=list)
    restores: str = ""  # the id of the folder whose entries keep their `recorded_at`
    history: dict[str, list[str]] = field(default_factory=dict)  # by rule: numbers that broke it
    taken: dict[str, date] = field(default_factory=dict)  # by table: the file's date

    def entries(self) -> int:
        """Return how many entries would be added."""
        return sum(len(entries) for _, entries in (*self.new, *self.changed))


def restored(folder: Path, known: Held, mark: str | None) -> str:
    """Return the id under which a folder that has entries is restored; "" when it is added instead.

    It is restored into an empty register, or to finish an interrupted restore, which `mark` names.
    """
    name = hashlib.blake2b((folder / ENTRIES.file).read_bytes(), digest_size=12).hexdigest()
    if mark not in (None, "", name):
        raise store.Unfinished
    empty = not any(known.numbers(subject) for subject in SUBJECTS)
    return name if mark == name or empty else ""


def plan_entries(
    folder: Folder, dated: date, known: Held, policy: Policy, now: datetime, restores: str = ""
) -> ImportPlan:
    """Plan what a folder that has entries adds, recorded `now`.

    With `restores`, from `restored`, entries keep their own `recorded_at`. Raises InputProblems
    with everything that is wrong in the folder.
    """
    plan, problems, seen = ImportPlan(restores=restores), list[Problem](), set[Key]()
    moment = None if restores else now
    for raw in _all(folder, problems):
        key: Key = ("member" if raw.subject == "member" else "permit", raw.number)
        seen.add(key)
        try:
            decoded = decode.entries(raw, dated, policy)
        except InputProblems as found:
            problems += found.problems
            continue
        added = _unheld(decoded, known.entries(key), problems, moment)
        # A restore takes entries back as they were, slips included.
        problems += _slips(added) if moment else []
        _add(plan, key, added, key in known)
    if problems:
        raise InputProblems(problems)
    _note_missing(plan, known, seen, SUBJECTS)
    return plan


def _slips(entries: Iterable[Entry]) -> list[Problem]:
    """Return what is wrong with entries of another folder that nobody could enter."""
    return [
        Problem(ENTRIES.file, 0, "id", entry.id, f"what can be entered: {slip}")
        for entry in entries
        for slip in rules.slips(entry)
    ]


def _all(folder: Folder, problems: list[Problem]) -> Iterator[Any]:
    """Yield every record of a folder, up to a problem that stops the reading."""
    try:
        yield from folder.permits()
        yield from folder.members()
    except InputProblems as found:
        problems += found.problems


def _add(plan: ImportPlan, key: Key, entries: list[Entry], is_held: bool) -> None:
    if not entries:
        plan.unchanged += 1
    elif is_held:
        plan.changed.append((key, entries))
    else:
        plan.new.append((key, entries))


def _unheld(
    given: list[Entry], entries: list[Entry], problems: list[Problem], now: datetime | None
) -> list[Entry]:
    by_id = {entry.id: entry for entry in entries}
    added = []
    for entry in given:
        same = by_id.get(entry.id)
        if same is None:
            added.append(entry if now is None else entry._replace(recorded_at=now))
        elif entry._replace(recorded_at=same.recorded_at) != same:
            expected = "the entry as it is held: entries are never changed, only corrected"
            problems.append(Problem(ENTRIES.file, 0, "id", entry.id, expected))
    return added


def _note_missing(
    plan: ImportPlan, known: Held, seen: set[Key], subjects: Iterable[Subject]
) -> None:
    for subject in subjects:
        plan.missing[subject] = sorted(
            number for number in known.numbers(subject) if (subject, number) not in seen
        )


def plan_tables(
    tables: Tables,
    dated: date,
    known: Held,
    policy: Policy,
    now: datetime,
    taken: Mapping[str, date] | None = None,
) -> ImportPlan:
    """Plan what rows without entries add: differences from the register, effective on `dated`.

    `taken` are the dates of the newest files imported before, by table. Raises InputProblems when a
    value doesn't fit its entry, or a person should decide first; the problems are noted in `tables`
    too.
    """
    _check_day(tables, dated, taken or {})
    planning = _Planning(tables, dated, known, policy, now)
    for target, row in _wanted(tables):
        planning.add(target, row)
    return planning.done()


def _check_day(tables: Tables, dated: date, taken: Mapping[str, date]) -> None:
    """Raise InputProblems for a file older than the newest one imported, unless accepted."""
    problems: list[Problem] = []
    for table in tables.rows:
        newest = taken.get(table)
        if newest is None or dated >= newest:
            continue
        expected = f"a day from {newest} on: {table} of that day are on the register already"
        problem = Problem(table, 0, "dated", str(dated), expected, OLDER_FILE)
        (tables.accepted if OLDER_FILE in tables.accept else problems).append(problem)
    if problems:
        raise InputProblems(problems)


class _Planning:
    """A plan while it is being made from rows."""

    def __init__(
        self, tables: Tables, dated: date, known: Held, policy: Policy, now: datetime
    ) -> None:
        self.tables, self.dated, self.known, self.policy = tables, dated, known, policy
        self.now = now
        self.plan, self.problems, self.seen = ImportPlan(), list[Problem](), set[Key]()
        self.unknown: dict[tuple[Subject, str], list[str]] = {}
        self.new: list[tuple[SourceRow, list[Entry]]] = []

    def add(self, wanted: Wanted, row: SourceRow) -> None:
        """Plan what one record's rows add."""
        key: Key = (wanted.subject, wanted.number)
        self.seen.add(key)
        entries = self.known.entries(key)
        try:
            difference = _difference(wanted, entries, self.dated, self.policy)
            new_entries = differences.as_entries(
                wanted, difference, self.dated, self.now, ENTERED_BY, AUTHORITY, len(entries)
            )
            added = list(_not_coming(new_entries, entries, self.dated))
        except PayloadError as error:
            for field_, expected in error.problems:
                self._note(row, Problem(row.file, row.line, field_, "", expected))
            return
        self.plan.notes += [f"{row.file}:{row.line}, {key[1]}: {n}" for n in difference.notes]
        if difference.unknown_until:
            self.unknown.setdefault((key[0], difference.unknown_until), []).append(key[1])
        self._doubt(wanted, row, entries, added)
        _add(self.plan, key, _unheld(added, entries, self.problems, self.now), bool(entries))
        if not entries and key[0] == "member":
            self.new.append((row, added))

    def _doubt(
        self, wanted: Wanted, row: SourceRow, entries: list[Entry], added: list[Entry]
    ) -> None:
        for problem in doubts.of_record(wanted, row, entries, added, self.dated):
            self._note(row, problem)
        for refusal in doubts.against_rules(entries, added, self.policy):
            if entries:
                self._note(row, doubts.refused(row, refusal))
            self.plan.history.setdefault(refusal.rule, []).append(wanted.number)
        for refusal in rules.ended(entries, added, self.policy):
            self._note(row, doubts.refused(row, refusal))

    def _note(self, row: SourceRow, problem: Problem) -> None:
        for place in row.places:
            self.tables.note(place, replace(problem, line=place[1]))
        if problem.kind not in self.tables.accept:
            self.problems.append(problem)
            if (who := identity(row.table, row.values)) is not None:
                self.tables.spoiled.setdefault(who, (row.file, row.line))

    def done(self) -> ImportPlan:
        """Return the whole plan. Raises InputProblems."""
        plan, tables = self.plan, self.tables
        _note_missing(plan, self.known, self.seen, [s for s in SUBJECTS if f"{s}s" in tables.rows])
        for row, problem in doubts.renumbered(
            self.new,
            plan.missing.get("member", ()),
            lambda number: self.known.bodies(("member", number)),
            lambda number: self.known.entries(("member", number)),
        ):
            self._note(row, problem)
        if self.problems:
            raise InputProblems(self.problems)
        plan.notes += [
            _unknown_before(*w, numbers, self.dated) for w, numbers in self.unknown.items()
        ]
        plan.contacts = [contact(row) for row in tables.rows.get("contacts", ())]
        plan.taken = dict.fromkeys(tables.rows, self.dated)
        return plan


def _unknown_before(subject: Subject, status: str, numbers: list[str], dated: date) -> str:
    some = ", ".join(numbers[:5]) + (" …" if len(numbers) > 5 else "")
    return (
        f"{len(numbers):,} new {subject}s are {status}, since when isn't said: before {dated} "
        f"their standing is not known. Map status_since where the source has it ({some})"
    )


def _not_coming(new_entries: Iterable[Entry], entries: list[Entry], dated: date) -> Iterator[Entry]:
    """Yield the entries, except those on the register already for a day after the source's."""
    coming = [e for e in fold.applicable(entries, None) if e.effective_on > dated]
    for entry in new_entries:
        content = (entry.kind, entry.effective_on, entry.data)
        if content not in [(e.kind, e.effective_on, e.data) for e in coming]:
            yield entry


def contact(row: SourceRow) -> dict[str, str]:
    """Return a row of private contact data as text; "" clears a field.

    A field that isn't in the row stays unchanged.
    """
    return {name: str(value or "") for name, value in row.values.items()}


def _difference(
    wanted: Wanted, entries: list[Entry], dated: date, policy: Policy
) -> differences.Difference:
    if wanted.subject == "member":
        return differences.member(
            fold.member(entries, dated) or fold.member(entries, None), wanted, dated
        )
    held_permit = fold.permit(entries, dated, policy) or fold.permit(entries, None, policy)
    return differences.permit(held_permit, wanted, dated)


def _wanted(tables: Tables) -> Iterator[tuple[Wanted, SourceRow]]:
    """Yield each record in the rows, with the row at which its problems are reported."""
    scopes = _by_number(tables, "scopes")
    responsible = _by_number(tables, "responsible_members")
    names = _by_number(tables, "other_names", "subject")
    for subject in SUBJECTS:
        own = {row.number: row for row in tables.rows.get(f"{subject}s", ())}
        details = scopes if subject == "member" else responsible
        numbers = {*own, *(details or {})}
        numbers |= {n for s, _, n in (k.partition("#") for k in names or {}) if s == subject}
        for number in sorted(numbers):
            parts = details.get(number, []) if details is not None else None
            others = names.get(f"{subject}#{number}", []) if names is not None else None
            first = own.get(number) or [*(parts or []), *(others or [])][0]
            target = Wanted(
                subject=subject,
                number=number,
                values=own[number].values if number in own else {},
                other_names=_values(others),
                scopes=_values(parts) if subject == "member" else None,
                responsible=_values(parts) if subject == "permit" else None,
            )
            yield target, first


def _by_number(
    tables: Tables, table: str, also: str | None = None
) -> dict[str, list[SourceRow]] | None:
    if table not in tables.rows:
        return None
    by_number: dict[str, list[SourceRow]] = {}
    for row in tables.rows[table]:
        key = f"{row.values[also]}#{row.number}" if also else row.number
        by_number.setdefault(key, []).append(row)
    return by_number


def _values(rows: list[SourceRow] | None) -> list[Mapping[str, Any]] | None:
    return None if rows is None else [row.values for row in rows]
