"""What staff do with a request: look after it, check it, decide it, and decide appeals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from signet.accounts import persons
from signet.accounts import store as accounts
from signet.accounts.model import Account
from signet.errors import FieldError, Invalid, NotAllowed, Refused
from signet.requests import letters
from signet.requests.model import DECISIONS, Event, What
from signet.requests.operation import (
    Case,
    Step,
    change,
    check_joined,
    check_not_held,
    check_seen,
    event,
    is_parted,
    officer,
    to_owner,
)
from signet.requests.stage import Stage, Status
from signet.transactions.context import Context
from signet.transactions.outbox import Mail

if TYPE_CHECKING:
    from signet.proposals.model import Difference


class Seen(NamedTuple):
    """Which request an officer acts on, and the version that the page showed."""

    id: str
    version: int


def assign(context: Context, seen: Seen, account: str) -> None:
    """Assign a request to an officer who may deal with it; "" makes it unassigned."""

    def made(case: Case) -> Event:
        if account:
            _check_assignee(case, account)
        return event(context, What.ASSIGNED, assignee=account)

    _by_clerk(context, seen, "request-assigned", [account], made)


def assignable(case: Case, among: Iterable[Account]) -> list[Account]:
    """Return those who can be assigned a request: officers who may deal with it.

    Who is concerned or takes no part isn't among them by another account of theirs either. One
    read at most.
    """
    apart = {case.file.head.owner, *case.standing.recused}
    known = persons.of_ids(apart)
    roles = {*case.policy.clerks, *case.policy.deciders}
    return [
        one
        for one in among
        if not roles.isdisjoint({str(role) for role in one.roles})
        and case.file.head.subject != f"member#{one.member}"
        and not persons.is_among(one, apart, known)
    ]


def _check_assignee(case: Case, account: str) -> None:
    assignee = accounts.account(account)
    if assignee is None or not assignable(case, [assignee]):
        raise Invalid(FieldError("assignee", "Choose an officer who may deal with this request"))


def note(context: Context, seen: Seen, text: str) -> None:
    """Add a note for staff. Raises Invalid for an empty one."""
    _written(text, "Write the note")
    _by_clerk(
        context, seen, "request-noted", [text], lambda _: event(context, What.NOTED, text=text)
    )


def recuse(context: Context, seen: Seen, reason: str) -> None:
    """Declare a conflict of interest: the officer takes no part in the request from now on."""
    _written(reason, "Say what the conflict is")

    def made(_: Case) -> Event:
        return event(context, What.RECUSED, text=reason)

    _by_clerk(context, seen, "request-recused", [reason], made)


def hold(context: Context, seen: Seen, reason: str) -> None:
    """Put a request on hold, with the reason. Raises Refused where it is on hold already."""
    _written(reason, "Say why it waits")

    def made(case: Case) -> Event:
        _check_hold(case, held=False)
        return event(context, What.HELD, text=reason)

    _by_clerk(context, seen, "request-held", [reason], made)


def release(context: Context, seen: Seen, text: str) -> None:
    """Go on with a request that is on hold. Raises Refused where it isn't."""

    def made(case: Case) -> Event:
        _check_hold(case, held=True)
        return event(context, What.RELEASED, text=text)

    _by_clerk(context, seen, "request-released", [text], made)


def _check_hold(case: Case, *, held: bool) -> None:
    if (Status.ON_HOLD in case.standing.statuses) is not held:
        raise Refused("This request isn’t on hold." if held else "This request is on hold already.")


def close(context: Context, seen: Seen, text: str) -> None:
    """Close a request whose account was parted from the record that it is about: it is withdrawn.

    Nobody is refused by that, and no letter goes to the member, who may never have asked. Raises
    Refused where the account is joined to the record, Invalid without a reason.
    """
    _written(text, "Say why it is closed")
    from signet.requests import approval  # late: proposals are slow to import

    def step(case: Case) -> Step:
        check_clerk(context, case)
        if case.standing.closed:
            raise Refused("This request is closed already.")
        if not is_parted(case.file.head, accounts.account(case.file.head.owner)):
            raise Refused("The applicant’s account is joined to the record: they can withdraw it.")
        after = case.file.next(event(context, What.WITHDRAWN, text=text))
        waits = case.standing.stage is Stage.APPROVAL
        changes = approval.withdrawn(context, case) if waits else []
        return Step(after, changes, to_owner(case, "request_withdrawn"))

    change(context, seen.id, "request-closed", [text], step, seen=seen.version)


def send_back(context: Context, seen: Seen, items: Sequence[str], text: str) -> None:
    """Return a request for what is missing, named in `items`; the owner has the policy's days.

    Passing the day refuses nothing: the request is listed. Raises Invalid, Refused.
    """
    if not items:
        raise Invalid(FieldError("items", "Choose what is missing or wrong"))
    _written(text, "Say what is missing, and what would be right")

    def made(case: Case) -> Event:
        _in_stage(case, Stage.COMPLETENESS, Stage.DECISION)
        until = context.today + timedelta(days=case.policy.answer_days)
        return event(context, What.RETURNED, items=tuple(items), text=text, until=until)

    _by_clerk(context, seen, "request-returned", [*items, text], made, "request_returned")


def find_complete(context: Context, seen: Seen, text: str = "") -> None:
    """Find a request complete: it goes to those who decide. Raises Refused."""

    def made(case: Case) -> Event:
        _in_stage(case, Stage.COMPLETENESS)
        if any(one.open for one in case.file.contributions):
            raise Refused("Someone who was asked hasn’t answered yet. Ask for another, or wait.")
        return event(context, What.COMPLETE, text=text)

    _by_clerk(context, seen, "request-complete", [text], made)


