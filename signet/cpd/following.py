"""Keeping stored standings true when nobody writes to the log: the register changes, days pass.

`follow` is for one member, when the register's stream tells of a change. `settle` goes over all of
them by night, and sends the reminders that are due. Both can stop anywhere and be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from signet.acts.outbox import Mail
from signet.acts.write import Act, commit, digest_of
from signet.cpd import rules, store, tables, views
from signet.cpd.model import NotPractising, Standing, Year
from signet.errors import Conflict
from signet.policy import CpdPolicy, Policy
from signet.register import actions as register
from signet.register.model import MemberRecord

TRIES = 5
REMINDED_WITHIN = timedelta(days=7)  # a night may be missed; later a reminder comes to nothing
ON_THE_ROLL = {"regulated", "status", "declaration"}  # others get no year of their own
TO_REMIND = {Standing.SHORT, Standing.SATISFIED}


@dataclass(slots=True)
class Settled:
    """What a night's work came to, as numbers of members; `left` wait for the next run."""

    restood: int = 0
    reminded: int = 0
    left: int = 0


def follow(member: str, today: date, policy: Policy) -> int:
    """Make the stored standings of a member's years true (CPD-1, CPD-5); return how many changed.

    Raises Conflict when others keep writing to them.
    """
    cpd = policy.cpd(today)
    years = store.summaries(member, rules.open_years(today, cpd))
    return sum(_restand(member, year, today, policy) for year in years)


def _restand(member: str, year: int, today: date, policy: Policy) -> bool:
    for tried in range(TRIES):
        view = views.year_view(member, year, today, policy)
        new = views.summary(view)
        if view.stored is not None and _same(view.stored, new):
            return False
        try:
            _write(member, new, view.stored)
        except Conflict:
            if tried == TRIES - 1:
                raise
        else:
            return True
    return False


def _same(stored: Year, new: Year) -> bool:
    """Whether a summary says what is stored, whenever it was worked out."""
    aside = {"version": 0, "as_at": None}
    return stored.model_copy(update=aside) == new.model_copy(update=aside)


def _write(member: str, new: Year, before: Year | None, mail: Sequence[Mail] = ()) -> None:
    """Write a summary as an act of the program's own: the same one is the same act."""
    said = digest_of(new.model_dump(exclude={"as_at"}))
    id_ = sha256(f"{member}#{said}".encode()).hexdigest()[:32]
    act = Act(id_, tables.owner(member), said)
    commit(act, store.put_year(member, new, before), None, mail)


def settle(today: date, policy: Policy, go_on: Callable[[], bool] = lambda: True) -> Settled:
    """Settle the running year of every member on the register as at today, and remind.

    New members get their year; standings follow the register and the end of declarations of not
    practising. `go_on` is asked before each write, since a function's time is limited.
    """
    cpd = policy.cpd(today)
    year = cpd.year_of(today)
    known = dict(store.every(year))
    absences = _absences()
    reminder = reminder_due(year, today, cpd)
    done = Settled()
    for record in register.members_on(today):
        stored = known.get(record.number)
        code = rules.subject(record, today, policy, absences.get(record.number, ())).code
        moved = code in ON_THE_ROLL if stored is None else stored.subject_code != code
        wants = reminder is not None and (moved or _wants(stored, reminder))
        if not go_on():
            done.left += moved or wants
            continue
        if moved:
            done.restood += _restand(record.number, year, today, policy)
        if wants and reminder is not None:
            done.reminded += _remind(record, year, today, policy, reminder)
    return done


def _absences() -> Mapping[str, list[NotPractising]]:
    found: dict[str, list[NotPractising]] = {}
    for row in store.listed(store.NOT_PRACTISING):
        declared = NotPractising.model_validate_json(row.body)
        found.setdefault(row.owner.partition("#")[2], []).append(declared)
    return found


def reminder_due(year: int, today: date, cpd: CpdPolicy) -> date | None:
    """Return the day of the reminder that is to be sent by now, None when it is not the time."""
    passed = [day for day in _reminders(year, cpd) if day <= today <= day + REMINDED_WITHIN]
    return max(passed, default=None)


def _reminders(year: int, cpd: CpdPolicy) -> Iterator[date]:
    return (cpd.day(year, named) for named in cpd.reminders)


def _wants(stored: Year | None, reminder: date) -> bool:
    """Whether the member may have to be reminded, as far as the list tells."""
    if stored is None:
        return False
    before = stored.reminded_on
    return stored.standing in TO_REMIND and (before is None or before < reminder)


def _remind(record: MemberRecord, year: int, today: date, policy: Policy, reminder: date) -> bool:
    """Remind a member unless that was done or there is nothing to remind of (CPD-2, CPD-6)."""
    view = views.year_view(record.number, year, today, policy)
    if view.stored is None or view.standing not in TO_REMIND or not _wants(view.stored, reminder):
        return False
    new = views.summary(view).model_copy(update={"reminded_on": reminder})
    facts = {
        "year": year,
        "due": rules.in_words(view.cpd.declaration_due(year)),
        "missing": [missing.words for missing in view.missing],
        "counting": view.tally.counting,
    }
    name = f"cpd-reminder#{record.number}#{reminder}"
    mail = Mail(f"member#{record.number}", "cpd_reminder", facts, dedup=name)
    try:
        _write(record.number, new, view.stored, [mail])
    except Conflict:
        return False  # the member is at it this very night; the next one looks again
    return True
