"""Members put on the register as entering them would, but all of them in one write."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from pynamodb.transactions import TransactWrite

from signet.register import actions, store
from signet.register.actions import Proposal
from signet.register.model import Entry
from signet.register.tables import RegisterRow
from signet.transactions.commit import Save
from tests.entries import POLICY

BY = {"authority": "App. 5", "entered_by": "registrar"}


class Act(NamedTuple):
    """What is entered at once, and when."""

    proposals: Sequence[Proposal]
    now: datetime


def register(numbers: Iterable[str], *acts: Act) -> None:
    """Register members, each by the same acts. Raises as `actions.enter`, and if one is there."""
    with TransactWrite(connection=RegisterRow._get_connection().connection) as transaction:
        for change in (change for number in numbers for change in _member(number, acts)):
            transaction.save(change.row, condition=change.condition)


def _member(number: str, acts: Sequence[Act]) -> Iterator[Save]:
    """Yield the rows of one member: of each act, and the snapshot after the last."""
    held: list[Entry] = []
    snapshot = is_new = None
    for version, (proposals, now) in enumerate(acts):
        id_ = secrets.token_hex(16)
        new = actions.entries_of("member", number, proposals, now=now, operation_id=id_, **BY)
        body = actions.judged(held, new, POLICY, now)
        entered, snapshot = store.additions("member", number, new, body, version, id_)
        is_new = snapshot.condition if is_new is None else is_new
        held += new
        yield entered
    if snapshot:
        yield snapshot._replace(condition=is_new)
