"""What all operations on requests share: read the file, check, write the difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from signet.accounts import persons
from signet.accounts import store as accounts
from signet.accounts.model import Account
from signet.errors import Conflict, NotAllowed, NotFound, Refused
from signet.policy.requests import KindPolicy
from signet.register import reading as register
from signet.register.fold import full_name
from signet.register.model import MemberRecord
from signet.requests import single, store
from signet.requests.kind import Asking, Kind
from signet.requests.kinds import kinds
from signet.requests.model import Answers, Event, File, Head, What
from signet.requests.stage import Standing, Status, standing
from signet.tables import reachable
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.transactions.commit import Change, digest_of
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command, Plan, perform


class Case(NamedTuple):
    """A request as an operation reads it: its file, kind, policy, and where it stands today."""

    file: File
    kind: Kind
    policy: KindPolicy
    standing: Standing


class Step(NamedTuple):
    """What an operation makes of a request.

    `detail` holds ids, states and names of fields only: it goes to the audit log.
    """

    file: File
    changes: Sequence[Change] = ()
    mail: Sequence[Mail] = ()
    detail: Mapping[str, Any] = MappingProxyType({})


def subject_of(id_: str) -> str:
    """Return a request's subject in the audit log."""
    return f"request#{id_}"


def reference(id_: str) -> str:
    """Return what people call a request: "R-3F9A-20C1"."""
    return f"R-{id_[:4]}-{id_[4:8]}".upper()


def kind_of(context: Context, head: Head) -> tuple[Kind, KindPolicy]:
    """Return a request's kind, and what the policy asked on the day on which it was begun."""
    policy = context.policy.requests.kind(head.kind, head.started_on)
    kind = kinds().get(head.kind)
    if policy is None or kind is None:
        raise NotFound("There is no such kind of request.")
    return kind, policy


def opened(context: Context, id_: str) -> Case:
    """Return a request as it is now. Raises NotFound, Unavailable."""
    return case_of(context, store.get(id_))


def case_of(context: Context, file: File) -> Case:
    """Return a file with its kind, and where it stands today."""
    kind, policy = kind_of(context, file.head)
    return Case(file, kind, policy, standing(file, policy, context.today))


def own(context: Context, id_: str) -> Case:
    """Return one of the caller's own requests. Raises NotFound for another's, Unavailable."""
    case = opened(context, id_)
    check_own(context, case.file.head)
    return case


def is_own(context: Context, head: Head) -> bool:
    """Tell whether a request is the caller's own, and about no record but theirs.

    An account that was parted from a record since asks nothing about it any more, and sees nothing.
    """
    subject, _, number = head.subject.partition("#")
    return head.owner == context.account and (subject != "member" or number == context.member)


def check_own(context: Context, head: Head) -> None:
    """Raise NotFound unless a request is the caller's own (`is_own`)."""
    if not is_own(context, head):
        raise NotFound("There is no such request.")


PARTED = (
    "The account that asked isn’t joined to this record any more, so nothing is decided. Close it."
)


def is_parted(head: Head, owner: Account | None) -> bool:
    """Tell whether the account that asks was parted from the record that it asked about."""
    subject, _, number = head.subject.partition("#")
    return subject == "member" and owner is not None and owner.member != number


def check_joined(case: Case) -> list[Change]:
    """Return the checks that who asks is joined to the record as the decision is written.

    An account is parted from a record that it was joined to in error: nothing is decided about a
    member for somebody else. Raises Refused for one that was.
    """
    owner = accounts.account(case.file.head.owner)
    if is_parted(case.file.head, owner):
        raise Refused(PARTED)
    return [accounts.check_same(owner)] if owner is not None else []


def record_of(context: Context, head: Head) -> MemberRecord | None:
    """Return the member's record that a request is about, as at today; None for none."""
    subject, _, number = head.subject.partition("#")
    return register.standing_on(number, context.today) if subject == "member" else None


