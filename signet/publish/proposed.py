"""What proposed entries would change on the public pages, for the officers who approve them.

It uses the same projection as the pages themselves, so that what is approved is what is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.proposals.model import Line, PageDifference
from signet.publish import project
from signet.publish.project import Viewpoint
from signet.publish.public import (
    Headline,
    HistoryEvent,
    PublicMember,
    PublicPermit,
    ResponsibleMember,
    Scope,
)
from signet.publish.render.dates import plain_day
from signet.register import fold, standing, store, verdict
from signet.register.model import Entry, PermitRecord, Subject
from signet.register.periods import KnownPractice
from signet.register.verdict import Practice

Fields = Mapping[str, tuple[str, ...]]
HISTORY = "History"


class Others:
    """The other records that a page names, read from the register."""

    def member(self, number: str) -> Sequence[Entry]:
        """Return the entries of a member."""
        return store.read("member", number).entries

    def permits_naming(self, number: str) -> Iterable[list[Entry]]:
        """Return the entries of each permit that ever named a member."""
        return (one for one in self.permits() if number in _named(one))

    def permits(self) -> Iterator[list[Entry]]:
        """Yield the entries of every permit.

        A permit that can't be read is skipped, so that it blocks no approval: the build reports it,
        and leaves its page as it was.
        """
        for raw in store.acts("permit"):
            with suppress(ValueError, KeyError, TypeError):
                yield store.decoded(raw)


class Together(Others):
    """The other records while many are proposed together, as a batch.

    `members` are the members as they would be; everything else is read from the register once.
    """

    def __init__(self, members: Mapping[str, Sequence[Entry]]) -> None:
        self._members = dict(members)
        self._permits: dict[str, list[list[Entry]]] | None = None

    def member(self, number: str) -> Sequence[Entry]:
        """Return the entries of a member."""
        if number not in self._members:
            self._members[number] = super().member(number)
        return self._members[number]

    def permits_naming(self, number: str) -> Iterable[list[Entry]]:
        """Return the entries of each permit that ever named a member."""
        if self._permits is None:
            self._permits = {}
            for entries in self.permits():
                for one in _named(entries):
                    self._permits.setdefault(one, []).append(entries)
        return self._permits.get(number, [])


def _named(entries: Sequence[Entry]) -> set[str]:
    """Return the numbers of the members whom a permit's entries name."""
    return {str(entry.data["member"]) for entry in entries if "member" in entry.data}


class PageComparison:
    """Compares public pages before and after entries, as at `today` or when they take effect."""

    def __init__(self, policy: Policy, today: date, others: Others | None = None) -> None:
        self._policy = policy
        self._today = today
        self._others = others or Others()

    def __call__(
        self, subject: Subject, number: str, before: Sequence[Entry], after: Sequence[Entry]
    ) -> tuple[PageDifference, ...]:
        """Return what differs on the page of a record, and on the pages that name it."""
        known = {entry.id for entry in before}
        days = [entry.effective_on for entry in after if entry.id not in known]
        view = Viewpoint(
            max([self._today, *days]), self._policy, ZoneInfo(self._policy.regulator.time_zone)
        )
        if subject == "permit":
            return tuple(_permit(number, before, after, view, {}, self._others))
        return tuple(_member(number, before, after, view, self._others))


class _Shown(NamedTuple):
    """A public member, and what they may practise from which date."""

    member: PublicMember
    practice: tuple[Practice, ...]


def _member(
    number: str,
    before: Sequence[Entry],
    after: Sequence[Entry],
    view: Viewpoint,
    others: Others,
) -> Iterator[PageDifference]:
    was, becomes = (_public_member(entries, view) for entries in (before, after))
    lines = _lines(_of_member(was), _of_member(becomes))
    shown = becomes or was
    yield PageDifference(
        subject="member", number=number, name=shown.member.name if shown else "", lines=lines
    )
    if _answers_alike(was, becomes):
        return
    for entries in _permits_naming(number, view, others):
        permit = entries[0].number
        changed = {number: (was, becomes)}
        for page in _permit(permit, entries, entries, view, changed, others):
            if page.lines:
                yield page


def _public_member(entries: Sequence[Entry], view: Viewpoint) -> _Shown | None:
    record = fold.member(entries, view.as_of)
    if record is None or not standing.is_public(record, view.policy):
        return None
    member = project.public_member(record, (), view)[0]
    return _Shown(member, verdict.practice(record, view.policy))


def _answers_alike(was: _Shown | None, becomes: _Shown | None) -> bool:
    """Tell whether nothing that a permit's page shows of the member changes."""
    pair = [one and (project.as_responsible(one.member), one.practice) for one in (was, becomes)]
    return pair[0] == pair[1]


