"""The data of a request: what is stored of it, and what a file of it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from signet.letters.service import Service


class Stored(BaseModel):
    """What is stored as JSON."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )


class What(StrEnum):
    """What happened to a request. The events of a file say all that was done to it."""

    SUBMITTED = "submitted"  # by its owner, for the first time or after a return
    RETURNED = "returned"  # to its owner, with what is missing
    COMPLETE = "complete"  # a clerk found nothing missing
    REFERRED = "referred"  # to those who decide
    ASSIGNED = "assigned"
    NOTED = "noted"  # for staff alone
    RECUSED = "recused"  # an officer takes no part in it
    HELD = "held"
    RELEASED = "released"
    APPROVED = "approved"
    REFUSED = "refused"
    DEFERRED = "deferred"
    ENTERED = "entered"  # a second officer approved the entries
    NOT_ENTERED = "not_entered"  # a second officer refused the entries, with a reason
    SERVED = "served"  # the letter on a decision
    APPEALED = "appealed"
    UPHELD = "upheld"  # the appeal was: the request is decided again
    DISMISSED = "dismissed"  # the appeal was
    WITHDRAWN = "withdrawn"


FOR_STAFF = frozenset({What.ASSIGNED, What.NOTED, What.RECUSED, What.NOT_ENTERED})
DECISIONS = frozenset({What.APPROVED, What.REFUSED, What.DEFERRED})
APPEAL_DECISIONS = frozenset({What.UPHELD, What.DISMISSED})


class Event(Stored):
    """One thing that happened to a request.

    `by` is an account. `text` is what was written: to the applicant, or for `FOR_STAFF` events to
    staff. `items` names sections, documents and contributors that are missing; `reasons` are codes
    of the policy's reasons; `until` is the last day of a deferral, or the day by which an answer is
    wanted; `about` is the number of the decision's event, for a letter's service and an appeal;
    `data` is what who approved added.
    """

    what: What
    by: str
    at: datetime
    on: date
    text: str = ""
    items: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    until: date | None = None
    assignee: str = ""
    proposal: str = ""
    service: Service | None = None
    about: int = 0
    data: Mapping[str, Any] = {}


class Head(Stored):
    """The first row of a request.

    `owner` is the account that asks, `subject` the key of the record that it is about
    ("member#100001"), or "" where there is none yet. What is asked for is what the policy in force
    on `started_on` asks.
    """

    kind: str
    owner: str
    subject: str
    started_at: datetime
    started_on: date


class SectionRow(Stored):
    """One section as it was last saved.

    `data` are its valid answers, None while something is wrong or missing; then `typed` is what was
    typed, by the names of the form's fields.
    """

    data: Mapping[str, Any] | None
    version: int
    saved_at: datetime
    typed: Mapping[str, tuple[str, ...]] = {}


class Document(Stored):
    """A file that the owner named as a document of a kind that is asked for."""

    code: str
    upload: str
    named_at: datetime


class Letter(Stored):
    """The letter on a decision, made once it is final and never made again; its bytes are kept.

    `about` is the number of the decision's event, `digest` the SHA-256 of the bytes, in hex.
    `unprintable` are characters that the fonts lack. `service` is how it was served (NOT-1).
    """

    about: int
    what: What
    made_on: date
    by: str
    digest: str
    unprintable: tuple[str, ...] = ()
    service: Service | None = None


class Contribution(Stored):
    """A contribution asked of someone else, such as a referee, and its outcome.

    `secret` is the digest of the secret in their link. `data` is their answer; `declined` says why
    they can't; `ended_at` when the owner replaced them: the link is dead from then on.
    """

    id: str
    role: str
    name: str
    email: str
    secret: str
    invited_at: datetime
    expires_on: date
    answered_at: datetime | None = None
    data: Mapping[str, Any] = {}
    declined_at: datetime | None = None
    declined: str = ""
    ended_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether it was answered, or still can be."""
        return self.declined_at is None and self.ended_at is None

    @property
    def open(self) -> bool:
        """Whether an answer can still come."""
        return self.answered_at is None and self.declined_at is None and self.ended_at is None


@dataclass(slots=True)
class File:
    """All that is stored of a request. `version` grows with each write to any of it."""

    id: str
    head: Head
    version: int
    sections: dict[str, SectionRow] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    def last(self, *whats: What) -> Event | None:
        """Return the latest of these events, or None."""
        return next((event for event in reversed(self.events) if event.what in whats), None)

    def next(self, *events: Event) -> File:
        """Return a copy to change, one version on, with these events added."""
        return File(
            self.id,
            self.head,
            self.version + 1,
            dict(self.sections),
            list(self.documents),
            list(self.contributions),
            [*self.events, *events],
            list(self.letters),
        )

    def letter(self, about: int) -> Letter | None:
        """Return the letter on the decision of this event's number, or None."""
        return next((one for one in self.letters if one.about == about), None)

    def contribution(self, id_: str) -> Contribution | None:
        """Return a contribution by its id, or None."""
        return next((one for one in self.contributions if one.id == id_), None)


Answers = Mapping[str, BaseModel]  # the valid answers of each section, by its name
