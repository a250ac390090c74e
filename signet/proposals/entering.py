"""Entry of an approved proposal of many records, part by part, resumable after an interruption.

A part's entries and its result are written in one transaction, so the rows show what is entered:
the parts that have a result. The officer who approved it, the command line or the scheduler can
continue with the rest; running several at once enters nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from signet.errors import Conflict, NotFound, Unavailable
from signet.proposals import parts, preparing, store
from signet.proposals.model import (
    FellOut,
    Many,
    Officer,
    Part,
    PartResult,
    Proposal,
    ProposedRecord,
    State,
    entry_operation,
)
from signet.proposals.writing import audit_line, mail_to_proposer, with_outcome
from signet.register import actions as register
from signet.register import adding
from signet.register import store as records
from signet.transactions.commit import Act, Change, commit, digest_of, done

TRIES = 5  # against concurrent writes to the same records
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
    found = parts.results(proposal.id)
    return Progress(
        parts=len(many.parts),
        done=len(found),
        entered=sum(len(one.entered) for one in found.values()),
        fell_out=tuple(out for at in sorted(found) for out in found[at].fell_out),
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


def carry_on(
    officer: Officer,
    id_: str,
    most: int = 0,
    *,
    writers: int = 1,
    told: Callable[[], None] = lambda: None,
) -> bool:
    """Enter the remaining parts of an approved proposal; tell whether all are entered now.

    Enters at most `most` parts, 0 for all, several at a time with `writers`; `told` is called after
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
    taken = left[:most] if most else left

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


def _enter(officer: Officer, approved: _Approved, number: int) -> None:
    """Enter a part and write its result in one transaction."""
    act = _act(approved.id, str(number), approved.many.parts[number - 1])
    part = parts.get(approved.id, approved.many, number)
    for attempt in range(TRIES):
        if done(act) is not None:
            return
        became, changes = _part(officer, approved, part)
        detail = {"part": number, "entered": list(became.entered)}
        detail |= {"fell_out": [one.record for one in became.fell_out]}
        line = audit_line(officer, approved.id, "proposal-part-entered", detail)
        try:
            commit(act, [parts.result(approved.id, number, became), *changes], line)
        except Conflict:
            if attempt == TRIES - 1:
                raise
        else:
            return


def _act(proposal: str, what: str, said: str) -> Act:
    id_ = digest_of("proposal", proposal, what)[:32]
    return Act(id_, f"proposals#{proposal}", digest_of(what, said), proposal)


def _part(officer: Officer, approved: _Approved, part: Part) -> tuple[PartResult, list[Change]]:
    """Return the result of a part, and the changes that enter it."""
    entered, fell_out, changes = list[str](), list[FellOut](), list[Change]()
    for record in part.records:
        why, made = _record(officer, approved, record)
        if why:
            fell_out.append(FellOut(record=record.key, why=why))
        else:
            entered.append(record.key)
            changes += made
    return PartResult(entered=tuple(entered), fell_out=tuple(fell_out)), changes


def _record(
    officer: Officer, approved: _Approved, record: ProposedRecord
) -> tuple[str, Sequence[Change]]:
    """Return why a record falls out, or "" and the changes that enter it."""
    stored = adding.held(record.subject, record.number)
    if stored.version != record.version:
        return MOVED, ()
    act = entry_operation(approved.id, record.key)
    wanted = preparing.wanted(record)
    entries = preparing.entries_of(officer, wanted, approved.authority, approved.by, act)
    try:
        made = adding.onto(
            stored,
            entries,
            policy=officer.policy,
            now=officer.now,
            act=act,
            allowed=record.history,
        )
    except register.Refused as error:
        return "; ".join(map(str, error.refusals)), ()
    return "", made.changes


def _finish(officer: Officer, approved: _Approved) -> None:
    """Record that all parts are entered, and the dates of the imported tables."""
    act = _act(approved.id, "finish", "")
    if done(act) is not None:
        return
    try:
        records.mark_taken(approved.many.files)
    except records.StoreUnavailable as error:
        raise Unavailable from error
    proposal = store.get(approved.id)
    outcome = proposal.head.outcome
    if outcome is None or outcome.state is not State.APPROVED:
        return
    held = progress(proposal, approved.many)
    counts = {"entered": held.entered, "fell out": len(held.fell_out)}
    became = outcome.model_copy(update={"state": State.ENTERED, "counts": counts})
    line = audit_line(officer, approved.id, "proposal-entered", counts)
    mail = mail_to_proposer(proposal, "proposal_approved")
    commit(act, [store.save(with_outcome(proposal, became))], line, mail)
