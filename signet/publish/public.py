"""What may leave the register: the allow-list, field by field.

Pages, data files and the look-up are made from these and from nothing else, so that a field that
isn't named here can't be published by accident. All values are plain: strings, ISO dates, tuples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from signet.register.verdict import Answer as Answer
from signet.register.verdict import Tone as Tone


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict on a record as everything that is published says it (signet.register.verdict)."""

    words: str  # "Permitted to practise", "Not in good standing", "In force" …
    tone: Tone
    since: str  # ISO date from which the fact that decided has held, or "" when not known
    reason: str  # "Suspended through discipline", "Expired" … or ""
    until: str = ""  # the stated end of a suspension, or a permit's last valid day
    answer: Answer = "not_permitted"
    allows: str = ""  # what follows for those who rely on it


@dataclass(frozen=True, slots=True)
class HeldDesignation:
    """A designation held, with what the policy says of it."""

    code: str
    name: str
    slug: str
    register: str
    practises: bool
    granted_on: str


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name, always shown with what it is."""

    name: str
    kind: Literal["former", "known_as", "native"]
    until: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of practice of one designation (SCO-1)."""

    designation: str
    discipline: str
    activities: tuple[str, ...]
    limits: str
    text: str
    since: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on practice; `text` is empty where only the fact may be shown."""

    text: str
    since: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A discipline decision whose publication was directed (STA-6)."""

    title: str
    decided_on: str
    summary: str
    directed_by: str


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """What the register said until it was corrected, from the day it was recorded."""

    effective_on: str
    recorded_on: str
    corrected_on: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One public fact of the record's past: when it took effect, when it was recorded.

    `said_before` is what it corrects, the latest first.
    """

    effective_on: str
    recorded_on: str
    what: str
    detail: str
    corrected: bool = False
    said_before: tuple[SaidBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class PermitAnswered:
    """A permit that a member answers for."""

    number: str
    name: str
    headline: Headline
    since: str


@dataclass(frozen=True, slots=True)
class PublicMember:
    """All that the public sees of a member."""

    number: str
    name: str
    sort_name: str
    given: str
    family: str
    native_name: str
    other_names: tuple[OtherName, ...]
    city: str
    province: str
    designations: tuple[HeldDesignation, ...]
    disciplines: tuple[str, ...]
    status: str
    headline: Headline
    registered_on: str
    scopes: tuple[Scope, ...]
    conditions: tuple[Condition, ...]
    decisions: tuple[Decision, ...]
    responsible_for: tuple[PermitAnswered, ...]
    history: tuple[HistoryEvent, ...]
    last_changed_on: str
    withheld_designations: tuple[HeldDesignation, ...] = ()  # held, and not to be used (DES-4)


@dataclass(frozen=True, slots=True)
class ResponsibleMember:
    """A member who answers for a permit, with the standing and scopes that count there (SCO-3)."""

    number: str
    name: str
    since: str
    designations: tuple[str, ...]
    headline: Headline
    scopes: tuple[Scope, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class FormerResponsibleMember:
    """A member who answered for a permit, and no longer does."""

    number: str
    name: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class PublicPermit:
    """All that the public sees of a permit to practise."""

    number: str
    name: str
    operating_names: tuple[str, ...]
    former_names: tuple[OtherName, ...]
    city: str
    province: str
    fields: tuple[str, ...]
    headline: Headline
    status: str
    issued_on: str
    in_force_since: str
    expires_on: str
    responsible_members: tuple[ResponsibleMember, ...]
    former_responsible_members: tuple[FormerResponsibleMember, ...]
    unanswered: bool  # no current responsible member (PER-5)
    history: tuple[HistoryEvent, ...]
    last_changed_on: str
    conditions: tuple[Condition, ...] = ()
    uncovered_fields: tuple[str, ...] = ()  # covered by no current responsible member's scope


@dataclass(frozen=True, slots=True)
class Row:
    """A line in a browse list."""

    number: str
    name: str
    sort_name: str
    detail: str
    city: str
    status: str
    tone: Tone


class ScopeRow(NamedTuple):
    """A line in a scope listing: who may practise, in what, with what limits."""

    number: str
    name: str
    sort_name: str
    city: str
    designation: str
    scope: Scope
    conditions: int


class Change(NamedTuple):
    """One line of the recent changes."""

    published_on: str
    kind: Literal["member", "permit"]
    number: str
    name: str
    what: str
    detail: str
    effective_on: str
    key: str  # stable identity, for the feed
    entry_kind: str  # of the entry, or "expired"
    recorded_at: str  # orders the changes of a day; a page tells the day alone
    place: int = 0  # among the entries of a record, as they apply
    corrected: bool = False
    standing: str = ""  # the verdict on the record as at the build's day, in words
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link from page to page."""

    label: str
    path: str
    current: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a browse list; `rows` are markup, `pages` its sisters, `up` the way back."""

    path: str
    title: str
    lead: str
    kind: Literal["member", "permit"]
    rows: tuple[str, ...]
    pages: tuple[PageLink, ...]
    up: tuple[PageLink, ...]
    count: int = 0  # of the whole list, on its first page


@dataclass(frozen=True, slots=True)
class ScopeListPage:
    """The professional technologists entitled to a discipline, an activity or both.

    `narrower` are lists of a part of these.
    """

    path: str
    title: str
    lead: str
    rows: tuple[ScopeRow, ...]
    pages: tuple[PageLink, ...]
    up: tuple[PageLink, ...]
    count: int = 0  # of the whole list, on its first page
    narrower: tuple[PageLink, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexPage:
    """A page of links into lists: (heading, links) groups."""

    path: str
    title: str
    lead: str
    groups: tuple[tuple[str, tuple[PageLink, ...]], ...]
    up: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A bulk download. How large it is isn't told: the page would change with every entry."""

    path: str
    title: str
    media_type: str
    columns: tuple[tuple[str, str], ...] = ()  # of a table: each with what it means
