"""The data of a proposal, and of its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from signet.errors import Refused
from signet.register import actions as register
from signet.register.model import Entry, Subject
from signet.transactions.context import Context

COMMAND_LINE = "command-line"
REGISTER_DESK = "register-desk"
COMPLAINT = "complaint"
REQUEST = "request"


class Stale(Refused):
    """The records have changed since they were shown: it has to be proposed again."""

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
        """The record's key: "member#100001"."""
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
    """The state of a proposal; whether it is out of date follows from the records.

    A proposal of many records is approved before it is entered; its rows show how far it is.
    """

    OPEN = "open"
    APPROVED = "approved"
    ENTERED = "entered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Way(StrEnum):
    """How entries came to be made: approved, or by one officer.

    Alone at the command line, in an emergency, or as the policy lets one officer enter that kind.
    """

    APPROVED = "approved"
    ONE_OFFICER = "one officer"
    ALONE = "alone"
    EMERGENCY = "emergency"


REVIEWED_LATER = frozenset({Way.ALONE, Way.EMERGENCY})


class Outcome(Stored):
    """What became of a proposal. `entered` and `fell_out` name records as `ProposedRecord.key`."""

    state: State
    by: str
    at: datetime
    reason: str = ""
    way: Way = Way.APPROVED
    entered: tuple[str, ...] = ()
    fell_out: tuple[str, ...] = ()
    counts: Mapping[str, int] = {}  # for many records: "entered", "fell out"
    review_by: datetime | None = None  # of an emergency: deadline of the second officer's review


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
    counts: Mapping[str, int] = {}  # of an import entered at once: records by what changed
    outcome: Outcome | None = None
    review: Review | None = None


class Proposal(NamedTuple):
    """A proposal in its current state. `content` is "" where it is stored sealed elsewhere."""

    id: str
    version: int
    head: Head
    content: str

    @property
    def state(self) -> State:
        """The state of the proposal."""
        return self.head.outcome.state if self.head.outcome else State.OPEN

    @property
    def to_review(self) -> bool:
        """Whether one officer entered it alone and no second has reviewed it."""
        done = self.head.outcome
        alone = done is not None and done.state is State.ENTERED and done.way in REVIEWED_LATER
        return alone and self.head.review is None

    def overdue(self, now: datetime) -> bool:
        """Tell whether an emergency entry's review is overdue."""
        due = self.head.outcome.review_by if self.head.outcome else None
        return self.to_review and due is not None and due <= now

    def opened(self, content: str = "") -> Content:
        """Return what is proposed; pass `content` where it is stored sealed elsewhere."""
        return Content.model_validate_json(content or self.content)


class Wanted(NamedTuple):
    """Entries to be made for one record."""

    subject: Subject
    number: str
    entries: Sequence[register.Proposal]


class NewProposal(NamedTuple):
    """What is to be proposed.

    `source` says what it comes from: "register-desk", "command-line", "cpd#…", "complaint#…".
    `decided_by` are the accounts that decided it, which can't approve it either; `concerned` are
    the register numbers of members whom it is about besides those whose records change. With
    `sealed` only a hash is stored here: the domain stores the content, and passes it back for
    approval.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalContext(Context):
    """The context of an operation on proposals.

    `salt` goes into the content that is proposed. `difference` returns what entries change on
    public pages, given a record (subject, number) and its entries before and after. Without it,
    pages aren't compared.
    """

    salt: str
    difference: Difference | None = None

    @classmethod
    def of(
        cls, context: Context, *, salt: str, difference: Difference | None = None
    ) -> ProposalContext:
        """Return the same context for work on proposals."""
        return cls(
            context.account,
            context.operation,
            context.now,
            context.today,
            context.policy,
            context.member,
            context.email,
            context.roles,
            salt=salt,
            difference=difference,
        )


def hash_of(content: str) -> str:
    """Return the hash of a content as it is stored: what an approval refers to."""
    return sha256(content.encode()).hexdigest()


def entry_operation(proposal: str, key: str) -> str:
    """Return the operation id of a proposed record's entries: the same each time."""
    return sha256(f"proposal {proposal} {key}".encode()).hexdigest()[:32]
