"""Who may open a case, and how an officer changes one: in one transaction, with its audit line.

Nothing of a case is read before an audit line says who opened it; the same write checks that they
may. An officer who is named in a complaint, or recused from it, finds nothing, just as if it had
never been filed (COM-6).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from signet import sealing
from signet.complaints import store
from signet.complaints.desk import case_store, conflicts
from signet.complaints.desk.case_model import Step
from signet.complaints.desk.officer import DESK as DESK
from signet.complaints.desk.officer import Officer as Officer
from signet.complaints.model import Case
from signet.complaints.tables import CASE, CaseRow, recusal_key, seal_context, step_key
from signet.errors import Conflict, NotFound, Unavailable
from signet.transactions import audit as audit
from signet.transactions.audit import Audit
from signet.transactions.commit import Change, digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command, Plan, perform

TRIES = 3  # attempts, when others write to a linked case or its filing at the same time
# Fragments of a case's JSON: whether it is settled whom its filing's cases are about; and, in
# older cases without `unsettled`, that no number was given.
SETTLED, UNSETTLED, UNNUMBERED = '"unsettled":[]', '"unsettled":[', '"respondents":[]'


class CaseVersion(NamedTuple):
    """The case that an officer is looking at, in the version that the page showed."""

    case: str
    version: int


class CaseChange(NamedTuple):
    """What an operation makes of the case as read: the new case, and the step to record.

    `detail` holds only IDs and states; `note` is sealed. `result` is returned again on a repeat.
    """

    case: Case
    detail: Mapping[str, str] = MappingProxyType({})
    note: str = ""
    changes: Sequence[Change] = ()
    mail: Sequence[Mail] = ()
    result: str = ""


def of_case(id_: str) -> str:
    """Return the audit log subject of a case: what is done with it, and who saw it."""
    return f"complaint#{id_}"


def record_opening(officer: Officer, id_: str, what: str = "case-opened", **detail: str) -> None:
    """Record that an officer opens a case, if they may; nothing may be read before this.

    Raises NotFound, without writing anything, when the case doesn't exist or is erased, when the
    officer is recused from it or named in it, by number or in the text, or when it isn't settled
    whom it is about and the officer isn't the Registrar; Unavailable.
    """
    if _is_named(officer, id_):
        raise NotFound
    line = Audit(of_case(id_), what, officer.account, officer.now, detail)
    open_ = CaseRow.listed.startswith(store.STAGE)
    for mark in officer.marks:
        open_ &= ~CaseRow.body.contains(mark)
    before = ~CaseRow.body.contains(UNSETTLED) & ~CaseRow.body.contains(UNNUMBERED)
    try:
        _write_grant(officer, id_, line, open_ & (CaseRow.body.contains(SETTLED) | before))
    except NotFound:
        if not _may_open_unsettled(officer, id_):
            raise
        _write_grant(officer, id_, line, open_)


def _write_grant(officer: Officer, id_: str, line: Audit, open_: Condition) -> None:
    for tried in range(store.TRIES):
        try:
            with TransactWrite(connection=CaseRow._get_connection().connection) as transaction:
                transaction.condition_check(CaseRow, id_, CASE, condition=open_)
                recusal = recusal_key(officer.account)
                absent = CaseRow.case.does_not_exist()
                transaction.condition_check(CaseRow, id_, recusal, condition=absent)
                transaction.save(audit.row(line, officer.operation))
        except TransactWriteError as error:
            _judge(error)
            time.sleep(random.uniform(0.5, 1) * store.PAUSE * 2**tried)  # noqa: S311 - no secret
        except (PynamoDBException, BotoCoreError) as error:
            raise Unavailable from error
        else:
            return
    raise Unavailable


def _is_named(officer: Officer, id_: str) -> bool:
    """Tell whether the text of a settled case names the officer."""
    if not (officer.member or officer.email):
        return False
    case = case_store.case(id_)
    return bool(
        case and case.settled and not case.erased_on and not cases_not_naming(officer, [case])
    )


def _may_open_unsettled(officer: Officer, id_: str) -> bool:
    """Tell whether an officer may open a case in which it isn't settled whom it is about.

    Only registrars may, and only if its text doesn't name them.
    """
    if not officer.registrar:
        return False
    case = case_store.case(id_)
    return bool(case and not case.settled and cases_not_naming(officer, [case]))


def cases_not_naming(officer: Officer, cases: Sequence[Case]) -> list[Case]:
    """Return the cases in which no text names the officer (T21).

    The text is opened and compared in memory, shown to nobody, and not stored. Text that can't be
    opened counts as naming the officer unless the case is settled.
    """
    return conflicts.not_naming(officer, cases)


def _judge(error: TransactWriteError) -> None:
    """Raise the error that a refused grant means; return on a conflict, to try again."""
    reasons = {reason.code for reason in error.cancellation_reasons if reason}
    if "ConditionalCheckFailed" in reasons:
        raise NotFound from error
    if "TransactionConflict" not in reasons:
        raise Unavailable from error


def visible(officer: Officer, cases: Iterable[Case]) -> list[Case]:
    """Return the cases that an officer may know of, in their order: one read."""
    return without_conflict(officer, (one for one in cases if not one.erased_on))


def without_conflict(officer: Officer, cases: Iterable[Case]) -> list[Case]:
    """Return the cases that an officer may handle, in their order.

    Left out are those that name them, by number or in the text, those that they are recused from
    and, except for registrars, those in which it isn't settled whom they are about.
    """
    own = {*officer.marks}
    known = [one for one in cases if own.isdisjoint(one.respondents)]
    known = cases_not_naming(officer, [one for one in known if one.settled or officer.registrar])
    rows = case_store.rows_without_content((one.id, recusal_key(officer.account)) for one in known)
    barred = {row.case for row in rows}
    return [one for one in known if one.id not in barred]


def case_of(officer: Officer, id_: str) -> Case:
    """Return the unsealed data of a case, if the officer may know of it. Raises NotFound."""
    case = case_store.case(id_)
    cases = visible(officer, [case]) if case else []
    if not cases:
        raise NotFound
    return cases[0]


def change_case(
    officer: Officer,
    seen: CaseVersion,
    name: str,
    submitted: Sequence[Any],
    change: Callable[[Case], CaseChange],
) -> str:
    """Perform an operation on a case in one transaction; return its result, also on a repeat.

    `change` checks the case as read, and returns what is to be written. Raises NotFound as `grant`,
    and Conflict when the case was changed since it was seen: nothing is overwritten. A conflict at
    the write may be on a linked case or the filing: the next read shows on which.
    """
    digest = digest_of(name, seen.case, seen.version, list(submitted))
    command = Command(operation_owner(officer), of_case(seen.case), name, digest)

    def plan() -> Plan:
        case = case_of(officer, seen.case)
        if case.version != seen.version:
            raise Conflict
        return _plan(officer, name, case, change(case))

    return perform(officer, command, plan, tries=TRIES)


def operation_owner(officer: Officer) -> str:
    """Return the owner of an officer's operations at the desk."""
    return f"complaints-desk#{officer.account}"


