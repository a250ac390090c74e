"""Letters of a case and their service (NOT-1): written here, then printed, posted or handed over.

A letter is the only form of a notice (NOT-3). It has the same time limits as any notice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from signet import sealing
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import Letter, Sent, To, Written
from signet.complaints.desk.context import (
    CaseChange,
    CaseVersion,
    Officer,
    case_of,
    change_case,
    record_opening,
)
from signet.complaints.desk.opened_case import letter_of, written_of
from signet.complaints.model import Case
from signet.complaints.tables import CaseRow, letter_key, seal_context
from signet.errors import NotFound
from signet.letters import service
from signet.letters.service import Clock, Days, Service, Way
from signet.policy import Policy
from signet.transactions.commit import Update


def write(officer: Officer, seen: CaseVersion, to: To, days: int, written: Written) -> str:
    """Create a letter and return its ID. `days` is the time it gives to answer, 0 for none.

    Raises NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        sort_key = letter_key(officer.operation)
        letter = Letter(
            id=officer.operation, to=to, made_on=officer.today, by=officer.account, days=days
        )
        content = written.model_dump_json().encode()
        office = sealing.set_as(sealing.OFFICE)
        sealed = sealing.seal(content, office, seal_context(case.id, sort_key))
        row = CaseRow(case.id, sort_key, body=_body(letter), sealed=sealed.box)
        changes = [case_store.add(row), case_store.insert_key(case.id, sort_key, sealed.key)]
        detail = {"letter": letter.id, "to": letter.to}
        return CaseChange(case, detail, changes=changes, result=letter.id)

    submitted = [to, days, written]
    return change_case(officer, seen, "complaint-letter-made", submitted, change)


def _body(letter: Letter) -> str:
    return letter.model_dump_json(exclude={"version"})


def open_letter(officer: Officer, id_: str, letter: str) -> tuple[Case, Sent]:
    """Return a letter with its case, after recording that it was opened. Raises NotFound."""
    record_opening(officer, id_, "complaint-letter-opened", letter=letter)
    case, row = case_of(officer, id_), _row(id_, letter)
    written = written_of(officer, row, case_store.key(id_, row.part))
    return case, Sent(letter_of(row), written)


def _row(id_: str, letter: str) -> CaseRow:
    row = case_store.row(id_, letter_key(letter))
    if row is None:
        raise NotFound
    return row


def record_service(
    officer: Officer, seen: CaseVersion, letter: str, way: Way, on: date, *, within: bool
) -> None:
    """Record how and when a letter was served, which starts its time limit (NOT-1).

    Raises Invalid for an impossible day, NotFound, Conflict.
    """

    def serve(stored: Letter) -> Service:
        return service.served(way, on, within=within, made_on=stored.made_on, today=officer.today)

    _serve(officer, seen, letter, "complaint-letter-served", [way, on, within], serve)


def record_arrival(officer: Officer, seen: CaseVersion, letter: str, on: date) -> None:
    """Record proof of the day on which a mailed letter arrived (NOT-1).

    Raises as `record_service`.
    """

    def serve(stored: Letter) -> Service:
        return service.arrived(stored.service, on, officer.today)

    _serve(officer, seen, letter, "complaint-letter-arrived", [on], serve)


def record_return(officer: Officer, seen: CaseVersion, letter: str) -> None:
    """Record that a mailed letter came back, and so isn't served (NOT-1).

    Raises as `record_service`.
    """

    def serve(stored: Letter) -> Service:
        return service.came_back(stored.service)

    _serve(officer, seen, letter, "complaint-letter-came-back", [], serve)


def _serve(
    officer: Officer,
    seen: CaseVersion,
    id_: str,
    what: str,
    submitted: Sequence[Any],
    serve: Callable[[Letter], Service],
) -> None:
    def change(case: Case) -> CaseChange:
        before = letter_of(_row(case.id, id_))
        new = before.model_copy(update={"service": serve(before), "version": before.version + 1})
        update = Update(
            CaseRow(case.id, letter_key(id_)),
            [CaseRow.body.set(_body(new)), CaseRow.version.set(new.version)],
            CaseRow.version == before.version,
        )
        return CaseChange(case, {"letter": id_}, changes=[update])

    change_case(officer, seen, what, [id_, *submitted], change)


def clock(letter: Letter, policy: Policy) -> Clock:
    """Return when a letter counts as served, and the last day to answer it (NOT-1)."""
    cpd = policy.cpd(letter.made_on)
    days = Days(cpd.mail_days_within, cpd.mail_days_elsewhere, letter.days)
    return service.clock(letter.service, days)
