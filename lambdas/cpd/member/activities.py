"""The activities of a year: added, carried on, changed, given evidence, removed."""

from __future__ import annotations

from lambdas.cpd.member.shared import (
    CPD,
    EVIDENCE,
    MEMBER,
    activity_in,
    app,
    called,
    context_of,
    files_of,
    page_context,
    sent_from,
    view_of,
    year_number,
)
from signet import policy as policies
from signet.cpd import actions, dashboard, rules
from signet.cpd.forms import ActivityDraft, ActivityEdit, EvidenceDraft, Versioned
from signet.cpd.model import Activity, YearView
from signet.errors import Conflict, Invalid
from signet.uploads import evidence
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read, values_of
from signet.web.request import Request, id_of


@app.get(f"{CPD}<year>/add/", MEMBER)
def show_adding(request: Request, year: str) -> Answer:
    """Show a new activity's form: empty, from a suggestion, or carried on from another year."""
    view = view_of(request, year)
    form = blank(ActivityDraft, request.new_id(), **_begun(request, view))
    return Page(
        "cpd/member/add.html", page_context(view, {"title": "Add an activity", "form": form})
    )


def _begun(request: Request, view: YearView) -> dict[str, str]:
    """Return the initial values of a new activity's form."""
    asked = request.query
    if "from" in asked:
        before, _, id_ = asked["from"].partition("-")
        return actions.carry_on(view.member, year_number(before), id_of(id_))
    suggestion = next((s for s in view.cpd.suggestions if s.slug == asked.get("suggestion")), None)
    if suggestion is not None:
        return {"title": suggestion.title, "category": suggestion.category}
    return {"category": asked["category"]} if asked.get("category") in view.cpd.categories else {}


@app.post(f"{CPD}<year>/add/", MEMBER)
def add(request: Request, year: str) -> Answer:
    """Log an activity."""
    number = year_number(year)
    try:
        id_ = actions.add_activity(context_of(request), number, read(ActivityDraft, request.form))
    except Invalid as invalid:
        view = view_of(request, year)
        form = FormView.again(ActivityDraft, request.form, invalid, request.operation_id)
        context = page_context(view, {"title": "Add an activity", "form": form})
        return Page("cpd/member/add.html", context, invalid.status)
    return SeeOther(f"{CPD}{number}/activities/{id_}/?saved=added")


@app.get(f"{CPD}<year>/carry-on/", MEMBER)
def show_carrying_on(request: Request, year: str) -> Answer:
    """List the activities of the year before, to carry on from."""
    view = view_of(request, year)
    before = actions.year_view(view.member, view.year - 1, request.today, policies.load())
    context = {"title": f"Carry on from {before.year}", "before": dashboard.logged(before)}
    return Page("cpd/member/carry_on.html", page_context(view, context))


@app.get(f"{CPD}<year>/activities/<id_>/", MEMBER)
def show_activity(request: Request, year: str, id_: str) -> Answer:
    """Show one activity: to read, to change, to add files to."""
    view = view_of(request, year)
    activity = activity_in(view, id_)
    form = FormView(ActivityEdit, _values(activity), act=request.new_id())
    return _activity_page(request, view, activity, form)


def _values(activity: Activity) -> dict[str, list[str]]:
    fields = activity.model_dump(include=set(ActivityEdit.model_fields))
    return values_of(ActivityEdit.model_validate(fields))


def _activity_page(
    request: Request,
    view: YearView,
    activity: Activity,
    form: FormView,
    *,
    status: int = 200,
    overtaken: bool = False,
) -> Answer:
    files = [f for f in files_of(request) if f.id in activity.evidence or not f.used]
    saved = request.query.get("saved", "")
    # Preselect new uploads for a user who returns from uploading; one who just saved has chosen.
    fresh = [] if saved == "files" else sent_from(_address(view, activity), files)
    named = {"files": [*activity.evidence, *fresh], "version": [str(activity.version)]}
    context = {
        "title": activity.title,
        "activity": activity,
        "form": form,
        "counts": rules.counts(activity, view.cpd),
        "late": rules.lateness(activity, view.cpd),
        "files": files,
        "file_choices": [(f.id, called(f)) for f in files],
        "evidence": FormView(EvidenceDraft, named, act=request.new_id()),
        "purpose": evidence.purpose(policies.load(), EVIDENCE),
        "act": request.new_id(),
        "overtaken": overtaken,
        "saved": saved,
        "fresh": fresh,
    }
    return Page("cpd/member/activity.html", page_context(view, context), status)


def _address(view: YearView, activity: Activity) -> str:
    return f"{CPD}{view.year}/activities/{activity.id}/"


@app.post(f"{CPD}<year>/activities/<id_>/", MEMBER)
def edit(request: Request, year: str, id_: str) -> Answer:
    """Change an activity; after a conflict, show the second editor what the first one wrote."""
    number, one = year_number(year), id_of(id_)
    try:
        submitted = read(ActivityEdit, request.form)
        actions.edit_activity(context_of(request), number, one, submitted.version, submitted.draft)
    except Invalid as invalid:
        view = view_of(request, year)
        form = FormView.again(ActivityEdit, request.form, invalid, request.operation_id)
        activity = activity_in(view, id_)
        return _activity_page(request, view, activity, form, status=invalid.status)
    except Conflict as conflict:
        view = view_of(request, year)
        activity = activity_in(view, id_)
        values = {**request.form, "version": [str(activity.version)]}
        form = FormView(ActivityEdit, values, act=request.new_id())
        return _activity_page(request, view, activity, form, status=conflict.status, overtaken=True)
    return SeeOther(f"{CPD}{number}/?saved=changed")


@app.post(f"{CPD}<year>/activities/<id_>/evidence/", MEMBER)
def attach(request: Request, year: str, id_: str) -> Answer:
    """Set which files are an activity's evidence."""
    number, one = year_number(year), id_of(id_)
    submitted = read(EvidenceDraft, request.form)
    actions.attach(
        context_of(request), number, one, submitted.version, [id_of(f) for f in submitted.files]
    )
    return SeeOther(f"{CPD}{number}/activities/{one}/?saved=files")


@app.get(f"{CPD}<year>/activities/<id_>/remove/", MEMBER)
def show_removing(request: Request, year: str, id_: str) -> Answer:
    """Ask to confirm that an activity is removed."""
    view = view_of(request, year)
    activity = activity_in(view, id_)
    form = blank(Versioned, request.new_id(), version=str(activity.version))
    context = {"title": "Remove an activity", "activity": activity, "form": form}
    return Page("cpd/member/remove.html", page_context(view, context))


@app.post(f"{CPD}<year>/activities/<id_>/remove/", MEMBER)
def remove(request: Request, year: str, id_: str) -> Answer:
    """Remove an activity from the log."""
    number = year_number(year)
    submitted = read(Versioned, request.form)
    actions.remove_activity(context_of(request), number, id_of(id_), submitted.version)
    return SeeOther(f"{CPD}{number}/?saved=removed")
