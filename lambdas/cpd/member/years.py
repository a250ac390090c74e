"""A year's pages: overview, declaration, history, printable record."""

from __future__ import annotations

from lambdas.cpd.member.shared import (
    CPD,
    MEMBER,
    app,
    called,
    context_of,
    files_of,
    page_context,
    policy,
    view_of,
    year_number,
)
from signet import policy as policies
from signet.cpd import actions, dashboard, record, rules, store
from signet.cpd.context import NotYetCompliant
from signet.cpd.documents import record_of
from signet.cpd.forms import DeclarationDraft
from signet.cpd.model import YearView
from signet.errors import Invalid
from signet.letters import documents
from signet.web.answer import Answer, Download, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request


@app.get(CPD, MEMBER)
def home(request: Request) -> Answer:
    """Redirect to the current CPD year."""
    return SeeOther(f"{CPD}{policy(request).year_of(request.today)}/")


@app.get(f"{CPD}<year>/", MEMBER)
def show_year(request: Request, year: str) -> Answer:
    """Show the year's overview: what is done, what is missing, what is logged."""
    view = view_of(request, year)
    running = view.cpd.year_of(view.today)
    open_ = rules.open_years(view.today, view.cpd)
    context = {
        "title": f"CPD log {view.year}",
        "headline": dashboard.headline(view),
        "goals": dashboard.goals(view),
        "bars": dashboard.bars(view),
        "logged": dashboard.logged(view),
        "amended": dashboard.amended(view),
        "due": view.cpd.declaration_due(view.year),
        "audits": dashboard.running_audits(store.audits(view.member, open_), policies.load()),
        "late": dashboard.late_words(view),
        "years": sorted(open_, reverse=True),
        "running": running,
        "saved": request.query.get("saved", ""),
    }
    return Page("cpd/member/year.html", page_context(view, context))


@app.get(f"{CPD}<year>/declare/", MEMBER)
def show_declaring(request: Request, year: str) -> Answer:
    """Show what would be declared, or what is missing first."""
    return _declare_page(view_of(request, year), blank(DeclarationDraft, request.new_id()))


def _declare_page(view: YearView, form: FormView, status: int = 200) -> Answer:
    context = {
        "title": f"Declare {view.year}",
        "form": form,
        "logged": dashboard.logged(view),
        "amended": dashboard.amended(view),
        "may": rules.may_declare(view.subject, view.missing),
    }
    return Page("cpd/member/declare.html", page_context(view, context), status)


@app.post(f"{CPD}<year>/declare/", MEMBER)
def declare(request: Request, year: str) -> Answer:
    """Declare the year."""
    try:
        read(DeclarationDraft, request.form)
        actions.declare(context_of(request), year_number(year))
    except Invalid as invalid:
        form = FormView.again(DeclarationDraft, request.form, invalid, request.operation_id)
        return _declare_page(view_of(request, year), form, invalid.status)
    except NotYetCompliant as short:
        return _declare_page(short.view, blank(DeclarationDraft, request.new_id()), short.status)
    return SeeOther(f"{CPD}{year_number(year)}/?saved=declared")


@app.get(f"{CPD}<year>/history/", MEMBER)
def show_history(request: Request, year: str) -> Answer:
    """Show past declarations, and earlier versions of changed activities."""
    view = view_of(request, year)
    context = {
        "title": f"History of {view.year}",
        "past": store.history(view.member, view.year),
    }
    return Page("cpd/member/history.html", page_context(view, context))


@app.get(f"{CPD}<year>/record/", MEMBER)
def show_record(request: Request, year: str) -> Answer:
    """Show the whole record of the year, to print."""
    view = view_of(request, year)
    context = {
        "title": f"CPD record {view.year}",
        "logged": list(reversed(dashboard.logged(view))),
        "goals": dashboard.goals(view),
        "stands": dashboard.standing_in_words(view),
        "late": dashboard.late_words(view),
        "names": {file.id: file for file in files_of(request)},
    }
    return Page("cpd/member/record.html", page_context(view, context))


@app.get(f"{CPD}<year>/record.csv", MEMBER)
def download_record(request: Request, year: str) -> Answer:
    """Download the activities of the year as CSV."""
    view = view_of(request, year)
    return Download(record.csv(view), "text/csv; charset=utf-8", record.filename(view))


@app.get(f"{CPD}<year>/record.pdf", MEMBER)
def print_record(request: Request, year: str) -> Answer:
    """Download the whole record of the year as a PDF, to keep or to print."""
    view = view_of(request, year)
    document = record_of(view, {file.id: called(file) for file in files_of(request)})
    content = documents.render([document], policies.load().regulator)
    return Download(content, documents.PDF, f"cpd-{view.member}-{view.year}.pdf")
