"""Counts views of postings: one beacon from the page's script, and nothing about who sent it.

No cookie is set; no reader's address, name or time is stored or logged. The session is read for one
thing alone: an employer's own views don't count.
"""

from __future__ import annotations

from lambdas import started
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs.postings import figures
from signet.jobs.tables import MODELS
from signet.web.answer import Answer, Json
from signet.web.app import ANYONE, App
from signet.web.request import Request

app = App("job-views")
handler = started(app, (*MODELS, *ACCOUNT_MODELS))
TAKEN = Json({})


@app.post("/services/jobs/seen", needs=ANYONE)
def count(request: Request) -> Answer:
    """Count a view. The response is the same if it isn't counted, so that it reveals nothing."""
    number = "".join(request.form.get("number", ())[:1])
    if number.isascii() and number.isdigit():
        me = request.maybe_principal
        agent = request.headers.get("user-agent", "")
        figures.count_view(number, me.account if me else "", agent, request.today)
    return TAKEN
