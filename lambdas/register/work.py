"""Enters what was approved and isn't fully entered yet, and reminds officers of what waits.

The scheduler calls it. Officers are reminded of each open proposal once, of an overdue review once
a day; calling it more often does nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lambdas import started
from lambdas.register.recusals import recusals
from signet import policy as policies
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.proposals import entering, reminders, store
from signet.proposals.model import ProposalContext, State
from signet.proposals.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

PARTS_A_RUN = 40  # more than fit in a minute; the next run continues


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Continue entering and send the reminders due; return how many mails were written."""
    del event, context
    now, policy = datetime.now(UTC), policies.load()
    scheduler = ProposalContext(
        account="scheduler",
        operation="",
        now=now,
        today=now.astimezone(ZoneInfo(policy.regulator.time_zone)).date(),
        policy=policy,
        salt="",
    )
    for one in store.list_proposals(State.APPROVED):
        entering.continue_entering(scheduler, one.id, PARTS_A_RUN)
    return {"mails": reminders.remind(scheduler, recusals)}


handler = started(
    _answer,
    (
        *MODELS,
        *TRANSACTION_MODELS,
        *ACCOUNT_MODELS,
        *CPD_MODELS,
        *REGISTER_MODELS,
        *REQUEST_MODELS,
    ),
)
