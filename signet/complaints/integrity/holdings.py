"""A full read of all complaint data, only for the integrity check that an operator runs.

It scans tables, as no function may. Nothing sealed is opened or kept in memory.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field

from pydantic import ValidationError

from signet.complaints import access
from signet.complaints.files.claims import WAITING
from signet.complaints.model import FILES, Case, File, Filed
from signet.complaints.tables import CASE, FILE, FILING, CaseRow, FilingRow, KeyRow
from signet.tables import reachable
from signet.transactions.tables import AuditRow, OutboxRow
from signet.uploads.objects import Objects

MAIL = "complaint-"  # the ID prefix of receipt mails, followed by part of the form's hash
TRAIL = "complaint#"
# The attributes of a case's row that indexes use; they derive from the case.
LISTING = ("listed", "place", "reference", "respondent", "manager")
Key = tuple[str, str]  # of a row: its partition key and sort key


@dataclass(frozen=True, slots=True)
class FileHeld:
    """A file's row: its filing, and whether a worker has claimed it."""

    locator: str
    file: File
    waiting: bool


@dataclass(slots=True)
class Holdings:
    """The content of the tables and the object store, by key."""

    cases: dict[str, Case] = field(default_factory=dict)
    case_rows: dict[str, CaseRow] = field(default_factory=dict)  # without sealed content
    filings: dict[str, Filed] = field(default_factory=dict)
    files: dict[str, FileHeld] = field(default_factory=dict)
    pointers: dict[str, str] = field(default_factory=dict)  # file: filing, unless it expires
    said: set[str] = field(default_factory=set)
    case_parts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    filing_parts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    accesses: dict[str, tuple[str, bool]] = field(default_factory=dict)  # filing: case, is current
    sealed: set[Key] = field(default_factory=set)
    keys: set[Key] = field(default_factory=set)
    trails: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    mails: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    lying: set[str] = field(default_factory=set)
    unreadable: list[tuple[str, Key]] = field(default_factory=list)

    def erased(self, locator: str) -> bool:
        """Tell whether all cases of a filing are erased."""
        filed = self.filings.get(locator)
        ids = filed.cases if filed else ()
        known = [self.cases[id_] for id_ in ids if id_ in self.cases]
        return bool(known) and all(case.erased_on for case in known)


@reachable
def read(objects: Objects) -> Holdings:
    """Read everything. Raises Unavailable."""
    holdings = Holdings()
    for case in CaseRow.scan(consistent_read=True):
        _add_case_row(holdings, case)
    for filing in FilingRow.scan(consistent_read=True):
        _add_filing_row(holdings, filing)
    holdings.keys.update((row.case, row.part) for row in KeyRow.scan(consistent_read=True))
    for line in AuditRow.scan(AuditRow.subject.startswith(TRAIL), consistent_read=True):
        id_ = line.part.partition("#")[2]
        holdings.trails[line.subject.removeprefix(TRAIL)][id_] = json.loads(line.body)["what"]
    mails = OutboxRow.scan(OutboxRow.id.startswith(MAIL), consistent_read=True)
    holdings.mails.update(row.id.removeprefix(MAIL) for row in mails)
    holdings.kept.update(objects.kept(FILES))
    holdings.lying.update(one.key for one in objects.lying(FILES))
    return holdings


def _add_case_row(holdings: Holdings, row: CaseRow) -> None:
    key = (row.case, row.part)
    if row.part == "said":
        holdings.said.add(row.case.removeprefix("said#"))
        return
    holdings.case_parts[row.case].add(row.part)
    if row.sealed is not None:
        holdings.sealed.add(key)
    if row.part == CASE:
        row.sealed = None
        holdings.case_rows[row.case] = row
        try:
            holdings.cases[row.case] = Case.model_validate_json(row.body or "")
        except ValidationError:
            holdings.unreadable.append(("complaints", key))
    elif row.part.startswith(access.BEGINS):
        _add_access(holdings, row)


def _add_access(holdings: Holdings, row: CaseRow) -> None:
    try:
        one = access.read(row)
    except ValidationError:
        holdings.unreadable.append(("complaints", (row.case, row.part)))
        return
    for locator in one.filings:
        present = locator == one.filing and one.revoked_on is None
        holdings.accesses[locator] = (row.case, present)


def listing(row: CaseRow) -> dict[str, str]:
    """Return the attributes of a case's row that indexes use."""
    return {name: getattr(row, name) for name in LISTING if getattr(row, name) is not None}


def _add_filing_row(holdings: Holdings, row: FilingRow) -> None:
    key = (row.filing, row.part)
    if row.part == FILE:
        if not row.expires:
            holdings.pointers[row.filing.removeprefix(f"{FILE}#")] = row.body or ""
        return
    holdings.filing_parts[row.filing].add(row.part)
    if row.sealed is not None and not row.part.startswith(("question#", "message#")):
        holdings.sealed.add(key)  # questions are sealed to their reader, without a key row
    try:
        if row.part == FILING:
            holdings.filings[row.filing] = Filed.model_validate_json(row.body or "")
        elif row.part.startswith(f"{FILE}#"):
            file = File.model_validate_json(row.body or "")
            holdings.files[file.id] = FileHeld(row.filing, file, row.listed == WAITING)
    except ValidationError:
        holdings.unreadable.append(("followups", key))
