"""The nightly run: every member's current year is updated as at the day, and reminders are sent.

The scheduler begins it, and calls again until it is done. It goes through the register in portions
and may stop anywhere: a portion that is repeated, or run twice at once, changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PutError, PynamoDBException

from signet.cpd import rules, store, tables
from signet.cpd.desk.context import load
from signet.cpd.desk.year_model import NightlyRun
from signet.cpd.model import NotPractising, Standing, Year
from signet.cpd.standings import stored_standings
from signet.cpd.standings.stored_standings import Judged, StandingChange
from signet.cpd.tables import CpdRow
from signet.errors import Unavailable
from signet.policy import CpdPolicy, Policy
from signet.register import portions
from signet.tables import condition_failed
from signet.transactions.commit import Operation, commit, digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import retry

NIGHT = "night"
PORTION = 500  # members
A_TRANSACTION = 45  # members reminded; each writes two of a transaction's hundred rows
REMINDED_WITHIN = timedelta(days=7)  # a run may be missed; after that, a reminder is too late
ON_THE_ROLL = frozenset({"regulated", "status", "declaration"})  # other codes start no year
TO_REMIND = {Standing.SHORT, Standing.SATISFIED}

ShouldContinue = Callable[[], bool]


def of(today: date, policy: Policy) -> NightlyRun | None:
    """Return the latest nightly run of the current year, or None."""
    return load(NightlyRun, policy.cpd(today).year_of(today), NIGHT)


def begin(today: date, policy: Policy) -> bool:
    """Begin the day's run; tell whether this call began it.

    An unfinished run of the same day goes on. An unfinished run of an earlier day is given up: this
    one does all that it would have done.
    """
    run = of(today, policy)
    if run is not None and run.day == today and run.done_at is None:
        return False
    year = policy.cpd(today).year_of(today)
    new = NightlyRun(year=year, day=today, version=run.version + 1 if run else 1)
    return _put(new, run)


def continue_run(
    now: datetime, today: date, policy: Policy, should_continue: ShouldContinue
) -> NightlyRun | None:
    """Carry on the run while `goes()`, which is asked before each portion and its reminders.

    Returns the run as it then is, None when none was begun.
    """
    run = of(today, policy)
    if run is not None and run.done_at is None:
        _tell_lapsed(today)
    while run is not None and run.done_at is None and should_continue():
        if not _put(_portion(run, now, today, policy, should_continue), run):
            break  # another worker stored this portion
        run = of(today, policy)
    return run


def _portion(
    run: NightlyRun, now: datetime, today: date, policy: Policy, should_continue: ShouldContinue
) -> NightlyRun:
    """Process the next portion; return the run after it, at the same `after` if time ran out."""
    portion = portions.members(run.after, PORTION, today)
    about = stored_standings.judged(run.year, today, portion.members, policy)
    restood = stored_standings.write_standings(about, policy, _write, ON_THE_ROLL)
    reminded, whole = _remind_all(about, policy, should_continue)
    done = {
        "after": portion.after if whole else run.after,
        "restood": run.restood + restood,
        "reminded": run.reminded + reminded,
        "done_at": now if whole and not portion.after else None,
        "version": run.version + 1,
    }
    return run.model_copy(update=done)


def _write(stood: Sequence[StandingChange], mail: Sequence[Mail] = ()) -> str:
    """Write several summaries in an operation named for their content: a repeat does it once."""
    digest = digest_of([(one.number, one.new) for one in stood])
    operation = Operation(digest[:32], tables.desk(stood[0].new.year), digest)
    return commit(operation, stored_standings.put_years(stood), None, mail)


def _put(new: NightlyRun, run: NightlyRun | None) -> bool:
    """Store how far the run is, unless another worker did since; tell whether it was stored."""
    unchanged = CpdRow.version == run.version if run else CpdRow.owner.does_not_exist()
    body, version = new.model_dump_json(), new.version
    row = CpdRow(owner=tables.desk(new.year), part=NIGHT, body=body, version=version)
    try:
        row.save(condition=unchanged)
    except PutError as error:
        if condition_failed(error):
            return False
        raise Unavailable from error
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
    return True


def _tell_lapsed(today: date) -> None:
    """Tell members whose declaration of not practising ended recently, each once (CPD-5).

    It no longer exempts them, and the register still says that they may not practise. Members who
    declared again, or gave notice, aren't told.
    """
    since = (today - REMINDED_WITHIN).isoformat()
    rows = store.list_rows(store.NOT_PRACTISING, after=since)
    held = [(row.owner, NotPractising.model_validate_json(row.body)) for row in rows]
    running = {owner for owner, one in held if one.until >= today}
    over = [(o, one) for o, one in held if one.until < today and one.resumed_on is None]
    mail = [
        Mail(owner, "cpd_lapsed", {"until": rules.in_words(one.until)}, dedup=f"lapsed#{one.id}")
        for owner, one in over
        if owner not in running
    ]
    for at in range(0, len(mail), A_TRANSACTION):
        some = mail[at : at + A_TRANSACTION]
        digest = digest_of([letter.dedup for letter in some])
        commit(Operation(digest[:32], tables.desk(today.year), digest), [], None, some)


# Reminders ------------------------------------------------------------------------------------


def reminder_due(year: int, today: date, cpd: CpdPolicy) -> date | None:
    """Return the date of the reminder to be sent by now, None when none is due."""
    passed = [day for day in _reminders(year, cpd) if day <= today <= day + REMINDED_WITHIN]
    return max(passed, default=None)


def _reminders(year: int, cpd: CpdPolicy) -> Iterator[date]:
    return (cpd.day(year, named) for named in cpd.reminders)


def _remind_all(about: Judged, policy: Policy, should_continue: ShouldContinue) -> tuple[int, bool]:
    """Remind the members who need it; return how many, and whether there was time for all."""
    cpd, count = rules.of_year(about.year, policy), 0
    reminder = reminder_due(about.year, about.as_at, cpd)
    if reminder is None:
        return 0, True
    stored = stored_standings.summaries(about.year, about.members)
    due = [number for number, summary in stored.items() if _wants(summary, reminder)]
    for at in range(0, len(due), A_TRANSACTION):
        if not should_continue():
            return count, False
        count += _remind(about.year, due[at : at + A_TRANSACTION], cpd, reminder)
    return count, True


def _wants(stored: Year, reminder: date) -> bool:
    """Tell whether the member may need a reminder, as far as the summary shows."""
    before = stored.reminded_on
    return stored.standing in TO_REMIND and (before is None or before < reminder)


def _remind(year: int, numbers: Sequence[str], cpd: CpdPolicy, reminder: date) -> int:
    """Remind the members who still need it (CPD-2, CPD-6); return how many."""
    reminded: list[StandingChange] = []

    def go() -> str:
        stored = stored_standings.summaries(year, numbers)
        reminded[:] = [
            StandingChange(number, _reminded(before, reminder), before)
            for number, before in stored.items()
            if _wants(before, reminder)
        ]
        mail = [_letter(one, cpd, reminder) for one in reminded]
        return _write(reminded, mail) if reminded else ""

    retry(go)
    return len(reminded)


def _reminded(before: Year, reminder: date) -> Year:
    update = {"reminded_on": reminder, "version": before.version + 1}
    return before.model_copy(update=update)


def _letter(one: StandingChange, cpd: CpdPolicy, reminder: date) -> Mail:
    year = one.new
    context = {
        "year": year.year,
        "due": rules.in_words(cpd.declaration_due(year.year)),
        "missing": [m.words for m in rules.missing_of(year.counting, year.categories, cpd)],
        "counting": year.counting,
    }
    name = f"cpd-reminder#{one.number}#{reminder}"
    return Mail(f"member#{one.number}", "cpd_reminder", context, dedup=name)
