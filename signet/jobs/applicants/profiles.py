"""Members' career profiles: hidden unless published, and searched by criteria (JOB-5).

Employers know a member by a handle only. A profile has no contact details, and of a résumé an
employer learns only that there is one, until the member accepts a request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from signet.errors import FieldError, Invalid, NotFound, Refused
from signet.jobs import places, store, tables
from signet.jobs.applicant_model import Profile
from signet.jobs.applicants import hiding, resumes
from signet.jobs.applicants.hiding import Known
from signet.jobs.companies import clients, companies
from signet.jobs.context import Employer, of_member
from signet.jobs.forms import HIDDEN_MOST, ProfileDraft, SearchDraft
from signet.jobs.model import Place, Posting
from signet.jobs.postings import rules
from signet.jobs.store import NOWHERE, Listing, Row
from signet.policy import Policy
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.perform import Command, Plan, perform

if TYPE_CHECKING:
    from signet.register.model import MemberRecord

MOST_DISCIPLINES = 4
STANDINGS = "standings"  # lists profiles by the day on which to read the register again
PAGE = 50
MOST_SHOWN = 5  # companies that a line matches


class FoundProfile(NamedTuple):
    """A published profile as an employer sees it."""

    handle: str
    headline: str
    about: str
    disciplines: tuple[str, ...]
    years: int
    places: tuple[str, ...]
    remote: bool
    level: str
    designation: str
    has_resume: bool


class ProfilePage(NamedTuple):
    """One page of search results; `after` is where the next page begins, "" at the end.

    A page may have fewer results than fit, or none, without being the last.
    """

    profiles: list[FoundProfile]
    after: str


class NoLivePosting(Refused):
    """Only employers with a live posting may see profiles (JOB-5)."""

    code = "no-live-posting"
    usual = "Members' profiles are open to employers with a live posting: publish one first."


def of(member: str) -> Profile | None:
    """Return a member's own profile, or None."""
    return store.get(Profile, tables.member(member), tables.PROFILE)


def in_good_standing(record: MemberRecord | None, policy: Policy) -> bool:
    """Tell whether a record is that of a member in good standing (STA-2): only these are found."""
    return record is not None and policy.statuses[record.status].good


def designation_of(record: MemberRecord | None, policy: Policy) -> str:
    """Return the most senior designation of a member in good standing, or "" (DES-4)."""
    if record is None or not in_good_standing(record, policy):
        return ""
    held = {one.code for one in record.designations}
    ranked = [code for code in policy.designations if code in held]
    return ranked[-1] if ranked else ""


def save(
    context: Context,
    member: str,
    record: MemberRecord | None,
    draft: ProfileDraft,
    again: date | None = None,
) -> str:
    """Write a member's profile, published or hidden; return its handle.

    `record` is the register's record of the day: the designation is taken from it, and whether
    employers find a published profile. `again` is the next day on which the record may change. The
    résumé is a clean file of the account's (owner account#ID). Raises Invalid, Conflict.
    """
    designation = designation_of(record, context.policy)

    def plan() -> Plan:
        before = of(member)
        _check(draft, context.policy, places.listed(context.policy.career_centre))
        new = Profile(
            handle=before.handle if before else sha256(context.operation.encode()).hexdigest()[:20],
            designation=designation,
            good=in_good_standing(record, context.policy),
            again=again,
            resume_owner=_resume_owner(context, before, draft),
            changed_on=context.today,
            version=before.version + 1 if before else 1,
            **draft.model_dump(),
        )
        changes = [*_put(member, new, before), *_files(context, before, new)]
        return Plan(new.handle, changes, {"published": new.published})

    return _perform(context, member, "jobs.profile.saved", draft, plan)


def hide(context: Context, member: str) -> None:
    """Hide a member's profile from employers at once. Raises NotFound."""

    def plan() -> Plan:
        before = of(member)
        if before is None:
            raise NotFound
        update = {"published": False, "version": before.version + 1}
        new = before.model_copy(update=update)
        return Plan(new.handle, _put(member, new, before), {"published": False})

    _perform(context, member, "jobs.profile.hidden", None, plan)


def refresh(
    context: Context, member: str, record: MemberRecord | None, again: date | None = None
) -> None:
    """Update a profile's designation and standing to today's register.

    It stays published or hidden as the member chose. `again` is as in `save`.
    """
    update = {
        "designation": designation_of(record, context.policy),
        "good": in_good_standing(record, context.policy),
        "again": again,
    }

    def plan() -> Plan:
        before = of(member)
        if before is None or update == before.model_dump(include=set(update)):
            return Plan()
        new = before.model_copy(update={**update, "version": before.version + 1})
        return Plan("", _put(member, new, before), {"findable": new.findable})

    _perform(context, member, "jobs.profile.refreshed", update, plan)


def _perform(
    context: Context, member: str, what: str, submitted: object, plan: Callable[[], Plan]
) -> str:
    command = Command.of(tables.member(member), of_member(member), what, [submitted])
    return perform(context, command, plan)


