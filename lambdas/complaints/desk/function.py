"""The complaints desk: queue, cases, letters, files, report, retention (COM).

The scheduler calls the same function for its mail to the office: it alone may open the text of a
complaint, and so tell whom it names before an officer has identified them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from lambdas.complaints.desk import (
    access,
    acts,
    cases,
    entries,
    files,
    letters,
    paper,
    queue,
    report,
    respondent,
    retention,
    search,
)
from lambdas.complaints.desk.app import app as app
from lambdas.complaints.desk.app import officer_of
from signet import policy as policies
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.complaints.tables import MODELS as COMPLAINT_MODELS
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

# Importing these registers the function's routes.
ROUTED = (
    access,
    acts,
    cases,
    entries,
    files,
    letters,
    paper,
    queue,
    report,
    respondent,
    retention,
    search,
)


def _answer(event: Mapping[str, Any], context: Any) -> Any:
    """Answer a request or, called by the scheduler, write the hour's mail."""
    if "requestContext" in event:
        return app(event, context)
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policies.load().regulator.time_zone)).date()
    from signet.complaints.desk import alerts  # imported here: requests don't need it

    return {"mails": alerts.send(now, today, lambda one: officer_of(one, now, today))}


handler = started(
    _answer,
    (*ACCOUNT_MODELS, *TRANSACTION_MODELS, *COMPLAINT_MODELS, *REGISTER_MODELS, *PROPOSAL_MODELS),
)
