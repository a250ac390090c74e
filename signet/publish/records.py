"""The third stage for members and permits: their pages, documents and lines.

It runs over batches of raw records, in several processes at once; the pipeline collects the results
in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signet.policy import Policy
from signet.publish import project, verify
from signet.publish.agreement.outputs import Outputs, settled
from signet.publish.answering import Answering
from signet.publish.batch import Batch, Listed, Named
from signet.publish.lookup.index import indexed
from signet.publish.project import Told, Viewpoint
from signet.publish.public import (
    Change,
    PermitAnswered,
    PublicMember,
    PublicPermit,
    ResponsibleMember,
    ScopeRow,
)
from signet.publish.render import changes as recent
from signet.publish.render import documents, order, rows
from signet.publish.render.changes import Recent
from signet.publish.render.pages import Pages
from signet.publish.snapshot import Source
from signet.publish.target.staging import Staging
from signet.publish.withheld import withheld
from signet.register import fold, standing
from signet.register.model import Entry, MemberRecord, PermitRecord


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


def members(desk: Desk, raws: Iterable[Any]) -> Batch:
    """Make the pages, documents and lines of a batch of members."""
    batch = Batch(recent=Recent(recent.since(desk.view.as_of)))
    as_of = desk.view.as_of.isoformat()
    csv_lines, scope_lines, documents_made = [], [], []
    changes: list[Change] = []
    for raw in raws:
        entries = desk.source.decode(raw)
        batch.held += 1
        record = fold.member(entries, desk.view.as_of)
        if record is None or not standing.is_public(record, desk.view.policy):
            continue
        answered = desk.answering.get(record.number, ())
        hidden = withheld(entries, record.entries)
        member, told = project.public_member(record, answered, desk.view, entries, hidden)
        made = _publish(desk, batch, member, _of_member(desk, member), hidden)
        permitted = _permitted(member, record, desk.view.policy)
        _list_member(desk, batch, member, made, permitted)
        changes += _changes_of(batch, member, told)
        csv_lines.append(made.line)
        scope_lines.extend(documents.scope_lines(member, permitted, as_of))
        documents_made.append(documents.dated(made.document, as_of))
    batch.recent.add(changes)  # all at once: only the newest of all are retained
    batch.add_lines("members.csv", b"".join(csv_lines), len(csv_lines))
    batch.add_lines("members.jsonl", b"".join(documents_made), len(documents_made))
    batch.add_lines("scopes.csv", documents.lines(scope_lines), len(scope_lines))
    batch.digests, batch.changed = desk.staging.handed_over()
    return batch


def _permitted(member: PublicMember, record: MemberRecord, policy: Policy) -> frozenset[str]:
    """Return the designations practised under now: none unless the verdict permits practice."""
    if member.headline.answer != "permitted":
        return frozenset()
    return frozenset(s.designation for s in standing.scopes_in_force(record, policy))


def _of_member(desk: Desk, member: PublicMember) -> Outputs:
    """Return all that is published of a member."""
    policy = desk.view.policy
    return Outputs(
        key=f"member {member.number}",
        html=desk.pages.member(member),
        document=documents.document(member, desk.url),
        row=desk.pages.row(rows.member_row(member, policy), "member"),
        result=indexed(rows.member_entry(member, policy)),
        line=documents.lines([documents.member_line(member, desk.view.as_of.isoformat())]),
        columns=documents.MEMBER_COLUMNS,
    )


def _of_permit(desk: Desk, permit: PublicPermit) -> Outputs:
    """Return all that is published of a permit."""
    return Outputs(
        key=f"permit {permit.number}",
        html=desk.pages.permit(permit),
        document=documents.document(permit, desk.url),
        row=desk.pages.row(rows.permit_row(permit), "permit"),
        result=indexed(rows.permit_entry(permit)),
        line=documents.lines([documents.permit_line(permit, desk.view.as_of.isoformat())]),
        columns=documents.PERMIT_COLUMNS,
    )


def _publish(
    desk: Desk,
    batch: Batch,
    record: PublicMember | PublicPermit,
    made: Outputs,
    hidden: list[str],
) -> Outputs:
    """Stage a record's page and document, and return all its outputs as they are published."""
    view, number = desk.view, record.number
    made, dispute = settled(made, record.headline, view.strictest, view.policy)
    if dispute is not None:
        batch.disputes.append(dispute)
    _note_others(desk, batch, record, made)
    path = documents.address(record)[1:]
    desk.staging.add(f"{path}index.html", made.html.encode())
    desk.staging.add(f"{path}index.json", made.document)
    batch.numbers.append(number)
    batch.changed_on[f"/{path}"] = record.last_changed_on
    batch.looked_up.append(made.result)
    for html in (made.html, made.row):
        batch.links.update(verify.links(html))
    batch.faults += verify.page_faults(f"{path}index.html", made.html, (number,), hidden)
    batch.faults += verify.page_faults(f"the row of {number}", made.row, (number,), ())
    batch.faults += verify.document_faults(f"{path}index.json", made.document, hidden)
    return made


