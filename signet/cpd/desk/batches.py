"""The desk's long-running work: an officer starts it, and the scheduler carries it on to its end.

The rows show what is unfinished: a roll that has no end, a draw whose audits aren't all open. Every
portion is part of the officer's operation and named for what it changes, so that doing it again, or
twice at the same time, does it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from signet.cpd import rules, tables
from signet.cpd.desk import audit_draw, audits, year_roll
from signet.cpd.desk.year_model import DrawRecord, Roll
from signet.cpd.tables import CpdRow
from signet.errors import SignetError
from signet.policy import Policy
from signet.tables import reachable
from signet.transactions.context import Context


def continue_batches(
    now: datetime, today: date, policy: Policy, should_continue: Callable[[], bool]
) -> int:
    """Carry on all that officers began while `goes()`; return how many pieces are unfinished.

    A piece that fails doesn't stop the others; the first error is raised at the end.
    """
    failed: list[SignetError] = []
    left = 0
    for work in list(_unfinished(today, policy)):
        try:
            left += not _finished(work, now, today, policy, should_continue)
        except SignetError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return left


@reachable
def _unfinished(today: date, policy: Policy) -> Iterator[Roll | DrawRecord]:
    years = rules.open_years(today, policy.cpd(today))
    keys = [
        (tables.desk(y), sort_key) for y in years for sort_key in (year_roll.ROLL, audit_draw.DRAW)
    ]
    for row in CpdRow.batch_get(keys, consistent_read=True):
        if row.part == year_roll.ROLL:
            roll = Roll.model_validate_json(row.body)
            if roll.done_at is None:
                yield roll
        else:
            draw = DrawRecord.model_validate_json(row.body)
            if draw.opening:
                yield draw


def _finished(
    work: Roll | DrawRecord,
    now: datetime,
    today: date,
    policy: Policy,
    should_continue: Callable[[], bool],
) -> bool:
    """Carry on one piece of work while there is time; tell whether it is finished."""
    if isinstance(work, Roll):
        context = Context(work.by, work.act, now, today, policy)
        while should_continue():
            if year_roll.continue_roll(context, work.year, year_roll.PORTION).done_at is not None:
                return True
        return False
    context = Context(work.asked_by, work.asked_act, now, today, policy)
    while should_continue():
        if not audits.open_drawn(context, work.year).opening:
            return True
    return False
