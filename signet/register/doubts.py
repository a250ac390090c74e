"""Doubtful additions of an import, which a person should decide on first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from signet.policy import Policy
from signet.register import fold, rules
from signet.register.differences import Wanted
from signet.register.importing.kinds import (
    AGAINST_RULES,
    NEWER_ENTRY,
    OTHER_PERSON,
)
from signet.register.importing.likeness import SAME_PERSON
from signet.register.importing.names import key
from signet.register.importing.rows import SourceRow
from signet.register.model import Entry, MemberRecord
from signet.register.problems import Problem
from signet.register.rules import Refusal

IMPORTED = "import"  # `entered_by` of imported entries

# What an entry of each kind is about: of two entries about the same thing, the later one counts.
_ABOUT: dict[str, str] = {
    "registered": "name",
    "name_changed": "name",
    "renamed": "name",
    "moved": "place",
    "disciplines_changed": "disciplines",
    "operating_names_changed": "operating_names",
    "fields_changed": "fields",
    "category_changed": "category",
    "status_changed": "status",
    "designation_granted": "designation",
    "designation_withdrawn": "designation",
    "scope_granted": "scope",
    "scope_withdrawn": "scope",
    "condition_imposed": "condition",
    "condition_lifted": "condition",
    "not_practising_declared": "practice",
    "practice_resumed": "practice",
    "issued": "term",
    "renewed": "term",
    "responsible_member_added": "responsible",
    "responsible_member_ceased": "responsible",
}


def of_record(
    wanted: Wanted, row: SourceRow, entries: Sequence[Entry], added: Sequence[Entry], dated: date
) -> Iterator[Problem]:
    """Yield the problems with what a row adds to an existing record."""

    def problem(column: str, value: str, expected: str, kind: str) -> Problem:
        return Problem(row.file, row.line, column, value, expected, kind)

    if named := _another(wanted, entries, dated):
        expected = f"the row of {named}, who has the number on the register"
        yield problem("number", wanted.number, expected, OTHER_PERSON)
    for entry in added:
        for newer in _newer(entry, entries, dated):
            when = newer.recorded_at.date()
            expected = f"what was entered on {when}, after the file's day: {newer.kind} {newer.id}"
            yield problem(_ABOUT[entry.kind], "", expected, NEWER_ENTRY)


def _another(wanted: Wanted, entries: Sequence[Entry], dated: date) -> str:
    """Return the name on the register if the row's names are unlike any it ever had, else ""."""
    if wanted.subject != "member" or not entries:
        return ""
    record = fold.member(entries, dated) or fold.member(entries, None)
    given_name, family = wanted.values.get("given"), wanted.values.get("family")
    if not isinstance(record, MemberRecord) or not given_name or not family:
        return ""
    if not (record.given and record.family):
        return ""
    names = [record.given, record.family, record.known_as, *(o.name for o in record.other_names)]
    before = _words(names)
    return "" if before & _words([given_name, family]) else f"{record.given} {record.family}"


def _words(names: Iterable[str]) -> set[str]:
    return {key(word) for name in names for word in re.split(r"[\s\-]+", name)} - {""}


def _newer(entry: Entry, entries: Sequence[Entry], dated: date) -> Iterator[Entry]:
    """Yield what people entered after the file's day that the imported entry would overrule.

    That is what is about the same thing and takes effect no later than the entry.
    """
    for other in fold.applicable(entries, entry.effective_on):
        if (
            other.entered_by != IMPORTED
            and other.recorded_at.date() > dated
            and _about(other) & _about(entry)
        ):
            yield other


def _about(entry: Entry) -> set[tuple[str, str]]:
    """Return what an entry is about; a first entry is about everything it gives a value for."""
    if (about := _ABOUT.get(entry.kind)) is None:
        return set()
    data = entry.data
    which = data.get("designation") or data.get("condition") or data.get("member") or ""
    keys = {(about, which)}
    if entry.kind in ("registered", "issued"):
        keys |= {("name", ""), ("place", ""), ("disciplines", ""), ("fields", "")}
    return keys


def against_rules(
    entries: Sequence[Entry], added: Sequence[Entry], policy: Policy
) -> list[Refusal]:
    """Return the rules (STA-2, STA-3, PER-2) that would have refused the added entries."""
    by_refusal: dict[str, Refusal] = {}
    for position, entry in enumerate(added):
        for refusal in rules.of_history([*entries, *added[:position]], entry, policy):
            by_refusal.setdefault(refusal.rule, refusal)
    return list(by_refusal.values())


def refused(row: SourceRow, refusal: Refusal) -> Problem:
    """Return the problem of a row that adds what a rule forbids to an existing record."""
    return Problem(row.file, row.line, "", "", f"what the rules allow: {refusal}", AGAINST_RULES)


_BEGINNING = re.compile(r'"kind":"(?:registered|issued)","effective_on":"([\d-]{10})"')


def renumbered(
    new: Sequence[tuple[SourceRow, Sequence[Entry]]],
    missing: Iterable[str],
    bodies: Callable[[str], Iterable[str]],
    entries: Callable[[str], Sequence[Entry]],
) -> Iterator[tuple[SourceRow, Problem]]:
    """Yield new members who are most likely on the register under another number.

    They have the name and registration day of a member whom the source doesn't name.
    """
    by_sign = {_sign(added): row for row, added in new if row.values.get("registered_on")}
    days = {day for _, day in by_sign}
    for number in missing if by_sign else ():
        if not any(day in days for body in bodies(number) for day in _BEGINNING.findall(body)):
            continue
        row = by_sign.get(_sign(entries(number)))
        if row is not None and row.text("given"):
            expected = f"{number}, who has the same name and day on the register"
            yield row, Problem(row.file, row.line, "number", row.number, expected, SAME_PERSON)


def _sign(entries: Sequence[Entry]) -> tuple[str, str]:
    record = fold.member(entries, None)
    if record is None:
        return "", ""
    return key(f"{record.given} {record.family}"), record.registered_on.isoformat()
