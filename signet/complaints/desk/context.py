"""Who may open a case, and an officer's act on one: in one transaction, with its line in the trail.

Nothing of a case is read before the line is there that says who opened it; the same write makes
sure that they may. Whoever is named in a complaint, or recused from it, finds nothing: no more than
if it had never been filed (COM-6).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from signet import sealing
from signet.accounts.model import Role
from signet.complaints import numbers, receipt_codes, store
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import Step
from signet.complaints.model import Case
from signet.complaints.tables import CASE, CaseRow, about_case, recused_part, step_part
from signet.errors import Conflict, NotFound, SignetError, Unavailable
from signet.policy import Policy
from signet.policy.complaints import ComplaintPolicy
from signet.sealing import PrivateKeyOf
from signet.transactions import audit as trail
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, commit, digest_of, done
from signet.transactions.outbox import Mail

TRIES = 3  # against those who write to a linked case or its filing at the same moment
# What a case's body holds once it is settled whom its filing's cases are about; and, in cases of
# before that was asked, where a number settled it.
SETTLED, UNSETTLED, UNNUMBERED = '"unsettled":[]', '"unsettled":[', '"respondents":[]'
DESK = (Role.COMPLAINTS_OFFICER, Role.REGISTRAR)


class Officer(NamedTuple):
    """Who does something at the desk, and when; `act` is the form's own id.

    `member` is the register number of the record that the account is joined to, or "". `key` is
    what register numbers are hashed under, `private` gives the office's private keys. `email`, like
    the record, tells the officer's name.
    """

    account: str
    member: str
    roles: frozenset[Role]
    act: str
    now: datetime
    today: date
    policy: Policy
    key: bytes
    private: PrivateKeyOf
    email: str = ""

    @property
    def registrar(self) -> bool:
        """Whether the officer is the Registrar, or acts as one."""
        return Role.REGISTRAR in self.roles

    @property
    def stands_for(self) -> str:
        """What stands for the officer where a complaint names them, "" for no member."""
        return receipt_codes.about(self.member.upper(), self.key) if self.member else ""

    @property
    def marks(self) -> tuple[str, ...]:
        """All that stands for the officer where a complaint names them, however it was spelled."""
        like = numbers.key(self.member)
        return (self.stands_for, receipt_codes.about(like, self.key)) if like else ()

    @property
    def rules(self) -> ComplaintPolicy:
        """What holds of complaints. Raises NotFound where the pack says nothing of them."""
        if self.policy.complaints is None:
            raise NotFound
        return self.policy.complaints

    def again(self, name: str) -> Officer:
        """The same officer's next act of a row of them, named so that a retry finds it."""
        made = sha256(f"{self.act} {name}".encode()).hexdigest()[:32]
        return self._replace(act=made)


class Seen(NamedTuple):
    """The case that an officer is looking at, in the version that the page showed."""

    case: str
    version: int


class Plan(NamedTuple):
    """What an act comes to on what was just read: the case after it, and the step to be kept.

    `detail` holds ids and states alone; `note` is sealed. `result` is for the answer to a repeat.
    """

    case: Case
    detail: Mapping[str, str] = MappingProxyType({})
    note: str = ""
    changes: Sequence[Change] = ()
    mail: Sequence[Mail] = ()
    result: str = ""


def of_case(id_: str) -> str:
    """The trail of what is done with a case, and of who saw it."""
    return f"complaint#{id_}"


def grant(officer: Officer, id_: str, what: str = "case-opened", **detail: str) -> None:
    """Write down that an officer opens a case, if they may; nothing may be read before.

    Raises NotFound, without anything written, when there is no such case, it is erased, the officer
    is recused from it or named in it, by number or in words, or it isn't settled whom it is about
    and the officer isn't the Registrar; Unavailable.
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
                recusal = recused_part(officer.account)
                absent = CaseRow.case.does_not_exist()
                transaction.condition_check(CaseRow, id_, recusal, condition=absent)
                transaction.save(trail.row(line, officer.act))
        except TransactWriteError as error:
            _judge(error)
            time.sleep(random.uniform(0.5, 1) * store.PAUSE * 2**tried)  # noqa: S311 - no secret
        except (PynamoDBException, BotoCoreError) as error:
            raise Unavailable from error
        else:
            return
    raise Unavailable


def _is_named(officer: Officer, id_: str) -> bool:
    """Whether what is said in a case names the officer, though it is settled whom it is about."""
    if not (officer.member or officer.email):
        return False
    held = case_store.case(id_)
    return bool(held and held.settled and not held.erased_on and not unnamed(officer, [held]))


def _may_open_unsettled(officer: Officer, id_: str) -> bool:
    """Whether an officer may open a case though it isn't settled whom it is about: registrars may
    whom it doesn't name in words."""
    if not officer.registrar:
        return False
    held = case_store.case(id_)
    return bool(held and not held.settled and unnamed(officer, [held]))


