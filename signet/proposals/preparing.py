"""Preparing a proposal: from the wanted entries to what a second officer is shown."""

from __future__ import annotations

from signet.errors import NotAllowed, Refused
from signet.proposals import rules
from signet.proposals.model import (
    Content,
    NewProposal,
    ProposalContext,
    ProposedEntry,
    ProposedRecord,
    Wanted,
)
from signet.register import actions as register
from signet.register import adding, fold
from signet.register.adding import Addition
from signet.register.fold import full_name
from signet.register.model import Entry

MOST_RECORDS = 40  # each is two rows of one transaction, which takes a hundred
NO_ACT = "0" * 32  # for entries that are previewed, not made


def addition(
    officer: ProposalContext, wanted: Wanted, authority: str, entered_by: str, operation: str
) -> Addition:
    """Return what adds a record's entries to the register as it is now.

    Raises Invalid when the data doesn't fit its kind, Refused when a rule of the register forbids
    it, Unavailable.
    """
    entries = entries_of(officer, wanted, authority, entered_by, operation)
    return adding.onto(
        adding.held(wanted.subject, wanted.number),
        entries,
        policy=officer.policy,
        now=officer.now,
        operation_id=operation,
    )


def entries_of(
    officer: ProposalContext, wanted: Wanted, authority: str, entered_by: str, operation: str
) -> list[Entry]:
    """Return the wanted entries of a record. Raises Invalid when data doesn't fit its kind."""
    return register.entries_of(
        wanted.subject,
        wanted.number,
        wanted.entries,
        authority=authority,
        entered_by=entered_by,
        now=officer.now,
        operation_id=operation,
    )


def content_of(officer: ProposalContext, new: NewProposal, *, by_role: bool = True) -> Content:
    """Return what is proposed, checked against the register's rules, with the names and pages.

    `by_role` is off for the command line, which knows nobody's roles. Raises NotAllowed for a
    person who may not propose it or whom it is about, Invalid, Refused, Unavailable.
    """
    if by_role and not rules.may_propose(officer.policy, new.source, officer.roles):
        raise NotAllowed(rules.NOT_YOURS.format(what="propose"))
    if not new.records or len(new.records) > MOST_RECORDS:
        raise Refused(f"One proposal takes from 1 to {MOST_RECORDS} records.")
    if len({(one.subject, one.number) for one in new.records}) < len(new.records):
        raise Refused("A proposal names each record once.")
    proposed = [_record(officer, one, new.authority) for one in new.records]
    concerned = {*new.concerned, *(number for _, responsible in proposed for number in responsible)}
    content = Content(
        records=tuple(record for record, _ in proposed),
        authority=new.authority,
        source=new.source,
        proposed_by=officer.account,
        proposed_as=rules.role_names(officer.roles),
        proposed_at=officer.now,
        salt=officer.salt,
        evidence=new.evidence,
        evidence_digest=new.evidence_digest,
        decided_by=tuple(sorted(set(new.decided_by))),
        concerned=tuple(sorted(concerned)),
    )
    if rules.concerns(content, officer.member):
        raise NotAllowed(rules.CONCERNS_YOU)
    return content


def _record(
    officer: ProposalContext, wanted: Wanted, authority: str
) -> tuple[ProposedRecord, set[str]]:
    """Return a record as it is proposed, and the members concerned by a permit's change."""
    return as_proposed(officer, addition(officer, wanted, authority, officer.account, NO_ACT))


def as_proposed(officer: ProposalContext, added: Addition) -> tuple[ProposedRecord, set[str]]:
    """Return a record as it is proposed, and the members concerned by a permit's change.

    Its effect on public pages is computed with `officer.difference`, if there is one.
    """
    first = added.entries[0]
    after = [*added.held, *added.entries]
    compare = officer.difference
    pages = compare(first.subject, first.number, added.held, after) if compare else ()
    record = ProposedRecord(
        subject=first.subject,
        number=first.number,
        name=name_of(officer, after),
        version=added.version,
        entries=tuple(
            ProposedEntry(
                kind=entry.kind,
                data=dict(entry.data),
                effective_on=entry.effective_on,
                corrects=entry.corrects,
            )
            for entry in added.entries
        ),
        pages=tuple(pages),
    )
    return record, _answering(officer, added) if first.subject == "permit" else set()


def name_of(officer: ProposalContext, entries: list[Entry]) -> str:
    """Return the name of a record's member or permit holder; "" for none."""
    if not entries:
        return ""
    if entries[0].subject == "member":
        member = fold.member(entries, None)
        return full_name(member.given, member.family) if member else ""
    permit = fold.permit(entries, None, officer.policy)
    return permit.legal_name if permit else ""


def _answering(officer: ProposalContext, added: Addition) -> set[str]:
    """Return the members who answer for a permit before or after; none of them may decide on it."""
    numbers = answering(officer, added.held) | answering(officer, [*added.held, *added.entries])
    return numbers | {str(e.data["member"]) for e in added.entries if "member" in e.data}


def answering(officer: ProposalContext, entries: list[Entry]) -> set[str]:
    """Return the members who answer for the permit of these entries."""
    permit = fold.permit(entries, None, officer.policy) if entries else None
    return {one.member for one in permit.answering()} if permit else set()


def wanted(record: ProposedRecord) -> Wanted:
    """Return a proposed record's entries as the register takes them."""
    entries = [
        register.Proposal(one.kind, dict(one.data), one.effective_on, one.corrects)
        for one in record.entries
    ]
    return Wanted(record.subject, record.number, entries)
