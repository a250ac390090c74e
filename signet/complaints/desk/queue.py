"""The desk's work lists: what is new, what is due, and each stage. A page reads one page at most.

Lists are read from indexes, a page at a time, so the number of reads doesn't grow with the number
of cases. A case that an officer may not see isn't in any of their lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from signet.complaints import numbers, receipt_codes, store
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import Listed, News, NewsList
from signet.complaints.desk.context import Officer, visible
from signet.complaints.model import Case, Filed
from signet.complaints.tables import CASE, FilingRow
from signet.errors import FieldError, Invalid, NotFound
from signet.policy.complaints import ComplaintPolicy

A_PAGE = 25
NEWS = 10  # each may belong to five cases, and each case takes two of a read's hundred rows
DUE_MOST = 25  # in each stage
ENTRIES_MOST = 200  # cases in each stage that are searched for waiting entries
_REFERENCE = re.compile(r"C?([0-9A-HJKMNP-TV-Z]{8})")


def due(officer: Officer) -> list[Case]:
    """Return the cases that are due today or overdue, the most overdue first.

    One query for each stage in which a case can wait, and one read.
    """
    return visible(officer, due_cases(officer.rules, officer.today))


def due_cases(rules: ComplaintPolicy, today: date) -> list[Case]:
    """Return all cases due by a day, whoever may see them, the most overdue first."""
    tomorrow = (today + timedelta(days=1)).isoformat()
    cases: list[Case] = []
    for stage in rules.stages.values():
        if not stage.ends:
            name = f"{store.STAGE}{stage.code}"
            rows = case_store.list_rows(name, until=tomorrow, limit=DUE_MOST)
            cases += map(case_store.read, rows)
    cases.sort(key=lambda one: (one.due or date.max, one.filed_on, one.id))
    return cases[: 4 * DUE_MOST]


def waiting_entries(officer: Officer) -> list[Case]:
    """Return the cases with a register entry waiting for approval, the oldest in stage first.

    One query for each stage whose outcomes lead to an entry, and one read.
    """
    outcomes = officer.rules.outcomes.values()
    stages = dict.fromkeys(code for one in outcomes if one.entry for code in one.stages)
    cases = [
        case
        for code in stages
        for case in map(
            case_store.read, case_store.list_rows(f"{store.STAGE}{code}", limit=ENTRIES_MOST)
        )
        if case.entering
    ]
    return visible(officer, sorted(cases, key=lambda one: (one.since, one.id)))


def stage(officer: Officer, code: str, cursor: str = "") -> Listed:
    """Return a page of the cases of a stage, in order of due day: one query and one read.

    Raises NotFound for an unknown stage, Invalid for a cursor of another list.
    """
    if code not in officer.rules.stages:
        raise NotFound
    return paged(officer, f"{store.STAGE}{code}", cursor)


def paged(officer: Officer, name: str, cursor: str, until: str = "") -> Listed:
    """Return a page of a list, in index order, without cases that the officer may not see."""
    after = case_store.position(name, cursor)
    rows = case_store.list_rows(name, after=after, until=until, limit=A_PAGE + 1)
    more, rows = len(rows) > A_PAGE, rows[:A_PAGE]
    seen = visible(officer, map(case_store.read, rows))
    if not more:
        return Listed(tuple(seen), "")
    # The cursor names a case, so take one that the officer may see.
    shown = {one.id for one in seen}
    last = next((row for row in reversed(rows) if row.case in shown), rows[-1])
    return Listed(tuple(seen), case_store.cursor(name, last.place))


def news(officer: Officer, cursor: str = "") -> NewsList:
    """Return a page of unseen news, oldest first: one query and three reads."""
    after = case_store.position("unseen", cursor)
    rows = case_store.unseen(after=after, limit=NEWS + 1)
    more, rows = len(rows) > NEWS, rows[:NEWS]
    filed = case_store.filings(row.filing for row in rows)
    keys = [(id_, CASE) for one in filed.values() for id_ in one.cases]
    cases = map(case_store.read, case_store.rows_without_content(keys))
    shown = {one.id: one for one in visible(officer, cases)}
    items = [one for row in rows for one in _of(row, filed.get(row.filing), shown)]
    return NewsList(tuple(items), case_store.cursor("unseen", rows[-1].place) if more else "")


def _of(row: FilingRow, filed: Filed | None, shown: Mapping[str, Case]) -> list[News]:
    """Return one line of news, under the filing's first case that the officer may see."""
    cases = [shown[id_] for id_ in (filed.cases if filed else ()) if id_ in shown]
    kind = row.part.partition("#")[0]
    on = row.place.partition("#")[0]
    theirs = bool(filed and filed.respondent)
    return [News(kind, on, cases[0], theirs)] if cases else []


def mine(officer: Officer, cursor: str = "") -> Listed:
    """Return a page of the open cases that the officer manages, in order of due day."""
    name = f"mine#{officer.account}"
    after = case_store.position(name, cursor)
    rows = case_store.managed(officer.account, after=after, limit=A_PAGE + 1)
    more, rows = len(rows) > A_PAGE, rows[:A_PAGE]
    seen = tuple(visible(officer, map(case_store.read, rows)))
    return Listed(seen, case_store.cursor(name, rows[-1].place) if more else "")


def about(officer: Officer, typed: str) -> list[Case]:
    """Return the visible cases about a register number, however it is typed."""
    spelled = (*numbers.spellings(typed), numbers.key(typed))
    marks = dict.fromkeys(receipt_codes.respondent_hash(one, officer.key) for one in spelled)
    ids = [id_ for mark in marks for id_ in case_store.ids_about(mark, A_PAGE)]
    cases = map(case_store.read, case_store.rows_without_content((id_, CASE) for id_ in ids))
    ordered = sorted(cases, key=lambda one: (one.due or date.max, one.filed_on, one.id))
    return visible(officer, ordered)


def find(officer: Officer, typed: str) -> Case:
    """Return the case with a reference, however it was typed; one query and two reads.

    Raises Invalid for what can't be a reference, NotFound.
    """
    plain = re.sub(r"[\s\-–—.·]+", "", typed).upper().translate(receipt_codes.MISREAD)
    named = _REFERENCE.fullmatch(plain)
    if named is None:
        raise Invalid(FieldError("reference", "Enter a reference such as C-7QK2-M4XD"))
    letters = named[1]
    ids = case_store.ids_of_reference(
        f"C-{letters[: receipt_codes.GROUP]}-{letters[receipt_codes.GROUP :]}"
    )
    cases = [
        case_store.read(row) for row in case_store.rows_without_content((id_, CASE) for id_ in ids)
    ]
    matches = visible(officer, cases)
    if not matches:
        raise NotFound("There is no case of that reference, or none that you can see.")
    return matches[0]
