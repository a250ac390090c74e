"""The stage of a request: one pure function of its file and the day. Nothing of it is stored.

A stored state drifts from what happened; this can't. The work list's index is written from it with
each event, and `signet fsck` compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from signet.letters.service import UNSERVED, Clock, Days, clock
from signet.policy.requests import KindPolicy
from signet.requests.model import DECISIONS, Event, File, What


class Stage(StrEnum):
    """How far a request has come."""

    DRAFT = "draft"
    COMPLETENESS = "completeness"
    RETURNED = "returned"
    DECISION = "decision"
    DEFERRED = "deferred"
    APPROVAL = "approval"  # decided; a second officer has yet to approve the entries
    APPEAL = "appeal"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


CLOSED = frozenset({Stage.APPROVED, Stage.REFUSED, Stage.WITHDRAWN})


class Status(StrEnum):
    """What else is true of a request; several can be."""

    ON_HOLD = "on hold"
    WAITING = "waiting for others"  # a contributor hasn't answered yet
    CONTRIBUTOR_LATE = "contributor late"
    CONTRIBUTOR_DECLINED = "contributor declined"
    OVERDUE = "overdue"
    DEFERRAL_APPEALABLE = "deferral can be appealed"
    NOT_SERVED = "letter not served"
    APPEAL_LATE = "appeal late"
    STALE_DRAFT = "draft not touched"


class Actor(StrEnum):
    """Who must act next."""

    APPLICANT = "applicant"
    CONTRIBUTOR = "contributor"
    CLERK = "clerk"
    EXAMINERS = "examiners"
    SECOND_OFFICER = "second officer"
    APPEAL_BODY = "appeal body"
    NOBODY = "nobody"


# Whose turn is the office's own.
OFFICE = (Actor.CLERK, Actor.EXAMINERS, Actor.SECOND_OFFICER, Actor.APPEAL_BODY)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands on a day.

    `due` is the day by which who must act should have acted; passing it refuses nothing. `decided`
    is the latest decision; `appeal_until` the last day to appeal it, counted from the service of
    its letter (NOT-1); None while that isn't served. `deferred_days` adds up all deferrals since
    the first submission. `assignee` is the officer it is assigned to, or "".
    """

    stage: Stage
    statuses: frozenset[Status]
    must_act: Actor
    due: date | None = None
    decided: Event | None = None
    appeal_until: date | None = None
    deferred_days: int = 0
    assignee: str = ""
    recused: frozenset[str] = frozenset()

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be done, unless an appeal comes."""
        return self.stage in CLOSED


_AFTER: dict[What, Stage] = {
    What.SUBMITTED: Stage.COMPLETENESS,
    What.RETURNED: Stage.RETURNED,
    What.COMPLETE: Stage.DECISION,
    What.REFERRED: Stage.DECISION,
    What.REFUSED: Stage.REFUSED,
    What.DEFERRED: Stage.DEFERRED,
    What.ENTERED: Stage.APPROVED,
    What.NOT_ENTERED: Stage.DECISION,
    What.APPEALED: Stage.APPEAL,
    What.UPHELD: Stage.DECISION,
    What.WITHDRAWN: Stage.WITHDRAWN,
}


def standing(file: File, policy: KindPolicy, today: date) -> Standing:
    """Return where a request stands on a day, by the policy in force when it was begun."""
    stage = _stage(file, today)
    must_act = _must_act(file, stage, policy)
    decided = file.last(*DECISIONS)
    due = _due(file, stage, policy)
    return Standing(
        stage=stage,
        statuses=frozenset(_statuses(file, stage, due, policy, today)),
        must_act=must_act,
        due=due,
        decided=decided,
        appeal_until=letter_clock(file, policy).last_day if appealable(file, policy) else None,
        deferred_days=deferred_days(file),
        assignee=_assignee(file),
        recused=frozenset(event.by for event in file.events if event.what is What.RECUSED),
    )


def _stage(file: File, today: date) -> Stage:
    stage, before_appeal = Stage.DRAFT, Stage.DRAFT
    for event in file.events:
        if event.what is What.APPEALED:
            before_appeal = stage
        if event.what is What.DISMISSED:
            stage = before_appeal
        elif event.what is What.APPROVED:
            stage = Stage.APPROVAL if event.proposal else Stage.APPROVED
        elif event.what is What.SUBMITTED and stage is Stage.DEFERRED:
            stage = Stage.DECISION  # what was asked for came: those who deferred look at it
        else:
            stage = _AFTER.get(event.what, stage)
    deferred = file.last(What.DEFERRED)
    if stage is Stage.DEFERRED and deferred and deferred.until and deferred.until < today:
        return Stage.DECISION  # its time is over: those who deferred decide
    return stage


def _must_act(file: File, stage: Stage, policy: KindPolicy) -> Actor:
    if _held(file):
        return Actor.CLERK
    waiting = any(one.open for one in file.contributions)
    match stage:
        case Stage.DRAFT | Stage.RETURNED | Stage.DEFERRED:
            return Actor.APPLICANT
        case Stage.COMPLETENESS:
            return Actor.CONTRIBUTOR if waiting else Actor.CLERK
        case Stage.DECISION:
            return Actor.EXAMINERS if policy.examined else Actor.CLERK
        case Stage.APPROVAL:
            return Actor.SECOND_OFFICER
        case Stage.APPEAL:
            return Actor.APPEAL_BODY
        case _:
            return Actor.NOBODY


def _held(file: File) -> bool:
    last = file.last(What.HELD, What.RELEASED)
    return last is not None and last.what is What.HELD


def _assignee(file: File) -> str:
    last = file.last(What.ASSIGNED)
    return last.assignee if last else ""


def _due(file: File, stage: Stage, policy: KindPolicy) -> date | None:
    """Return by when who must act should act: counted from the event that made it their turn."""
    last = file.last(*_AFTER, What.APPROVED, What.DISMISSED)
    match stage:
        case Stage.DRAFT:
            return file.head.started_on + timedelta(days=policy.draft_days)
        case Stage.RETURNED | Stage.DEFERRED:
            return last.until if last else None
        case Stage.COMPLETENESS | Stage.DECISION | Stage.APPROVAL | Stage.APPEAL:
            return last.on + timedelta(days=policy.target_days) if last else None
        case _:
            return None


def _statuses(
    file: File, stage: Stage, due: date | None, policy: KindPolicy, today: date
) -> set[Status]:
    statuses = set()
    if _held(file):
        statuses.add(Status.ON_HOLD)
    if stage not in CLOSED:
        statuses |= _of_contributors(file, today)
        if due is not None and due < today:
            statuses.add(Status.STALE_DRAFT if stage is Stage.DRAFT else Status.OVERDUE)
    if stage in (Stage.DEFERRED, Stage.DECISION) and deferred_days(file) > policy.deferral_days:
        statuses.add(Status.DEFERRAL_APPEALABLE)
    if appealable(file, policy) and letter_clock(file, policy).served_on is None:
        statuses.add(Status.NOT_SERVED)
    if stage is Stage.APPEAL and _appeal_is_late(file, policy):
        statuses.add(Status.APPEAL_LATE)
    return statuses


def _of_contributors(file: File, today: date) -> set[Status]:
    statuses = set()
    for one in file.contributions:
        if one.open:
            statuses.add(Status.WAITING)
            if one.expires_on < today:
                statuses.add(Status.CONTRIBUTOR_LATE)
        elif one.declined_at is not None and one.ended_at is None:
            statuses.add(Status.CONTRIBUTOR_DECLINED)
    return statuses


def deferred_days(file: File) -> int:
    """Return how long the deferrals last in all, since the first submission (APP-7)."""
    deferrals = (event for event in file.events if event.what is What.DEFERRED and event.until)
    return sum((event.until - event.on).days for event in deferrals if event.until)


def appealable(file: File, policy: KindPolicy) -> bool:
    """Tell whether the latest decision can be appealed: a refusal, or deferrals past the limit.

    Each decision is appealed once.
    """
    decided = file.last(*DECISIONS)
    if decided is None or not policy.appeal_days or appeal_of(file, decided) is not None:
        return False
    too_long = deferred_days(file) > policy.deferral_days
    return decided.what is What.REFUSED or (decided.what is What.DEFERRED and too_long)


def appeal_of(file: File, decided: Event) -> Event | None:
    """Return the appeal of a decision, or None."""
    about = number_of(file, decided)
    appeals = (one for one in file.events if one.what is What.APPEALED)
    return next((one for one in appeals if one.about == about), None)


def number_of(file: File, event: Event) -> int:
    """Return an event's number in its file, the first being 1."""
    return file.events.index(event) + 1


def letter_clock(file: File, policy: KindPolicy) -> Clock:
    """Return when the letter on the latest decision was served, and the last day to appeal."""
    decided = file.last(*DECISIONS)
    about = number_of(file, decided) if decided else 0
    services = (one for one in reversed(file.events) if one.what is What.SERVED)
    served = next((one for one in services if one.about == about), None)
    if served is None:
        return UNSERVED
    return clock(
        served.service, Days(policy.mail_within, policy.mail_elsewhere, policy.appeal_days)
    )


def _appeal_is_late(file: File, policy: KindPolicy) -> bool:
    appealed, until = file.last(What.APPEALED), letter_clock(file, policy).last_day
    return appealed is not None and until is not None and appealed.on > until
