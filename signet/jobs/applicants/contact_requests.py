"""Requests for a member's contact details, which are shared only if the member accepts (JOB-5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.jobs import store, tables
from signet.jobs.applicant_model import Request, RequestState
from signet.jobs.applicants import profiles
from signet.jobs.companies import companies, mail_limit
from signet.jobs.context import Employer, for_company, perform_as_staff
from signet.jobs.context import of_member as about
from signet.jobs.forms import AnswerDraft, RequestDraft
from signet.jobs.model import Posting
from signet.jobs.postings import postings
from signet.jobs.store import NOWHERE, Listing, Row
from signet.policy import JobPolicy
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command, Plan, perform

DUE = "requests"
OPEN_AGAIN = frozenset({RequestState.LAPSED, RequestState.PAST})


class AskedAlready(Refused):
    """The company has asked this member, and may not ask again for now."""

    code = "asked-already"
    usual = "Your company has already asked this member."


def ask(who: Employer, handle: str, draft: RequestDraft) -> None:
    """Ask the member of a published profile for contact details.

    Raises NoLivePosting, Invalid for a posting that isn't live, NotFound, and AskedAlready. A
    company can ask again once its request has lapsed unanswered, or its acceptance is past, but not
    after a no.
    """

    def plan() -> Plan:
        posting = _for(draft, profiles.live_postings(who))
        member, _ = profiles.published(who, handle)
        request = of_member(member, who.company)
        jobs, today = who.context.policy.career_centre, who.context.today
        if (
            request is not None
            and request.state not in OPEN_AGAIN
            and not lapsed(request, jobs, today)
        ):
            raise AskedAlready
        new = Request(
            company=who.company,
            company_name=companies.profile(who.company).name,
            handle=handle,
            member=member,
            message=draft.message,
            posting=posting,
            asked_by=who.context.account,
            asked_on=who.context.today,
            version=request.version + 1 if request else 1,
        )
        context = {"company": new.company_name}
        mail = Mail(tables.member(member), "jobs_contact_asked", context, limited=True)
        changes = [*_put(new, request, jobs), *mail_limit.of_company(who)]
        return Plan("", changes, {"handle": handle}, [mail])

    for_company(who, "jobs.contact.asked", [handle, draft], plan)


def _for(draft: RequestDraft, live: Sequence[Posting]) -> str:
    named = [one.number for one in live if draft.posting in ("", one.number)]
    if not named:
        raise Invalid(FieldError("posting", "Choose a posting that is live"), rule="JOB-5")
    return named[0]


def lapsed(request: Request, jobs: JobPolicy, today: date) -> bool:
    """Tell whether a request's time to answer is over, even before `job_clock` records it."""
    return request.state is RequestState.ASKED and answer_by(request, jobs) < today


def answer_by(request: Request, jobs: JobPolicy) -> date:
    """Return the last day on which a request can be answered."""
    return request.asked_on + timedelta(days=jobs.contact_days)


def _due(request: Request, jobs: JobPolicy) -> date | None:
    """Return the day after which parts of a request are erased; None if there is nothing left."""
    if request.state is RequestState.ASKED:
        return answer_by(request, jobs)
    if request.answered_on is None or not (request.message or request.contact):
        return None
    return request.answered_on + timedelta(days=jobs.answer_days)


def _put(new: Request, before: Request | None, jobs: JobPolicy) -> list[Change]:
    """Return the changes for both copies of a request.

    The company's copy doesn't say who the member is; the member's copy is the one listed by its due
    date.
    """
    theirs = Row(tables.company(new.company), tables.request_key(new.handle))
    due = _due(new, jobs)
    listing = Listing(DUE, f"{due}#{new.company}#{new.handle}") if due else NOWHERE
    own = Row(tables.member(new.member), tables.request_key(new.company), listing)
    version = before.version if before else 0
    copy = new.model_copy(update={"member": ""})
    return [
        store.put(new, own, version=new.version, stored_version=version),
        store.put(copy, theirs, version=new.version, stored_version=version),
    ]


def of_member(member: str, company: str) -> Request | None:
    """Return a company's request to a member, or None."""
    return store.get(Request, tables.member(member), tables.request_key(company))


def to_member(member: str) -> list[Request]:
    """Return the requests to a member, latest first."""
    requests = store.list_partition(Request, tables.member(member), "request#")
    return sorted(requests, key=lambda one: one.asked_on, reverse=True)