def _note_others(
    desk: Desk, batch: Batch, record: PublicMember | PublicPermit, made: Outputs
) -> None:
    """Note what members' pages say of permits, and the reverse, to be compared later."""
    if isinstance(record, PublicPermit) or record.number in desk.answering:
        batch.verdicts[made.key] = record.headline
        batch.named += [
            Named(f"page or JSON of {made.key}", key, said) for key, said in made.others()
        ]


def _changes_of(batch: Batch, record: PublicMember | PublicPermit, told: Told) -> list[Change]:
    """Return a record's changes; its verdict is noted if the recent changes will show it too."""
    found = list(project.changes(record, told))
    if any(change.published_on >= batch.recent.first for change in found):
        batch.verdicts[f"{found[0].kind} {record.number}"] = record.headline
    return found


def _list_member(
    desk: Desk, batch: Batch, member: PublicMember, made: Outputs, permitted: frozenset[str]
) -> None:
    number = member.number
    under = _listed_under(member, desk.view.policy)
    key = order.sort_key(f"{member.family} {member.given}")
    batch.listed.append(Listed(key, number, member.city, under, member.disciplines, made.row))
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
    if number in desk.answering:
        batch.responsible[number] = project.as_responsible(member)
    if number in desk.spoken_of:
        batch.names[number] = member.name


def _listed_under(member: PublicMember, policy: Policy) -> tuple[str, ...]:
    """Return the slugs of the designations that a member is listed under (DES-4, DES-7)."""
    titles = (*member.designations, *member.withheld_designations)
    held = [policy.designations[d.code] for d in titles]
    superseded = {code for designation in held for code in designation.supersedes}
    return tuple(d.slug for d in held if d.code not in superseded)


def permits(
    desk: Desk,
    records: Iterable[PermitRecord],
    answering: Answering,
    responsible: Mapping[str, ResponsibleMember],
    names: Mapping[str, str],
) -> Batch:
    """Make the pages, documents and lines of the permits, once the members are known."""
    batch = Batch(recent=Recent(recent.since(desk.view.as_of)))
    as_of = desk.view.as_of.isoformat()
    csv_lines, who_lines, documents_made = [], [], []
    changes: list[Change] = []
    for record in records:
        entries = desk.histories.get(record.number, ())
        hidden = withheld([*record.entries, *entries], record.entries)
        permit, told = project.public_permit(
            record,
            answering.verdict(record),
            answering.practice,
            responsible,
            names,
            desk.view,
            entries,
            hidden,
        )
        made = _publish(desk, batch, permit, _of_permit(desk, permit), hidden)
        key = order.sort_key(permit.name)
        listed = Listed(key, permit.number, permit.city, (), permit.fields, made.row)
        batch.listed.append(listed)
        changes += _changes_of(batch, permit, told)
        csv_lines.append(made.line)
        who_lines.extend(documents.responsible_lines(permit, as_of))
        documents_made.append(documents.dated(made.document, as_of))
    batch.held = len(documents_made)
    batch.recent.add(changes)
    batch.add_lines("permits.csv", b"".join(csv_lines), len(csv_lines))
    batch.add_lines("permits.jsonl", b"".join(documents_made), len(documents_made))
    batch.add_lines("responsible_members.csv", documents.lines(who_lines), len(who_lines))
    batch.digests, batch.changed = desk.staging.handed_over()
    return batch


def answered_by(records: Iterable[PermitRecord]) -> dict[str, list[PermitRecord]]:
    """Return the permits by the number of each member responsible for them."""
    answering: dict[str, list[PermitRecord]] = {}
    for record in records:
        for responsibility in record.answering():
            answering.setdefault(responsibility.member, []).append(record)
    return answering


def spoken_of(
    records: Iterable[PermitRecord], histories: Mapping[str, Sequence[Entry]]
) -> frozenset[str]:
    """Return the members that the permits' pages name, in corrected entries too."""
    found: set[str] = set()
    for record in records:
        found |= {responsibility.member for responsibility in record.responsibilities}
        for entry in histories.get(record.number, ()):
            if entry.kind.startswith("responsible_member"):
                found.add(entry.data["member"])
    return frozenset(found)
