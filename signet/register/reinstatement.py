"""The wait after removal through discipline: when it starts and when it ends (STA-3, G 47)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from signet.policy import Policy
from signet.register.model import Entry
from signet.register.term import years_later


def is_return(entry: Entry, policy: Policy) -> bool:
    """Tell whether a change of status returns to good standing; an unknown status doesn't."""
    table = policy.statuses if entry.subject == "member" else policy.permit_statuses
    known = table.get(entry.data["status"])
    return known is not None and known.good


def out_since(counting: Sequence[Entry], policy: Policy) -> date | None:
    """Return the start of the wait of a record removed through discipline; None for others.

    `counting` are the entries before the return, in order. A status in between that isn't in good
    standing, such as lapsed, doesn't end the wait. A Court's order, or Council's refusal of an
    application, restarts it.
    """
    since: date | None = None
    for entry in counting:
        if entry.kind == "reinstatement_ruled" and since is not None:
            since = entry.effective_on
        elif entry.kind == "status_changed":
            if _bars(entry, policy):
                since = entry.effective_on
            elif is_return(entry, policy):
                since = None
    return since


def _bars(entry: Entry, policy: Policy) -> bool:
    table = policy.statuses if entry.subject == "member" else policy.permit_statuses
    known = table.get(entry.data["status"])
    reason = policy.reasons.get(entry.data.get("reason", ""))
    return known is not None and known.waits and reason is not None and reason.discipline


def earliest(since: date, on: date, policy: Policy) -> date:
    """Return the first possible day of a return, under the rule in force on `on`."""
    return years_later(since, policy.value("reinstatement_wait_years", on))
