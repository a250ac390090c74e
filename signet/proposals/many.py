"""Proposing many records at once, as an import does: one proposal, whose hash covers all parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from signet.bulk import WRITERS
from signet.errors import NotAllowed, Refused
from signet.proposals import parts, preparing, rules, store
from signet.proposals.model import (
    Content,
    Difference,
    Many,
    NewProposal,
    Part,
    ProposalContext,
    ProposedRecord,
    State,
    Wanted,
    hash_of,
)
from signet.proposals.preparing import MOST_RECORDS, NO_ACT
from signet.proposals.writing import command, new_proposal, submitted
from signet.register import actions as register
from signet.register import adding, fold
from signet.register.adding import Addition
from signet.register.doubts import against_rules
from signet.register.model import Entry, MemberRecord
from signet.register.rules import Refusal
from signet.register.store import Stored
from signet.transactions.commit import digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Plan, earlier_result, perform

TOLD = 20  # how many records an error message names
Together = Callable[[Mapping[str, Sequence[Entry]]], Difference]


class Import(NamedTuple):
    """What an import wants entered: the proposal, and the date of each of its tables.

    `together` compares public pages as if the given members' entries had been made.
    """

    new: NewProposal
    files: Mapping[str, date]
    together: Together


def source_of(new: NewProposal) -> str:
    """Return the source of a proposal of many records: the same for the same entries."""
    digest_input = submitted(new._replace(source="", evidence=""))
    return f"{new.source}#{digest_of(digest_input)[:32]}"


def waiting(source: str) -> str:
    """Return the id of a source's proposal that is open or being entered, or ""."""
    for one in store.of_source(source):
        if one.state in (State.OPEN, State.APPROVED):
            return one.id
    return ""


def operation_of(account: str, source: str) -> str:
    """Return the id of the operation that proposes a source's entries, given those already closed.

    After an interruption it is the same again, so that what was written is overwritten.
    """
    return digest_of("import", account, source, len(store.of_source(source)))[:32]


def propose(officer: ProposalContext, wanted: Import, mail: Sequence[Mail] = ()) -> str:
    """Write one proposal of many records; return its id, also when it was written before.

    The parts are written first: the proposal exists only once the last transaction is. Raises
    NotAllowed for a person who may not propose or whom it is about, Invalid, Refused with the
    records that a rule forbids, Unavailable.
    """
    new = wanted.new
    id_ = officer.operation
    proposing = command(officer, id_, "proposal-proposed", "propose", submitted(new))
    # First, so that a repeat doesn't write the parts of an approved proposal again.
    if (before := earlier_result(officer, proposing)) is not None:
        return before

    def plan() -> Plan:
        content, bodies = _content(officer, wanted)
        parts.write(id_, bodies)
        proposal = new_proposal(officer, id_, new, content.model_dump_json())
        detail = {"source": new.source, "records": len(new.records)}
        return Plan(id_, [store.save(proposal), *store.portions(proposal)], detail, mail)

    return perform(officer, proposing, plan, tries=ONCE)


def _content(officer: ProposalContext, wanted: Import) -> tuple[Content, list[str]]:
    """Return the content of the proposal, and its parts as they are stored."""
    new = wanted.new
    if not rules.may_propose(officer.policy, new.source, officer.roles):
        raise NotAllowed(rules.NOT_YOURS.format(what="propose"))
    additions = _additions(officer, new)
    members = {
        one.entries[0].number: [*one.existing, *one.entries]
        for one in additions
        if one.entries[0].subject == "member"
    }
    by = replace(officer, difference=wanted.together(members))
    proposed = _records(by, additions, members)
    bodies = list(_bodies([record for record, _ in proposed]))
    concerned = {record.number for record, _ in proposed if record.subject == "member"}
    concerned |= {number for _, answering in proposed for number in answering}
    content = Content(
        records=(),
        authority=new.authority,
        source=new.source,
        proposed_by=officer.account,
        proposed_as=rules.role_names(officer.roles),
        proposed_at=officer.now,
        salt=officer.salt,
        evidence=new.evidence,
        concerned=tuple(sorted(concerned)),
        many=_many([record for record, _ in proposed], bodies, wanted.files),
    )
    if rules.concerns(content, officer.member):
        raise NotAllowed(rules.CONCERNS_YOU)
    return content, bodies


