"""Reminds officers of proposals and reviews that wait; called by the scheduler.

Each open proposal is told of once, an overdue review once a day: calling it more often does
nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lambdas import started
from signet import policy as policies
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.acts.tables import MODELS as ACT_MODELS
from signet.proposals import alone
from signet.proposals.model import Officer
from signet.proposals.tables import MODELS


def _answer(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Send the reminders that are due; return how many mails were written."""
    del event, context
    scheduler = Officer(
        account="scheduler",
        member="",
        roles=frozenset(),
        operation="",
        now=datetime.now(UTC),
        policy=policies.load(),
        salt="",
    )
    return {"mails": alone.remind(scheduler)}


handler = started(_answer, (*MODELS, *ACT_MODELS, *ACCOUNT_MODELS))