def refer(context: Context, seen: Seen, text: str) -> None:
    """Refer a request to those who decide, or from one of them to another, with a question."""
    _written(text, "Say what the question is")

    def made(case: Case) -> Event:
        _in_stage(case, Stage.COMPLETENESS, Stage.DECISION)
        return event(context, What.REFERRED, text=text)

    _by_clerk(context, seen, "request-referred", [text], made)


def approve(
    context: Context,
    seen: Seen,
    text: str,
    *,
    given: BaseModel | None = None,
    difference: Difference | None = None,
) -> None:
    """Approve a request. What it means for the register waits for a second officer, and the letter
    with it.

    `given` is what the kind has who approves add, such as conditions.

    Raises NotAllowed, Refused where it isn't to be decided or a rule of the register forbids it.
    """
    from signet.requests import approval  # late: proposals are slow to import

    def step(case: Case) -> Step:
        officer(context, case, case.policy.deciders)
        _decidable(case)
        joined = check_joined(case)
        proposal, changes = approval.prepare(context, case, given, difference)
        data = given.model_dump(mode="json") if given is not None else {}
        entry = event(context, What.APPROVED, text=text, proposal=proposal, data=data)
        after = case.file.next(entry)
        if proposal:
            return Step(after, [*changes, *joined], detail={"proposal": proposal})
        check_seen(case, seen.version)
        letter = letters.add(context, case, after, entry)
        return Step(after, [*letter, *joined], to_owner(case, "request_decided"), {"proposal": ""})

    change(context, seen.id, "request-approved", [text, given], step, seen=seen.version)


def refuse(context: Context, seen: Seen, reasons: Sequence[str], text: str) -> None:
    """Refuse a request, with reasons of the policy's list and in words (APP-7).

    Raises Invalid without them, NotAllowed, Refused.
    """

    def made(case: Case) -> Event:
        _decidable(case)
        _check_reasons(case, reasons, text)
        return event(context, What.REFUSED, reasons=tuple(reasons), text=text)

    _by_decider(context, seen, "request-refused", [*reasons, text], made)


def defer(context: Context, seen: Seen, until: date, reasons: Sequence[str], text: str) -> None:
    """Defer a request to a day, with what is asked meanwhile and why (APP-7); as `refuse`."""

    def made(case: Case) -> Event:
        _decidable(case)
        _check_reasons(case, reasons, text)
        if until <= context.today:
            raise Invalid(FieldError("until", "Give a day after today"))
        return event(context, What.DEFERRED, reasons=tuple(reasons), text=text, until=until)

    _by_decider(context, seen, "request-deferred", [until, *reasons, text], made)


def decide_appeal(context: Context, seen: Seen, *, upheld: bool, text: str) -> None:
    """Decide an appeal: upheld, the request is decided again; dismissed, the decision stands.

    Raises NotAllowed for who made the decision appealed, Invalid without reasons, Refused.
    """
    _written(text, "Give the reasons")

    def made(case: Case) -> Event:
        _in_stage(case, Stage.APPEAL)
        decided = case.file.last(*DECISIONS)
        if decided is not None and persons.is_one_of(context, [decided.by]):
            raise NotAllowed("You made this decision: a colleague deals with the appeal.")
        return event(context, What.UPHELD if upheld else What.DISMISSED, text=text)

    name = "request-appeal-upheld" if upheld else "request-appeal-dismissed"
    _by_decider(context, seen, name, [text], made)


def _by_clerk(
    context: Context,
    seen: Seen,
    name: str,
    submitted: Sequence[Any],
    made: Callable[[Case], Event],
    template: str = "",
) -> None:
    def step(case: Case) -> Step:
        check_clerk(context, case)
        mail: list[Mail] = to_owner(case, template) if template else []
        return Step(case.file.next(made(case)), mail=mail)

    change(context, seen.id, name, submitted, step, seen=seen.version)


def _by_decider(
    context: Context,
    seen: Seen,
    name: str,
    submitted: Sequence[Any],
    made: Callable[[Case], Event],
) -> None:
    def step(case: Case) -> Step:
        officer(context, case, case.policy.deciders)
        decided, joined = made(case), check_joined(case)
        check_seen(case, seen.version)
        after = case.file.next(decided)
        lettered = decided.what in letters.LETTERED
        letter = letters.add(context, case, after, decided) if lettered else []
        return Step(after, [*letter, *joined], to_owner(case, "request_decided"))

    change(context, seen.id, name, submitted, step, seen=seen.version)


def check_clerk(context: Context, case: Case) -> None:
    """Check that an officer may look after a request that was submitted.

    Raises NotAllowed, Refused.
    """
    officer(context, case, (*case.policy.clerks, *case.policy.deciders))
    if case.standing.stage is Stage.DRAFT:
        raise Refused("This wasn’t submitted yet.")


def _in_stage(case: Case, *stages: Stage) -> None:
    if case.standing.stage not in stages:
        raise Refused(f"This request is at another stage now: {case.standing.stage}.")


def _decidable(case: Case) -> None:
    _in_stage(case, Stage.DECISION)
    check_not_held(case)


def _check_reasons(case: Case, reasons: Sequence[str], text: str) -> None:
    known = {one.code for one in case.policy.reasons}
    if not reasons or set(reasons) - known:
        raise Invalid(FieldError("reasons", "Choose at least one reason"), rule="APP-7")
    _written(text, "Give the reasons in words")


def _written(text: str, message: str) -> None:
    if not text.strip():
        raise Invalid(FieldError("text", message))
