"""Where somebody has applied: the list, each application as it was sent, withdrawing it."""

from __future__ import annotations

from lambdas.careers.shared import APPLICATIONS, app, facts, occasion_of
from signet.errors import NotFound
from signet.jobs import applications
from signet.jobs.naming import number_of
from signet.jobs.people_model import Application, Applied
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.request import Request

ABOVE = ("Your applications", APPLICATIONS)
ONE = f"{APPLICATIONS}<number>/"


@app.get(APPLICATIONS, SIGNED_IN)
def list_applied(request: Request) -> Answer:
    """Where one has applied, the latest first."""
    more = {"applied": applications.mine(request.principal.account)}
    return Page("careers/applications.html", facts(request, "Your applications", more))


@app.get(ONE, SIGNED_IN)
def show_applied(request: Request, number: str) -> Answer:
    """What one sent, to whom, and until when it is kept."""
    applied, sent = _mine(request, number)
    more = {"applied": applied, "sent": sent, "open": _open(request, number)}
    return Page("careers/application.html", facts(request, applied.title, more, ABOVE))


def _mine(request: Request, number: str) -> tuple[Applied, Application]:
    account = request.principal.account
    sent = applications.of_account(number_of(number), account)
    applied = next((one for one in applications.mine(account) if one.number == number), None)
    if sent is None or applied is None:
        raise NotFound
    return applied, sent


def _open(request: Request, number: str) -> bool:
    try:
        applications.open_here(number, request.today)
    except NotFound:
        return False
    return True


@app.get(f"{ONE}withdraw/", SIGNED_IN)
def ask_withdrawing(request: Request, number: str) -> Answer:
    """Ask whether an application is really to be withdrawn: it can't be sent again."""
    applied, sent = _mine(request, number)
    if sent.withdrawn:
        return SeeOther(f"{APPLICATIONS}{number}/")
    above = (applied.title, f"{APPLICATIONS}{number}/")
    more = {"applied": applied, "act": request.new_id()}
    page = facts(request, "Withdraw your application", more, ABOVE, above)
    return Page("careers/withdraw.html", page)


@app.post(f"{ONE}withdraw/", SIGNED_IN)
def withdraw(request: Request, number: str) -> Answer:
    """Withdraw an application; one that is withdrawn is as good."""
    _, sent = _mine(request, number)
    if not sent.withdrawn:
        applications.withdraw(occasion_of(request), number)
    return SeeOther(f"{APPLICATIONS}{number}/?saved=withdrawn")
