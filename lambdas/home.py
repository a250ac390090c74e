"""The index of the services, and any address under /services/ that no other function serves.

What it lists is said by each domain's module of lambdas.index.
"""

from __future__ import annotations

from lambdas import started
from lambdas.index import SERVICES
from lambdas.index.model import Audience, Service, waiting
from signet import policy as policies
from signet.accounts.model import Principal
from signet.accounts.tables import MODELS
from signet.cpd import dashboard, rules, store
from signet.cpd.dashboard import RunningAudit
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.errors import Unavailable
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.web.answer import Answer, Page
from signet.web.app import ANYONE, App
from signet.web.request import Request

app = App("home")
_COUNTED = (table for service in SERVICES for table in service.tables)
handler = started(app, dict.fromkeys((*MODELS, *TRANSACTION_MODELS, *CPD_MODELS, *_COUNTED)))


def groups(me: Principal | None) -> list[tuple[Audience, list[Service]]]:
    """Return the services for a user, by audience; a visitor sees all that need no role."""
    listed = [one for one in SERVICES if one.listed_for(me)]
    by = [(audience, [one for one in listed if one.audience is audience]) for audience in Audience]
    return [(audience, services) for audience, services in by if services]


@app.get("/services/", needs=ANYONE)
def index(request: Request) -> Answer:
    """Show the services that the user can use, and what waits at their desks."""
    entries = groups(request.maybe_principal)
    counts = {
        one.address: counted
        for _, services in entries
        for one in services
        if (counted := waiting(request, one))
    }
    return Page("home.html", {"groups": entries, "waiting": counts, "audits": _audits(request)})


def _audits(request: Request) -> list[RunningAudit]:
    """Return a member's open audits, shown first; none while they can't be read."""
    me = request.maybe_principal
    if me is None or not me.member:
        return []
    policy = policies.load()
    years = rules.open_years(request.today, policy.cpd(request.today))
    try:
        return dashboard.running_audits(store.audits(me.member, years), policy)
    except Unavailable:
        return []
