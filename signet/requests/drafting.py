"""An owner's operations on their request: begin, fill in, submit, withdraw, appeal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.requests import single, store
from signet.requests.kind import Asking
from signet.requests.model import Document, File, Head, SectionRow, What
from signet.requests.operation import (
    Case,
    Step,
    answers_of,
    asking,
    change,
    check_own,
    event,
    kind_of,
    record_of,
    subject_of,
    to_owner,
)
from signet.requests.stage import Stage, appeal_of, appealable, number_of, standing
from signet.transactions.commit import Change, digest_of
from signet.transactions.context import Context
from signet.transactions.perform import Command, Plan, perform
from signet.uploads import evidence

EDITABLE = frozenset({Stage.DRAFT, Stage.RETURNED, Stage.DEFERRED})
APPEALABLE = frozenset({Stage.REFUSED, Stage.DEFERRED, Stage.DECISION})


class NotComplete(Invalid):
    """Something is missing or wrong; each error names the section, document or contributor."""

    code = "not-complete"
    usual = "This can’t be submitted yet."


def files_of(account: str) -> str:
    """Return the owner of the files that an account sends with its requests."""
    return f"account#{account}"


def start(context: Context, code: str, subject: str) -> str:
    """Begin a request; return its id. What it asks is fixed by the policy in force today.

    `subject` is the key of the record that it is about, or "". Raises NotFound for a kind that
    isn't taken or a record that isn't the caller's, Refused for who can't ask it or has one open
    already.
    """
    head = Head(
        kind=code,
        owner=context.account,
        subject=subject,
        started_at=context.now,
        started_on=context.today,
    )
    check_own(context, head)
    kind, policy = kind_of(context, head)
    file = File(context.operation, head, 1)

    def plan() -> Plan:
        kind.may_start(Asking(context, record_of(context, head), policy))
        if other := _open_one(context, head):
            raise Refused(f"You have a request of this kind already: /services/requests/{other}/.")
        after = standing(file, policy, context.today)
        changes = [*store.changes(None, file, after), single.take(head, file.id)]
        return Plan(file.id, changes, {"kind": code})

    command = Command(
        f"requests#{context.account}",
        subject_of(file.id),
        "request-started",
        digest_of("start", code, subject),
    )
    return perform(context, command, plan)


def _open_one(context: Context, head: Head) -> str:
    """Return the id of an open request of this kind about the same record; "" for none."""
    if other := single.holder(head):
        return other
    for one in store.owned(context.account):  # one that was begun before it had a row
        if one.work and (one.head.kind, one.head.subject) == (head.kind, head.subject):
            return one.id
    return ""


def save_section(
    context: Context,
    id_: str,
    name: str,
    version: int,
    answers: BaseModel | None,
    typed: Mapping[str, Sequence[str]],
) -> None:
    """Save a section: its valid answers, or, where something is wrong, what was typed.

    `version` is the section's that the page showed, 0 for none. Raises NotFound, Refused once it
    can't be changed, and Conflict where it was saved elsewhere meanwhile.
    """

    def step(case: Case) -> Step:
        _editable(context, case)
        if case.kind.section(name) is None:
            raise NotFound
        held = case.file.sections.get(name)
        if (held.version if held else 0) != version:
            raise Conflict
        after = case.file.next()
        after.sections[name] = SectionRow(
            data=answers.model_dump(mode="json") if answers is not None else None,
            version=version + 1,
            saved_at=context.now,
            typed={} if answers is not None else {n: tuple(v) for n, v in typed.items()},
        )
        return Step(after, detail={"section": name})

    change(context, id_, "request-section-saved", [name, version, answers, typed], step)


def name_documents(context: Context, id_: str, code: str, uploads: Sequence[str]) -> None:
    """Name the owner's files that are a document, in place of those before.

    A file has to be clean. Raises NotFound for a document that isn't asked for, Refused, Conflict.
    """

    def step(case: Case) -> Step:
        _editable(context, case)
        if code not in {need.code for need in case.policy.documents}:
            raise NotFound
        others = [one for one in case.file.documents if one.code != code]
        held = {one.upload: one for one in case.file.documents if one.code == code}
        after = case.file.next()
        after.documents[:] = others + [
            held.get(one) or Document(code=code, upload=one, named_at=context.now)
            for one in dict.fromkeys(uploads)
        ]
        owner = files_of(context.account)
        named = evidence.used(owner, [one for one in uploads if one not in held])
        released = evidence.released(owner, [one for one in held if one not in uploads])
        return Step(after, [*named, *released], detail={"document": code, "files": len(uploads)})

    change(context, id_, "request-documents-named", [code, *uploads], step)


def missing(context: Context, case: Case) -> list[FieldError]:
    """Return what keeps a request from being submitted, each with the part that it is about."""
    problems = [
        FieldError(section.name, f"{section.title}: not filled in yet")
        for section in case.kind.sections
        if (held := case.file.sections.get(section.name)) is None or held.data is None
    ]
    answers = answers_of(case)
    problems += _missing_documents(case)
    for role in case.kind.contributors:
        asked = [o for o in case.file.contributions if o.role == role.name and o.counts]
        if len(asked) < role.least:
            problems.append(
                FieldError(role.name, f"{role.title}: {role.least - len(asked)} more to ask")
            )
    if not problems:
        problems += case.kind.check(asking(context, case), answers)
    return problems


def _missing_documents(case: Case) -> list[FieldError]:
    answers, needs = answers_of(case), {need.code: need for need in case.policy.documents}
    needs_now = case.kind.documents(answers, tuple(needs))
    held = {one.code for one in case.file.documents}
    return [
        FieldError(code, f"{needs[code].title}: not added yet")
        for code in needs_now
        if code not in held and not needs[code].optional
    ]


def submit(context: Context, id_: str, seen: int) -> None:
    """Submit a request as it was shown, for the first time or again after a return or deferral.

    What needs no decision takes effect in the same transaction. Raises NotComplete, Refused for who
    can't ask it any more, Conflict where it changed since it was shown.
    """

    def step(case: Case) -> Step:
        _editable(context, case)
        who, answers = asking(context, case), answers_of(case)
        case.kind.may_start(who)
        if faults := missing(context, case):
            raise NotComplete(*faults)
        after = case.file.next(event(context, What.SUBMITTED))
        effect = None
        if case.standing.stage is Stage.DRAFT:
            effect = case.kind.at_once(who, answers, case.file)
        if effect is None:
            return Step(after, mail=to_owner(case, "request_submitted"))
        after.events.append(event(context, What.ENTERED))
        return Step(after, effect.changes, effect.mail, {"at_once": True})

    change(context, id_, "request-submitted", [], step, seen=seen)


def withdraw(context: Context, id_: str, reason: str) -> None:
    """Withdraw a request that isn't closed. It isn't refused by that, and can be made again.

    Entries that wait for a second officer are withdrawn with it, and links of contributors die.
    """

    def step(case: Case) -> Step:
        check_own(context, case.file.head)
        if case.standing.closed:
            raise Refused("This request is closed already.")
        after = case.file.next(event(context, What.WITHDRAWN, text=reason))
        return Step(after, _withdrawn_proposal(context, case), to_owner(case, "request_withdrawn"))

    change(context, id_, "request-withdrawn", [reason], step)


def _withdrawn_proposal(context: Context, case: Case) -> list[Change]:
    if case.standing.stage is not Stage.APPROVAL:
        return []
    from signet.requests import approval  # late: proposals are slow to import

    return approval.withdrawn(context, case)


def can_be_appealed(case: Case) -> bool:
    """Tell whether the latest decision can be appealed as the request stands now."""
    return case.standing.stage in APPEALABLE and appealable(case.file, case.policy)


def appeal(context: Context, id_: str, text: str) -> None:
    """Appeal a refusal, or deferrals that last too long. A late appeal is taken, and marked late.

    Raises Refused where there is no appeal, or one was made already; Invalid without grounds.
    """

    def step(case: Case) -> Step:
        check_own(context, case.file.head)
        decided = case.standing.decided
        if decided is not None and appeal_of(case.file, decided) is not None:
            raise Refused("You appealed this decision already.", rule="APP-7")
        if decided is None or not can_be_appealed(case):
            raise Refused("There is nothing here to appeal.", rule="APP-7")
        if not text.strip():
            raise Invalid(FieldError("text", "Say why you appeal"))
        about = number_of(case.file, decided)
        appealed = event(context, What.APPEALED, text=text, about=about)
        return Step(case.file.next(appealed), mail=to_owner(case, "request_appealed"))

    change(context, id_, "request-appealed", [text], step)


def _editable(context: Context, case: Case) -> None:
    check_own(context, case.file.head)
    if case.standing.stage not in EDITABLE:
        raise Refused("This was submitted, so it can’t be changed now.")
