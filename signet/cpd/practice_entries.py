"""Register entries on not practising and practising again, the only ones that CPD makes (CPD-5).

A member's declaration is entered at once, in the same transaction: one person alone may restrict
themself. Its end is proposed by one officer and approved by a second, who doesn't work at this desk
alone. Until then the register says that the member isn't practising, whatever notice was given and
whatever has lapsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from signet.cpd import store
from signet.cpd.desk.conditions import RULE, declaration_of
from signet.cpd.desk.context import of_member, perform_at_desk
from signet.cpd.model import NotPractising
from signet.cpd.rules import in_words
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.register import reading as register
from signet.transactions import audit as audit
from signet.transactions.commit import Change, Save
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan

if TYPE_CHECKING:
    from signet.proposals.model import Content, Difference, Outcome, Proposal, ProposalContext
    from signet.register.actions import Proposal as NewEntry

DECLARED, RESUMED = "not_practising_declared", "practice_resumed"
BY_DECLARATION = "Declaration of the member (G 18)"
BY_NOTICE = "Notice of the member (G 18(4)); conditions met (G 18(5))"


def on_the_register(number: str, on: date) -> bool:
    """Tell whether the register says on a day that a member isn't practising, by declaration."""
    record = register.standing_on(number, on)
    return record is not None and record.not_practising is not None


def declare(context: Context, absence: NotPractising) -> Sequence[Change]:
    """Return the changes that enter a declaration, for the transaction that writes it.

    There are none where the policy lets nobody enter it alone. Raises Refused when the register's
    rules forbid it, Unavailable.
    """
    # Imported here because it takes a while and few requests need it.
    from signet.proposals import rules as alone
    from signet.register import actions, adding

    entry = actions.Proposal(DECLARED, {"until": absence.until.isoformat()}, absence.since)
    number, policy, today = context.member, context.policy, context.today
    record = register.standing_on(number, today)
    if not alone.may_enter_alone(policy, number, "member", number, entry, record, today):
        return ()
    try:
        return adding.prepare(
            "member",
            number,
            [entry],
            authority=BY_DECLARATION,
            entered_by=context.account,
            policy=policy,
            now=context.now,
            operation_id=sha256(f"cpd {number} {context.operation}".encode()).hexdigest()[:32],
        ).changes
    except actions.Refused as error:
        raise Refused(error.message, rule=RULE) from error


def source_of(number: str, id_: str) -> str:
    """Return the source named by proposals that end this declaration."""
    return f"cpd#{number}#{id_}"


def proposals_of(number: str, id_: str) -> list[Proposal]:
    """Return the proposals to end a declaration, the newest first."""
    from signet.proposals import actions as proposals  # late, as above

    return proposals.of_source(source_of(number, id_))


def propose_resumption(
    context: Context,
    number: str,
    seen: tuple[str, int],
    on: date,
    remark: str,
    *,
    salt: str,
    difference: Difference | None = None,
) -> str:
    """Propose the entry that a member practises again from a day on; return the proposal's id.

    `seen` is the declaration's id and the version that the page showed. Raises Refused before the
    member gave notice, while a condition isn't met, while a proposal is open, or when the register
    doesn't say that the member isn't practising; Invalid for a day before the notice's; NotFound;
    Conflict.
    """
    from signet.proposals import actions as proposals  # late, as above
    from signet.proposals.model import NewProposal, Wanted

    def plan() -> Plan:
        absence = declaration_of(number, seen[0])
        if absence.version != seen[1]:
            raise Conflict
        _check(context, number, absence, on)
        by = _proposer(context, salt, difference)
        new = NewProposal(
            records=[Wanted("member", number, _entries(number, on))],
            authority=BY_NOTICE,
            source=source_of(number, absence.id),
            evidence=_evidence(absence, remark),
            decided_by=(context.account,),
        )
        prepared = proposals.prepare(by, context.operation, new)
        after = absence.model_copy(update={"version": absence.version + 1})
        changes = [*prepared.changes, store.put_not_practising(number, after, absence)]
        return Plan(prepared.id, changes, {"declaration": absence.id, "proposal": prepared.id})

    submitted = [*seen, on, remark]
    what = "cpd.desk.resumption.proposed"
    return perform_at_desk(context, of_member(number), what, submitted, plan, [number])


