"""The third stage for members and permits: their pages, documents and lines.

It runs over batches of raw records, in several processes at once; the pipeline collects the results
in order. Each step is done for the whole batch before the next one begins: while it lasts, the
processor's caches hold its code, which takes two thirds of the time of doing all steps for one
record after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any, Generic, NamedTuple, TypeVar

from signet.policy import Policy
from signet.publish import project, verify
from signet.publish.agreement.outputs import Outputs, settled
from signet.publish.answering import Answering
from signet.publish.batch import Batch, Listed, Named
from signet.publish.lookup.index import indexed
from signet.publish.project import PermitHistory, Told, Viewpoint
from signet.publish.public import (
    Change,
    PermitAnswered,
    PublicMember,
    PublicPermit,
    ResponsibleMember,
    ScopeRow,
)
from signet.publish.regulatory import list_actions
from signet.publish.render import changes as recent
from signet.publish.render import documents, order, rows
from signet.publish.render.changes import Recent
from signet.publish.render.pages import Pages
from signet.publish.scope_search import index as scope_search
from signet.publish.snapshot import Source
from signet.publish.target.staging import Staging
from signet.publish.withheld import withheld
from signet.register import fold, standing, term
from signet.register.model import Entry, MemberRecord, PermitRecord
from signet.register.periods import NAMING


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is needed to make the pages of records."""

    view: Viewpoint
    pages: Pages
    staging: Staging
    source: Source
    url: str
    answering: Mapping[str, tuple[PermitAnswered, ...]]  # by member
    spoken_of: frozenset[str]  # members that some permit's history names
    histories: Mapping[str, Sequence[Entry]]  # all entries of the permits that have corrections
    naming: Mapping[str, Sequence[PermitHistory]]  # by member, who may be named no more

    @property
    def as_of(self) -> str:
        """Return the as-of date in ISO form, as the downloads have it."""
        return self.view.as_of.isoformat()


Public = PublicMember | PublicPermit
Record = TypeVar("Record", bound=Public, covariant=True)


class Shown(NamedTuple, Generic[Record]):
    """What is published of a record, with its history and the texts that must not be published."""

    record: Record
    told: Told
    hidden: list[str]


def members(desk: Desk, raws: Iterable[Any]) -> Batch:
    """Make the pages, documents and lines of a batch of members."""
    policy = desk.view.policy
    batch = _empty(desk)
    held = _public(desk, [desk.source.decode(raw) for raw in raws])
    shown = [_projected(desk, entries, record) for entries, record in held]
    published = _publish(desk, batch, shown, _of_members(desk, [one.record for one in shown]))
    scope_lines = []
    for (member, _, hidden), (_, record), outputs in zip(shown, held, published, strict=True):
        permitted = _permitted(member, record, policy)
        key = _list_member(desk, batch, member, outputs, permitted)
        list_actions(batch, desk.pages, member, key, desk.view.strictest, hidden)
        scope_lines += documents.scope_lines(member, permitted, desk.as_of)
    batch.add_lines("members.csv", [outputs.line for outputs in published])
    batch.add_lines("members.jsonl", [documents.dated(o.document, desk.as_of) for o in published])
    batch.add_lines("scopes.csv", map(documents.line, scope_lines))
    return batch


def _empty(desk: Desk) -> Batch:
    return Batch(recent=Recent(recent.since(desk.view.as_of)))


def _public(desk: Desk, histories: Iterable[list[Entry]]) -> list[tuple[list[Entry], MemberRecord]]:
    """Return the entries and the record of each member who is public (DES-6)."""
    folded = [(entries, fold.member(entries, desk.view.as_of)) for entries in histories]
    return [
        (entries, record)
        for entries, record in folded
        if record is not None and standing.is_public(record, desk.view.policy)
    ]


def _projected(desk: Desk, entries: list[Entry], record: MemberRecord) -> Shown[PublicMember]:
    answered = desk.answering.get(record.number, ())
    hidden = withheld(entries, record.entries)
    naming = desk.naming.get(record.number, ())
    shown = project.public_member(record, answered, desk.view, entries, hidden, naming)
    return Shown(*shown, hidden)


def _permitted(member: PublicMember, record: MemberRecord, policy: Policy) -> frozenset[str]:
    """Return the designations practised under now: none unless the verdict permits practice."""
    if member.headline.answer != "permitted":
        return frozenset()
    return frozenset(s.designation for s in standing.scopes_in_force(record, policy))


