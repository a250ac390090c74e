"""A change of standing that a member asks for: leave, retirement, resigning, practising again (F).

What only restricts oneself holds at once, where the policy says so (T30). Everything else is
decided, and approved by a second officer. CPD follows the status by itself (CPD-5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from signet.errors import FieldError, Refused
from signet.policy import Policy
from signet.policy.requests import KindPolicy
from signet.proposals import rules
from signet.proposals.model import ProposedEntry, Wanted
from signet.register import actions as register
from signet.register import adding, contacts, ending, worded
from signet.register.model import MemberRecord
from signet.register.verdict.model import status_in_words
from signet.requests.kind import (
    Asking,
    Choices,
    Effect,
    Kind,
    Section,
    SectionModel,
    on_the_register,
)
from signet.requests.model import Answers, File
from signet.transactions.commit import digest_of
from signet.transactions.outbox import ADDRESS, Mail

AUTHORITY = "The member’s own request"


class StatusChange(SectionModel):
    """What the status is to be, and from when."""

    change: str = Field(title="What changes?", max_length=40)
    since: date = Field(
        title="From which day?",
        description="What restricts only you holds today at once; a later day is entered by staff.",
    )
    until: date | None = Field(
        None,
        title="Until when, if you know?",
        description="Not for retiring, resigning or practising again. It never ends by itself.",
    )
    understood: Literal["yes"] = Field(
        title="I have read what this means for my practice and my CPD"
    )


class Resumption(SectionModel):
    """The condition of practising again, where the board set one (G 18(5))."""

    condition: str = Field(
        "",
        title="The condition, if the board set one",
        description="Left empty, there is none.",
        max_length=4000,
    )
    published: Literal["yes", "no"] = Field(
        "yes",
        title="Does the public register show its text?",
        description="Otherwise it shows only that there is a condition.",
    )


def _choices(policy: KindPolicy) -> Choices:
    changes = policy.limits["changes"]
    return {"change": [(one["code"], one["title"], one["about"]) for one in changes]}


def _begins(who: Asking) -> dict[str, str]:
    return {"since": who.context.today.isoformat()}


def _change_of(who: Asking, answers: Answers) -> Mapping[str, Any] | None:
    asked = answers["change"]
    if not isinstance(asked, StatusChange):
        return None
    return next((c for c in who.policy.limits["changes"] if c["code"] == asked.change), None)


def _check(who: Asking, answers: Answers) -> Sequence[FieldError]:
    asked, target = answers["change"], _change_of(who, answers)
    if target is None or not isinstance(asked, StatusChange):
        return [FieldError("change", "Choose one of the changes listed")]
    problems = []
    if asked.since < who.context.today:
        problems.append(FieldError("change", "From which day: give today or a later day"))
    if asked.until is not None and asked.until <= asked.since:
        problems.append(FieldError("change", "Until when: give a day after the first"))
    if asked.until is not None and not target.get("ends"):
        problems.append(FieldError("change", "Until when: leave it empty for this change"))
    if who.record is not None and who.record.status not in target["coming_from"]:
        problems.append(FieldError("change", _impossible(who.record)))
    return problems


def _impossible(record: MemberRecord) -> str:
    if record.not_practising is not None:
        return "You declared that you don’t practise: give notice of practising again there first"
    return "This change isn’t possible from your status today"


def _entry(who: Asking, answers: Answers) -> register.Proposal:
    asked, target = answers["change"], _change_of(who, answers)
    if target is None or not isinstance(asked, StatusChange):
        raise Refused("Choose one of the changes listed.")
    data: dict[str, Any] = {"status": target["status"], "reason": target["reason"]}
    if asked.until is not None:
        data["until"] = asked.until.isoformat()
    return register.Proposal("status_changed", data, max(asked.since, who.context.today))


def _at_once(who: Asking, answers: Answers, file: File) -> Effect | None:
    """Return the entry that a person may make about themself, else None."""
    entry, record, context = _entry(who, answers), who.record, who.context
    if record is None or not rules.may_enter_alone(
        context.policy, context.member, "member", record.number, entry, record, context.today
    ):
        return None
    held = adding.held("member", record.number).entries
    if ending.ended_by(held, [entry], context.policy, context.today):
        return None  # officers void what would end it on a later day: nobody corrects alone
    added = adding.prepare(
        "member",
        record.number,
        [entry],
        authority=AUTHORITY,
        entered_by=context.account,
        policy=context.policy,
        now=context.now,
        operation_id=digest_of("request", file.id, context.operation)[:32],
    )
    return Effect(added.changes, _told(who, record.number, file))


def _told(who: Asking, number: str, file: File) -> list[Mail]:
    """Return mail to the account's address and the record's: someone else may have asked."""
    emails = {who.context.email, contacts.get(number).get("email", "")}
    facts = {"kind": who.policy.title, "at": f"/services/requests/{file.id}/"}
    return [
        Mail(email, "request_in_effect", facts)
        for email in sorted(emails)
        if ADDRESS.fullmatch(email)
    ]


def _entries(who: Asking, answers: Answers, given: BaseModel | None) -> list[Wanted]:
    if who.record is None:
        return []
    entries = [_entry(who, answers)]
    if isinstance(given, Resumption) and given.condition:
        held = adding.held("member", who.record.number).entries
        data = {
            "condition": worded.next_condition(held),
            "text": given.condition,
            "published": given.published == "yes",
        }
        entries.append(register.Proposal("condition_imposed", data, entries[0].effective_on))
    return [Wanted("member", who.record.number, entries)]


def _in_words(policy: Policy, entry: ProposedEntry) -> tuple[str, str]:
    if entry.kind == "condition_imposed":
        return "Condition", str(entry.data["text"])
    return "Status", status_in_words(entry.data["status"], entry.data.get("reason", ""), policy)


KIND = Kind(
    code="status",
    sections=(Section("change", "The change", StatusChange, _choices, _begins),),
    may_start=on_the_register,
    check=_check,
    at_once=_at_once,
    entries=_entries,
    decision=Resumption,
    in_words=_in_words,
)
