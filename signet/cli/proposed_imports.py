"""An import that waits for a second officer: one proposal of many records, and entering it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from signet import policy as policies
from signet.bulk import WRITERS
from signet.cli import proposing
from signet.errors import Refused
from signet.proposals import actions, entering, many
from signet.proposals.many import Import
from signet.proposals.model import COMMAND_LINE, NewProposal, Proposal, State, Wanted
from signet.publish.progress import Progress
from signet.publish.proposed import PageComparison, Together
from signet.register import actions as register
from signet.register.loading import Key
from signet.register.model import Entry
from signet.transactions.outbox import Mail

HOW = "`signet proposals {id} --carry-on`, or wait for the scheduler"


def propose(
    records: Sequence[tuple[Key, Sequence[Entry]]],
    by: str,
    source: str,
    files: Mapping[str, date],
) -> None:
    """Propose an import's changes in the name of an officer, or report that they wait already.

    Raises SignetError; then nothing is proposed.
    """
    proposing.ready()
    account, policy = proposing.proposer(by), policies.load()
    _nothing_half_entered()
    if not records:
        return
    limit = policy.proposals.import_records
    if len(records) > limit:
        raise Refused(f"more than {limit:,} records: import them with --alone REASON, for review")
    new = _new(records, source)
    if waits := many.waiting(new.source):
        print(f"it waits for approval already: proposal {waits}", file=sys.stderr)
        return
    who = proposing.officer(account.id, policy, account.roles, account.member or "")
    who = replace(who, operation=many.operation_of(account.id, new.source))
    today = proposing.today(policy)
    proposed = Import(new, files, lambda held: PageComparison(policy, today, Together(held)))
    mails = [Mail(account.email, "proposal_in_your_name", {"proposal": who.operation})]
    proposal = actions.get(many.propose(who, proposed, mails))
    proposing.show(proposal, who, described(proposal))


def _new(records: Sequence[tuple[Key, Sequence[Entry]]], source: str) -> NewProposal:
    proposed = [
        Wanted(subject, number, [_again(entry) for entry in entries])
        for (subject, number), entries in records
    ]
    authority = records[0][1][0].authority
    new = NewProposal(proposed, authority, COMMAND_LINE, evidence=f"Import of {source}")
    return new._replace(source=many.source_of(new))


def _again(entry: Entry) -> register.Proposal:
    return register.Proposal(entry.kind, dict(entry.data), entry.effective_on, entry.corrects)


def _nothing_half_entered() -> None:
    """Raise Refused while an approved proposal isn't wholly entered.

    An import compared with the register meanwhile would propose the same changes twice.
    """
    for one in actions.list_proposals(State.APPROVED):
        how = HOW.format(id=one.id)
        raise Refused(f"proposal {one.id} is approved and not wholly entered: carry on with {how}")


def carry_on(id_: str) -> None:
    """Enter the rest of an approved proposal. Raises Refused for one that isn't approved."""
    proposal = actions.get(id_)
    content = None if proposal.head.sealed else proposal.opened()
    if content is None or content.many is None or proposal.state not in entering.APPROVED:
        raise Refused(
            "there is nothing to carry on: only what a second officer approved is entered"
        )
    who = proposing.officer("command-line", policies.load())
    left = len(content.many.parts) - entering.progress(proposal, content.many).done
    with Progress().bar("parts", left) as progress:
        entering.continue_entering(who, id_, writers=WRITERS, told=progress)
    for line in described(actions.get(id_)):
        print(line, file=sys.stderr)


def described(proposal: Proposal) -> list[str]:
    """Return the progress of a proposal of many records, with the records that were left out."""
    content = proposal.opened()
    if content.many is None:
        return []
    kinds = ", ".join(f"{number:,} {what}" for what, number in content.many.kinds.items())
    lines = [f"{content.many.records:,} records, {content.many.new:,} of them new: {kinds}"]
    if proposal.state in entering.APPROVED:
        progress = entering.progress(proposal, content.many)
        lines.append(f"entered {progress.entered:,}, fell out {len(progress.fell_out):,}")
        lines += [f"  {one.record.replace('#', ' ')}: {one.why}" for one in progress.fell_out]
    return lines
