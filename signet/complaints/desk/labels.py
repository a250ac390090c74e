"""Whom the cases in a list are about: opened for an officer, and recorded like any opening.

One transaction checks that the officer may see each case, and writes an audit line for each: one a
day, however often they look at a list. If it fails, the list shows no names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from hashlib import sha256

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException
from pynamodb.transactions import TransactWrite

from signet.complaints import store
from signet.complaints.desk.case_model import Labels
from signet.complaints.desk.context import Officer, of_case
from signet.complaints.desk.texts import texts_of
from signet.complaints.model import Case, Label
from signet.complaints.tables import CASE, LABEL, CaseRow, recusal_key
from signet.transactions import audit as audit
from signet.transactions.audit import Audit

AT_ONCE = 30  # cases in one transaction: three rows each, of a hundred at most
WHAT = "case-listed"


def labels(officer: Officer, cases: Iterable[Case]) -> Labels:
    """Return the labels of the settled cases, by case ID.

    Raises Unavailable when the office's key isn't available.
    """
    settled = list({one.id: one for one in cases if one.settled}.values())
    ids = [one.id for one in settled]
    shown = record_seen(officer, ids)
    texts = texts_of(officer, [(id_, LABEL) for id_ in shown])
    return {id_: Label.model_validate_json(text) for (id_, _), text in texts.items()}


def record_seen(officer: Officer, ids: Sequence[str]) -> list[str]:
    """Record that an officer sees cases in a list today; return the IDs that were recorded."""
    return [
        id_
        for first in range(0, len(ids), AT_ONCE)
        for id_ in _noted(officer, ids[first : first + AT_ONCE])
    ]


def _noted(officer: Officer, ids: Sequence[str]) -> Sequence[str]:
    open_ = CaseRow.listed.startswith(store.STAGE)
    for mark in officer.marks:
        open_ &= ~CaseRow.body.contains(mark)
    day = datetime.combine(officer.today, time(), UTC)
    operation_id = sha256(f"{WHAT} {officer.account} {officer.today}".encode()).hexdigest()[:32]
    try:
        with TransactWrite(connection=CaseRow._get_connection().connection) as transaction:
            for id_ in ids:
                recusal, absent = recusal_key(officer.account), CaseRow.case.does_not_exist()
                transaction.condition_check(CaseRow, id_, CASE, condition=open_)
                transaction.condition_check(CaseRow, id_, recusal, condition=absent)
                transaction.save(
                    audit.row(Audit(of_case(id_), WHAT, officer.account, day), operation_id)
                )
    except (PynamoDBException, BotoCoreError):
        return ()
    return ids
