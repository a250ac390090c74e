"""What CPD consists of, as it is stored and shown.

Days are the regulator's own (`Policy.regulator.time_zone`), moments are UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from signet.letters.service import Service
from signet.policy import CpdPolicy


class StoredModel(BaseModel):
    """What is stored: a field that a newer version wrote is no reason not to read the rest."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True
    )


class Activity(StoredModel):
    """An activity in a member's log.

    `version` grows with each change; an edit names the one it was made on. `evidence` are the ids
    of files, which are kept apart and are filled in where an activity is read together with them.
    `logged_on` is the day on which it was added, `settled_on` that on which what decides whether it
    counts was last said; both are None for what was logged before they were kept.
    """

    id: str
    year: int
    title: str
    category: str
    started_on: date
    ended_on: date | None = None
    hours: Decimal | None = None
    better_practitioner: bool = False
    advances_profession: bool = False
    reflection: str = ""
    evidence: tuple[str, ...] = ()
    logged_on: date | None = None
    settled_on: date | None = None
    version: int = 1


class Past(StoredModel):
    """An activity as it was before it was changed or removed, and when that was."""

    activity: Activity
    until: datetime
    removed: bool = False
    by: str = ""


class Declared(StoredModel):
    """An activity as a declaration rests on it: which one, in which version."""

    id: str
    version: int


class Declaration(StoredModel):
    """A member's word that a year's requirement is met (CPD-6); the latest one holds.

    `digest` stands for the log as it then was, `activities` name it.
    """

    number: int
    year: int
    declared_on: date
    declared_at: datetime
    account: str
    activities: tuple[Declared, ...]
    digest: str


class NotPractisingReason(StrEnum):
    """A member's reason for not practising (CPD-5)."""

    ILLNESS = "illness"
    UNEMPLOYMENT = "unemployment"
    PARENTAL_LEAVE = "parental_leave"
    RETIREMENT = "retirement"
    OTHER = "other"


class Condition(StoredModel):
    """What a member has to meet before practising again (CPD-5, G 18(5)).

    `authority` is whose decision it is, made on `decided_on`; `met_on` is None until it was met.
    """

    id: str
    words: str
    authority: str
    decided_on: date
    recorded_on: date
    by: str
    met_on: date | None = None
    met_recorded_by: str = ""


class NotPractising(StoredModel):
    """A declaration of not practising (CPD-5). It holds from `since` to `until`, both included.

    `since` is the day of receipt or, for a renewal, the day after the declaration before ends.
    `resumed_on` is the first day of practice again, of which the member gave notice.
    """

    id: str
    received_on: date
    since: date
    until: date
    reason: NotPractisingReason
    account: str
    resumed_on: date | None = None
    resumption_notified_on: date | None = None
    conditions: tuple[Condition, ...] = ()
    version: int = 1

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """The conditions that are still to be met."""
        return tuple(one for one in self.conditions if one.met_on is None)


class Notice(StoredModel):
    """A notice to produce the CPD record (NOT-2). No clock runs until its service is recorded."""

    id: str
    made_on: date
    service: Service | None = None
    recorded_by: str = ""


class AuditState(StrEnum):
    """Where an audit stands. The last four are the end of it here."""

    SELECTED = "selected"  # opened, no notice yet
    ASKED = "asked"  # notice made
    ANSWERED = "answered"
    MORE_ASKED = "more_asked"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    PRACTICE_REVIEW = "practice_review"  # referred (G 20(2), 23)
    COUNCIL = "council"  # referred; Council alone may direct striking (STA-2)

    @property
    def open(self) -> bool:
        """Whether the audit is still open."""
        return self is AuditState.SELECTED or self in ANSWERABLE


ANSWERABLE = frozenset({AuditState.ASKED, AuditState.ANSWERED, AuditState.MORE_ASKED})


class AuditAnswer(StoredModel):
    """What a member sends in answer to an audit: remarks, and files by their ids."""

    id: str
    answered_at: datetime
    account: str
    remarks: str
    evidence: tuple[str, ...] = ()


