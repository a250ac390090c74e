"""Not practising: the written declaration, its renewal, and notice of practising again (CPD-5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from signet.cpd import practice_entries, rules, store, year_view
from signet.cpd.context import on_own_log, summary_changes
from signet.cpd.forms import NotPractisingDraft, ResumptionDraft
from signet.cpd.model import Condition, NotPractising, Subjection
from signet.cpd.rules import DAY, in_words
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.policy import CpdPolicy, Policy
from signet.register import reading as register
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan

NOTICE_WITHIN = timedelta(days=366)


class NotRenewableYet(Refused):
    """The current declaration has too long to run to be renewed already (CPD-5)."""

    code = "not-renewable-yet"

    def __init__(self, held: NotPractising, from_: date) -> None:
        super().__init__(
            f"A declaration is in effect until {in_words(held.until)}. "
            f"It can be renewed from {in_words(from_)} on.",
            rule="CPD-5",
        )
        self.held = held
        self.renewable_from = from_


class NotSubject(Refused):
    """The member has nothing to be exempt from: the register exempts or doesn't know them."""

    code = "not-subject"


class AbsenceView(NamedTuple):
    """What a member sees about not practising, read in two queries.

    `running` is the declaration in effect, or yet to begin. `lapsed` is the latest one, if its year
    is over while the register still says that the member isn't practising. `noticed` is the one for
    which notice of practising again was given, until the register has ended it. `may_file` tells
    whether a declaration or renewal may be filed today; `subject` whether CPD applies at present;
    `unmet` lists the conditions to meet before practising again; `registered` tells whether the
    register says that the member isn't practising.
    """

    cpd: CpdPolicy
    held: tuple[NotPractising, ...]
    running: NotPractising | None
    renewable_from: date | None
    may_file: bool
    subject: Subjection
    unmet: tuple[Condition, ...]
    registered: bool
    lapsed: NotPractising | None
    noticed: NotPractising | None


def absence_view(member: str, today: date, policy: Policy) -> AbsenceView:
    """Return a member's declarations of not practising, the latest first, and what they can do."""
    cpd = policy.cpd(today)
    absences = store.not_practising(member)
    record = register.standing_on(member, today)
    registered = record is not None and record.not_practising is not None
    subject = rules.subject(record, today, policy, absences)
    running = [h for h in absences if h.until >= today and h.resumed_on is None]
    last = max(running, key=lambda h: h.until, default=None)
    from_ = renewable_from(last, cpd) if last else None
    return AbsenceView(
        cpd=cpd,
        held=tuple(reversed(absences)),
        running=running[0] if running else None,
        renewable_from=from_,
        may_file=today >= from_ if from_ else subject.applies,
        subject=subject,
        unmet=tuple(one for h in absences for one in h.unmet),
        registered=registered,
        lapsed=_lapsed(absences, today) if registered else None,
        noticed=_noticed(absences) if registered else None,
    )


def _lapsed(absences: Sequence[NotPractising], today: date) -> NotPractising | None:
    """Return the latest declaration if its year is over and no notice of practising was given."""
    last = max(absences, key=lambda h: h.until, default=None)
    over = last is not None and last.until < today and last.resumed_on is None
    return last if over else None


def _noticed(absences: Sequence[NotPractising]) -> NotPractising | None:
    """Return the latest declaration if notice of practising again was given for it."""
    last = max(absences, key=lambda h: (h.received_on, h.since), default=None)
    return last if last is not None and last.resumed_on is not None else None


def renewable_from(absence: NotPractising, cpd: CpdPolicy) -> date:
    """Return the first day on which a declaration may be renewed."""
    return absence.until - timedelta(days=cpd.renewal_days)