def asking(context: Context, case: Case) -> Asking:
    """Return who asks, as a kind's functions take it."""
    return Asking(context, record_of(context, case.file.head), case.policy)


def answers_of(case: Case) -> Answers:
    """Return the valid answers of a request's sections."""
    return {
        section.name: section.model.model_validate(held.data)
        for section in case.kind.sections
        if (held := case.file.sections.get(section.name)) and held.data is not None
    }


def event(context: Context, what: What, **more: Any) -> Event:
    """Return an event of this operation."""
    return Event(what=what, by=context.account, at=context.now, on=context.today, **more)


def change(
    context: Context,
    id_: str,
    name: str,
    submitted: Sequence[Any],
    step: Callable[[Case], Step],
    *,
    seen: int | None = None,
) -> None:
    """Change a request in one transaction: its rows, the operation, its audit line and mail.

    `step` checks who may do it and what the rules say, and returns the file as it is then. `seen`
    is the version that the page showed, where the caller decides on what they saw. Raises Conflict
    for another version, and whatever `step` raises.
    """

    def plan() -> Plan:
        case = opened(context, id_)
        result = step(case)
        if seen is not None:
            check_seen(case, seen)
        after = standing(result.file, case.policy, context.today)
        changes = [*store.changes(case.file, result.file, after), *result.changes]
        changes += single.changes(case.file, case.standing, after)
        return Plan(id_, changes, {"stage": after.stage.value, **result.detail}, result.mail)

    command = Command(
        f"requests#{context.account}",
        subject_of(id_),
        name,
        digest_of(name, id_, seen, list(submitted)),
    )
    perform(context, command, plan)


def concerns(context: Context, case: Case) -> bool:
    """Tell whether a request is the caller's own, by whichever account, or about their record."""
    own_record = bool(context.member) and case.file.head.subject == f"member#{context.member}"
    return own_record or persons.is_one_of(context, [case.file.head.owner])


def officer(context: Context, case: Case, roles: Sequence[str]) -> None:
    """Check that an officer may deal with a request.

    Raises NotAllowed without one of these roles, for a request of their own or about their record,
    and for who takes no part in it.
    """
    if not set(roles) & {str(role) for role in context.roles}:
        raise NotAllowed
    if concerns(context, case):
        raise NotAllowed("This is about you: a colleague deals with it.")
    if persons.is_one_of(context, case.standing.recused):
        raise NotAllowed("You declared a conflict of interest: a colleague deals with this.")


def check_seen(case: Case, version: int) -> None:
    """Raise Conflict unless a request is of the version that was shown.

    `change` does it too: a step does it itself before it makes a letter in vain.
    """
    if case.file.version != version:
        raise Conflict


def check_not_held(case: Case) -> None:
    """Check that a request isn't on hold: nothing of it is decided or entered then."""
    if Status.ON_HOLD in case.standing.statuses:
        raise Refused("This request is on hold: release it first.")


def to_owner(case: Case, template: str, **more: Any) -> list[Mail]:
    """Return mail to who asks: the reference and the page, nothing of the content."""
    owner = accounts.account(case.file.head.owner)
    if owner is None or not owner.email:
        return []
    shared = {
        "kind": case.policy.title,
        "reference": reference(case.file.id),
        "at": f"/services/requests/{case.file.id}/",
    }
    return [Mail(owner.email, template, {**shared, **more})]


@reachable
def note_seen(context: Context, case: Case, what: str = "request-seen", about: int = 0) -> None:
    """Record in the audit log that an officer is about to see a request, or a letter of it.

    Raises Unavailable.
    """
    detail = {"letter": about} if about else {}
    line = Audit(subject_of(case.file.id), what, context.account, context.now, detail)
    audit.note(line, context.operation)


def name_of(context: Context, case: Case) -> str:
    """Return the name of the member whom a request is about, or the owner's e-mail address."""
    record = record_of(context, case.file.head)
    if record is not None:
        return full_name(record.given, record.family)
    owner = accounts.account(case.file.head.owner)
    return owner.email if owner else ""
