"""Officers' reviews of the answers to audits, and referrals (CPD-7, G 19.1, 20, 23).

Nothing here or elsewhere in the desk writes to the register: striking a member off is for Council
to direct and for the Registrar to enter (STA-2).
"""

from __future__ import annotations

from signet.cpd import draw, rules, store
from signet.cpd.desk.audits import AuditVersion, change_audit, next_version
from signet.cpd.model import (
    AuditCase,
    AuditState,
    Ground,
    Missing,
    Notice,
    Reopening,
    Review,
)
from signet.errors import FieldError, Invalid, NotAllowed, Refused
from signet.letters import service
from signet.letters.service import State
from signet.policy import Policy
from signet.transactions.context import Context

OUTCOMES = (AuditState.SATISFIED, AuditState.MORE_ASKED, AuditState.NOT_SATISFIED)
REFERRALS = (AuditState.PRACTICE_REVIEW, AuditState.COUNCIL)
LEAST_WORDS = 10  # characters of a reason
WHAT = "cpd.desk.audit.reviewed"


def review(
    context: Context,
    seen: AuditVersion,
    outcome: AuditState,
    words: str,
    ground: Ground | None = None,
) -> None:
    """Record the review of a member's answers; `words` are for the member (CPD-7).

    `ground` says on what an audit is found satisfied when the log and the answers don't show it.
    Raises Invalid without a reason, or without a ground where one is required; Refused while the
    member still has time to answer (NOT-2) or once the audit is over; NotAllowed; Conflict.
    """

    def change(case: AuditCase) -> AuditCase:
        _check_review(context, case, outcome, words, ground)
        reviewed = _reviewed(context, case, outcome, words, ground)
        if outcome is AuditState.MORE_ASKED:
            notice = Notice(id=context.operation, made_on=context.today)
            return reviewed.model_copy(update={"notices": (*case.notices, notice)})
        return reviewed

    change_audit(context, seen, WHAT, [outcome, words, ground], change, f"audit_{outcome}")


def _check_review(
    context: Context, case: AuditCase, outcome: AuditState, words: str, ground: Ground | None
) -> None:
    if outcome not in OUTCOMES:
        raise Invalid(FieldError("outcome", "Choose one of the outcomes"))
    if not case.state.open or (case.state is AuditState.SELECTED and ground is None):
        raise Refused("There is nothing to review in this audit now.", rule=draw.RULE)
    _check_words(words, "Say why, for the member to read")
    if outcome is AuditState.NOT_SATISFIED:
        _check_time(context, case)
    if outcome is AuditState.SATISFIED:
        _check_ground(case, ground, context.policy)


def _check_ground(case: AuditCase, ground: Ground | None, policy: Policy) -> None:
    """Raise Invalid when a finding of satisfied lacks a ground that it needs, or has a wrong one.

    It needs one when the log is incomplete or the member hasn't answered.
    """
    if ground is None and unproven(case, policy):
        message = "Say on what ground the requirement is met: the log and the answers don’t show it"
        raise Invalid(FieldError("ground", message), rule=draw.RULE)
    if ground is Ground.LOG and shortfall(case, policy):
        message = "The log is incomplete, so it can’t be the ground"
        raise Invalid(FieldError("ground", message), rule=draw.RULE)


def _check_words(words: str, message: str) -> None:
    """Raise Invalid unless the reason is given in words."""
    if not any(map(str.isalpha, words)):
        raise Invalid(FieldError("words", message), rule=draw.RULE)
    if len(words.strip()) < LEAST_WORDS:
        raise Invalid(FieldError("words", f"{message}: a few words at least"), rule=draw.RULE)


def shortfall(case: AuditCase, policy: Policy) -> tuple[Missing, ...]:
    """Say what the log of an audited year lacks, in one read."""
    logged = store.year(case.member, case.year).activities
    return rules.shortfall(logged, rules.of_year(case.year, policy))