class Ground(StrEnum):
    """On what an audit is found satisfied that the log and the answers don't show by themselves."""

    LOG = "log"
    OTHER_RECORD = "other_record"
    EXCUSED = "excused"
    MISTAKE = "mistake"
    OTHER = "other"


class Review(StoredModel):
    """What an officer makes of the answers. `words` are for the member."""

    id: str
    reviewed_at: datetime
    by: str
    outcome: AuditState
    words: str = ""
    ground: Ground | None = None


class Reopening(StoredModel):
    """That an audit's outcome, `before`, was set aside; `words` say why, for the member."""

    id: str
    reopened_at: datetime
    by: str
    before: AuditState
    words: str


class AuditCase(StoredModel):
    """The audit of one member's year (CPD-7). `place` is the member's in the published list."""

    year: int
    member: str
    state: AuditState
    selected_on: date
    place: int = 0
    notices: tuple[Notice, ...] = ()
    answers: tuple[AuditAnswer, ...] = ()
    reviews: tuple[Review, ...] = ()
    reopenings: tuple[Reopening, ...] = ()
    version: int = 1

    @property
    def decided_by(self) -> str:
        """The account that recorded the audit's outcome, "" while it is open."""
        return "" if self.state.open or not self.reviews else self.reviews[-1].by


class Standing(StrEnum):
    """Where a member's year stands, as the desk counts it."""

    EXEMPT = "exempt"  # not subject, for whatever reason
    DECLARED = "declared"
    SATISFIED = "satisfied"  # and not declared
    SHORT = "short"


class Subjection(StoredModel):
    """Whether CPD applies to a member on a day, why, and by which rule (CPD-1, CPD-5).

    `reason` is a sentence that both the member and an officer can read.
    `code` names the reason for programs: regulated, unknown, category, struck, status, declaration.
    """

    applies: bool
    code: str
    reason: str
    rule: str
    on: date


class Missing(StoredModel):
    """One thing that a log lacks, in plain words, and the rule that asks for it."""

    code: str  # activities, categories
    words: str
    rule: str
    lacking: int


class Tally(StoredModel):
    """How many activities count (CPD-3), and in which category; every category is listed."""

    counting: int
    by_category: dict[str, int]

    @property
    def categories(self) -> int:
        """How many categories have an activity that counts."""
        return sum(1 for count in self.by_category.values() if count)


class Year(StoredModel):
    """The stored summary of a member's year: what the desk counts and lists.

    `subject_code` is the reason of Subjection; `declarations` how many there have been. `late`:
    what was declared or logged by the day it was due doesn't satisfy the rule. It is kept for a
    member who is exempt, too: they may have to declare again, and only then it is shown.
    """

    year: int
    standing: Standing
    activities: int = 0
    counting: int = 0
    categories: int = 0
    declarations: int = 0
    late: bool = False
    under_audit: bool = False
    subject_code: str = ""
    as_at: date | None = None
    reminded_on: date | None = None  # the day of the last reminder that was sent
    version: int = 0

    @property
    def declared_late(self) -> bool:
        """Whether the year is declared, and late."""
        return self.late and self.standing is Standing.DECLARED


class YearView(NamedTuple):
    """Everything about a member's year that its page, its record and the desk show.

    `name` is the member's name on the register, or "".
    """

    member: str
    name: str
    year: int
    today: date
    cpd: CpdPolicy
    subject: Subjection
    activities: tuple[Activity, ...]
    tally: Tally
    missing: tuple[Missing, ...]
    standing: Standing
    declarations: tuple[Declaration, ...] = ()
    exemption: NotPractising | None = None  # in effect, or yet to begin
    audit: AuditCase | None = None
    stored: Year | None = None

    @property
    def declaration(self) -> Declaration | None:
        """The latest declaration, or None."""
        return self.declarations[-1] if self.declarations else None

    @property
    def under_audit(self) -> bool:
        """Whether an audit of the year is open."""
        return self.audit is not None and self.audit.state.open
