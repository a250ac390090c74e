"""Applications to a company's postings, as the company reads them."""

from __future__ import annotations

from lambdas.employers.shared import POSTING, app, desk
from signet.jobs import applications, postings
from signet.jobs.naming import id_of, number_of
from signet.web.answer import Answer, Page
from signet.web.app import SIGNED_IN
from signet.web.request import Request

APPLICATIONS = f"{POSTING}applications/"


@app.get(APPLICATIONS, SIGNED_IN)
def list_applications(request: Request, company: str, number: str) -> Answer:
    """Who has applied, the earliest first."""
    at = desk(request, company)
    held = postings.find(at.who, number_of(number))
    facts = {"posting": held, "applications": applications.to_posting(at.who, number)}
    above = (held.terms.title, at.at("postings", number))
    return Page("jobs/applications.html", at.facts("Applications", facts, above))


@app.get(f"{APPLICATIONS}<account>/", SIGNED_IN)
def show_application(request: Request, company: str, number: str, account: str) -> Answer:
    """One application. The résumé is handed out by the function that reaches the store."""
    at = desk(request, company)
    held = postings.find(at.who, number_of(number))
    found = applications.find(at.who, number, id_of(account))
    above = (
        (held.terms.title, at.at("postings", number)),
        ("Applications", at.at("postings", number, "applications")),
    )
    facts = {"posting": held, "application": found}
    return Page("jobs/application.html", at.facts("Application", facts, *above))
