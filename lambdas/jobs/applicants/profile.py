"""A member's career profile: hidden until they publish it, and what employers see of it."""

from __future__ import annotations

from typing import Any

from lambdas.jobs.applicants.shared import PROFILE, Resumes, app, context_of, page_context, resumes
from lambdas.jobs.employers.words import profile_words
from signet import policy as policies
from signet.accounts.model import Role
from signet.errors import Invalid
from signet.jobs import places
from signet.jobs.applicant_model import Profile, RequestState
from signet.jobs.applicants import contact_requests, profiles
from signet.jobs.context import member_number
from signet.jobs.forms import ProfileDraft
from signet.register import reading as register
from signet.register.model import MemberRecord
from signet.transactions.context import Context
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read, values_of
from signet.web.request import Request


@app.get(PROFILE, Role.MEMBER)
def show_profile(request: Request) -> Answer:
    """Show the member's profile for editing; a new one starts with the register's disciplines."""
    record = _record(request)
    profile = profiles.of(member_number(request.principal))
    mine = resumes(request)
    values = _values(profile) if profile else _begun(record, mine)
    form = FormView(ProfileDraft, values, (), request.new_id())
    return _page(request, record, profile, form, mine)


def _record(request: Request) -> MemberRecord | None:
    return register.standing_on(member_number(request.principal), request.today)


def _values(profile: Profile) -> dict[str, list[str]]:
    fields = profile.model_dump(include=set(ProfileDraft.model_fields))
    return values_of(ProfileDraft.model_construct(**fields))


def _begun(record: MemberRecord | None, mine: Resumes) -> dict[str, list[str]]:
    there = policies.load().disciplines
    known = [one for one in record.disciplines if one in there] if record else []
    return {"disciplines": known, "resume": [mine.newest]}


def _page(
    request: Request,
    record: MemberRecord | None,
    profile: Profile | None,
    form: FormView,
    mine: Resumes,
    status: int = 200,
) -> Page:
    asked = contact_requests.to_member(member_number(request.principal))
    more = {
        "form": form,
        "profile": profile,
        "seen": profiles.shown(profile) if profile else None,
        "words": profile_words(context_of(request).policy.career_centre),
        "designation": profiles.designation_of(record, policies.load()),
        "good": profiles.in_good_standing(record, policies.load()),
        "status": policies.load().statuses[record.status].name if record else "",
        "waiting": sum(one.state is RequestState.ASKED for one in asked),
        "hidden_by": profiles.hidden_by(profile.hidden_from) if profile else [],
        "files": mine.files,
        "purpose": mine.purpose,
        "act": request.new_id(),
        **_choices(context_of(request), profile, mine.choices),
    }
    return Page(
        "jobs/applicants/profile.html", page_context(request, "Your career profile", more), status
    )


def _choices(
    context: Context, profile: Profile | None, own: list[tuple[str, str]]
) -> dict[str, Any]:
    """Return the choices of the form's fields; a value that is stored stays selectable."""
    jobs = context.policy.career_centre
    kept = profile.places if profile else ()
    chosen = profile.resume if profile else ""
    if chosen and chosen not in dict(own):  # uploaded under the member's former account
        own = [*own, (chosen, "The résumé that is there")]
    return {
        "disciplines": [(one, one) for one in context.policy.disciplines],
        "levels": [(one.code, one.name) for one in jobs.levels.values()],
        "places": [
            (one.slug, f"{one.name}, {one.province}")
            for one in places.listed(jobs)
            if one.active or one.slug in kept
        ],
        "choices": own,
    }


@app.post(PROFILE, Role.MEMBER)
def save_profile(request: Request) -> Answer:
    """Save the profile, published or hidden as its checkbox says."""
    number, record = member_number(request.principal), _record(request)
    profile, mine = profiles.of(number), resumes(request)
    try:
        draft = read(ProfileDraft, request.form)
        mine.check(draft.resume, held=profile.resume if profile else "")
        changes_on = register.next_day(number, request.today)
        profiles.save(context_of(request), number, record, draft, changes_on)
    except Invalid as invalid:
        again = FormView.again(ProfileDraft, request.form, invalid, request.operation_id)
        return _page(request, record, profile, again, mine, invalid.status)
    state = "published" if profiles.in_good_standing(record, policies.load()) else "waiting"
    return SeeOther(f"{PROFILE}?saved={state if draft.published else 'saved'}")


@app.post(f"{PROFILE}hide", Role.MEMBER)
def hide_profile(request: Request) -> Answer:
    """Hide the profile from employers at once."""
    profiles.hide(context_of(request), member_number(request.principal))
    return SeeOther(f"{PROFILE}?saved=hidden")