def _plan(officer: Officer, name: str, before: Case, case_change: CaseChange) -> Plan:
    """Return what writes a change of a case and its step; it fails if the officer is recused."""
    number = before.steps + 1
    new = case_change.case.model_copy(update={"steps": number, "version": before.version + 1})
    step = Step(
        number=number,
        what=name,
        at=officer.now,
        by=officer.account,
        detail=dict(case_change.detail),
        noted=bool(case_change.note),
    )
    changes = [case_store.put_case(new, before), *_step(before.id, step, case_change.note)]
    if not _recuses(case_change, before.id, officer.account):
        changes.append(case_store.not_recused(before.id, officer.account))
    return Plan(
        case_change.result, [*changes, *case_change.changes], case_change.detail, case_change.mail
    )


def _recuses(case_change: CaseChange, id_: str, account: str) -> bool:
    """Tell whether the change itself writes the officer's recusal.

    A transaction can name a row only once, so it can't check for the recusal as well.
    """
    rows = (change.row for change in case_change.changes if isinstance(change.row, CaseRow))
    return any((row.case, row.part) == (id_, recusal_key(account)) for row in rows)


def _step(id_: str, step: Step, note: str) -> list[Change]:
    sort_key = step_key(step.number)
    row = CaseRow(id_, sort_key, body=step.model_dump_json())
    if not note:
        return [case_store.add(row)]
    sealed = sealing.seal(
        note.encode(), sealing.set_as(sealing.OFFICE), seal_context(id_, sort_key)
    )
    row.sealed = sealed.box
    return [case_store.add(row), case_store.insert_key(id_, sort_key, sealed.key)]
