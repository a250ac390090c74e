"""Register entries that follow from a case, each approved by a second officer (COM-5, T30).

An entry is proposed in the same transaction as the case's step, and its content stays sealed with
the step: the proposal itself holds only a hash, and nothing in it leads to the case. The approver
has access to the case, has decided nothing in it, and sees exactly what they approve. The entry,
the proposal and the case's step are then written in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from signet.accounts import store as accounts
from signet.complaints import receipt_codes
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import Proposed, Step
from signet.complaints.desk.context import CaseChange, CaseVersion, Officer, change_case
from signet.complaints.desk.gates import decided_by, may_enter
from signet.complaints.desk.texts import unsealed
from signet.complaints.model import About, Case
from signet.complaints.tables import step_key
from signet.errors import FieldError, Invalid, Refused, Unavailable
from signet.transactions import audit
from signet.transactions.commit import Change, Save, digest_of
from signet.transactions.outbox import Mail

if TYPE_CHECKING:  # proposals are slow to import, and few requests need them
    from signet.proposals.actions import Decided
    from signet.proposals.model import Content, Difference, NewProposal, Proposal, ProposalContext
    from signet.register.model import Subject

    Decide = Callable[[Case, str], Decided]
    Note = Callable[[Case, str], str]

RULE = "COM-5"
BEGUN = "complaint-entry-begun"  # in older cases, from before there were proposals


class Waiting(NamedTuple):
    """An entry waiting for approval: the proposal, its content, and what this officer may do.

    `content` is the text that was hashed; `why_not` says why this officer can't approve it. `own`
    is true for the officer's own proposal, `stale` when the record has changed since.
    """

    proposal: Proposal
    content: str
    opened: Content
    why_not: str
    own: bool
    stale: bool


def propose(
    officer: Officer, seen: CaseVersion, proposed: Proposed, difference: Difference | None = None
) -> None:
    """Propose the register entry that follows from a case, in one transaction with its step.

    `difference` describes the changes on public pages. Raises Refused where the state of the case
    or a rule of the register forbids it, or while another entry waits; Invalid for data that
    doesn't fit, for a person whom the case isn't about, and for publication that wasn't directed
    (STA-6); NotAllowed, NotFound, Conflict, Unavailable.
    """

    def change(case: Case) -> CaseChange:
        from signet.proposals import actions  # late, as above

        subject: Subject = "permit" if case.about is About.PERMIT else "member"
        _check(officer, case, proposed)
        sort_key = step_key(case.steps + 1)
        ready = actions.prepare(
            _as_proposer(officer, difference),
            proposal_id(officer, case.id, sort_key),
            _new(case, proposed, subject),
        )
        new = case.model_copy(update={"entering": sort_key})
        return CaseChange(new, {"kind": proposed.kind}, ready.content, [*ready.changes])

    change_case(officer, seen, "complaint-entry-proposed", [digest_of(proposed)], change)


def proposal_id(officer: Officer, case: str, sort_key: str) -> str:
    """Return the ID of the proposal that a step made; it can't be derived without the key."""
    return receipt_codes.entry(case, sort_key, officer.key)


def _new(case: Case, proposed: Proposed, subject: Subject) -> NewProposal:
    from signet.proposals.model import COMPLAINT, NewProposal, Wanted  # late, as above
    from signet.register.actions import Proposal

    entry = Proposal(proposed.kind, dict(proposed.data), proposed.effective_on)
    return NewProposal(
        records=[Wanted(subject, proposed.number, [entry])],
        authority=proposed.authority,
        source=COMPLAINT,
        evidence_digest=digest_of(case),
        decided_by=tuple(sorted(decided_by(case))),
        sealed=True,
    )


def _as_proposer(officer: Officer, difference: Difference | None = None) -> ProposalContext:
    from signet.proposals.model import ProposalContext  # late, as above

    salt = digest_of(officer.operation, officer.key.hex())
    return ProposalContext.of(officer, salt=salt, difference=difference)


def _check(officer: Officer, case: Case, proposed: Proposed) -> None:
    _check_gates(officer, case, proposed.kind, str(proposed.data.get("status", "")))
    if case.entering:
        raise Refused("Another entry waits for approval already.", rule=RULE)
    _check_whom(officer, case, proposed.number)
    is_public = proposed.data.get("published") or proposed.data.get("publication_directed_by")
    if is_public and not case.published:
        raise Invalid(
            FieldError("published", "Record first who directed publication"), rule="STA-6"
        )


def _check_whom(officer: Officer, case: Case, number: str) -> None:
    if receipt_codes.respondent_hash(number.upper(), officer.key) not in case.respondents[:1]:
        raise Invalid(
            FieldError("number", "Enter the number of the person or company this case is about")
        )


def _check_gates(officer: Officer, case: Case, kind: str, status: str) -> None:
    if reasons := may_enter(officer.rules, case, kind, status):
        raise Refused(" ".join(reasons), rule=RULE)


