"""Entry of an approved proposal of many records, part by part, resumable after an interruption.

A part's entries and its result are written in one transaction, so the rows show what is entered:
the parts that have a result. The officer who approved it, the command line or the scheduler can
continue with the rest; running several at once enters nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from signet.errors import NotFound, Unavailable
from signet.proposals import parts, preparing, store
from signet.proposals.model import (
    FellOut,
    Many,
    Part,
    PartResult,
    Proposal,
    ProposalContext,
    ProposedRecord,
    State,
    entry_operation,
)
from signet.proposals.writing import mail_to_proposer, subject_of, with_outcome
from signet.register import actions as register
from signet.register import adding
from signet.register import store as records
from signet.transactions.commit import Change, digest_of
from signet.transactions.perform import ONCE, Command, Plan, earlier_result, perform

APPROVED = (State.APPROVED, State.ENTERED)
MOVED = "it was changed since this was proposed"


class Progress(NamedTuple):
    """How far a proposal of many records is entered."""

    parts: int
    done: int
    entered: int
    fell_out: tuple[FellOut, ...]


def progress(proposal: Proposal, many: Many) -> Progress:
    """Return how far a proposal is entered, from its rows."""
    results = parts.results(proposal.id)
    return Progress(
        parts=len(many.parts),
        done=len(results),
        entered=sum(len(one.entered) for one in results.values()),
        fell_out=tuple(out for at in sorted(results) for out in results[at].fell_out),
    )


class _Approved(NamedTuple):
    """An approved proposal: its id, its parts, the authority and who entered it."""

    id: str
    many: Many
    authority: str
    by: str


def _approved(proposal: Proposal) -> _Approved:
    content, outcome = proposal.opened(), proposal.head.outcome
    if content.many is None or outcome is None:
        raise NotFound  # only a proposal of many records is approved before it is entered
    by = f"{content.proposed_by}, approved by {outcome.by}"
    return _Approved(proposal.id, content.many, content.authority, by)


def continue_entering(
    officer: ProposalContext,
    id_: str,
    limit: int = 0,
    *,
    writers: int = 1,
    told: Callable[[], None] = lambda: None,
) -> bool:
    """Enter the remaining parts of an approved proposal; tell whether all are entered now.

    Enters at most `limit` parts, 0 for all, several at a time with `writers`, `told` called after
    each. As the proposal is approved already, the officer may be anyone, including the scheduler.
    Does nothing to a proposal that isn't being entered. Raises NotFound, Conflict when others keep
    writing to the same records, Unavailable: call it again.
    """
    proposal = store.get(id_)
    if proposal.state is not State.APPROVED:
        return proposal.state is State.ENTERED
    approved = _approved(proposal)
    there = parts.results(id_)
    left = [n for n in range(1, len(approved.many.parts) + 1) if n not in there]
    taken = left[:limit] if limit else left

    def enter(number: int) -> None:
        _enter(officer, approved, number)
        told()

    for some in _in_order(taken, approved.many):
        with ThreadPoolExecutor(writers) as pool:
            for _ in pool.map(enter, some):
                pass
    if len(taken) < len(left):
        return False
    _finish(officer, approved)
    return True


def _in_order(numbers: Sequence[int], many: Many) -> Iterator[list[int]]:
    """Yield members' parts, and then those of permits, which refer to members."""
    yield [number for number in numbers if number <= many.member_parts]
    yield [number for number in numbers if number > many.member_parts]


def _enter(officer: ProposalContext, approved: _Approved, number: int) -> None:
    """Enter a part and write its result in one transaction."""
    part = parts.get(approved.id, approved.many, number)

    def plan() -> Plan:
        became, changes = _part(officer, approved, part)
        detail = {"part": number, "entered": list(became.entered)}
        detail |= {"fell_out": [one.record for one in became.fell_out]}
        changes = [parts.result(approved.id, number, became), *changes]
        return Plan(approved.id, changes, detail)

    step, content = str(number), approved.many.parts[number - 1]
    entering = _command(approved.id, "proposal-part-entered", step, content)
    perform(_context(officer, approved.id, step), entering, plan)


def _context(officer: ProposalContext, proposal: str, step: str) -> ProposalContext:
    """Return the context of a step, whose operation is the same no matter who continues it."""
    return replace(officer, operation=digest_of("proposal", proposal, step)[:32])


def _command(proposal: str, name: str, step: str, content: str) -> Command:
    owner = f"proposals#{proposal}"
    return Command(owner, subject_of(proposal), name, digest_of(step, content))


def _part(
    officer: ProposalContext, approved: _Approved, part: Part
) -> tuple[PartResult, list[Change]]:
    """Return the result of a part, and the changes that enter it."""
    entered, fell_out, changes = list[str](), list[FellOut](), list[Change]()
    for record in part.records:
        why, written = _record(officer, approved, record)
        if why:
            fell_out.append(FellOut(record=record.key, why=why))
        else:
            entered.append(record.key)
            changes += written
    return PartResult(entered=tuple(entered), fell_out=tuple(fell_out)), changes


def _record(
    officer: ProposalContext, approved: _Approved, record: ProposedRecord
) -> tuple[str, Sequence[Change]]:
    """Return why a record falls out, or "" and the changes that enter it."""
    stored = adding.held(record.subject, record.number)
    if stored.version != record.version:
        return MOVED, ()
    operation_id = entry_operation(approved.id, record.key)
    target = preparing.wanted(record)
    entries = preparing.entries_of(officer, target, approved.authority, approved.by, operation_id)
    try:
        addition = adding.onto(
            stored,
            entries,
            policy=officer.policy,
            now=officer.now,
            operation_id=operation_id,
            allowed=record.history,
        )
    except register.Refused as error:
        return "; ".join(map(str, error.refusals)), ()
    return "", addition.changes


def _finish(officer: ProposalContext, approved: _Approved) -> None:
    """Record that all parts are entered, and the dates of the imported tables."""
    context = _context(officer, approved.id, "finish")
    finishing = _command(approved.id, "proposal-entered", "finish", "")
    if earlier_result(context, finishing) is not None:
        return
    try:
        records.mark_taken(approved.many.files)
    except records.StoreUnavailable as error:
        raise Unavailable from error
    proposal = store.get(approved.id)
    outcome = proposal.head.outcome
    if outcome is None or outcome.state is not State.APPROVED:
        return
    stored = progress(proposal, approved.many)
    counts = {"entered": stored.entered, "fell out": len(stored.fell_out)}
    became = outcome.model_copy(update={"state": State.ENTERED, "counts": counts})
    mail = mail_to_proposer(proposal, "proposal_approved")
    changes = [store.save(with_outcome(proposal, became))]
    perform(context, finishing, lambda: Plan(approved.id, changes, counts, mail), tries=ONCE)
