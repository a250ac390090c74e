"""What may leave the register: the allow-list, field by field.

Pages, data files and the look-up are made from these classes and from nothing else, so that a field
that isn't named here can't be published by accident. All values are plain: strings, ISO dates,
tuples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from signet.register.verdict import Answer as Answer
from signet.register.verdict import Tone as Tone


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict on a record, as every output publishes it (signet.register.verdict)."""

    words: str  # "Permitted to practise", "Not in good standing", "In force" …
    tone: Tone
    since: str  # ISO date from which the deciding fact has been true, or "" if unknown
    reason: str  # "Suspended through discipline", "Expired" … or ""
    until: str = ""  # the stated end of a suspension, or a permit's last valid day
    answer: Answer = "not_permitted"
    allows: str = ""  # what the verdict means for people who rely on it


@dataclass(frozen=True, slots=True)
class HeldDesignation:
    """A designation held, with its definition in the policy."""

    code: str
    name: str
    slug: str
    register: str
    practises: bool
    granted_on: str


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name, always shown with its kind."""

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
    """A condition on practice; `text` is empty where only its existence may be shown."""

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
    """What the register showed from the day it was recorded until it was corrected."""

    effective_on: str
    recorded_on: str
    corrected_on: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """A public event in the record's history: when it took effect, and when it was recorded.

    `said_before` holds the statements that it corrects, the latest first.
    """

    effective_on: str
    recorded_on: str
    what: str
    detail: str
    corrected: bool = False
    said_before: tuple[SaidBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class PermitAnswered:
    """A permit that a member is responsible for."""

    number: str
    name: str
    headline: Headline
    since: str


@dataclass(frozen=True, slots=True)
class Period:
    """What the register says of a run of days, and when it said so: both clocks.

    `first_day` and `last_day` are included; `last_day` is empty while it lasts. The register has
    said so from `recorded_on`, or from each day itself where that is later, until `corrected_on`;
    empty if it says so still.
    """

    first_day: str
    last_day: str
    recorded_on: str
    corrected_on: str
    verdict: Headline
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NamedPermit:
    """A permit, by number and its name now."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class MemberPeriod(Period):
    """A member's period; the titles are withheld while they may not be used (DES-4).

    `responsible_for` are the permits that name the member, whether in force or not (PER-5).
    """

    designations: tuple[str, ...]
    withheld_designations: tuple[str, ...]
    scopes: tuple[Scope, ...]
    responsible_for: tuple[NamedPermit, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedMember:
    """A public member, by number and name."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class PermitPeriod(Period):
    """A permit's period, with those who were responsible for it."""

    fields: tuple[str, ...]
    uncovered_fields: tuple[str, ...]
    responsible_members: tuple[NamedMember, ...]


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
    periods: tuple[MemberPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponsibleMember:
    """A member responsible for a permit, with the standing and scopes that count for it (SCO-3)."""

    number: str
    name: str
    since: str
    designations: tuple[str, ...]
    headline: Headline
    scopes: tuple[Scope, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class FormerResponsibleMember:
    """A member who was responsible for a permit, and no longer is."""

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
    periods: tuple[PermitPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a browse list."""

    number: str
    name: str
    sort_name: str
    detail: str
    city: str
    status: str
    tone: Tone
    disciplines: tuple[str, ...] = ()


ActionKind = Literal["conditions", "suspensions", "decisions"]
ListKind = Literal["member", "permit", ActionKind]


class RegulatoryAction(NamedTuple):
    """A row of a list of regulatory actions: a condition, a suspension or a published decision.

    `text` is a condition's wording, empty where only its existence may be shown, a suspension's
    reason or a decision's title; `since` is the day from which it holds, or of the decision.
    """

    kind: ActionKind
    subject: Literal["member", "permit"]
    number: str
    sort_name: str
    text: str
    summary: str
    since: str
    until: str
    status: str
    tone: Tone


class ScopeRow(NamedTuple):
    """A row of a scope list: who may practise, in what, with what limits."""

    number: str
    name: str
    sort_name: str
    city: str
    designation: str
    scope: Scope
    conditions: int


class Change(NamedTuple):
    """A line of the recent changes."""

    published_on: str
    kind: Literal["member", "permit"]
    number: str
    name: str
    what: str
    detail: str
    effective_on: str
    key: str  # stable identity, for the feed
    entry_kind: str  # of the entry, or "expired"
    recorded_at: str  # orders the changes of a day; pages show only the day
    place: int = 0  # among the record's entries, in the order they apply
    corrected: bool = False
    standing: str = ""  # the verdict as at the build's as-of date, in words
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to another page."""

    label: str
    path: str
    current: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a browse list; `rows` are markup, `pages` link its pages, `up` leads back."""

    path: str
    title: str
    lead: str
    kind: ListKind
    rows: tuple[str, ...]
    pages: tuple[PageLink, ...]
    up: tuple[PageLink, ...]
    count: int = 0  # of the whole list, on its first page


@dataclass(frozen=True, slots=True)
class ScopeListPage:
    """One page of the technologists entitled to practise a discipline, an activity or both.

    `narrower` links to lists of a subset of these.
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
    """A page of links to lists, in groups of (heading, links)."""

    path: str
    title: str
    lead: str
    groups: tuple[tuple[str, tuple[PageLink, ...]], ...]
    up: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A bulk download. Its size is left out: with it, the page would change with every entry."""

    path: str
    title: str
    media_type: str
    columns: tuple[tuple[str, str], ...] = ()  # of a table: (name, meaning)
