"""What the index is to hold of a record, by what the record's own table says now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from signet.accounts import keys
from signet.errors import NotFound
from signet.policy import Policy
from signet.register import contacts, fold, store
from signet.register.contacts import Emails
from signet.register.model import Entry, MemberRecord, PermitRecord, Subject
from signet.requests import operation
from signet.requests import store as requests
from signet.requests.model import File
from signet.requests.model import What as Happened
from signet.search import words
from signet.search.asked import hashed
from signet.search.model import NOTHING, Holding, Name, Source, What
from signet.tables import reachable

RENAMING = frozenset({"name_changed", "renamed"})


class When(NamedTuple):
    """The day and the policy by which records are read."""

    today: date
    policy: Policy


@reachable
def now_held(record: str, source: Source, when: When) -> Holding:
    """Read a record's table; return what the index is to hold of it. Raises Unavailable.

    `record` is "member#100001", "permit#P-1001" or "request#ID".
    """
    subject, _, number = record.partition("#")
    if source == "requests":
        return of_request(number)
    if source == "contacts":
        return of_emails(contacts.emails_of(number))
    kind: Subject = "permit" if subject == "permit" else "member"
    return of_entries(kind, number, store.read(kind, number).entries, when)


def of_entries(kind: Subject, number: str, entries: Sequence[Entry], when: When) -> Holding:
    """Return what is held of a record of the register: its number, and all names it has."""
    if not entries:
        return NOTHING
    if kind == "member":
        names = _names(fold.member(entries, when.today), fold.member(entries, None), entries, when)
    else:
        now = fold.permit(entries, when.today, when.policy)
        names = _names(now, fold.permit(entries, None, when.policy), entries, when)
    return Holding(
        names=names,
        words=words.leading(kind, number, names),
        beside=words.beside(kind, number, names),
    )


Record = MemberRecord | PermitRecord


def _names(
    now: Record | None, later: Record | None, entries: Sequence[Entry], when: When
) -> tuple[Name, ...]:
    """Return the names of today, and those that are entered already for a later day."""
    names = list(_named(now)) if now else []
    texts = {one.text for one in names}
    days = (
        entry.effective_on
        for entry in fold.applicable(entries, None)
        if entry.effective_on > when.today and entry.kind in RENAMING
    )
    on = min(days, default=when.today).isoformat()
    for one in _named(later) if later else ():
        if one.text not in texts:
            coming = one.what == "" and now is not None
            names.append(Name(text=one.text, what="coming", on=on) if coming else one)
    return tuple(names)


def _named(record: Record) -> Iterator[Name]:
    if isinstance(record, MemberRecord):
        yield Name(text=fold.full_name(record.given, record.family))
        yield from _present((record.known_as,), "known_as")
        yield from _present((record.native_name,), "native")
    else:
        yield Name(text=record.legal_name)
        yield from _present(record.operating_names, "operating")
    for other in record.other_names:
        yield Name(text=other.name, what="known_as" if other.type == "known_as" else "former")


def _present(texts: Sequence[str], what: What) -> Iterator[Name]:
    return (Name(text=text, what=what) for text in texts if text)


def of_emails(held: Emails) -> Holding:
    """Return what is held of a member's e-mail addresses: their hashes."""
    return Holding(emails=_hashes((held.now,)), former_emails=_hashes(held.before))


def _hashes(emails: Sequence[str]) -> tuple[str, ...]:
    return tuple(hashed(plain) for one in emails if (plain := keys.address(one)))


def of_request(id_: str) -> Holding:
    """Return what is held of a request: its reference; nothing of a draft, its owner's alone."""
    try:
        return of_file(requests.get(id_))
    except NotFound:
        return NOTHING


def of_file(file: File) -> Holding:
    """Return what is held of a request that was read."""
    if file.last(Happened.SUBMITTED) is None:
        return NOTHING
    reference = operation.reference(file.id)
    return Holding(
        names=(Name(text=reference),),
        words=words.of_reference(reference),
        kind=file.head.kind,
        subject=file.head.subject,
        owner=file.head.owner,
        recused=tuple(sorted({one.by for one in file.events if one.what is Happened.RECUSED})),
    )