def withdraw_resumption(
    context: Context, number: str, id_: str, proposal: str, *, salt: str
) -> None:
    """Withdraw one's own open proposal that a member practises again.

    The member's notice remains. Raises NotFound for a proposal about something else, NotAllowed for
    another officer's, Refused once it isn't open.
    """
    from signet.proposals import actions as proposals  # late, as above

    def plan() -> Plan:
        if proposal not in {one.id for one in proposals_of(number, id_)}:
            raise NotFound
        decided = proposals.prepare_withdrawal(_proposer(context, salt), proposal)
        # The proposal's own line of the audit log, beside this desk's.
        changes = [*decided.changes, Save(audit.row(decided.line, context.operation))]
        return Plan(proposal, changes, {"declaration": id_, "proposal": proposal})

    what = "cpd.desk.resumption.withdrawn"
    perform_at_desk(context, of_member(number), what, [id_, proposal], plan, [number])


def resumes_on(content: Content) -> date | None:
    """Return the day from which a proposal lets a member practise again; None if it doesn't."""
    days = (one.effective_on for r in content.records for one in r.entries if one.kind == RESUMED)
    return next(days, None)


def mail_to_member(proposal: Proposal, outcome: Outcome) -> Sequence[Mail]:
    """Return the mail to the member whose notice was decided on: entered, or not approved."""
    from signet.proposals.model import State  # late, as above

    for record in proposal.opened().records:
        ends = [one.effective_on for one in record.entries if one.kind == RESUMED]
        to = f"member#{record.number}"
        if ends and outcome.state is State.ENTERED and record.key in outcome.entered:
            return [Mail(to, "cpd_practice_resumed", {"on": in_words(ends[0])})]
        if ends and outcome.state is State.REFUSED:
            return [Mail(to, "cpd_resumption_refused", {})]
    return ()


def _proposer(context: Context, salt: str, difference: Difference | None = None) -> ProposalContext:
    from signet.proposals.model import ProposalContext  # late, as above

    return ProposalContext.of(context, salt=salt, difference=difference)


def _check(context: Context, number: str, absence: NotPractising, on: date) -> None:
    from signet.proposals.model import State  # late, as above

    if absence.resumed_on is None:
        raise Refused("The member hasn’t given notice of practising again.", rule=RULE)
    every = store.not_practising(number)
    if any(one.unmet for one in every):
        raise Refused("A condition isn’t met yet: record first that it was.", rule=RULE)
    if any(one.state is State.OPEN for one in proposals_of(number, absence.id)):
        raise Refused("This is already proposed, and is waiting for a second officer.", rule=RULE)
    if on < absence.resumed_on:
        raise Invalid(FieldError("on", "The member’s notice is for a later day"), rule=RULE)
    if any(one.met_on and one.met_on > on for h in every for one in h.conditions):
        raise Invalid(FieldError("on", "A condition was met later than this day"), rule=RULE)
    if register.standing_on(number, context.today) is None:
        raise NotFound("There is no member of that number.")
    if not on_the_register(number, max(on, context.today)):
        raise Refused("The register doesn’t say that this member isn’t practising.", rule=RULE)


def _entries(number: str, on: date) -> list[NewEntry]:
    """Return the entries that end the declaration and void renewals that would begin later."""
    from signet.register import actions, adding  # late, as above

    later = [
        one for one in adding.held("member", number).entries
        if one.kind == DECLARED and one.effective_on > on
    ]  # fmt: skip
    return [
        actions.Proposal(RESUMED, {}, on),
        *(actions.Proposal("voided", {}, one.effective_on, one.id) for one in later),
    ]


def _evidence(absence: NotPractising, remark: str) -> str:
    """Return what the second officer reads: notice, conditions and the first one's remark."""
    lines = [f"Notice of practising again given {_day(absence.resumption_notified_on)}"]
    lines[0] += f", for {_day(absence.resumed_on)}."
    lines += [
        f"Condition decided {_day(one.decided_on)} by {one.authority}, met {_day(one.met_on)}: "
        f"{one.words}"
        for one in absence.conditions
    ]
    return "\n".join(
        [*lines, *([] if absence.conditions else ["No condition was set."]), remark]
    ).strip()


def _day(day: date | None) -> str:
    return in_words(day) if day else "on no day"
