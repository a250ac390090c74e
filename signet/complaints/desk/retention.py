"""Finding cases whose retention period is over, and erasing them (threat 20).

Erasing destroys keys: first the key of the complaint, in the same write that records the erasure;
then all other keys of the case and of what its respondents sent, and those of the filing with its
last case. It is final once the key table can no longer be restored to an earlier time. The audit
log stays, and so does the case's unsealed data, which identifies nobody: the report counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.expressions.update import Action
from pynamodb.models import Model

from signet.complaints import access, store
from signet.complaints.desk import case_store
from signet.complaints.desk.context import (
    CaseVersion,
    Officer,
    case_of,
    of_case,
    operation_owner,
    without_conflict,
)
from signet.complaints.model import Case, Copy, File
from signet.complaints.tables import CASE, FILE, FILING, CaseRow, FilingRow, KeyRow
from signet.errors import Conflict, NotAllowed, NotFound, Refused
from signet.tables import reachable
from signet.transactions.commit import Change, Delete, Update, digest_of
from signet.transactions.perform import ONCE, Command, Plan, perform

if TYPE_CHECKING:
    from signet.uploads.objects import Objects

A_PAGE = 25


def past_retention(officer: Officer) -> list[Case]:
    """Return the first closed cases whose retention is over and that aren't on hold, oldest first.

    One query for each stage that ends a case, and one read.
    """
    rows = [
        row
        for stage in officer.rules.stages.values()
        if stage.ends
        for row in case_store.list_rows(
            f"{store.STAGE}{stage.code}", until=officer.today.isoformat(), limit=A_PAGE
        )
    ]
    return without_conflict(officer, map(case_store.read, rows))


def unfinished(officer: Officer) -> list[Case]:
    """Return the cases whose erasure was interrupted.

    Nobody can see them, but some of their keys may still exist.
    """
    rows = case_store.list_rows(store.ERASING, limit=A_PAGE)
    return without_conflict(officer, map(case_store.read, rows))


def erase(officer: Officer, objects: Objects, seen: CaseVersion, reason: str) -> None:
    """Erase a case for good.

    Raises NotAllowed for officers who aren't registrars, Refused while it is on hold or its
    retention isn't over, NotFound, Conflict, and Unavailable, after which it can be finished.
    """
    if not officer.registrar:
        raise NotAllowed("Only the Registrar erases a case.")
    digest = digest_of("erase", seen.case, seen.version, reason)

    def plan() -> Plan:
        case = case_of(officer, seen.case)
        _check(officer, case, seen)
        # In the audit log, as the case itself won't be able to hold the reason.
        return Plan("", _erasing(officer, case), {"reason": reason})

    command = Command(operation_owner(officer), of_case(seen.case), "complaint-erased", digest)
    perform(officer, command, plan, tries=ONCE)
    finish(officer, objects, seen.case)


def _check(officer: Officer, case: Case, seen: CaseVersion) -> None:
    if case.version != seen.version:
        raise Conflict
    if case.hold:
        raise Refused("This case is under a legal hold: nothing in it can be erased.")
    if case.keep_until is None or case.keep_until >= officer.today:
        raise Refused("This case has to be kept longer.")


def _erasing(officer: Officer, case: Case) -> list[Change]:
    """Return the changes that record an erasure and destroy the complaint's key."""
    new = case.model_copy(
        update={"erased_on": officer.today, "erasing": True, "version": case.version + 1}
    )
    update = case_store.put_case(new, case)
    actions: list[Action] = [*update.actions, CaseRow.sealed.remove()]
    return [
        Update(update.row, actions, update.condition),
        Delete(KeyRow(case.id, CASE)),
        case_store.not_recused(case.id, officer.account),
    ]


def finish(officer: Officer, objects: Objects, id_: str) -> None:
    """Destroy what is left of a case that is being erased. It is safe to repeat.

    Raises NotAllowed, NotFound, Unavailable.
    """
    if not officer.registrar:
        raise NotAllowed("Only the Registrar erases a case.")
    case = case_store.case(id_)
    if case is None or case.erased_on is None or not without_conflict(officer, [case]):
        raise NotFound
    if not case.erasing:
        return
    for locator in access.filings(id_):
        _remove_filing(objects, locator)
    _empty_case(id_)
    if _is_last(case):
        _empty_filing(objects, case.filing)
    new = case.model_copy(update={"erasing": False, "version": case.version + 1})
    command = Command(
        operation_owner(officer),
        of_case(id_),
        "complaint-erasing-finished",
        digest_of("erased", id_),
    )
    change = case_store.put_case(new, case)
    perform(officer.next(f"erased {id_}"), command, lambda: Plan("", [change]), tries=ONCE)


def _is_last(case: Case) -> bool:
    """Tell whether every other case of the same form is erased."""
    linked = case_store.rows_without_content((id_, CASE) for id_ in case.with_)
    return all(case_store.read(row).erased_on for row in linked)


@reachable
def _empty_case(id_: str) -> None:
    """Destroy the keys of a case, then its sealed content. The steps' unsealed data stays."""
    _delete(*KeyRow.query(id_, consistent_read=True))
    sealed = CaseRow.sealed.exists()
    for row in CaseRow.query(id_, filter_condition=sealed, consistent_read=True):
        row.update(actions=[CaseRow.sealed.remove()])


@reachable
def _empty_filing(objects: Objects, locator: str) -> None:
    """Destroy the keys of a filing, then its files and content. Its cases' progress stays."""
    _delete(*KeyRow.query(locator, consistent_read=True))
    for row in FilingRow.query(locator, consistent_read=True):
        if row.part.startswith(f"{FILE}#"):
            file = File.model_validate_json(row.body or "")
            objects.clear(file.key)
            for copy in Copy:
                objects.erase(file.object_key(copy))
            _delete(FilingRow(row.part, FILE))
        if row.part != FILING:
            _delete(row)


@reachable
def _remove_filing(objects: Objects, locator: str) -> None:
    """Empty a respondent's filing and delete it: its code is of no use without the case."""
    _empty_filing(objects, locator)
    _delete(FilingRow(locator, FILING))


def _delete(*rows: Model) -> None:
    for row in rows:
        row.delete()
