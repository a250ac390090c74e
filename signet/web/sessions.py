"""The port to the accounts: who a session belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signet.accounts.model import Principal


def principal(token: str, now: datetime) -> Principal | None:
    """Who is signed in with the cookie's token, or None; roles as they stand at this moment."""
    # Loaded when first asked: functions without accounts needn't carry them.
    from signet.accounts import actions

    return actions.principal(token, now)


def nobody(token: str, now: datetime) -> Principal | None:  # noqa: ARG001 - it asks nothing
    """None, whoever it is: for functions that are to know nobody."""
    return None
