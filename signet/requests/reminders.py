"""The scheduler's work on requests: reminders, each sent once, and abandoned drafts.

Nothing is refused by time that passes: what is late is listed at the desk. Only a draft, which was
never submitted, is closed after its days, as if withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from signet.accounts import store as accounts
from signet.accounts.model import Role
from signet.requests import store
from signet.requests.model import Contribution, What
from signet.requests.operation import Case, Step, change, event, opened, reference, to_owner
from signet.requests.stage import OFFICE, Actor, Stage
from signet.requests.store import Listed
from signet.transactions.commit import digest_of
from signet.transactions.context import Context
from signet.transactions.outbox import ADDRESS, Mail
from signet.transactions.perform import Command, Plan, earlier_result, perform

MOST = 500  # requests of a list that are looked at in one run; the next run goes on from there
LISTS = (Actor.CONTRIBUTOR.value, Actor.APPLICANT.value, store.DRAFTS)


class Run(NamedTuple):
    """How many mails a run wrote, and the lists with which the next run goes on."""

    mails: int
    unfinished: tuple[str, ...]


def run(scheduler: Context) -> Run:
    """Write the mail that is due today, and close drafts that lapsed.

    Calling it again the same day does nothing more. A list too long for one run is gone through by
    several, so that those that are late for good keep no others waiting. Raises Unavailable.
    """
    sent, unfinished = 0, []
    for name in LISTS:
        place = store.place(name)
        listed = store.work_of(name, MOST, place)
        sent += sum(_look_after(scheduler, one) for one in listed)
        goes_on = listed[-1].due if len(listed) == MOST else ""
        if goes_on != place:
            store.put_place(name, goes_on)
        unfinished += [name] if goes_on else []
    sent += sum(_send(scheduler, mail) for mail in _to_staff(scheduler))
    return Run(sent, tuple(unfinished))


def _look_after(scheduler: Context, one: Listed) -> int:
    """Send what a request's people are to be reminded of, and close or list it as its day is over.

    Return how many mails were written.
    """
    case = opened(scheduler, one.id)
    mails = [*_of_contributors(scheduler, case), *_of_owner(scheduler, case)]
    sent = sum(_send(scheduler, mail) for mail in mails)
    if one.work == store.DRAFTS and one.due[:10] < scheduler.today.isoformat():
        _lapse(scheduler, one.id)
    elif one.stage_on(scheduler.today) != one.stage:
        _list_ended_deferral(case)
    return sent


def _list_ended_deferral(case: Case) -> None:
    """List a request whose deferral is over with those who decide: that its day passes writes none.

    The version stays: nothing happened to the request that a page doesn't show.
    """
    store.put_head(store.head_row(case.file, case.standing))


def _of_contributors(scheduler: Context, case: Case) -> Iterator[Mail]:
    for one in case.file.contributions:
        days = (one.expires_on - scheduler.today).days
        if one.open and (at := _latest(case, days)) is not None:
            yield _reminder(case, one, at)
            yield from (
                mail._replace(dedup=digest_of("owner", one.id, at)[:32])
                for mail in to_owner(case, "request_contributor_late")
            )


def _latest(case: Case, days_left: int) -> int | None:
    """Return the reminder that is due with so many days left: the smallest not passed by them."""
    return min((at for at in case.policy.remind_days if days_left <= at), default=None)


def _reminder(case: Case, one: Contribution, at: int) -> Mail:
    template_context = {
        "kind": case.policy.title,
        "reference": reference(case.file.id),
        "asked_on": one.invited_at.date().isoformat(),
        "until": one.expires_on.isoformat(),
    }
    dedup = digest_of("contributor", one.id, at)[:32]
    return Mail(
        one.email,
        "request_contributor_reminded",
        template_context,
        dedup=dedup,
        confidential=True,
        limited=True,
    )


def _of_owner(scheduler: Context, case: Case) -> Iterator[Mail]:
    if case.standing.must_act is not Actor.APPLICANT or case.standing.due is None:
        return
    at = _latest(case, (case.standing.due - scheduler.today).days)
    if at is not None:
        dedup = digest_of("applicant", case.file.id, case.standing.due, at)[:32]
        until = case.standing.due.isoformat()
        draft = case.standing.stage is Stage.DRAFT
        template = "request_draft_reminded" if draft else "request_reminded"
        yield from (mail._replace(dedup=dedup) for mail in to_owner(case, template, until=until))


def _send(scheduler: Context, mail: Mail) -> int:
    """Write one mail, by an operation named for it; return 1, or 0 if it was written before."""
    context = replace(scheduler, operation=mail.dedup)
    command = Command("requests#scheduler", "", "request-reminder", digest_of(mail.dedup))
    if earlier_result(context, command) is not None:
        return 0
    perform(context, command, lambda: Plan(mail=[mail]))
    return 1


def _lapse(scheduler: Context, id_: str) -> None:
    context = replace(scheduler, operation=digest_of("lapse", id_)[:32])

    def step(case: Case) -> Step:
        lapsed = case.standing.stage is Stage.DRAFT
        past = case.standing.due is not None and case.standing.due < scheduler.today
        if not lapsed or not past:
            return Step(case.file.next())
        withdrawal = event(context, What.WITHDRAWN, text="Not submitted in time.")
        return Step(case.file.next(withdrawal), mail=to_owner(case, "request_lapsed"))

    change(context, id_, "request-lapsed", [], step)


def _to_staff(scheduler: Context) -> Iterator[Mail]:
    """Yield each officer's mail of the day: how much waits, and no content."""
    waiting = [one for actor in OFFICE for one in store.work(actor, None)]
    if not waiting:
        return
    overdue = sum(one.due[:10] < scheduler.today.isoformat() for one in waiting)
    free = sum(not one.assignee for one in waiting)
    for officer in accounts.accounts(_officers(scheduler)):
        mine = sum(one.assignee == officer.id for one in waiting)
        if ADDRESS.fullmatch(officer.email) and (mine or free):
            facts = {"mine": mine, "free": free, "overdue": overdue}
            dedup = digest_of("staff", officer.id, scheduler.today)[:32]
            yield Mail(officer.email, "request_work", facts, dedup=dedup)


def _officers(scheduler: Context) -> set[str]:
    taken = scheduler.policy.requests.taken(scheduler.today)
    roles = {role for one in taken for role in (*one.clerks, *one.deciders)}
    return {id_ for role in roles for id_ in accounts.accounts_with(Role(role))}
