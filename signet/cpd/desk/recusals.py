"""Recusals: an officer with a conflict takes no further part in a member's CPD (CPD-7)."""

from __future__ import annotations

from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.cpd import conflicts
from signet.cpd.conflicts import RULE, Recusal
from signet.cpd.desk.context import Officer, Plan, of_member, perform
from signet.errors import Fault, Invalid, NotAllowed, Refused

DESK = (Role.CPD_OFFICER, Role.REGISTRAR)


def officers() -> list[Account]:
    """Return the accounts of all who work at the desk, in three reads."""
    return accounts.accounts({one for role in DESK for one in accounts.holding(role)})


def recuse(officer: Officer, number: str, account: str, reason: str) -> None:
    """Record that an account takes no further part in a member's CPD.

    Officers recuse themselves; only a registrar recuses another. Raises NotAllowed, Invalid for an
    unknown account, Refused for one who is recused already.
    """
    if account != officer.account and not officer.registrar:
        raise NotAllowed("Only the Registrar recuses somebody else. You can recuse yourself.")

    def plan() -> Plan:
        if account != officer.account and accounts.account(account) is None:
            raise Invalid(Fault("account", "Choose one of the officers listed"))
        if any(one.number == number for one in conflicts.of_account(account)):
            raise Refused("This officer is recused from that record already.", rule=RULE)
        made = Recusal(
            account=account, number=number, by=officer.account, on=officer.today, reason=reason
        )
        return Plan("", [conflicts.put(made)], {"account": account})

    perform(officer, of_member(number), "cpd.desk.recused", [number, account, reason], plan)