def unproven(case: AuditCase, policy: Policy) -> tuple[str, ...]:
    """Say why the log and the answers alone don't support a finding of satisfied, in one read."""
    cpd = rules.of_year(case.year, policy)
    gaps = [f"The log is incomplete. Still missing: {m.words}." for m in shortfall(case, policy)]
    if not case.answers:
        served = rules.audit_clock(case, cpd).served_on is not None
        gaps.append(
            "The member hasn’t answered."
            if served
            else "No notice has been served, and the member hasn’t answered."
        )
    return tuple(gaps)


def _check_time(context: Context, case: AuditCase) -> None:
    """Raise Refused while the member hasn't answered and the notice's time runs (NOT-2)."""
    if case.state is AuditState.ANSWERED or time_passed(context, case):
        return
    message = (
        "The member hasn't answered and still has time: the notice must be served and run out."
    )
    raise Refused(message, rule="NOT-2")


def time_passed(context: Context, case: AuditCase) -> bool:
    """Tell whether a notice of what is asked now was served and its time has run out (NOT-2)."""
    running = rules.audit_clock(case, rules.of_year(case.year, context.policy))
    return service.state(running, context.today) is State.PASSED


def refer(context: Context, seen: AuditVersion, to: AuditState, words: str) -> None:
    """Refer an audit that didn't satisfy to practice review or to Council (G 19.1, 20, 23).

    Raises Invalid without a reason, Refused when the audit's state doesn't allow it, or, for
    Council, while no notice has run out (NOT-2). What follows is for people to decide (STA-2).
    """

    def change(case: AuditCase) -> AuditCase:
        _check_referral(context, case, to, words)
        return _reviewed(context, case, to, words)

    change_audit(context, seen, "cpd.desk.audit.referred", [to, words], change, "audit_referred")


def _check_referral(context: Context, case: AuditCase, to: AuditState, words: str) -> None:
    if to not in REFERRALS:
        raise Invalid(FieldError("to", "Choose where to refer it"))
    _check_words(words, "Say why, for the body it is referred to")
    possible = {AuditState.NOT_SATISFIED}
    if to is AuditState.COUNCIL:
        possible.add(AuditState.PRACTICE_REVIEW)
    if case.state not in possible:
        raise Refused("Only an audit that didn't satisfy can be referred.", rule=draw.RULE)
    if to is AuditState.COUNCIL and not time_passed(context, case):
        message = "Council can be asked only once a notice was served and its time has run out."
        raise Refused(message, rule="NOT-2")


def _reviewed(
    context: Context,
    case: AuditCase,
    outcome: AuditState,
    words: str,
    ground: Ground | None = None,
) -> AuditCase:
    review = Review(
        id=context.operation,
        reviewed_at=context.now,
        by=context.account,
        outcome=outcome,
        words=words,
        ground=ground if outcome is AuditState.SATISFIED else None,
    )
    return next_version(case, state=outcome, reviews=(*case.reviews, review))


def reopen(context: Context, seen: AuditVersion, words: str) -> None:
    """Set an audit's outcome aside, so that it is reviewed again; `words` are for the member.

    Raises NotAllowed for the officer who recorded the outcome, Refused while the audit is open,
    Invalid without a reason, Conflict.
    """

    def change(case: AuditCase) -> AuditCase:
        if case.state.open:
            raise Refused("This audit is open.", rule=draw.RULE)
        if context.account == case.decided_by:
            message = "You recorded this outcome. Another officer or the Registrar can reopen it."
            raise NotAllowed(message, rule=draw.RULE)
        _check_words(words, "Say why, for the member to read")
        reopening = Reopening(
            id=context.operation,
            reopened_at=context.now,
            by=context.account,
            before=case.state,
            words=words,
        )
        return next_version(case, state=_reopened(case), reopenings=(*case.reopenings, reopening))

    change_audit(context, seen, "cpd.desk.audit.reopened", [words], change, "audit_reopened")


def _reopened(case: AuditCase) -> AuditState:
    if case.answers:
        return AuditState.ANSWERED
    return AuditState.ASKED if case.notices else AuditState.SELECTED
