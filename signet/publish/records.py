"""The third stage for members and permits: their pages, documents and lines.

Runs over batches of raw records, in several processes at once; what a batch comes to is gathered
in order by the pipeline.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signet.policy import Policy
from signet.publish import documents, order, project, recent, verify
from signet.publish.batch import Batch, Listed
from signet.publish.lookup.entry import LookupEntry
from signet.publish.lookup.index import indexed
from signet.publish.pages import Pages
from signet.publish.project import Viewpoint
from signet.publish.public import (
    Headline,
    PermitAnswered,
    PublicMember,
    PublicPermit,
    ResponsibleMember,
    Row,
    ScopeRow,
)
from signet.publish.recent import Recent
from signet.publish.snapshot import Source
from signet.publish.staging import Staging
from signet.register import fold, standing
from signet.register.model import Entry, PermitRecord


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that making pages of records needs."""

    view: Viewpoint
    pages: Pages
    staging: Staging
    source: Source
    url: str
    answering: Mapping[str, tuple[PermitAnswered, ...]]  # by member
    spoken_of: frozenset[str]  # members that some permit's history names
    histories: Mapping[str, Sequence[Entry]]  # all entries of the permits that have corrections


def members(desk: Desk, raws: Iterable[Any]) -> Batch:
    """Make pages, documents and lines of a number of members."""
    batch = Batch(recent=Recent(recent.since(desk.view.as_of)))
    as_of = desk.view.as_of.isoformat()
    csv_lines, scope_lines, documents_made = [], [], []
    for raw in raws:
        entries = desk.source.decode(raw)
        batch.held += 1
        record = fold.member(entries, desk.view.as_of)
        if record is None or not standing.is_public(record, desk.view.policy):
            continue
        answered = desk.answering.get(record.number, ())
        withheld = _withheld(entries, record.entries)
        member, told = project.public_member(record, answered, desk.view, entries, withheld)
        permitted = {s.designation for s in standing.scopes_in_force(record, desk.view.policy)}
        content = _publish(desk, batch, member, desk.pages.member(member), withheld)
        documents_made.append(documents.dated(content, as_of))
        _list_member(desk, batch, member, permitted)
        batch.recent.add(project.changes(member, told))
        csv_lines.append(documents.member_line(member, as_of))
        scope_lines.extend(documents.scope_lines(member, permitted, as_of))
    batch.add_lines("members.csv", documents.lines(csv_lines), len(csv_lines))
    batch.add_lines("members.jsonl", b"".join(documents_made), len(documents_made))
    batch.add_lines("scopes.csv", documents.lines(scope_lines), len(scope_lines))
    batch.digests, batch.changed = desk.staging.handed_over()
    return batch


def _withheld(entries: Iterable[Entry], counting: Iterable[Entry]) -> list[str]:
    """Texts of a record that the public must not see (STA-6, and conditions kept private).

    Not one that an entry that counts makes public: a direction may come after the decision.
    """
    hidden = [text for entry in entries for text in _texts(entry, public=False)]
    if not hidden:
        return []
    told = [text for entry in counting for text in _texts(entry, public=True)]
    return [
        text
        for text in hidden
        if len(text) > SHORTEST_TELLING and not any(text in other for other in told)
    ]


def _texts(entry: Entry, *, public: bool) -> list[str]:
    """The words of a decision or a condition, if they are public or, asked so, if they aren't."""
    data = entry.data
    if entry.kind == "decision_recorded" and bool(data.get("publication_directed_by")) == public:
        return [data["title"], data.get("summary", "")]
    if entry.kind == "condition_imposed" and data.get("published", True) == public:
        return [data["text"]]
    return []


SHORTEST_TELLING = 12  # a shorter text may stand on a page for another reason


def _publish(
    desk: Desk,
    batch: Batch,
    record: PublicMember | PublicPermit,
    html: str,
    withheld: list[str],
) -> bytes:
    path = documents.address(record)[1:]
    content = documents.document(record, desk.url)
    desk.staging.add(f"{path}index.html", html.encode())
    desk.staging.add(f"{path}index.json", content)
    batch.numbers.append(record.number)
    batch.changed_on[f"/{path}"] = record.last_changed_on
    batch.links.update(verify.links(html))
    batch.faults += verify.page_faults(
        f"{path}index.html", html, (record.number, record.headline.words), withheld
    )
    batch.faults += verify.document_faults(f"{path}index.json", content, withheld)
    return content


def _list_member(
    desk: Desk, batch: Batch, member: PublicMember, permitted: Collection[str]
) -> None:
    number, codes = member.number, ", ".join(d.code for d in member.designations)
    row = Row(
        number=number,
        name=member.name,
        sort_name=member.sort_name,
        detail=codes,
        city=member.city,
        status=member.headline.words,
        tone=member.headline.tone,
    )
    under = _listed_under(member, desk.view.policy)
    key = order.sort_key(f"{member.family} {member.given}")
    html = desk.pages.row(row, "member")
    _check_row(batch, number, html)
    batch.listed.append(Listed(key, number, member.city, under, member.disciplines, html))
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
    batch.looked_up.append(indexed(_member_entry(member, codes)))
    if number in desk.answering:
        batch.responsible[number] = project.as_responsible(member)
    if number in desk.spoken_of:
        batch.names[number] = member.name