def _check(draft: ProfileDraft, policy: Policy, there: Sequence[Place]) -> None:
    errors = []
    if set(draft.disciplines) - set(policy.disciplines):
        errors.append(FieldError("disciplines", "Choose disciplines of the list"))
    if policy.jobs is None or draft.level not in policy.jobs.levels:
        errors.append(FieldError("level", "Choose one of the list"))
    if set(draft.places) - {one.slug for one in there}:
        errors.append(FieldError("places", "Choose places of the list"))
    if len(list(hiding.lines(draft.hidden_from))) > HIDDEN_MOST:
        errors.append(FieldError("hidden_from", f"Name {HIDDEN_MOST} companies at most"))
    if errors:
        raise Invalid(*errors, rule="JOB-5")


def _put(member: str, new: Profile, before: Profile | None) -> list[Change]:
    """Return the changes for the profile and its search rows.

    While employers can find it, there is a search row for each discipline.
    """
    owner = tables.member(member)
    version = before.version if before else 0
    row = Row(owner, tables.PROFILE, Listing(STANDINGS, f"{new.again}") if new.again else NOWHERE)
    changes = [store.put(new, row, version=new.version, stored_version=version)]
    if before is None:
        changes.append(store.claim_name(tables.profile(new.handle), tables.HOME, member))
    listed = dict.fromkeys(new.disciplines) if new.findable else {}
    for at, discipline in enumerate(listed):
        listing = Listing(f"profiles#{discipline}", new.handle)
        changes.append(store.overwrite(new, Row(owner, f"{tables.PROFILE}#{at}", listing)))
    rest = range(len(listed), MOST_DISCIPLINES)
    return [*changes, *(store.remove(owner, f"{tables.PROFILE}#{at}") for at in rest)]


def _resume_owner(context: Context, before: Profile | None, draft: ProfileDraft) -> str:
    """Return the owner of the résumé; an unchanged one may be from the member's earlier account."""
    if before is not None and before.resume == draft.resume:
        return before.resume_owner
    return tables.account(context.account) if draft.resume else ""


def _files(context: Context, before: Profile | None, new: Profile) -> list[Change]:
    was = before.resume if before else ""
    if was == new.resume:
        return []
    named = resumes.used(new.resume_owner, new.resume)
    let_go = resumes.released(context, before.resume_owner, was) if before else ()
    return [*named, *let_go]


# The employer's side ------------------------------------------------------------------------------


def live_postings(who: Employer) -> list[Posting]:
    """Return the live postings that an employer may act on. Raises NoLivePosting if none."""
    postings = [
        posting
        for posting in store.postings(who.company)
        if rules.is_shown(posting, who.context.today) and who.may_post_for(posting.terms.client)
    ]
    if not postings:
        raise NoLivePosting
    return postings


def search(who: Employer, draft: SearchDraft, after: str = "") -> ProfilePage:
    """Return a page of the published profiles that meet all criteria. Raises NoLivePosting."""
    live_postings(who)
    name = f"profiles#{draft.discipline}"
    listed = store.listed(Profile, name, after=after, limit=PAGE)
    known = _known(who)
    matches = [
        shown(one)
        for one in listed
        if _meets(one, draft) and not hiding.hides(one.hidden_from, known)
    ]
    return ProfilePage(matches, listed[-1].handle if len(listed) == PAGE else "")


def _meets(one: Profile, draft: SearchDraft) -> bool:
    return (
        one.findable
        and one.years >= draft.years
        and (not draft.designation or one.designation == draft.designation)
        and (not draft.level or one.level == draft.level)
        and (not draft.place or draft.place in one.places)
    )


def _known(who: Employer) -> Known:
    company = companies.profile(who.company)
    return hiding.known_by(company, clients.listed(who), companies.users_of(who.company))


def hidden_by(said: str) -> list[tuple[str, list[str]]]:
    """Return the lines that name companies, each with companies here that it matches (T26).

    They match by names, permits and websites, former ones too. What they match by addresses, or by
    clients, isn't told: these aren't public.
    """
    lines = list(hiding.lines(said))
    every = companies.all_companies(limit=None) if lines else []
    known = [(one.name, hiding.publicly_known_by(one)) for one in every]
    return [
        (line, [name for name, marks in known if hiding.hides(line, marks)][:MOST_SHOWN])
        for line in lines
    ]


def find(who: Employer, handle: str) -> FoundProfile:
    """Return a published profile. Raises NoLivePosting, NotFound."""
    live_postings(who)
    return shown(published(who, handle)[1])


def headlines(who: Employer, handles: Sequence[str]) -> dict[str, str]:
    """Return the headlines of the profiles that an employer may see now, by handle."""
    headlines_by = {}
    with suppress(NoLivePosting):
        live_postings(who)
        for handle in handles:
            with suppress(NotFound):
                headlines_by[handle] = published(who, handle)[1].headline
    return headlines_by


def published(who: Employer, handle: str) -> tuple[str, Profile]:
    """Return the member and the profile of a handle that an employer can find. Raises NotFound.

    For actions only.
    """
    member = store.name_of(tables.profile(handle), tables.HOME)
    profile = of(member) if member else None
    if member is None or profile is None or not profile.findable:
        raise NotFound
    if profile.hidden_from and hiding.hides(profile.hidden_from, _known(who)):
        raise NotFound
    return member, profile


def shown(profile: Profile) -> FoundProfile:
    """Return what an employer sees of a profile."""
    fields = profile.model_dump(include=set(FoundProfile._fields) - {"has_resume"})
    return FoundProfile(has_resume=bool(profile.resume), **fields)
