"""After a breach: which cases it affected and, where the office's key can be used, which people.

Only for an operator's command: it scans tables, as no function may. What was there is reported
without opening anything. Whom to warn is sealed, and opening it is first recorded in each case's
audit log.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from signet import sealing
from signet.complaints import access
from signet.complaints.desk.context import of_case
from signet.complaints.model import Case, Complaint, File, FileState
from signet.complaints.tables import CASE, FILING, CaseRow, FilingRow, KeyRow, seal_context
from signet.sealing import CannotOpen, PrivateKeyOf, WrappedKey
from signet.tables import reachable
from signet.transactions import audit
from signet.transactions.audit import Audit

DATED = ("addition", "answer", "question")  # kinds of rows with a day in their sort key
SENT = "file"


class Affected(NamedTuple):
    """A case with activity in the days asked for; `came` counts its filings' additions by kind.

    `key` is the ID of the office key that opens it, empty once the case is erased.
    """

    case: Case
    filed: bool  # filed in those days
    came: Counter[str]
    key: str


@reachable
def between(first: date, last: date) -> list[Affected]:
    """Return the cases with anything filed, added, asked, answered or sent between two days.

    Raises Unavailable.
    """
    came, theirs = _came(first, last), _of_respondents()
    keys = {row.case: row.recipient for row in KeyRow.scan(KeyRow.part == CASE)}
    rows = CaseRow.scan(CaseRow.part == CASE, attributes_to_get=["body"])
    cases = sorted(
        (Case.model_validate_json(row.body or "") for row in rows),
        key=lambda case: (case.filed_on, case.reference),
    )
    affected = [
        Affected(
            case,
            first <= case.filed_on <= last,
            sum((came[one] for one in (case.filing, *theirs[case.id])), Counter()),
            keys.get(case.id, ""),
        )
        for case in cases
    ]
    return [one for one in affected if one.filed or one.came]


def _of_respondents() -> dict[str, list[str]]:
    """Return the locators of respondents' filings, by case."""
    respondents: dict[str, list[str]] = defaultdict(list)
    for row in CaseRow.scan(CaseRow.part.startswith(access.BEGINS)):
        respondents[row.case] += access.read(row).filings
    return respondents


def _came(first: date, last: date) -> dict[str, Counter[str]]:
    """Count what was added to each filing between two days, by kind."""
    came: dict[str, Counter[str]] = defaultdict(Counter)
    rows = FilingRow.scan(FilingRow.part != FILING, attributes_to_get=["filing", "part", "body"])
    for row in rows:
        kind, day = _dated(row)
        if day is not None and first <= day <= last:
            came[row.filing][kind] += 1
    return came


def _dated(row: FilingRow) -> tuple[str, date | None]:
    kind, _, rest = row.part.partition("#")
    if kind in DATED:
        return kind, date.fromisoformat(rest.partition("#")[0])
    if kind == SENT and rest:
        file = File.model_validate_json(row.body or "")
        return kind, None if file.state is FileState.INVITED else file.invited_on
    return kind, None


def open_complaints(
    cases: list[Affected],
    by: str,
    reason: str,
    *,
    now: datetime,
    operation_id: str,
    private: PrivateKeyOf,
) -> Iterator[Complaint | None]:
    """Yield the complaint of each case, None where it can't be opened any more.

    Who opens it and why is written to the case's audit log before it is read. Raises Unavailable.
    """
    for one in cases:
        line = Audit(of_case(one.case.id), "case-opened-after-breach", by, now, {"reason": reason})
        yield _opened(one.case, line, operation_id, private)


@reachable
def _opened(case: Case, line: Audit, operation_id: str, private: PrivateKeyOf) -> Complaint | None:
    audit.note(line, operation_id)
    try:
        row, key = CaseRow.get(case.id, CASE), KeyRow.get(case.id, CASE)
        wrapped = WrappedKey(key.recipient, key.wrapped)
        text = sealing.opened(row.sealed, wrapped, private, seal_context(case.id))
    except (CaseRow.DoesNotExist, KeyRow.DoesNotExist, CannotOpen):
        return None
    return Complaint.model_validate_json(text)
