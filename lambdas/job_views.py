"""Counts that a posting was seen: one beacon of its page's script, and nothing of who sent it.

No cookie is set, no address, name or time of a reader is kept or logged. Who is signed in is asked
for one thing alone, so that an employer's own looks don't count.
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
def seen(request: Request) -> Answer:
    """Answer alike whether it counted or not, so that nothing can be found out by asking."""
    number = "".join(request.form.get("number", ())[:1])
    if number.isascii() and number.isdigit():
        me = request.maybe_principal
        agent = request.headers.get("user-agent", "")
        figures.seen(number, me.account if me else "", agent, request.today)
    return TAKEN
