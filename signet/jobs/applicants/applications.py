"""Applying through the site: once for each person and posting, with consent.

An application can be withdrawn, and is erased in time. The employer is told by mail that there is
an application, never what it says. The résumé stays the applicant's own file (owner account#ID),
which the application names.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from signet.accounts.keys import address
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.jobs import published, store, tables
from signet.jobs.applicant_model import Application, Applied, Mark
from signet.jobs.applicants import resumes
from signet.jobs.companies import mail_limit
from signet.jobs.context import Employer, for_company, of_posting, perform_as_staff
from signet.jobs.forms import ApplicationDraft, MarkDraft, ResumeDraft
from signet.jobs.model import Posting, Way
from signet.jobs.postings import moderation, postings, rules
from signet.jobs.store import Listing, Row
from signet.jobs.tables import APPLIED
from signet.policy import JobPolicy
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command, Plan, perform

RETAINED = "retained"


class AppliedAlready(Refused):
    """This person has applied to this posting already."""

    code = "applied-already"
    usual = "You have already applied for this job."


def apply(context: Context, number: str, draft: ApplicationDraft) -> str:
    """Apply to a posting, once; return the posting's number.

    Raises NotFound if no posting with that number takes applications here, AppliedAlready, Invalid,
    and Conflict if the résumé isn't a clean file of the applicant's own.
    """

    def plan() -> Plan:
        if not address(draft.email):
            raise Invalid(FieldError("email", "Enter an e-mail address, like name@example.org"))
        posting = open_here(number, context.today)
        if of_account(number, context.account) is not None:
            raise AppliedAlready
        application = _new_application(context, posting, draft)
        changes = [
            *_put(application, None, posting),
            store.count(number, context.today, APPLIED),
            *mail_limit.of_account(context),
            *resumes.used(tables.account(context.account), application.resume),
            _check_posting(posting),
        ]
        page_context = {"number": number, "title": posting.terms.title, "company": posting.company}
        mail = Mail(moderation.address_of(posting), "jobs_application", page_context)
        return Plan(number, changes, {"posting": number}, [mail])

    return _perform(context, number, "jobs.application.sent", [draft], plan)


class ReadAlready(Refused):
    """The employer has read the application, so nothing in it can be replaced."""

    code = "read-already"
    usual = (
        "The employer has opened your application, so its résumé can’t be replaced here any more. "
        "Write to them, or withdraw it."
    )


def replace_resume(context: Context, number: str, draft: ResumeDraft) -> None:
    """Replace or remove the résumé of an application that the employer hasn't read.

    The employer gets only the new one. Raises NotFound, ReadAlready, and Conflict if the
    application changed or the résumé isn't a clean file of the applicant's own.
    """

    def plan() -> Plan:
        application, posting = of_account(number, context.account), store.by_number(number)
        if application is None or posting is None or application.withdrawn:
            raise NotFound
        if not application.unread:
            raise ReadAlready
        if application.version != draft.version:
            raise Conflict
        if application.resume == draft.resume:
            return Plan()
        update = {"resume": draft.resume, "replaced_on": context.today}
        new = application.model_copy(update={**update, "version": application.version + 1})
        owner = tables.account(application.account)
        changes = [
            *_put(new, application, posting),
            *resumes.used(owner, draft.resume),
            *resumes.released(context, owner, application.resume),
        ]
        return Plan("", changes, {"posting": number})

    _perform(context, number, "jobs.application.resume-replaced", [draft], plan)


def open_here(number: str, today: date) -> Posting:
    """Return a posting that takes applications through the site today. Raises NotFound."""
    posting = store.by_number(number)
    here = posting is not None and posting.terms.way is Way.SITE
    if posting is None or not here or not rules.is_shown(posting, today) or _is_blocked(posting):
        raise NotFound("This job no longer accepts applications here.")
    return posting


def _is_blocked(posting: Posting) -> bool:
    company = store.company(posting.company)
    return company is None or company.blocked is not None


def _new_application(context: Context, posting: Posting, draft: ApplicationDraft) -> Application:
    return Application(
        number=posting.number,
        account=context.account,
        name=draft.name,
        email=draft.email,
        message=draft.message,
        resume=draft.resume,
        consented_at=context.now,
        applied_on=context.today,
        erase_on=_due(posting, context.policy.career_centre),
    )


def _due(posting: Posting, jobs: JobPolicy) -> date:
    """Return the day by which applications to a posting are erased."""
    last = posting.over_on or posting.ends_on or posting.made_on
    return last + timedelta(days=jobs.application_days)


def _check_posting(posting: Posting) -> Change:
    owner = tables.company(posting.company)
    return store.check_version(owner, tables.posting_key(posting.number), posting.version)


def _put(new: Application, before: Application | None, posting: Posting) -> list[Change]:
    sort_key = tables.application_key(new.account)
    place = f"{new.erase_on}#{new.number}#{new.account}"
    row = Row(tables.posting(new.number), sort_key, Listing(RETAINED, place))
    applied = Applied(
        number=new.number,
        company=posting.company,
        employer=published.employer(posting),
        title=posting.terms.title,
        applied_on=new.applied_on,
        withdrawn=new.withdrawn,
        version=new.version,
    )
    mine = Row(tables.account(new.account), tables.application_key(new.number))
    version = before.version if before else 0
    return [
        store.put(new, row, version=new.version, stored_version=version),
        store.put(applied, mine, version=new.version, stored_version=version),
    ]


def of_account(number: str, account: str) -> Application | None:
    """Return an account's application to a posting, or None."""
    sort_key = tables.application_key(account)
    return store.get(Application, tables.posting(number), sort_key)


