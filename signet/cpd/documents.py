"""The documents of professional development: the notice to produce a record, and the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from signet.cpd import dashboard, rules
from signet.cpd.dashboard import Logged
from signet.cpd.model import Activity, YearView
from signet.letters.documents import FOR_THE_REGISTRAR, Document


@dataclass(frozen=True, kw_only=True)
class CpdNotice(Document):
    """The notice to produce one's record of a year (NOT-2).

    `drawn` says that chance chose the member; `late` what there is to say of a late declaration,
    `more` what a review found missing. The numbers are the policy's, of days and activities.
    """

    template = "cpd_notice"
    name: str
    year: int
    drawn: bool
    late: str
    more: str
    days: int
    within: int
    elsewhere: int
    activities: int
    categories: int
    reviewer: str
    council: str
    jurisdiction: str
    contact: str
    site: str
    signed: tuple[str, ...] = FOR_THE_REGISTRAR


@dataclass(frozen=True, kw_only=True)
class RecordedActivity:
    """An activity in the record; `late` and `missing` say what is wrong with it, if anything."""

    title: str
    category: str
    days: str
    hours: str
    late: str
    missing: str
    better_practitioner: bool
    advances_profession: bool
    logged_on: str
    files: tuple[str, ...]
    reflection: str


@dataclass(frozen=True, kw_only=True)
class CpdRecord(Document):
    """A member's written record of a year (CPD-6); `goals` are labels with what is reached."""

    template = "cpd_record"
    year: int
    member: str
    standing: str
    applies: str
    goals: tuple[tuple[str, str], ...]
    declared: str
    activities: tuple[RecordedActivity, ...]


def record_of(view: YearView, files: Mapping[str, str]) -> CpdRecord:
    """Return the record of a year as it stands; `files` are the names of the files by id."""
    applies = "Yes" if view.subject.applies else "No"
    on = rules.in_words(view.subject.on)
    return CpdRecord(
        to=(view.name or f"Registered member {view.member}",),
        dated=view.today,
        reference=f"CPD {view.year}-{view.member}",
        year=view.year,
        member=view.member,
        standing=dashboard.standing_in_words(view),
        applies=f"{applies}. {view.subject.reason} As at {on}.",
        goals=tuple(
            (g.name, f"{g.reached}, of at least {g.wanted}") for g in dashboard.goals(view)
        ),
        declared=_declared(view),
        activities=tuple(_activity(one, files) for one in reversed(dashboard.logged(view))),
    )


def _declared(view: YearView) -> str:
    if not view.declaration:
        return "Not so far"
    on = rules.in_words(view.declaration.declared_on)
    return ". ".join(filter(None, (on, dashboard.late_words(view))))


def _activity(one: Logged, files: Mapping[str, str]) -> RecordedActivity:
    held = one.activity
    return RecordedActivity(
        title=held.title,
        category=one.category,
        days=_days(held),
        hours=_hours(held),
        late=one.late,
        missing=one.why_not,
        better_practitioner=held.better_practitioner,
        advances_profession=held.advances_profession,
        logged_on=held.logged_on.isoformat() if held.logged_on else "",
        files=tuple(files.get(id_, "no longer held") for id_ in held.evidence),
        reflection=held.reflection,
    )


def _days(held: Activity) -> str:
    first = rules.in_words(held.started_on)
    if not held.ended_on or held.ended_on == held.started_on:
        return first
    return f"{first} to {rules.in_words(held.ended_on)}"


def _hours(held: Activity) -> str:
    if held.hours is None:
        return ""
    return f"{held.hours.normalize():f} {'hour' if held.hours == 1 else 'hours'}"
