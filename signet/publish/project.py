"""The second stage: project records to what the public may see of them, by the allow-list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.publish import periods, plain
from signet.publish.plain import iso
from signet.publish.public import (
    Change,
    Condition,
    Decision,
    FormerResponsibleMember,
    Headline,
    HeldDesignation,
    HistoryEvent,
    OtherName,
    PermitAnswered,
    PublicMember,
    PublicPermit,
    ResponsibleMember,
)
from signet.publish.render import history
from signet.publish.render.corrections import TAKEN_BACK, Reading
from signet.publish.render.dates import plain_day
from signet.register import standing, verdict
from signet.register.fold import full_name
from signet.register.model import (
    Entry,
    MemberRecord,
    PermitRecord,
)
from signet.register.periods import KnownPractice, of_member, of_permit
from signet.register.verdict import Answering

EXPIRY = "Permit expired"
EXPIRED = "expired"  # status of a permit that no entry ended; not one of the policy's


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """What every projection needs: the as-of date, the regulator's policy and time zone.

    `strictest` holds the verdicts of records on which the outputs disagreed, by key ("member
    100001"). They are published in place of what the records say (signet.publish.agreement).
    """

    as_of: date
    policy: Policy
    zone: ZoneInfo
    strictest: Mapping[str, Headline] = field(default_factory=dict)


class PermitHistory(NamedTuple):
    """A permit with its entries, for the periods of the members that these name."""

    number: str
    name: str
    entries: Sequence[Entry]


def member_headline(record: MemberRecord, view: Viewpoint) -> Headline:
    """Return the verdict on a member, or the strictest one where the outputs disagreed."""
    strictest = view.strictest.get(f"member {record.number}")
    return strictest or plain.headline(verdict.of_member(record, view.policy))


def _conditions(record: MemberRecord, policy: Policy) -> tuple[Condition, ...]:
    """Return the conditions in force; a member who left practice for good has none (DES-4)."""
    status = policy.statuses.get(record.status)
    if status is not None and status.left:
        return ()
    return tuple(map(plain.condition, record.conditions))


def _designations(record: MemberRecord, policy: Policy) -> tuple[HeldDesignation, ...]:
    """Return the designations held, senior first, without those that the policy doesn't define."""
    granted = {d.code: iso(d.granted_on) for d in record.designations}
    return tuple(
        HeldDesignation(d.code, d.name, d.slug, d.register, d.practises, granted[d.code])
        for d in plain.defined(granted, policy)
    )


def _member_names(record: MemberRecord) -> tuple[OtherName, ...]:
    known_as = (OtherName(record.known_as, "known_as"),) if record.known_as else ()
    return known_as + _other_names(record)


def _other_names(record: MemberRecord | PermitRecord) -> tuple[OtherName, ...]:
    return tuple(
        OtherName(o.name, "known_as" if o.type == "known_as" else "former", iso(o.until))
        for o in record.other_names
    )


Told = tuple[tuple[Entry, HistoryEvent], ...]


def _last_changed(told: Told) -> str:
    """Return the day the public facts last changed: when recorded, or when effective if later."""
    days = (max(event.recorded_on, iso(entry.effective_on)) for entry, event in told)
    return max(days, default="")


def public_member(
    record: MemberRecord,
    permits: tuple[PermitAnswered, ...],
    view: Viewpoint,
    entries: Sequence[Entry] = (),
    withheld: Collection[str] = (),
    naming: Sequence[PermitHistory] = (),
) -> tuple[PublicMember, Told]:
    """Return what the public sees of a member, who must be public (DES-6), with the history shown.

    `entries` are all entries of the record, `withheld` the texts in them that aren't public,
    `naming` the permits that ever named the member.
    """
    reading = _reading(record, entries, view, {}, withheld)
    beside = reading.beside(history.events(standing.public_entries(record), view.policy, view.zone))
    name = full_name(record.given, record.family)
    headline, titles = member_headline(record, view), _designations(record, view.policy)
    usable = standing.may_use_titles(record, view.policy) and (
        headline.answer in verdict.GOOD or f"member {record.number}" not in view.strictest
    )
    published = PublicMember(
        number=record.number,
        name=name,
        sort_name=f"{record.family}, {record.given}" if record.given else record.family,
        given=record.given,
        family=record.family,
        native_name=record.native_name,
        other_names=_member_names(record),
        city=record.city,
        province=record.province,
        designations=titles if usable else (),
        disciplines=record.disciplines,
        status=record.status,
        headline=headline,
        registered_on=iso(record.category_since),
        scopes=tuple(map(plain.scope, record.scopes)),
        conditions=_conditions(record, view.policy),
        decisions=tuple(
            Decision(d.title, iso(d.decided_on), d.summary, d.publication_directed_by)
            for d in record.decisions
            if d.publication_directed_by  # STA-6
        ),
        responsible_for=permits,
        history=tuple(event for _, event in beside),
        last_changed_on=_last_changed(beside),
        withheld_designations=() if usable else titles,
        periods=periods.of_member(
            of_member(
                record,
                entries or record.entries,
                view.as_of,
                view.policy,
                view.zone,
                [permit.entries for permit in naming],
            ),
            headline,
            view.policy,
            {permit.number: permit.name for permit in naming},
            may_use_titles=usable,
        ),
    )
    return published, beside


def _reading(
    record: MemberRecord | PermitRecord,
    entries: Sequence[Entry],
    view: Viewpoint,
    names: Mapping[str, str],
    withheld: Collection[str] = (),
) -> Reading:
    return Reading(record, entries, view.as_of, view.policy, view.zone, names, withheld)


def as_responsible(member: PublicMember) -> ResponsibleMember:
    """Return a member as a permit's page shows them; `since` is left for the permit to set."""
    return ResponsibleMember(
        number=member.number,
        name=member.name,
        since="",
        designations=tuple(d.code for d in member.designations),
        headline=member.headline,
        scopes=member.scopes,
        conditions=member.conditions,
    )


def permit_headline(record: PermitRecord, members: Answering, view: Viewpoint) -> Headline:
    """Return the verdict on a permit; `members` are those that its history names (PER-2, PER-5)."""
    strictest = view.strictest.get(f"permit {record.number}")
    return strictest or plain.headline(verdict.of_permit(record, members, view.as_of, view.policy))


def public_permit(
    record: PermitRecord,
    headline: Headline,
    known: KnownPractice,
    members: Mapping[str, ResponsibleMember],
    names: Mapping[str, str],
    view: Viewpoint,
    entries: Sequence[Entry] = (),
    withheld: Collection[str] = (),
) -> tuple[PublicPermit, Told]:
    """Return what the public sees of a permit with the verdict `headline`, with the history shown.

    `known` is what the responsible members may practise, `members` the public members who are
    responsible for some permit, `names` the names of all public members that the permit's history
    names, `entries` all entries of the permit. A permit that isn't in force has no current term:
    its responsible members have no start date, and it has no future expiry date.
    """
    in_force = headline.answer == "in_force"
    reading = _reading(record, entries, view, names, withheld).beside(
        tuple(
            (entry, _named(event, entry, names))
            for entry, event in history.events(record.entries, view.policy, view.zone)
        )
    )
    current = tuple(
        replace(members[r.member], since=iso(r.since) if in_force else "")
        for r in record.answering()
        if r.member in members
    )
    covered = verdict.covered(record, known.now, view.as_of)
    days = history.expiries(record, view.as_of, view.policy)
    expired = (HistoryEvent(iso(day), iso(day), EXPIRY, "") for day in days)
    shown = (*expired, *(event for _, event in reading))
    shown = tuple(sorted(shown, key=lambda event: event.effective_on, reverse=True))
    published = PublicPermit(
        number=record.number,
        name=record.legal_name,
        operating_names=record.operating_names,
        former_names=_other_names(record),
        city=record.city,
        province=record.province,
        fields=record.fields,
        headline=headline,
        status=EXPIRED if verdict.has_expired(record, view.as_of, view.policy) else record.status,
        issued_on=iso(record.issued_on),
        in_force_since=iso(record.in_force_since) if in_force else "",
        expires_on=iso(record.expires_on) if in_force or record.expires_on < view.as_of else "",
        responsible_members=current,
        former_responsible_members=_former(record, names),
        unanswered=not covered,
        history=shown,
        last_changed_on=max([_last_changed(reading), *map(iso, days)]),
        conditions=tuple(map(plain.condition, record.conditions)),
        uncovered_fields=tuple(f for f in record.fields if f not in covered) if in_force else (),
        periods=periods.of_permit(
            of_permit(entries or record.entries, known, view.as_of, view.policy, view.zone),
            headline,
            names,
        ),
    )
    return published, reading


def _named(event: HistoryEvent, entry: Entry, names: Mapping[str, str]) -> HistoryEvent:
    """Put a responsible member's name beside the number, or drop both if they aren't public."""
    if not entry.kind.startswith("responsible_member"):
        return event
    number = entry.data["member"]
    detail = f"{names[number]} ({number})" if number in names else ""
    return replace(event, detail=detail)


def _former(record: PermitRecord, names: Mapping[str, str]) -> tuple[FormerResponsibleMember, ...]:
    return tuple(
        FormerResponsibleMember(r.member, names[r.member], iso(r.since), iso(r.until))
        for r in record.responsibilities
        if r.until is not None and r.member in names
    )


def permit_answered(record: PermitRecord, member: str, headline: Headline) -> PermitAnswered:
    """Return a permit, with its verdict, as the page of a member responsible for it shows it."""
    since = next(r.since for r in record.answering() if r.member == member)
    runs = headline.answer == "in_force"
    return PermitAnswered(record.number, record.legal_name, headline, iso(since) if runs else "")


def changes(record: PublicMember | PublicPermit, told: Told) -> Iterator[Change]:
    """Yield the record's lines in the recent changes, dated when each first became visible here."""
    kind: Literal["member", "permit"] = "member" if isinstance(record, PublicMember) else "permit"

    def change(event: HistoryEvent, key: str, entry_kind: str, at: str, place: int) -> Change:
        return Change(
            published_on=max(event.recorded_on, event.effective_on),
            kind=kind,
            number=record.number,
            name=record.name,
            what=_titled(event),
            detail=_with_before(event),
            effective_on=event.effective_on,
            key=key,
            entry_kind=entry_kind,
            recorded_at=at,
            place=place,
            corrected=event.corrected,
            standing=record.headline.words,
            tone=record.headline.tone,
        )

    for at, (entry, event) in enumerate(told):
        recorded = entry.recorded_at.isoformat()
        yield change(event, entry.id, entry.kind, recorded, len(told) - at)
    for event in record.history:
        if event.what == EXPIRY:
            key = f"{record.number}-expired-{event.effective_on}"
            yield change(event, key, "expired", f"{event.effective_on}T00:00:00", 0)


def _titled(event: HistoryEvent) -> str:
    if event.said_before and event.what != TAKEN_BACK:
        return f"Correction: {event.what}"
    return event.what


def _with_before(event: HistoryEvent) -> str:
    """Return an event's detail, with the text that it corrects, if any."""
    if not event.said_before:
        return event.detail
    before = event.said_before[0]
    sentence = ": ".join(filter(None, (before.what, before.detail)))
    words = f"before: {sentence}, in effect from {plain_day(before.effective_on)}"
    return f"{event.detail} ({words})" if event.detail else f"{words[0].upper()}{words[1:]}"