def of_applicant(account: str) -> list[Applied]:
    """Return the account's applications, latest first."""
    return sorted(store.applied(account), key=lambda one: one.applied_on, reverse=True)


def withdraw(context: Context, number: str) -> None:
    """Withdraw an application, erasing everything that was sent with it. Raises NotFound."""

    def plan() -> Plan:
        application, posting = of_account(number, context.account), store.by_number(number)
        if application is None or posting is None or application.withdrawn:
            raise NotFound
        gone = {"name": "", "email": "", "message": "", "resume": "", "mark": Mark.NEW}
        new = application.model_copy(
            update={**gone, "withdrawn": True, "version": application.version + 1}
        )
        released = resumes.released(
            context, tables.account(application.account), application.resume
        )
        return Plan("", [*_put(new, application, posting), *released], {"posting": number})

    _perform(context, number, "jobs.application.withdrawn", [], plan)


def _perform(
    context: Context, number: str, what: str, submitted: list[object], plan: Callable[[], Plan]
) -> str:
    command = Command.of(
        tables.account(context.account), of_posting(number), what, [number, *submitted]
    )
    return perform(context, command, plan)


# The employer's side ------------------------------------------------------------------------------


def to_posting(who: Employer, number: str) -> list[Application]:
    """Return the applications to a posting, earliest first, without the withdrawn ones.

    Raises NotFound for a posting that the user may not act on.
    """
    postings.find(who, number)
    applications = store.list_partition(Application, tables.posting(number), "application#")
    return sorted(
        (one for one in applications if not one.withdrawn),
        key=lambda one: (one.applied_on, one.account),
    )


def find(who: Employer, number: str, account: str) -> Application:
    """Return one application to a posting that the user may act on.

    Raises NotFound, also if it was withdrawn.
    """
    postings.find(who, number)
    application = of_account(number, account)
    if application is None or application.withdrawn:
        raise NotFound
    return application


def note_reading(who: Employer, number: str, account: str) -> None:
    """Record the first time that an application is opened. Raises NotFound."""

    def plan() -> Plan:
        posting, application = postings.find(who, number), find(who, number, account)
        if application.read_on is not None:
            return Plan()
        update = {"read_on": who.context.today, "version": application.version + 1}
        changes = _put(application.model_copy(update=update), application, posting)
        return Plan("", changes, {"posting": number})

    submitted = [number, account]
    for_company(who, "jobs.application.read", submitted, plan, of_posting(number))


def mark(who: Employer, number: str, account: str, draft: MarkDraft) -> None:
    """Mark an application to a posting that the user may act on.

    Raises NotFound, also if it was withdrawn.
    """

    def plan() -> Plan:
        posting, application = postings.find(who, number), find(who, number, account)
        if application.mark is draft.mark:
            return Plan()
        new = application.model_copy(
            update={"mark": draft.mark, "version": application.version + 1}
        )
        # The applicant's own row is written too: withdrawing needs both rows to have the same
        # version.
        return Plan("", _put(new, application, posting), {"posting": number})

    submitted = [number, account, draft]
    for_company(who, "jobs.application.marked", submitted, plan, of_posting(number))


# The scheduler's ----------------------------------------------------------------------------------


def erase(context: Context, limit: int = 100) -> int:
    """Erase applications whose retention period is over; return how many were due.

    Call this until it returns 0. If the posting was extended in the meantime, the day of erasure is
    moved instead. Résumés may be in use elsewhere: they are erased separately, once nothing has
    used them for a while (`resumes`).
    """
    due = store.listed(Application, RETAINED, until=f"{context.today}", limit=limit)
    for one in due:
        perform_as_staff(
            context.next(f"{one.number} {one.account} {one.version}"),
            of_posting(one.number),
            "jobs.application.erased",
            [one.number, one.account],
            _erasing(context, one),
        )
    return len(due)


def _erasing(context: Context, listed: Application) -> Callable[[], Plan]:
    def plan() -> Plan:
        application = of_account(listed.number, listed.account)
        if application is None:
            return Plan("gone")
        posting = store.by_number(application.number)
        if posting is not None and _due(posting, context.policy.career_centre) >= context.today:
            due = {
                "erase_on": _due(posting, context.policy.career_centre),
                "version": application.version + 1,
            }
            return Plan("later", _put(application.model_copy(update=due), application, posting))
        mine, sort_key = (
            tables.account(application.account),
            tables.application_key(application.number),
        )
        theirs = tables.application_key(application.account)
        changes = [
            store.remove(tables.posting(application.number), theirs, application.version),
            store.remove(mine, sort_key),
            *resumes.released(context, mine, application.resume),
        ]
        return Plan("erased", changes, {"posting": application.number})

    return plan
