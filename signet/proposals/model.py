"""What a proposal holds, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from signet.accounts.model import Role
from signet.errors import Refused
from signet.policy import Policy
from signet.register import actions as register
from signet.register.model import Entry, Subject

COMMAND_LINE = "command-line"
REGISTER_DESK = "register-desk"
COMPLAINT = "complaint"


class Stale(Refused):
    """The records were changed since they were looked at: it has to be proposed again."""

    usual = (
        "The record was changed since this was proposed. Propose it again for the record as it is."
    )


class Stored(BaseModel):
    """What is kept as JSON."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )


class ProposedEntry(Stored):
    """One entry that is to be made; `corrects` is the entry whose place it takes, or ""."""

    kind: str
    data: dict[str, Any]
    effective_on: date
    corrects: str = ""


class Line(Stored):
    """One thing that a public page says, before and after; "" where it says nothing of it."""

    what: str
    before: str
    after: str


class PageDifference(Stored):
    """What changes on one public page: whose page it is, and its lines."""

    subject: Subject
    number: str
    name: str
    lines: tuple[Line, ...]


class ProposedRecord(Stored):
    """What is to be entered for one record, which was of `version` when it was looked at.

    `history` tells, by rule, what of a new record's past broke it: it happened all the same.
    """

    subject: Subject
    number: str
    name: str
    version: int
    entries: tuple[ProposedEntry, ...]
    pages: tuple[PageDifference, ...] = ()
    history: dict[str, str] = {}

    @property
    def key(self) -> str:
        """What the record is called here: "member#100001"."""
        return f"{self.subject}#{self.number}"


class Part(Stored):
    """Some records of a proposal of many: what is entered in one transaction, and shown at once."""

    records: tuple[ProposedRecord, ...]


class FellOut(Stored):
    """A record that was left out, named as `ProposedRecord.key`, and why."""

    record: str
    why: str


class PartResult(Stored):
    """What became of a part, as `ProposedRecord.key`."""

    entered: tuple[str, ...]
    fell_out: tuple[FellOut, ...] = ()


class Many(Stored):
    """What a proposal of many records holds in parts: the hash of each, members' parts first.

    `kinds` counts entries ("member moved"), `history` new records by the rule that their past
    broke. `files` are the days of which the imported tables speak.
    """

    parts: tuple[str, ...]
    member_parts: int
    records: int
    new: int
    kinds: dict[str, int]
    history: dict[str, int] = {}
    files: dict[str, date] = {}


class Content(Stored):
    """All that an approver is shown and approves, by its hash.

    `evidence_digest` stands for evidence that stays sealed elsewhere. `concerned` are the register
    numbers of the members whom it is about. `salt` keeps the hash from telling anything of a
    content that is itself not kept here.
    """

    records: tuple[ProposedRecord, ...]
    authority: str
    source: str
    proposed_by: str
    proposed_as: tuple[str, ...]
    proposed_at: datetime
    salt: str
    evidence: str = ""
    evidence_digest: str = ""
    decided_by: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    many: Many | None = None


class State(StrEnum):
    """How far a proposal is; whether it is out of date follows from the records.

    One of many records is approved before it is entered; how far, its rows say.
    """

    OPEN = "open"
    APPROVED = "approved"
    ENTERED = "entered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Way(StrEnum):
    """How entries came to be made: approved, by one officer alone, or in an emergency."""

    APPROVED = "approved"
    ALONE = "alone"
    EMERGENCY = "emergency"


class Outcome(Stored):
    """What became of a proposal. `entered` and `fell_out` name records as `ProposedRecord.key`."""

    state: State
    by: str
    at: datetime
    reason: str = ""
    way: Way = Way.APPROVED
    entered: tuple[str, ...] = ()
    fell_out: tuple[str, ...] = ()
    counts: Mapping[str, int] = {}  # of many records: "entered", "fell out"
    review_by: datetime | None = None  # of an emergency: when a second officer should have looked


class Review(Stored):
    """That a second officer looked at what one had entered alone."""

    by: str
    at: datetime
    remark: str


class Head(Stored):
    """What the first row of a proposal holds beside its content."""

    source: str
    proposed_by: str
    proposed_at: datetime
    hash: str
    sealed: bool = False
    counts: Mapping[str, int] = {}  # of an import that was entered at once: records by what changed
    outcome: Outcome | None = None
    review: Review | None = None


class Proposal(NamedTuple):
    """A proposal as it stands. `content` is "" where it is kept sealed elsewhere."""

    id: str
    version: int
    head: Head
    content: str

    @property
    def state(self) -> State:
        """How far it is."""
        return self.head.outcome.state if self.head.outcome else State.OPEN

    @property
    def to_review(self) -> bool:
        """Whether one officer entered it alone and no second has looked at it."""
        done = self.head.outcome
        alone = done is not None and done.state is State.ENTERED and done.way is not Way.APPROVED
        return alone and self.head.review is None

    def overdue(self, now: datetime) -> bool:
        """Whether an emergency has waited for its review for too long."""
        due = self.head.outcome.review_by if self.head.outcome else None
        return self.to_review and due is not None and due <= now

    def opened(self, content: str = "") -> Content:
        """Return what is proposed; `content` is given for one that is kept sealed elsewhere."""
        return Content.model_validate_json(content or self.content)


class Wanted(NamedTuple):
    """Entries that somebody wants made for one record."""

    subject: Subject
    number: str
    entries: Sequence[register.Proposal]


class NewProposal(NamedTuple):
    """What somebody proposes.

    `source` says what it comes from: "register-desk", "command-line", "cpd#…", "complaint#…".
    `decided_by` are the accounts that decided it, who can't approve it either; `concerned` register
    numbers of members whom it is about besides those whose records change. With `sealed` only a
    hash is kept here: the domain keeps the content, and gives it back to approve.
    """

    records: Sequence[Wanted]
    authority: str
    source: str
    evidence: str = ""
    evidence_digest: str = ""
    decided_by: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    sealed: bool = False


Difference = Callable[[Subject, str, Sequence[Entry], Sequence[Entry]], Sequence[PageDifference]]


class Officer(NamedTuple):
    """Who does something with proposals, and when; `operation` is the form's own id.

    `member` is the register number of the record that the account is joined to, or "".
    `difference` tells what entries change on public pages: of a record (subject, number), with its
    entries before and after. Without one, pages aren't compared.
    """

    account: str
    member: str
    roles: frozenset[Role]
    operation: str
    now: datetime
    policy: Policy
    salt: str
    difference: Difference | None = None


def hash_of(content: str) -> str:
    """Return the hash of a content as it is kept: what an approval names."""
    return sha256(content.encode()).hexdigest()


def entry_operation(proposal: str, key: str) -> str:
    """Return the id under which a record's entries of a proposal are made: the same each time."""
    return sha256(f"proposal {proposal} {key}".encode()).hexdigest()[:32]