def _permits_naming(number: str, view: Viewpoint, others: Others) -> Iterator[list[Entry]]:
    """Yield the entries of the permits that a member is responsible for."""
    for entries in others.permits_naming(number):
        record = fold.permit(entries, view.as_of, view.policy)
        if record and number in {one.member for one in record.answering()}:
            yield entries


Changed = Mapping[str, tuple[_Shown | None, _Shown | None]]


def _permit(
    number: str,
    before: Sequence[Entry],
    after: Sequence[Entry],
    view: Viewpoint,
    changed: Changed,
    others: Others,
) -> Iterator[PageDifference]:
    was = _public_permit(before, view, changed, others, at=0)
    becomes = _public_permit(after, view, changed, others, at=1)
    shown = becomes or was
    yield PageDifference(
        subject="permit",
        number=number,
        name=shown.name if shown else "",
        lines=_lines(_of_permit(was), _of_permit(becomes)),
    )


def _public_permit(
    entries: Sequence[Entry], view: Viewpoint, changed: Changed, others: Others, at: int
) -> PublicPermit | None:
    record = fold.permit(entries, view.as_of, view.policy)
    if record is None:
        return None
    members = {
        member: changed_record
        for member in _spoken_of(record)
        if (
            changed_record := changed[member][at]
            if member in changed
            else _public_member(others.member(member), view)
        )
    }
    responsible: dict[str, ResponsibleMember] = {
        member: project.as_responsible(changed_record.member)
        for member, changed_record in members.items()
    }
    names = {member: changed_record.member.name for member, changed_record in members.items()}
    practice = {member: changed_record.practice for member, changed_record in members.items()}
    headline = project.permit_headline(record, practice, view)
    known = KnownPractice(practice)
    return project.public_permit(record, headline, known, responsible, names, view)[0]


def _spoken_of(record: PermitRecord) -> list[str]:
    return sorted({one.member for one in record.responsibilities})


def _of_member(shown: _Shown | None) -> Fields:
    if shown is None:
        return {}
    member = shown.member
    return {
        **_shared(member.headline, member.history),
        "Name": (member.name,),
        "Other names": tuple(one.name for one in member.other_names),
        "Place": _place(member),
        "Disciplines": member.disciplines,
        "Designations": tuple(
            f"{one.code}, granted {plain_day(one.granted_on)}" for one in member.designations
        ),
        "Scope of practice": tuple(map(_scope, member.scopes)),
        "Conditions": tuple(
            f"{(one.text or 'Not published').rstrip('.')}, since {plain_day(one.since)}"
            for one in member.conditions
        ),
        "Decisions": tuple(
            f"{one.title}, {plain_day(one.decided_on)}{f': {one.summary}' if one.summary else ''}"
            for one in member.decisions
        ),
    }


def _of_permit(permit: PublicPermit | None) -> Fields:
    if permit is None:
        return {}
    return {
        **_shared(permit.headline, permit.history),
        "Name": (permit.name,),
        "Other names": (*permit.operating_names, *(one.name for one in permit.former_names)),
        "Place": _place(permit),
        "Fields of practice": permit.fields,
        "Last valid day": (plain_day(permit.expires_on),),
        "Responsible members": tuple(
            f"{one.name} ({one.number}), {one.headline.words.lower()}, since {plain_day(one.since)}"
            for one in permit.responsible_members
        ),
    }


def _shared(headline: Headline, history: Sequence[HistoryEvent]) -> Fields:
    return {"Standing": (_standing(headline),), HISTORY: tuple(map(_event, history))}


def _standing(headline: Headline) -> str:
    since = f" since {plain_day(headline.since)}" if headline.since else ""
    reason = f" ({headline.reason})" if headline.reason else ""
    until = f", until {plain_day(headline.until)}" if headline.until else ""
    return f"{headline.words}{since}{reason}{until}"


def _event(event: HistoryEvent) -> str:
    detail = f": {event.detail}" if event.detail else ""
    return f"{plain_day(event.effective_on)}, {event.what}{detail}"


def _place(record: PublicMember | PublicPermit) -> tuple[str, ...]:
    return tuple(filter(None, (", ".join(filter(None, (record.city, record.province))),)))


def _scope(scope: Scope) -> str:
    parts = (scope.discipline, *scope.activities, scope.limits, scope.text)
    return f"{scope.designation}: {', '.join(filter(None, parts))}"


def _lines(before: Fields, after: Fields) -> tuple[Line, ...]:
    """Return what differs, field by field; for the history, each line added or removed."""
    lines = []
    for what in dict.fromkeys((*after, *before)):
        was, becomes = before.get(what, ()), after.get(what, ())
        if was == becomes:
            continue
        if what == HISTORY:
            lines += [Line(what=what, before=one, after="") for one in was if one not in becomes]
            lines += [Line(what=what, before="", after=one) for one in becomes if one not in was]
        else:
            lines.append(Line(what=what, before="; ".join(was), after="; ".join(becomes)))
    return tuple(lines)
