"""Who may propose, approve and enter alone: pure functions of proposal, officer and policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from signet.policy import Policy
from signet.policy.proposals import OwnEntry
from signet.proposals.model import Content, Proposal, ProposalContext
from signet.register import actions as register
from signet.register.model import MemberRecord, Subject

RULE = "T30"
NOT_YOURS = "Your account doesn’t have the right to {what} this."
SAME_PERSON = "You did this by another account of yours: another officer has to approve it."
CONCERNS_YOU = "This is about you, or a permit that you answer for: another officer has to decide."


def may_propose(policy: Policy, source: str, roles: Iterable[str]) -> bool:
    """Tell whether a person with these roles may propose what comes from a source."""
    return bool(set(policy.proposals.who(source).propose) & set(roles))


def concerns(content: Content, member: str) -> bool:
    """Tell whether a proposal is about a member: their record, or a permit they answer for."""
    named = {one.number.upper() for one in content.records if one.subject == "member"}
    named |= {number.upper() for number in content.concerned}
    return bool(member) and member.upper() in named


class Barred(NamedTuple):
    """Why a person may not approve a proposal, in words for them."""

    why: str


def barred_from_approving(
    proposal: Proposal, content: Content, who: ProposalContext, *, taken_back: bool = False
) -> Barred | None:
    """Return why an officer may not approve, refuse or review a proposal; None when they may.

    Nobody approves what they proposed or decided, or what is about them, whatever their roles;
    `taken_back` is for a refusal, which needs no second role.
    """
    rules = who.policy.proposals.who(content.source)
    if not set(rules.approve) & set(who.roles):
        return Barred(NOT_YOURS.format(what="approve"))
    if who.account == content.proposed_by:
        return Barred("You proposed this: another officer has to approve it.")
    if proposal.head.outcome is not None and who.account == proposal.head.outcome.by:
        return Barred("You entered this: another officer has to review it.")
    if who.account in content.decided_by:
        return Barred("You decided this: another officer has to approve it.")
    if concerns(content, who.member):
        return Barred(CONCERNS_YOU)
    pair = {*who.roles, *content.proposed_as}
    if rules.one_of and rules.one_of not in pair and not taken_back:
        return Barred(f"One of the two who propose and approve this has to be {rules.one_of}.")
    return None


def may_enter_alone(
    policy: Policy,
    member: str,
    subject: Subject,
    number: str,
    entry: register.Proposal,
    record: MemberRecord | None,
    today: date,
) -> bool:
    """Tell whether a person may make an entry on a record on their own, at once.

    `member` is the number of the record that their account is linked to, `record` that record as it
    stands. They may only restrict themself (not practising, ceasing to answer for a permit,
    resigning) or change their own city and province, from today on: nothing that grants, restores,
    corrects or is backdated. A status is changed from today alone: one that waits for its day would
    end a suspension that was entered meanwhile.
    """
    if not member or entry.corrects or entry.effective_on < today or record is None:
        return False
    if entry.kind == "status_changed" and entry.effective_on > today:
        return False
    if record.number != member:
        return False
    own = number == member if subject == "member" else entry.data.get("member") == member
    return own and any(_is(one, subject, entry, record) for one in policy.proposals.own)


def _is(own: OwnEntry, subject: str, entry: register.Proposal, record: MemberRecord) -> bool:
    if (own.subject, own.kind) != (subject, entry.kind):
        return False
    if own.statuses and entry.data.get("status") not in own.statuses:
        return False
    if own.reasons and entry.data.get("reason") not in own.reasons:
        return False
    return not own.coming_from or record.status in own.coming_from


def is_emergency(policy: Policy, entry: register.Proposal) -> bool:
    """Tell whether one officer may make an entry at once, for a second to review within hours."""
    rule = policy.proposals.emergency
    if entry.corrects:
        return False
    if entry.kind == "status_changed":
        return entry.data.get("status") in rule.statuses
    return entry.kind in rule.kinds


def needs_two(policy: Policy, subject: str, entries: Iterable[register.Proposal]) -> bool:
    """Tell whether any of the entries needs a second officer's approval."""
    free = policy.proposals.one_officer
    return any(one.corrects or f"{subject} {one.kind}" not in free for one in entries)


def role_names(roles: Iterable[str]) -> tuple[str, ...]:
    """Return roles as a proposal stores them."""
    return tuple(sorted(str(role) for role in roles))