def _of_members(desk: Desk, public_members: Sequence[PublicMember]) -> list[Outputs]:
    """Return all that is published of each member."""
    policy = desk.view.policy
    keys = [f"member {member.number}" for member in public_members]
    pages = [desk.pages.member(member) for member in public_members]
    data = [documents.document(member, desk.url) for member in public_members]
    listed = [
        desk.pages.row(rows.member_row(member, policy), "member") for member in public_members
    ]
    results = [indexed(rows.member_entry(member, policy)) for member in public_members]
    lines = [documents.line(documents.member_line(member, desk.as_of)) for member in public_members]
    columns = repeat(documents.MEMBER_COLUMNS, len(public_members))
    return list(map(Outputs, keys, pages, data, listed, results, lines, columns))


def _of_permits(desk: Desk, public_permits: Sequence[PublicPermit]) -> list[Outputs]:
    """Return all that is published of each permit."""
    keys = [f"permit {permit.number}" for permit in public_permits]
    pages = [
        desk.pages.permit(permit, ends_soon=_ends_soon(permit, desk.view))
        for permit in public_permits
    ]
    data = [documents.document(permit, desk.url) for permit in public_permits]
    listed = [desk.pages.row(rows.permit_row(permit), "permit") for permit in public_permits]
    results = [indexed(rows.permit_entry(permit, desk.view.policy)) for permit in public_permits]
    lines = [documents.line(documents.permit_line(permit, desk.as_of)) for permit in public_permits]
    columns = repeat(documents.PERMIT_COLUMNS, len(public_permits))
    return list(map(Outputs, keys, pages, data, listed, results, lines, columns))


def _ends_soon(permit: PublicPermit, view: Viewpoint) -> bool:
    in_force = permit.headline.answer == "in_force" and permit.expires_on
    return bool(in_force) and term.ends_soon(
        date.fromisoformat(permit.expires_on), view.as_of, view.policy
    )


def _publish(
    desk: Desk, batch: Batch, shown: Sequence[Shown[Public]], made: Iterable[Outputs]
) -> list[Outputs]:
    """Check and stage the records' outputs, and return them as they are published."""
    view = desk.view
    agreed = [
        settled(outputs, one.record.headline, view.strictest, view.policy)
        for one, outputs in zip(shown, made, strict=True)
    ]
    published = [outputs for outputs, _ in agreed]
    batch.disputes += [dispute for _, dispute in agreed if dispute is not None]
    _check(batch, shown, published)
    for one, outputs in zip(shown, published, strict=True):
        _note_others(desk, batch, one.record, outputs)
    changes = [change for one in shown for change in _changes_of(batch, one.record, one.told)]
    batch.recent.add(changes)  # all at once: only the newest of all are retained
    for one, outputs in zip(shown, published, strict=True):
        path = documents.address(one.record)
        desk.staging.add(f"{path[1:]}index.html", outputs.html.encode())
        desk.staging.add(f"{path[1:]}index.json", outputs.document)
        batch.changed_on[path] = one.record.last_changed_on
    batch.numbers += [one.record.number for one in shown]
    batch.looked_up += [outputs.result for outputs in published]
    batch.digests, batch.changed = desk.staging.handed_over()
    return published


def _check(batch: Batch, shown: Sequence[Shown[Public]], published: Sequence[Outputs]) -> None:
    """Note the faults of the outputs, and the links in them."""
    for outputs in published:
        batch.links.update(verify.links(outputs.html))
        batch.links.update(verify.links(outputs.row))
    for one, outputs in zip(shown, published, strict=True):
        number, path = one.record.number, documents.address(one.record)[1:]
        batch.errors += verify.page_errors(f"{path}index.html", outputs.html, (number,), one.hidden)
        batch.errors += verify.page_errors(f"the row of {number}", outputs.row, (number,), ())
    for one, outputs in zip(shown, published, strict=True):
        path = documents.address(one.record)[1:]
        batch.errors += verify.document_errors(f"{path}index.json", outputs.document, one.hidden)


def _note_others(desk: Desk, batch: Batch, record: Public, outputs: Outputs) -> None:
    """Note what members' pages say of permits, and the reverse, to be compared later."""
    if isinstance(record, PublicPermit) or record.number in desk.answering:
        batch.verdicts[outputs.key] = record.headline
        batch.named += [
            Named(f"page or JSON of {outputs.key}", key, statement)
            for key, statement in outputs.others()
        ]


