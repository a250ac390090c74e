"""The port to the accounts: who a session belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signet.accounts.model import Principal


def principal(token: str, now: datetime) -> Principal | None:
    """Return who is signed in with the cookie's token, or None; with the roles held right now."""
    # Imported when first needed: functions without accounts needn't bundle them.
    from signet.accounts import actions

    return actions.principal(token, now)


def nobody(token: str, now: datetime) -> Principal | None:  # noqa: ARG001 - it asks nothing
    """Return None for any token: for functions that aren't to identify anyone."""
    return None
