"""The letter on a refusal or a deferral: its reasons, what can be appealed, and by when.

It is made with the decision, in its transaction: no decision without its letter, and what the
applicant reads is what was decided. Its bytes are kept, and never made again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from signet.errors import Unavailable
from signet.letters import coverage, documents
from signet.letters import service as services
from signet.letters.documents import FOR_THE_REGISTRAR, Document
from signet.letters.service import Clock, Days, Service
from signet.policy.requests import KindPolicy
from signet.register import contacts
from signet.requests import store
from signet.requests.model import Event, File, Letter, What
from signet.requests.operation import Case, name_of, reference
from signet.requests.stage import appealable, deferred_days, number_of
from signet.transactions.commit import Change
from signet.transactions.context import Context

NOT_DECIDED = (
    "The letter can’t be made just now, so nothing is decided. Please try again in a few minutes."
)
LETTERED = frozenset({What.REFUSED, What.DEFERRED})


@dataclass(frozen=True, kw_only=True)
class DecisionLetter(Document):
    """What a letter on a decision says.

    `until` is a deferral's last day, "" for a refusal. `appealable` says that it can be appealed
    within `days` of service; a deferral only once all of them exceed `deferral_days`. `within` and
    `elsewhere` are the days after which mail is presumed served (NOT-1).
    """

    template = "request_decision"
    name: str
    kind: str
    begun_on: str
    until: str
    reasons: tuple[str, ...]
    text: str
    cites: str
    appealable: bool
    days: int
    deferred_days: int
    deferral_days: int
    within: int
    elsewhere: int
    jurisdiction: str
    contact: str
    site: str
    signed: tuple[str, ...] = FOR_THE_REGISTRAR


def add(context: Context, case: Case, after: File, decided: Event) -> list[Change]:
    """Add the letter on a decision to the file as it will be; return the changes of its bytes.

    Raises Unavailable when it can't be made: then nothing is decided.
    """
    wanted = _letter(context, case, after, decided)
    try:
        content = documents.render([wanted], context.policy.regulator)
    except Unavailable as error:
        raise Unavailable(NOT_DECIDED) from error
    about = number_of(after, decided)
    after.letters.append(
        Letter(
            about=about,
            what=decided.what,
            made_on=decided.on,
            by=decided.by,
            digest=sha256(content).hexdigest(),
            unprintable=coverage.uncovered(*wanted.to, wanted.text, *wanted.reasons),
        )
    )
    return store.put_letter_content(after.id, about, content)


def _letter(context: Context, case: Case, after: File, decided: Event) -> DecisionLetter:
    policy, regulator = case.policy, context.policy.regulator
    name = name_of(context, case)
    texts = {one.code: one.text for one in policy.reasons}
    return DecisionLetter(
        to=(name, *_address(after.head.subject)),
        dated=decided.on,
        reference=reference(after.id),
        name=name,
        kind=policy.title,
        begun_on=after.head.started_on.isoformat(),
        until=decided.until.isoformat() if decided.until else "",
        reasons=tuple(texts.get(code, code) for code in decided.reasons),
        text=decided.text,
        cites=policy.cites,
        appealable=appealable(after, policy),
        days=policy.appeal_days,
        deferred_days=deferred_days(after),
        deferral_days=policy.deferral_days,
        within=policy.mail_within,
        elsewhere=policy.mail_elsewhere,
        jurisdiction=regulator.jurisdiction,
        contact=regulator.contact,
        site=os.environ.get("SIGNET_SITE_URL", "").rstrip("/"),
    )


def _address(subject: str) -> tuple[str, ...]:
    """Return the lines of the latest address given (NOT-1); none where there is none."""
    kind, _, number = subject.partition("#")
    held = contacts.get(number).get("address", "") if kind == "member" else ""
    lines = held.split("\n") if "\n" in held else held.split(",", 1)
    return tuple(line.strip() for line in lines if line.strip())


def served(file: File, about: int, service: Service, today: date) -> Service:
    """Record on a file's letter how it was served; return the service (NOT-1).

    Raises Invalid for a day to come, or one before the decision.
    """
    made_on = file.events[about - 1].on
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