def unnamed(officer: Officer, cases: Sequence[Case]) -> list[Case]:
    """Return those of some cases in which nothing that was said names the officer (T21).

    Read by nobody: it is opened in memory, compared and forgotten. What can't be opened names
    whoever it may.
    """
    from signet.complaints.desk import conflicts  # late: most cases are settled

    return conflicts.unnamed(officer, cases)


def _judge(error: TransactWriteError) -> None:
    """Raise what a refused grant means, unless somebody else was at the rows: then try again."""
    reasons = {reason.code for reason in error.cancellation_reasons if reason}
    if "ConditionalCheckFailed" in reasons:
        raise NotFound from error
    if "TransactionConflict" not in reasons:
        raise Unavailable from error


def visible(officer: Officer, cases: Iterable[Case]) -> list[Case]:
    """Return those of some cases that an officer may know of, in their order: one read."""
    return unbarred(officer, (one for one in cases if not one.erased_on))


def unbarred(officer: Officer, cases: Iterable[Case]) -> list[Case]:
    """Return those of some cases that an officer may deal with, in their order.

    Not those that name them, by number or in words, that they are recused from, or, but for
    registrars, of which it isn't settled whom they are about.
    """
    own = {*officer.marks}
    known = [one for one in cases if own.isdisjoint(one.respondents)]
    known = unnamed(officer, [one for one in known if one.settled or officer.registrar])
    rows = case_store.plain((one.id, recused_part(officer.account)) for one in known)
    barred = {row.case for row in rows}
    return [one for one in known if one.id not in barred]


def case_of(officer: Officer, id_: str) -> Case:
    """Return the plain facts of a case, if the officer may know of it. Raises NotFound."""
    held = case_store.case(id_)
    found = visible(officer, [held]) if held else []
    if not found:
        raise NotFound
    return found[0]


def perform(
    officer: Officer, seen: Seen, what: str, said: Sequence[Any], change: Callable[[Case], Plan]
) -> str:
    """Do an act on a case in one transaction; return its result, also when it was done before.

    `change` judges the case as it was seen, and says what is to be. Raises NotFound as `grant`,
    Conflict when somebody else changed the case since it was seen: nothing is overwritten.
    """
    owner = f"complaints-desk#{officer.account}"
    act = Act(officer.act, owner, digest_of(what, seen.case, seen.version, list(said)))
    for tried in range(TRIES):
        try:
            case = case_of(officer, seen.case)
            if case.version != seen.version:
                raise Conflict
            plan = change(case)
        except SignetError:
            repeated = done(act)
            if repeated is None:
                raise
            return repeated
        try:
            return _commit(officer, act._replace(result=plan.result), what, case, plan)
        except Conflict:
            # Perhaps of a linked case or the filing: whether it was this one shows when it is read.
            if tried == TRIES - 1:
                raise
    raise Conflict


def _commit(officer: Officer, act: Act, what: str, before: Case, plan: Plan) -> str:
    number = before.steps + 1
    new = plan.case.model_copy(update={"steps": number, "version": before.version + 1})
    step = Step(
        number=number,
        what=what,
        at=officer.now,
        by=officer.account,
        detail=dict(plan.detail),
        noted=bool(plan.note),
    )
    changes = [case_store.put_case(new, before), *_step(before.id, step, plan.note)]
    if not _recuses(plan, before.id, officer.account):
        changes.append(case_store.not_recused(before.id, officer.account))
    line = Audit(of_case(before.id), what, officer.account, officer.now, dict(plan.detail))
    return commit(act, [*changes, *plan.changes], line, plan.mail)


def _recuses(plan: Plan, id_: str, account: str) -> bool:
    """Whether the plan itself writes the officer's recusal: a row can be named once in a write."""
    rows = (change.row for change in plan.changes if isinstance(change.row, CaseRow))
    return any((row.case, row.part) == (id_, recused_part(account)) for row in rows)


def _step(id_: str, step: Step, note: str) -> list[Change]:
    part = step_part(step.number)
    row = CaseRow(id_, part, body=step.model_dump_json())
    if not note:
        return [case_store.add(row)]
    sealed = sealing.seal(note.encode(), sealing.set_as(sealing.OFFICE), about_case(id_, part))
    row.sealed = sealed.box
    return [case_store.add(row), case_store.add_key(id_, part, sealed.key)]