def file_not_practising(context: Context, draft: NotPractisingDraft) -> str:
    """File a declaration of not practising, or renew one; return its id (CPD-5, G 18).

    It holds for a year from today, the day of receipt, or from the end of the one that it renews.
    The same transaction enters it on the register from its first day. Raises NotSubject,
    NotRenewableYet, Refused.
    """
    cpd = context.policy.cpd(context.today)

    def plan() -> Plan:
        absences = store.not_practising(context.member)
        since = _begins(absences, context.today, cpd)
        new = NotPractising(
            id=context.operation,
            received_on=context.today,
            since=since,
            until=rules.last_day(since, cpd),
            reason=draft.reason,
            account=context.account,
        )
        changes = [
            store.put_not_practising(context.member, new, None),
            *_follow(context, [*absences, new], must_apply=since == context.today),
            *practice_entries.declare(context, new),
        ]
        page_context = {"since": in_words(since), "until": in_words(new.until)}
        mail = Mail(f"member#{context.member}", "cpd_not_practising", page_context)
        return Plan(new.id, changes, {"declaration": new.id}, [mail])

    return on_own_log(context, "cpd.not-practising.declared", [draft], plan)


def _begins(absences: Sequence[NotPractising], today: date, cpd: CpdPolicy) -> date:
    running = [h for h in absences if h.until >= today and h.resumed_on is None]
    if not running:
        return today
    last = max(running, key=lambda h: h.until)
    if today < renewable_from(last, cpd):
        raise NotRenewableYet(last, renewable_from(last, cpd))
    return last.until + DAY


def resume(context: Context, id_: str, draft: ResumptionDraft) -> str:
    """Give notice of practising again from a day on, which ends the exemption (G 18(4)).

    A renewal that hasn't begun ends with it. The register says that the member isn't practising
    until officers have entered the end. Raises NotFound, Conflict and Invalid.
    """

    def plan() -> Plan:
        absences = store.not_practising(context.member)
        _check(absences, id_, context.today, draft)
        ended = {h.id: _resumed(h, context.today, draft.resumes_on) for h in absences if _runs(h)}
        after = [ended.get(h.id, h) for h in absences]
        changes = [
            store.put_not_practising(context.member, ended[h.id], h) for h in absences if _runs(h)
        ]
        changes += _follow(context, after, must_apply=False)
        page_context = {"resumes_on": in_words(draft.resumes_on)}
        mail = Mail(f"member#{context.member}", "cpd_resumption", page_context)
        return Plan(id_, changes, {"declaration": id_}, [mail])

    def _runs(declaration: NotPractising) -> bool:
        # A declaration that an earlier notice ends later ends with this notice instead. The one
        # named ends even if it has lapsed, because the register still shows it.
        ends = declaration.resumed_on or date.max
        stands = declaration.until >= context.today or declaration.id == id_
        return stands and ends > draft.resumes_on

    return on_own_log(context, "cpd.not-practising.resumed", [id_, draft], plan)


def _resumed(absence: NotPractising, today: date, on: date) -> NotPractising:
    update = {"resumed_on": on, "resumption_notified_on": today, "version": absence.version + 1}
    return absence.model_copy(update=update)


def _check(
    absences: Sequence[NotPractising], id_: str, today: date, draft: ResumptionDraft
) -> None:
    absence = next((h for h in absences if h.id == id_), None)
    if absence is None:
        raise NotFound("There is no such declaration.")
    if absence.version != draft.version or absence.resumed_on is not None:
        raise Conflict
    if draft.resumes_on < today:
        raise Invalid(FieldError("resumes_on", "Give today or a later day"), rule="CPD-5")
    if draft.resumes_on > today + NOTICE_WITHIN:
        raise Invalid(FieldError("resumes_on", "Give a day within a year"), rule="CPD-5")


def _follow(
    context: Context, absences: Sequence[NotPractising], *, must_apply: bool
) -> list[Change]:
    """Return the changes that these declarations of not practising make to the current year.

    Raises NotSubject if `must_apply` and CPD wouldn't apply even without them.
    """
    cpd = context.policy.cpd(context.today)
    year = cpd.year_of(context.today)
    record = register.standing_on(context.member, context.today)
    # The register's entry stems from the declarations made here, so it doesn't count by itself.
    plain = record._replace(not_practising=None) if record else None
    alone = rules.subject(plain, context.today, context.policy)
    if must_apply and not alone.applies:
        raise NotSubject(f"There is nothing to be exempt from. {alone.reason}", rule=alone.rule)
    view = year_view.view_of(
        context.member,
        year,
        context.today,
        context.policy,
        record=record,
        stored_year=store.year(context.member, year),
        absences=absences,
    )
    return summary_changes(view)
