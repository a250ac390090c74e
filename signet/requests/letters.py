"""The letters on decisions about requests and appeals: what was decided, why, and what follows.

A letter is made once its decision is final, in the same transaction: a refusal, a deferral or an
appeal's decision with it, an approval as a second officer enters it, so that no letter speaks of
what may not be entered. Its bytes are kept, and never made again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from signet.errors import Refused, Unavailable
from signet.letters import coverage, documents
from signet.letters import service as services
from signet.letters.service import Clock, Days, Service
from signet.policy.requests import KindPolicy
from signet.register import contacts
from signet.register import reading as register
from signet.register.fold import full_name
from signet.requests import store
from signet.requests.documents import (
    AppealLetter,
    ApprovalLetter,
    DecisionLetter,
    Granted,
    RequestLetter,
)
from signet.requests.model import APPEAL_DECISIONS, DECISIONS, Event, File, Letter, What
from signet.requests.operation import Case, name_of, reference
from signet.requests.stage import appealable, deferred_days, number_of
from signet.transactions.commit import Change
from signet.transactions.context import Context

if TYPE_CHECKING:
    from signet.proposals.model import ProposedEntry, ProposedRecord

NOT_DECIDED = (
    "The letter can’t be made just now, so nothing is decided. Please try again in a few minutes."
)
NOT_ENTERED = (
    "The letter can’t be made just now, so nothing is entered. Please try again in a few minutes."
)
LETTERED = frozenset({What.REFUSED, What.DEFERRED}) | APPEAL_DECISIONS
TITLES: Mapping[str, str] = {
    What.APPROVED: "approved",
    What.REFUSED: "refused",
    What.DEFERRED: "deferred",
    What.UPHELD: "appeal allowed",
    What.DISMISSED: "appeal dismissed",
}


def add(
    context: Context,
    case: Case,
    after: File,
    decided: Event,
    entered: Sequence[ProposedRecord] | None = None,
) -> list[Change]:
    """Add the letter on a decision to the file as it will be; return the changes of its bytes.

    `entered` is what a second officer's approval enters in the same transaction. Raises Unavailable
    when it can't be made: then nothing is decided, or entered.
    """
    wanted = _document(context, case, after, decided, entered)
    try:
        content = documents.render([wanted], context.policy.regulator)
    except Unavailable as error:
        raise Unavailable(NOT_DECIDED if entered is None else NOT_ENTERED) from error
    about = number_of(after, decided)
    after.letters.append(
        Letter(
            about=about,
            what=decided.what,
            made_on=context.today,
            by=decided.by,
            digest=sha256(content).hexdigest(),
            unprintable=coverage.uncovered(*_typed(wanted)),
        )
    )
    return store.put_letter_content(after.id, about, content)


def _document(
    context: Context,
    case: Case,
    after: File,
    decided: Event,
    entered: Sequence[ProposedRecord] | None,
) -> RequestLetter:
    regulator = context.policy.regulator
    name = _name_after(after.head.subject, entered or ()) or name_of(context, case)
    shared = {
        "to": (name, *_address(after.head.subject)),
        "dated": context.today,
        "reference": reference(after.id),
        "name": name,
        "kind": case.policy.title,
        "begun_on": after.head.started_on.isoformat(),
        "text": decided.text,
        "cites": case.policy.cites,
        "contact": regulator.contact,
    }
    if decided.what is What.APPROVED:
        return _approval(context, case, decided, entered, shared)
    shared["site"] = os.environ.get("SIGNET_SITE_URL", "").rstrip("/")
    if decided.what in APPEAL_DECISIONS:
        return _appeal(context, case, decided, shared)
    return _decision(context, case.policy, after, decided, shared)


def _name_after(subject: str, entered: Sequence[ProposedRecord]) -> str:
    """Return the name as it is with what is entered: a new one is used at once."""
    return next((one.name for one in entered if one.key == subject), "")


def _decision(
    context: Context, policy: KindPolicy, after: File, decided: Event, shared: Mapping[str, Any]
) -> DecisionLetter:
    texts = {one.code: one.text for one in policy.reasons}
    return DecisionLetter(
        **shared,
        until=_iso(decided.until),
        reasons=tuple(texts.get(code, code) for code in decided.reasons),
        appealable=appealable(after, policy),
        days=policy.appeal_days,
        deferred_days=deferred_days(after),
        deferral_days=policy.deferral_days,
        within=policy.mail_within,
        elsewhere=policy.mail_elsewhere,
        jurisdiction=context.policy.regulator.jurisdiction,
    )


def _approval(
    context: Context,
    case: Case,
    decided: Event,
    entered: Sequence[ProposedRecord] | None,
    shared: Mapping[str, Any],
) -> ApprovalLetter:
    entries = [one for record in entered or () for one in record.entries]
    granted = [_granted(context, case, one) for one in entries]
    return ApprovalLetter(
        **shared,
        decided_on=decided.on.isoformat(),
        granted=tuple(one for one in granted if one.label),
        on_register=bool(entries),
    )


def _granted(context: Context, case: Case, entry: ProposedEntry) -> Granted:
    label, value = case.kind.in_words(context.policy, entry)
    return Granted(label, value, entry.effective_on.isoformat(), entry.data.get("until") or "")


def _appeal(
    context: Context, case: Case, decided: Event, shared: Mapping[str, Any]
) -> AppealLetter:
    appealed, about = case.file.last(What.APPEALED), case.file.last(*DECISIONS)
    if appealed is None or about is None:
        raise Refused("Nothing was appealed.", rule="APP-7")
    return AppealLetter(
        **shared,
        decided_on=about.on.isoformat(),
        until=_iso(about.until),
        over=about.until is not None and about.until < context.today,
        appealed_on=appealed.on.isoformat(),
        allowed=decided.what is What.UPHELD,
        decider=_decider(context) if case.policy.names_decider else "",
    )


def _decider(context: Context) -> str:
    """Return the name of who decides by their member record, "" without one."""
    record = register.standing_on(context.member, context.today) if context.member else None
    return full_name(record.given, record.family) if record else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _typed(wanted: RequestLetter) -> Iterator[str]:
    """Yield what a letter prints that people typed or the register holds."""
    yield from (*wanted.to, wanted.text)
    if isinstance(wanted, DecisionLetter):
        yield from wanted.reasons
    elif isinstance(wanted, ApprovalLetter):
        yield from (one.value for one in wanted.granted)
    elif isinstance(wanted, AppealLetter):
        yield wanted.decider


def _address(subject: str) -> tuple[str, ...]:
    """Return the lines of the latest address given (NOT-1); none where there is none."""
    kind, _, number = subject.partition("#")
    held = contacts.get(number).get("address", "") if kind == "member" else ""
    lines = held.split("\n") if "\n" in held else held.split(",", 1)
    return tuple(line.strip() for line in lines if line.strip())


def newest(file: File) -> Event | None:
    """Return the decision that the newest letter is on; None for none.

    Refusals and deferrals count without a letter too: old ones have none.
    """
    for one in reversed(file.events):
        lettered = file.letter(number_of(file, one)) is not None
        if lettered or one.what in (What.REFUSED, What.DEFERRED):
            return one
    return None


def served(file: File, about: int, service: Service, today: date) -> Service:
    """Record on a file's letter how it was served; return the service (NOT-1).

    Raises Invalid for a day to come, or one before the decision.
    """
    letter = file.letter(about)
    made_on = letter.made_on if letter else file.events[about - 1].on
    checked = services.served(
        service.way, service.on, within=service.within, made_on=made_on, today=today
    )
    return _recorded(file, about, checked)


def proved(file: File, about: int, arrived_on: date | None, today: date) -> Service:
    """Record on a file's letter that it arrived on a day, or None: that it came back (NOT-1).

    Raises Invalid for a letter that wasn't mailed, or a day on which it can't have arrived.
    """
    letter = file.letter(about)
    held = letter.service if letter else None
    proof = services.arrived(held, arrived_on, today) if arrived_on else services.came_back(held)
    return _recorded(file, about, proof)


def _recorded(file: File, about: int, service: Service) -> Service:
    file.letters = [
        one.model_copy(update={"service": service}) if one.about == about else one
        for one in file.letters
    ]
    return service


def clock(letter: Letter, policy: KindPolicy) -> Clock:
    """Return when a letter was served, and the last day to appeal."""
    days = Days(policy.mail_within, policy.mail_elsewhere, policy.appeal_days)
    return services.clock(letter.service, days)
