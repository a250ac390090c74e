"""What has been kept long enough, and erasing it (threat 20).

Erasing destroys the keys: first the one of what was said, with the same write that says so; then
every other of the case and of what its respondents sent, and those of the filing when its last case
goes. It is final when the time has passed for which the table of keys can be brought back. The
audit trail stays, and so do the case's plain facts, which tell of nobody: the report counts them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.expressions.update import Action
from pynamodb.models import Model

from signet.complaints import access, store
from signet.complaints.desk import case_store
from signet.complaints.desk.context import Officer, Seen, case_of, of_case, unbarred
from signet.complaints.model import Case, Copy, File
from signet.complaints.tables import CASE, FILE, FILING, CaseRow, FilingRow, KeyRow
from signet.errors import Conflict, NotAllowed, NotFound, Refused, SignetError
from signet.tables import reachable
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, Delete, Update, commit, digest_of, done

if TYPE_CHECKING:
    from signet.uploads.objects import Objects

A_PAGE = 25


def past(officer: Officer) -> list[Case]:
    """The first closed cases that were kept long enough, and aren't held; the oldest first.

    A query for each stage that ends a case, and one read.
    """
    rows = [
        row
        for stage in officer.rules.stages.values()
        if stage.ends
        for row in case_store.listed(
            f"{store.STAGE}{stage.code}", until=officer.today.isoformat(), most=A_PAGE
        )
    ]
    return unbarred(officer, map(case_store.read, rows))


def unfinished(officer: Officer) -> list[Case]:
    """The cases whose erasing was broken off: nobody sees them, and some keys may be there."""
    rows = case_store.listed(store.ERASING, most=A_PAGE)
    return unbarred(officer, map(case_store.read, rows))


def erase(officer: Officer, objects: Objects, seen: Seen, reason: str) -> None:
    """Erase a case for good. Raises NotAllowed for others than registrars, Refused while it is
    held or its time isn't over, NotFound, Conflict, Unavailable: then it can be finished."""
    if not officer.registrar:
        raise NotAllowed("Only the Registrar erases a case.")
    owner = f"complaints-desk#{officer.account}"
    act = Act(officer.act, owner, digest_of("erase", seen.case, seen.version, reason))
    try:
        case = case_of(officer, seen.case)
        _check(officer, case, seen)
    except SignetError:
        if done(act) is None:
            raise
    else:
        _begin(officer, act, case, reason)
    finish(officer, objects, seen.case)


def _check(officer: Officer, case: Case, seen: Seen) -> None:
    if case.version != seen.version:
        raise Conflict
    if case.hold:
        raise Refused("This case is under a legal hold: nothing of it is erased.")
    if case.keep_until is None or case.keep_until >= officer.today:
        raise Refused("This case has to be kept longer.")


def _begin(officer: Officer, act: Act, case: Case, reason: str) -> None:
    new = case.model_copy(
        update={"erased_on": officer.today, "erasing": True, "version": case.version + 1}
    )
    update = case_store.put_case(new, case)
    actions: list[Action] = [*update.actions, CaseRow.sealed.remove()]
    changes: list[Change] = [
        Update(update.row, actions, update.condition),
        Delete(KeyRow(case.id, CASE)),
        case_store.not_recused(case.id, officer.account),
    ]
    detail = {"reason": reason}  # in the trail: of the case itself nothing stays that could say it
    line = Audit(of_case(case.id), "complaint-erased", officer.account, officer.now, detail)
    commit(act, changes, line)


def finish(officer: Officer, objects: Objects, id_: str) -> None:
    """Destroy what is left of a case that is being erased. Can be done again at any time.

    Raises NotAllowed, NotFound, Unavailable.
    """
    if not officer.registrar:
        raise NotAllowed("Only the Registrar erases a case.")
    held = case_store.case(id_)
    if held is None or held.erased_on is None or not unbarred(officer, [held]):
        raise NotFound
    if not held.erasing:
        return
    for locator in access.filings(id_):
        _remove_filing(objects, locator)
    _empty_case(id_)
    if _is_last(held):
        _empty_filing(objects, held.filing)
    new = held.model_copy(update={"erasing": False, "version": held.version + 1})
    one = officer.again(f"erased {id_}")
    act = Act(one.act, f"complaints-desk#{officer.account}", digest_of("erased", id_))
    line = Audit(of_case(id_), "complaint-erasing-finished", officer.account, officer.now)
    commit(act, [case_store.put_case(new, held)], line)


def _is_last(case: Case) -> bool:
    """Whether every case that came with the same form is erased."""
    linked = case_store.plain((id_, CASE) for id_ in case.with_)
    return all(case_store.read(row).erased_on for row in linked)


@reachable
def _empty_case(id_: str) -> None:
    """Destroy the keys of a case, then what they opened. The steps' plain facts stay."""
    _delete(*KeyRow.query(id_, consistent_read=True))
    sealed = CaseRow.sealed.exists()
    for row in CaseRow.query(id_, filter_condition=sealed, consistent_read=True):
        row.update(actions=[CaseRow.sealed.remove()])


@reachable
def _empty_filing(objects: Objects, locator: str) -> None:
    """Destroy the keys of a filing, then its files and what came in. Its cases' stages stay."""
    _delete(*KeyRow.query(locator, consistent_read=True))
    for row in FilingRow.query(locator, consistent_read=True):
        if row.part.startswith(f"{FILE}#"):
            file = File.model_validate_json(row.body or "")
            objects.clear(file.key)
            for copy in Copy:
                objects.erase(file.kept(copy))
            _delete(FilingRow(row.part, FILE))
        if row.part != FILING:
            _delete(row)


@reachable
def _remove_filing(objects: Objects, locator: str) -> None:
    """Empty a respondent's filing, and remove it: its code opens nothing without its case."""
    _empty_filing(objects, locator)
    _delete(FilingRow(locator, FILING))


def _delete(*rows: Model) -> None:
    for row in rows:
        row.delete()