def _changes_of(batch: Batch, record: Public, told: Told) -> list[Change]:
    """Return a record's changes; its verdict is noted if the recent changes will show it too."""
    changes = list(project.changes(record, told))
    if any(change.published_on >= batch.recent.first for change in changes):
        batch.verdicts[f"{changes[0].kind} {record.number}"] = record.headline
    return changes


def _list_member(
    desk: Desk, batch: Batch, member: PublicMember, outputs: Outputs, permitted: frozenset[str]
) -> str:
    """Add a member to the lists, and return the key that sorts them there."""
    number = member.number
    under = _listed_under(member, desk.view.policy)
    key = order.sort_key(f"{member.family} {member.given}")
    batch.listed.append(Listed(key, number, member.city, under, member.disciplines, outputs.row))
    batch.scoped.extend(
        ScopeRow(
            number=number,
            name=member.name,
            sort_name=member.sort_name,
            city=member.city,
            designation=scope.designation,
            scope=scope,
            conditions=len(member.conditions),
        )
        for scope in member.scopes
        if scope.designation in permitted
    )
    if entitled := scope_search.indexed(member, permitted):
        batch.entitled.append(entitled)
    if number in desk.answering:
        batch.responsible[number] = project.as_responsible(member)
    if number in desk.spoken_of:
        batch.names[number] = member.name
    return key


def _listed_under(member: PublicMember, policy: Policy) -> tuple[str, ...]:
    """Return the slugs of the designations that a member is listed under (DES-4, DES-7)."""
    titles = (*member.designations, *member.withheld_designations)
    designations = [policy.designations[d.code] for d in titles]
    superseded = {code for designation in designations for code in designation.supersedes}
    return tuple(d.slug for d in designations if d.code not in superseded)


def permits(
    desk: Desk,
    records: Iterable[PermitRecord],
    answering: Answering,
    responsible: Mapping[str, ResponsibleMember],
    names: Mapping[str, str],
) -> Batch:
    """Make the pages, documents and lines of a batch of permits, once the members are known."""
    batch = _empty(desk)
    shown = []
    for record in records:
        entries = desk.histories.get(record.number, ())
        hidden = withheld([*record.entries, *entries], record.entries)
        projected = project.public_permit(
            record,
            answering.verdict(record),
            answering.known,
            responsible,
            names,
            desk.view,
            entries,
            hidden,
        )
        shown.append(Shown(*projected, hidden))
    published = _publish(desk, batch, shown, _of_permits(desk, [one.record for one in shown]))
    who = []
    for (permit, _, hidden), outputs in zip(shown, published, strict=True):
        key = order.sort_key(permit.name)
        listed = Listed(key, permit.number, permit.city, (), permit.fields, outputs.row)
        batch.listed.append(listed)
        list_actions(batch, desk.pages, permit, key, desk.view.strictest, hidden)
        who += documents.responsible_lines(permit, desk.as_of)
    batch.add_lines("permits.csv", [outputs.line for outputs in published])
    batch.add_lines("permits.jsonl", [documents.dated(o.document, desk.as_of) for o in published])
    batch.add_lines("responsible_members.csv", map(documents.line, who))
    return batch


def answered_by(records: Iterable[PermitRecord]) -> dict[str, list[PermitRecord]]:
    """Return the permits by the number of each member responsible for them."""
    answering: dict[str, list[PermitRecord]] = {}
    for record in records:
        for responsibility in record.answering():
            answering.setdefault(responsibility.member, []).append(record)
    return answering


def naming(
    records: Iterable[PermitRecord], histories: Mapping[str, Sequence[Entry]]
) -> dict[str, list[PermitHistory]]:
    """Return the permits by each member whom they name or named, in corrected entries too."""
    by_member: dict[str, list[PermitHistory]] = {}
    for record in records:
        entries = histories.get(record.number, record.entries)
        permit = PermitHistory(record.number, record.legal_name, entries)
        for member in {e.data["member"] for e in entries if e.kind in NAMING}:
            by_member.setdefault(member, []).append(permit)
    return by_member


def spoken_of(
    records: Iterable[PermitRecord], histories: Mapping[str, Sequence[Entry]]
) -> frozenset[str]:
    """Return the members that the permits' pages name, in corrected entries too."""
    numbers: set[str] = set()
    for record in records:
        numbers |= {responsibility.member for responsibility in record.responsibilities}
        for entry in histories.get(record.number, ()):
            if entry.kind.startswith("responsible_member"):
                numbers.add(entry.data["member"])
    return frozenset(numbers)