def by_company(who: Employer) -> list[Request]:
    """Return a company's requests to members, latest first; with `contact` once accepted.

    Only those made for postings that the user may act on (JOB-3).
    """
    theirs = {posting.number for posting in postings.listed(who)}
    rows = store.list_partition(Request, tables.company(who.company), "request#")
    requests = [one for one in rows if one.posting in theirs]
    return sorted(requests, key=lambda one: one.asked_on, reverse=True)


def answer(context: Context, member: str, company: str, draft: AnswerDraft) -> None:
    """Accept or decline a request. Accepting gives the company the contact details in the draft.

    Raises NotFound, Conflict, Refused if it was answered or has lapsed, Invalid if it is accepted
    without contact details.
    """

    def plan() -> Plan:
        request = of_member(member, company)
        if request is None:
            raise NotFound
        if request.version != draft.version:
            raise Conflict
        late = lapsed(request, context.policy.career_centre, context.today)
        if request.state is not RequestState.ASKED or late:
            raise Refused("This was already answered, or the time to answer is over.", rule="JOB-5")
        if draft.accepted and not draft.contact:
            raise Invalid(FieldError("contact", "Say how they reach you"), rule="JOB-5")
        new = request.model_copy(
            update={
                "state": RequestState.ACCEPTED if draft.accepted else RequestState.DECLINED,
                "answered_on": context.today,
                "contact": draft.contact if draft.accepted else "",
                "name": draft.name if draft.accepted else "",
                "version": request.version + 1,
            }
        )
        page_context = {"handle": request.handle, "accepted": draft.accepted, "company": company}
        mail = Mail(_address(request), "jobs_contact_answered", page_context)
        return Plan(
            "", _put(new, request, context.policy.career_centre), {"state": new.state}, [mail]
        )

    _perform(context, member, "jobs.contact.answered", [company, draft], plan)


def _address(request: Request) -> str:
    """Return the address to mail the answer to: the asker's, or the company's if they have left."""
    user = store.user(request.company, request.asked_by)
    return user.email if user else companies.profile(request.company).email


def withdraw_consent(context: Context, member: str, company: str) -> None:
    """Take back an acceptance and erase the contact details given. Raises NotFound."""

    def plan() -> Plan:
        request = of_member(member, company)
        if request is None or request.state is not RequestState.ACCEPTED:
            raise NotFound
        gone = {"contact": "", "name": ""}
        update = {"state": RequestState.DECLINED, "version": request.version + 1, **gone}
        return Plan(
            "", _put(request.model_copy(update=update), request, context.policy.career_centre)
        )

    _perform(context, member, "jobs.contact.taken-back", [company], plan)


def _perform(
    context: Context, member: str, what: str, submitted: list[object], plan: Callable[[], Plan]
) -> None:
    perform(context, Command.of(tables.member(member), about(member), what, submitted), plan)


def resume_of(who: Employer, handle: str) -> tuple[str, str]:
    """Return the owner and the id of the résumé of a member who accepted. Raises NotFound."""
    theirs = tables.request_key(handle)
    request = store.get(Request, tables.company(who.company), theirs)
    if request is None or request.state is not RequestState.ACCEPTED:
        raise NotFound
    postings.find(who, request.posting)
    _, profile = profiles.published(who, handle)
    if not profile.resume:
        raise NotFound
    return profile.resume_owner, profile.resume


# The scheduler's ----------------------------------------------------------------------------------


def lapse(context: Context, limit: int = 100) -> int:
    """Let overdue requests lapse and erase answers of long ago; return how many were due.

    A declined request stays declined. Call this until it returns 0.
    """
    due = store.listed(Request, DUE, until=f"{context.today}", limit=limit)
    for one in due:
        perform_as_staff(
            context.next(f"{one.company} {one.handle} {one.version}"),
            about(one.member),
            "jobs.contact.lapsed",
            [one.company, one.handle],
            _lapsing(context, one),
        )
    return len(due)


def _lapsing(context: Context, listed: Request) -> Callable[[], Plan]:
    def plan() -> Plan:
        request = of_member(listed.member, listed.company)
        due = _due(request, context.policy.career_centre) if request else None
        if request is None or due is None or due >= context.today:
            return Plan("not due")
        after = {
            RequestState.ASKED: RequestState.LAPSED,
            RequestState.ACCEPTED: RequestState.PAST,
        }
        state = after.get(request.state, request.state)
        gone = {"message": "", "contact": "", "name": ""}
        update = {"state": state, "version": request.version + 1, **gone}
        new = request.model_copy(update=update)
        return Plan("lapsed", _put(new, request, context.policy.career_centre), {"state": state})

    return plan