def waiting(officer: Officer, case: Case) -> Waiting | None:
    """Return the entry of a case that waits for approval, or None.

    Call it only after the opening of the case is recorded. Raises NotFound, Unavailable.
    """
    from signet.proposals import actions  # late, as above
    from signet.register import adding

    step, content = _proposed_step(officer, case) if case.entering else (None, "")
    if step is None or step.what == BEGUN:
        return None
    proposal = actions.get(proposal_id(officer, case.id, case.entering))
    opened = proposal.opened(content)
    (record,) = opened.records
    return Waiting(
        proposal,
        content,
        opened,
        actions.why_barred(_as_proposer(officer), proposal, opened),
        proposal.head.proposed_by == officer.account,
        adding.held(record.subject, record.number).version != record.version,
    )


def _proposed_step(officer: Officer, case: Case) -> tuple[Step, str]:
    """Return the step that proposed an entry, and its sealed content. Raises Unavailable."""
    row = case_store.row(case.id, case.entering)
    text = unsealed(officer, row, case_store.key(case.id, case.entering)) if row else None
    try:
        step = Step.model_validate_json((row and row.body) or "")
    except ValidationError as error:
        raise Unavailable("What was to be entered can’t be opened.") from error
    if text is None:
        raise Unavailable("What was to be entered can’t be opened.")
    return step, text


def approve(officer: Officer, seen: CaseVersion, hash_: str) -> None:
    """Make the proposed entry, exactly as it was shown, and record it in the case.

    The entry, the proposal and the step are one transaction. Raises NotAllowed for the proposer,
    for anyone who decided something in the case, and for the person whom it concerns; Conflict for
    another hash; Refused as `propose`, and when the record has changed since; NotFound,
    Unavailable.
    """

    def decide(case: Case, content: str) -> Decided:
        from signet.proposals import actions  # late, as above

        _check_still(officer, case, content)
        id_ = proposal_id(officer, case.id, case.entering)
        return actions.prepare_approval(_as_proposer(officer), id_, hash_, content=content)

    def note(case: Case, content: str) -> str:
        from signet.proposals.model import Content, entry_operation  # late, as above

        (record,) = Content.model_validate_json(content).records
        operation = entry_operation(proposal_id(officer, case.id, case.entering), record.key)
        return f"{record.number}, entry {operation}-0"

    _decide(officer, seen, "complaint-entered", [hash_], decide, note, "approved")


def _check_still(officer: Officer, case: Case, content: str) -> None:
    """Check again on approval: the case may be adjourned, or its respondent corrected, since."""
    from signet.proposals.model import Content  # late, as above

    (record,) = Content.model_validate_json(content).records
    (entry,) = record.entries
    _check_whom(officer, case, record.number)
    _check_gates(officer, case, entry.kind, str(entry.data.get("status", "")))


def refuse(officer: Officer, seen: CaseVersion, reason: str) -> None:
    """Refuse the proposed entry; the reason is stored with the case. Raises as `approve`."""

    def decide(case: Case, content: str) -> Decided:
        from signet.proposals import actions  # late, as above

        id_ = proposal_id(officer, case.id, case.entering)
        return actions.prepare_refusal(_as_proposer(officer), id_, "", content=content)

    _decide(
        officer, seen, "complaint-entry-refused", [reason], decide, lambda *_: reason, "refused"
    )


def withdraw(officer: Officer, seen: CaseVersion) -> None:
    """Withdraw the officer's own proposal, or drop an entry begun before there were proposals.

    Raises NotAllowed for another officer's, Refused where nothing waits, NotFound, Conflict,
    Unavailable.
    """

    def decide(case: Case, _: str) -> Decided:
        from signet.proposals import actions  # late, as above

        id_ = proposal_id(officer, case.id, case.entering)
        return actions.prepare_withdrawal(_as_proposer(officer), id_)

    _decide(officer, seen, "complaint-entry-withdrawn", [], decide, lambda *_: "", "")


def _decide(
    officer: Officer,
    seen: CaseVersion,
    what: str,
    submitted: Sequence[str],
    decide: Decide,
    note: Note,
    message: str,
) -> None:
    """Apply a decision to the waiting entry, in one transaction with the case's step."""

    def change(case: Case) -> CaseChange:
        if not case.entering:
            raise Refused("No entry waits for approval.", rule=RULE)
        step, content = _proposed_step(officer, case)
        changes: list[Change] = []
        if step.what != BEGUN:
            decided = decide(case, content)
            changes = [*decided.changes, Save(audit.row(decided.line, officer.operation))]
        elif message:
            raise Refused(
                "This was started in a way that is no longer used: withdraw it.", rule=RULE
            )
        new = case.model_copy(update={"entering": ""})
        return CaseChange(new, {}, note(case, content), changes, _mail(step, message))

    change_case(officer, seen, what, submitted, change)


def _mail(step: Step, message: str) -> list[Mail]:
    """Return the mail that tells the proposer of a decision; it doesn't identify the case."""
    account = accounts.account(step.by) if message else None
    if account is None or not account.email:
        return []
    return [Mail(account.email, "complaint_entry_decided", {"told": message})]
