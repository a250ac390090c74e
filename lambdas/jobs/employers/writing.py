"""Writing a posting: one form with all its fields, a preview, and publishing from there (JOB-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.jobs.employers.shared import POSTING, POSTINGS, Desk, app, desk
from signet import policy as policies
from signet.errors import Conflict, Invalid
from signet.jobs import places
from signet.jobs.companies import clients
from signet.jobs.companies.naming import number_of
from signet.jobs.credits import ledger
from signet.jobs.forms import PostingDraft, PostingEdit
from signet.jobs.model import Posting, PostingState
from signet.jobs.postings import postings, rules
from signet.jobs.postings.postings import PostingVersion
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import Values, read, values_of
from signet.web.request import Request

if TYPE_CHECKING:
    from lambdas.jobs.employers.previews import Preview

WAYS = (
    ("site", "Here, with a message and a résumé", "We e-mail you, and you read them here."),
    ("link", "At a link of yours"),
    ("email", "By e-mail to you"),
)
USUAL = {"level": "intermediate", "employment_type": "full-time", "pay_period": "year"}
BUTTON = "do"  # which of the form's buttons was pressed
PREVIEW, PUBLISH = "preview", "publish"


@app.get(f"{POSTINGS}new/", SIGNED_IN)
def show_writing(request: Request, company: str) -> Answer:
    """Show the form of a new posting, with usual values, some from the last posting if any."""
    at = desk(request, company)
    return _page(at, blank(PostingDraft, request.new_id(), way="site", **_begun(at)))


def _begun(at: Desk) -> dict[str, str]:
    last = next(iter(postings.listed(at.who)), None)
    if last is None:
        return USUAL
    terms = last.terms
    return USUAL | {"discipline": terms.discipline, "place": terms.place, "client": terms.client}


@app.post(f"{POSTINGS}new/", SIGNED_IN)
def write(request: Request, company: str) -> Answer:
    """Save a draft, publish it at once, or only preview it."""
    at = desk(request, company)
    button, form = _pressed(request)
    try:
        draft = read(PostingDraft, form)
        if button == PREVIEW:
            seen = shown(postings.sketch(at.who, draft), at)
            return _page(at, FormView(PostingDraft, form, (), request.operation_id), preview=seen)
        number = postings.add(at.who, draft)
    except Invalid as invalid:
        again = FormView.again(PostingDraft, form, invalid, request.operation_id)
        return _page(at, again, status=invalid.status)
    if button == PUBLISH:
        return published(at, number, 1)
    return SeeOther(f"{at.at('postings', number)}?saved=draft")


def published(at: Desk, number: str, version: int) -> Answer:
    """Publish a draft in the version that was shown; without a credit it stays a draft."""
    again = at.who._replace(context=at.who.context.next("publish"))
    try:
        state = postings.publish(again, PostingVersion(number, version))
    except ledger.NoCredit:
        return SeeOther(f"{at.at('postings', number)}?saved=no-credit")
    return SeeOther(f"{at.at('postings', number)}?saved={state}")


def _pressed(request: Request) -> tuple[str, Values]:
    form = {name: values for name, values in request.form.items() if name != BUTTON}
    return "".join(request.form.get(BUTTON, [])), form


def shown(posting: Posting, at: Desk) -> Preview | None:
    """Return a posting as the public would see it."""
    from lambdas.jobs.employers import previews  # imported here: slow to load

    return previews.of(posting, at.who.context.today, at.at("pictures"))


def _page(
    at: Desk,
    form: FormView,
    *,
    posting: Posting | None = None,
    preview: Preview | None = None,
    status: int = 200,
    overtaken: bool = False,
) -> Page:
    title = f"Change posting {posting.number}" if posting else "Post a job"
    context = {
        "form": form,
        "posting": posting,
        "preview": preview,
        "overtaken": overtaken,
        **choices(at, posting),
    }
    return Page("jobs/employers/write.html", at.page_context(title, context), status)


def choices(at: Desk, posting: Posting | None) -> dict[str, Any]:
    """Return the choices of a posting's fields; a value that it has stays selectable."""
    jobs, policy = at.who.context.policy.career_centre, policies.load()
    terms = posting.terms if posting else None
    there = [
        one for one in places.listed(jobs) if one.active or (terms and one.slug == terms.place)
    ]
    named = [
        one
        for one in clients.listed(at.who)
        if (one.active or (terms and one.id == terms.client)) and at.who.may_post_for(one.id)
    ]
    by_name = sorted(jobs.occupations.values(), key=lambda one: one.name)
    return {
        "occupations": [(one.code, f"{one.name} ({one.code})") for one in by_name],
        "disciplines": [(one, one) for one in policy.disciplines],
        "levels": [(one.code, one.name) for one in jobs.levels.values()],
        "types": [(one.code, one.name) for one in jobs.employment_types.values()],
        "periods": [(one.code, one.name) for one in jobs.pay_periods.values()],
        "places": [(one.slug, f"{one.name}, {one.province}") for one in there],
        "designations": [(code, code) for code in policy.designations],
        "clients": [(one.id, one.name) for one in named],
        "only_clients": bool(at.who.user.clients),
        "ways": WAYS,
    }


@app.get(f"{POSTING}edit/", SIGNED_IN)
def show_changing(request: Request, company: str, number: str) -> Answer:
    """Show a posting for editing."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    _editable(posting, at)
    return _page(at, FormView(PostingEdit, _values(posting), (), request.new_id()), posting=posting)


def _editable(posting: Posting, at: Desk) -> None:
    if posting.state not in rules.EDITABLE or rules.is_over(posting, at.who.context.today):
        raise postings.WrongState


def _values(posting: Posting) -> dict[str, list[str]]:
    terms, pay = posting.terms, posting.terms.pay
    values = {
        **terms.model_dump(exclude={"pay"}),
        "pay_least": pay.least if pay else None,
        "pay_most": pay.most if pay else None,
        "pay_period": pay.period if pay else USUAL["pay_period"],
        "starts_on": posting.asked_from,
        "version": posting.version,
    }
    return values_of(PostingEdit.model_construct(**values))


@app.post(f"{POSTING}edit/", SIGNED_IN)
def change(request: Request, company: str, number: str) -> Answer:
    """Change a posting, or only preview it; after a conflict, tell the second editor."""
    at = desk(request, company)
    posting = postings.find(at.who, number_of(number))
    button, form = _pressed(request)
    try:
        draft = read(PostingEdit, form)
        if button == PREVIEW:
            seen = shown(postings.sketch(at.who, draft, number), at)
            again = FormView(PostingEdit, form, (), request.operation_id)
            return _page(at, again, posting=posting, preview=seen)
        postings.edit(at.who, number, draft)
    except Invalid as invalid:
        again = FormView.again(PostingEdit, form, invalid, request.operation_id)
        return _page(at, again, posting=posting, status=invalid.status)
    except postings.WrongState:
        raise
    except Conflict as conflict:
        values = {**form, "version": [str(posting.version)]}
        again = FormView(PostingEdit, values, (), request.new_id())
        return _page(at, again, posting=posting, status=conflict.status, overtaken=True)
    waits = postings.find(at.who, number).state is PostingState.AWAITING
    return SeeOther(f"{at.at('postings', number)}?saved={'awaiting' if waits else 'changed'}")
