"""Declarations of not practising: made, renewed, and ended with notice (CPD-5)."""

from __future__ import annotations

from lambdas.cpd.member.shared import CPD, MEMBER, app, context_of, crumbs, member
from signet import policy as policies
from signet.cpd import actions, store
from signet.cpd.forms import NotPractisingDraft, ResumptionDraft
from signet.cpd.model import NotPractising
from signet.errors import Invalid, NotFound
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import FormInvalid, read
from signet.web.request import Request, id_of

ABSENCE = f"{CPD}not-practising/"
REASONS = (
    ("illness", "Illness"),
    ("unemployment", "Unemployment"),
    ("parental_leave", "Parental leave"),
    ("retirement", "Retirement"),
    ("other", "Another reason"),
)


@app.get(ABSENCE, MEMBER)
def show_not_practising(request: Request) -> Answer:
    """Show the declaration of not practising in effect, and the form of a new one."""
    return _absence_page(request, blank(NotPractisingDraft, request.new_id()))


def _absence_page(request: Request, form: FormView, status: int = 200) -> Answer:
    state = actions.absence_view(member(request), request.today, policies.load())
    context = {
        "title": "Not practising",
        "state": state,
        "form": form,
        "reasons": REASONS,
        "crumbs": crumbs(),
        "saved": request.query.get("saved", ""),
    }
    return Page("cpd/member/not_practising.html", context, status)


@app.post(ABSENCE, MEMBER)
def file_not_practising(request: Request) -> Answer:
    """Declare not practising, or renew the declaration."""
    try:
        actions.file_not_practising(context_of(request), read(NotPractisingDraft, request.form))
    except FormInvalid as invalid:
        form = FormView.again(NotPractisingDraft, request.form, invalid, request.operation_id)
        return _absence_page(request, form, invalid.status)
    return SeeOther(f"{ABSENCE}?saved=declared")


@app.get(f"{ABSENCE}<id_>/resume/", MEMBER)
def show_resuming(request: Request, id_: str) -> Answer:
    """Ask from which day the member will practise again."""
    absence = _absence(request, id_)
    form = blank(
        ResumptionDraft,
        request.new_id(),
        version=str(absence.version),
        resumes_on=request.today.isoformat(),
    )
    return _resume_page(request, absence, form)


def _resume_page(
    request: Request, absence: NotPractising, form: FormView, status: int = 200
) -> Answer:
    context = {
        "title": "Practise again",
        "held": absence,
        "cpd": policies.load().cpd(request.today),
        "form": form,
        "crumbs": crumbs(),
    }
    return Page("cpd/member/resume.html", context, status)


@app.post(f"{ABSENCE}<id_>/resume/", MEMBER)
def resume(request: Request, id_: str) -> Answer:
    """Give notice of resuming practice."""
    one = id_of(id_)
    try:
        actions.resume(context_of(request), one, read(ResumptionDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(ResumptionDraft, request.form, invalid, request.operation_id)
        return _resume_page(request, _absence(request, one), form, invalid.status)
    return SeeOther(f"{ABSENCE}?saved=resumed")


def _absence(request: Request, id_: str) -> NotPractising:
    absence_id = id_of(id_)
    absence = next((h for h in store.not_practising(member(request)) if h.id == absence_id), None)
    if absence is None or absence.resumed_on is not None:
        raise NotFound("There is no such declaration, or it was ended already.")
    return absence