class _Added(NamedTuple):
    """A record as it was read, and the entries to add, not judged yet."""

    stored: Stored
    entries: list[Entry]

    @property
    def existing(self) -> list[Entry]:
        return self.stored.entries


def _additions(officer: ProposalContext, new: NewProposal) -> list[_Added]:
    """Return each record with its new entries, members first, as permits refer to them."""

    def read(one: Wanted) -> _Added:
        entries = preparing.entries_of(officer, one, new.authority, officer.account, NO_ACT)
        return _Added(adding.held(one.subject, one.number), entries)

    ordered = sorted(new.records, key=lambda one: one.subject != "member")
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(read, ordered))


def _records(
    officer: ProposalContext, additions: Sequence[_Added], members: Mapping[str, Sequence[Entry]]
) -> list[tuple[ProposedRecord, set[str]]]:
    """Return each proposed record, and the other members it concerns. Raises Refused."""

    def member_on(number: str, on: date) -> MemberRecord | None:
        if number in members:
            return fold.member(members[number], on)
        return register.member(number, on)

    proposed, forbidden = [], list[str]()
    for one in additions:
        record, broken = _judged(officer, one, member_on)
        proposed.append(record)
        if broken:
            message = "; ".join(map(str, broken))
            forbidden.append(f"{record[0].subject} {record[0].number}: {message}")
    if forbidden:
        more = f"; and {len(forbidden) - TOLD:,} more" if len(forbidden) > TOLD else ""
        raise Refused(f"The register’s rules forbid it: {'. '.join(forbidden[:TOLD])}{more}.")
    return proposed


def _judged(
    officer: ProposalContext, one: _Added, member_on: register.MemberOn
) -> tuple[tuple[ProposedRecord, set[str]], list[Refusal]]:
    """Return a record as it is proposed, and what forbids it.

    A new record's past is entered as it happened; the rules that it broke are noted (`history`).
    """
    policy = officer.policy
    broken = [] if one.existing else against_rules(one.existing, one.entries, policy)
    history = {refusal.rule: str(refusal) for refusal in broken}
    forbidden: list[Refusal] = []
    try:
        register.judged(
            one.existing, one.entries, policy, officer.now, allowed=history, member_on=member_on
        )
    except register.Refused as error:
        forbidden = error.refusals
    added = Addition(one.entries, one.existing, one.stored.version, ())
    record, concerned = preparing.as_proposed(officer, added)
    return (record.model_copy(update={"history": history}), concerned), forbidden


def _bodies(records: Sequence[ProposedRecord]) -> Iterator[str]:
    """Yield parts that each fit a row and a transaction, none with both members and permits."""
    waiting: list[ProposedRecord] = []
    size = 0
    for record in records:
        weight = len(record.model_dump_json().encode())
        if weight > parts.ROW_BYTES:
            raise Refused(
                f"{record.subject} {record.number} is too large to be proposed with others"
            )
        full = len(waiting) == MOST_RECORDS or size + weight > parts.ROW_BYTES
        if waiting and (full or waiting[0].subject != record.subject):
            yield Part(records=tuple(waiting)).model_dump_json()
            waiting, size = [], 0
        waiting.append(record)
        size += weight
    if waiting:
        yield Part(records=tuple(waiting)).model_dump_json()


def _many(
    records: Sequence[ProposedRecord], bodies: Sequence[str], files: Mapping[str, date]
) -> Many:
    kinds = Counter(f"{one.subject} {entry.kind}" for one in records for entry in one.entries)
    history = Counter(rule for one in records for rule in one.history)
    return Many(
        parts=tuple(map(hash_of, bodies)),
        member_parts=sum(
            1 for body in bodies if Part.model_validate_json(body).records[0].subject == "member"
        ),
        records=len(records),
        new=sum(1 for one in records if not one.version),
        kinds=dict(kinds.most_common()),
        history=dict(history),
        files=dict(files),
    )