def _listed_under(member: PublicMember, policy: Policy) -> tuple[str, ...]:
    """The designations that a member is listed under: a register each (DES-4, DES-7)."""
    held = [policy.designations[d.code] for d in member.designations]
    superseded = {code for designation in held for code in designation.supersedes}
    return tuple(d.slug for d in held if d.code not in superseded)


def _check_row(batch: Batch, number: str, html: str) -> None:
    batch.links.update(verify.links(html))
    batch.faults += verify.page_faults(f"the row of {number}", html, (number,), ())


_WHAT = {"former": "formerly", "known_as": "known as", "native": "native script"}


def _member_entry(member: PublicMember, codes: str) -> LookupEntry:
    names = [("", member.name)]
    names += [(_WHAT[other.kind], other.name) for other in member.other_names]
    if member.native_name:
        names.append((_WHAT["native"], member.native_name))
    return LookupEntry(
        kind="member",
        number=member.number,
        label=member.name,
        detail=" · ".join(filter(None, (codes, member.city))),
        status=member.headline.words,
        tone=member.headline.tone,
        rank=0 if member.headline.tone != "bad" else 1,
        names=tuple(names),
        city=member.city,
    )


def permits(
    desk: Desk,
    records: Iterable[PermitRecord],
    responsible: Mapping[str, ResponsibleMember],
    names: Mapping[str, str],
) -> Batch:
    """Make pages, documents and lines of the permits, once the members are known."""
    batch = Batch(recent=Recent(recent.since(desk.view.as_of)))
    as_of = desk.view.as_of.isoformat()
    csv_lines, who_lines, documents_made = [], [], []
    for record in records:
        entries = desk.histories.get(record.number, ())
        withheld = _withheld([*record.entries, *entries], record.entries)
        permit, told = project.public_permit(
            record, responsible, names, desk.view, entries, withheld
        )
        content = _publish(desk, batch, permit, desk.pages.permit(permit), withheld)
        documents_made.append(documents.dated(content, as_of))
        own = project.permit_headline(record, bool(permit.responsible_members), desk.view)
        _list_permit(desk, batch, permit, own)
        batch.recent.add(project.changes(permit, told))
        csv_lines.append(documents.permit_line(permit, own, as_of))
        who_lines.extend(documents.responsible_lines(permit, as_of))
    batch.held = len(documents_made)
    batch.add_lines("permits.csv", documents.lines(csv_lines), len(csv_lines))
    batch.add_lines("permits.jsonl", b"".join(documents_made), len(documents_made))
    batch.add_lines("responsible_members.csv", documents.lines(who_lines), len(who_lines))
    batch.digests, batch.changed = desk.staging.handed_over()
    return batch


def _list_permit(desk: Desk, batch: Batch, permit: PublicPermit, own: Headline) -> None:
    """List a permit by its own record: whether those it names may practise, its page tells."""
    row = Row(
        number=permit.number,
        name=permit.name,
        sort_name=permit.name,
        detail=", ".join(permit.operating_names),
        city=permit.city,
        status=own.words,
        tone=own.tone,
    )
    html = desk.pages.row(row, "permit")
    _check_row(batch, permit.number, html)
    key = order.sort_key(permit.name)
    batch.listed.append(Listed(key, permit.number, permit.city, (), permit.fields, html))
    names = [("", permit.name)]
    names += [("operating as", name) for name in permit.operating_names]
    names += [(_WHAT[other.kind], other.name) for other in permit.former_names]
    entry = LookupEntry(
        kind="permit",
        number=permit.number,
        label=permit.name,
        detail=" · ".join(filter(None, ("Permit to practise", permit.city))),
        status=own.words,
        tone=own.tone,
        rank=0 if own.tone != "bad" else 1,
        names=tuple(names),
        city=permit.city,
    )
    batch.looked_up.append(indexed(entry))


def public_permits(
    records: Iterable[PermitRecord], histories: Mapping[str, Sequence[Entry]]
) -> tuple[dict[str, list[PermitRecord]], frozenset[str]]:
    """The permits by the members who answer for them, and all members that they speak of."""
    answering: dict[str, list[PermitRecord]] = {}
    spoken_of: set[str] = set()
    for record in records:
        spoken_of |= members_named(record, histories)
        for responsibility in record.responsibilities:
            if responsibility.until is None:
                answering.setdefault(responsibility.member, []).append(record)
    return answering, frozenset(spoken_of)


def members_named(record: PermitRecord, histories: Mapping[str, Sequence[Entry]]) -> set[str]:
    """Return the members that a permit's page speaks of, in its corrected entries too."""
    entries = histories.get(record.number, ())
    corrected = {e.data["member"] for e in entries if e.kind.startswith("responsible_member")}
    return corrected | {responsibility.member for responsibility in record.responsibilities}
