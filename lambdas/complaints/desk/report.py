"""The report for the Practice Review Board, as page and as CSV (COM-7)."""

from __future__ import annotations

from datetime import date

from lambdas.complaints.desk.app import DESK, OFFICERS, app, officer
from lambdas.complaints.desk.queue import shared
from signet.errors import Invalid
from signet.web.answer import Answer, Download, Page
from signet.web.form_view import FormView
from signet.web.forms import Values, read
from signet.web.request import Request

REPORT = f"{DESK}report/"


@app.get(REPORT, OFFICERS)
def show_report(request: Request) -> Answer:
    """Show the figures of a period, by default the year to date."""
    from lambdas.complaints.desk.forms import Period  # imported here: only the report needs them
    from signet.complaints.desk import report

    by, asked = officer(request), _asked(request)
    try:
        submitted = read(Period, asked)
        summary = report.report_on(by, submitted.first, submitted.last)
    except Invalid as invalid:
        form = FormView.again(Period, asked, invalid, "")
        context = {**shared(by), "form": form, "report": None}
        return Page("complaints/desk/report.html", context, invalid.status)
    context = {**shared(by), "form": FormView(Period, asked), "report": summary}
    return Page("complaints/desk/report.html", context)


def _asked(request: Request) -> Values:
    today = request.today
    usual = {"first": date(today.year, 1, 1).isoformat(), "last": today.isoformat()}
    return {name: [value] for name, value in (usual | request.query).items()}


@app.get(f"{REPORT}report.csv", OFFICERS)
def give_report(request: Request) -> Answer:
    """Download the same figures as CSV."""
    from lambdas.complaints.desk.forms import Period  # imported here: only the report needs them
    from signet.complaints.desk import report

    submitted = read(Period, _asked(request))
    summary = report.report_on(officer(request), submitted.first, submitted.last)
    name = f"complaints-{summary.first}-{summary.last}.csv"
    return Download(report.csv(summary), "text/csv; charset=utf-8", name)
