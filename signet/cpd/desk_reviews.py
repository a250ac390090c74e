"""What officers make of the answers to audits, and where they refer them (CPD-7, G 19.1, 20, 23).

No path here or elsewhere in the desk writes the register: who is struck is Council's to direct and
the Registrar's to enter (STA-2).
"""

from __future__ import annotations

from signet.cpd import draw, notices, rules
from signet.cpd.desk_cases import Seen, change_seen, following
from signet.cpd.desk_office import Officer
from signet.cpd.model import ANSWERABLE, AuditCase, AuditState, Notice, Review
from signet.cpd.notices import State
from signet.errors import Fault, Invalid, Refused

OUTCOMES = (AuditState.SATISFIED, AuditState.MORE_ASKED, AuditState.NOT_SATISFIED)
REFERRALS = (AuditState.PRACTICE_REVIEW, AuditState.COUNCIL)


def review(officer: Officer, seen: Seen, outcome: AuditState, words: str) -> None:
    """Say what is made of a member's answers; `words` are for the member (CPD-7).

    Raises Invalid without reasons where they are due, Refused while the member still has time to
    answer (NOT-2) or once the audit is over, Conflict.
    """

    def change(case: AuditCase) -> AuditCase:
        _check_review(officer, case, outcome, words)
        reviewed = _reviewed(officer, case, outcome, words)
        if outcome is AuditState.MORE_ASKED:
            made = Notice(id=officer.act, made_on=officer.today)
            return reviewed.model_copy(update={"notices": (*case.notices, made)})
        return reviewed

    said = [outcome, words]
    change_seen(officer, seen, "cpd.desk.audit.reviewed", said, change, f"audit_{outcome}")


def _check_review(officer: Officer, case: AuditCase, outcome: AuditState, words: str) -> None:
    if outcome not in OUTCOMES:
        raise Invalid(Fault("outcome", "Choose one of the outcomes"))
    if case.state not in ANSWERABLE:
        raise Refused("There is nothing to review in this audit at present.", rule=draw.RULE)
    if outcome is not AuditState.SATISFIED and not words:
        raise Invalid(Fault("words", "Say why, for the member to read"), rule=draw.RULE)
    if outcome is AuditState.NOT_SATISFIED:
        _check_time(officer, case)


def _check_time(officer: Officer, case: AuditCase) -> None:
    """Nothing follows from silence before the notice's time has passed (NOT-2)."""
    if case.state is AuditState.ANSWERED or time_passed(officer, case):
        return
    told = "The member hasn't answered and still has time: the notice must be served and run out."
    raise Refused(told, rule="NOT-2")


def time_passed(officer: Officer, case: AuditCase) -> bool:
    """Whether a notice of the audit was served and its time has run out (NOT-2)."""
    cpd = rules.of_year(case.year, officer.policy)
    clocks = [rules.clock(notice, cpd) for notice in case.notices]
    return any(notices.state(clock, officer.today) is State.PASSED for clock in clocks)


def refer(officer: Officer, seen: Seen, to: AuditState, words: str) -> None:
    """Refer an audit that didn't satisfy to practice review or to Council (G 19.1, 20, 23).

    Raises Invalid without reasons, Refused when the audit isn't there yet, or, for Council, while
    no notice has run out (NOT-2). What follows is for people to decide (STA-2).
    """

    def change(case: AuditCase) -> AuditCase:
        _check_referral(officer, case, to, words)
        return _reviewed(officer, case, to, words)

    change_seen(officer, seen, "cpd.desk.audit.referred", [to, words], change, "audit_referred")


def _check_referral(officer: Officer, case: AuditCase, to: AuditState, words: str) -> None:
    if to not in REFERRALS:
        raise Invalid(Fault("to", "Choose where to refer it"))
    if not words:
        raise Invalid(Fault("words", "Say why, for whoever it is referred to"), rule=draw.RULE)
    possible = {AuditState.NOT_SATISFIED}
    if to is AuditState.COUNCIL:
        possible.add(AuditState.PRACTICE_REVIEW)
    if case.state not in possible:
        raise Refused("Only an audit that didn't satisfy can be referred.", rule=draw.RULE)
    if to is AuditState.COUNCIL and not time_passed(officer, case):
        told = "Council can be asked only once a notice was served and its time has run out."
        raise Refused(told, rule="NOT-2")


def _reviewed(officer: Officer, case: AuditCase, outcome: AuditState, words: str) -> AuditCase:
    made = Review(
        id=officer.act,
        reviewed_at=officer.now,
        by=officer.account,
        outcome=outcome,
        words=words,
    )
    return following(case, state=outcome, reviews=(*case.reviews, made))
