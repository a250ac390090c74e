"""Recusals: an officer with a conflict takes no further part in a member's CPD (CPD-7)."""

from __future__ import annotations

from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.cpd import conflicts
from signet.cpd.conflicts import RULE, Recusal
from signet.cpd.desk.context import of_member, perform_at_desk
from signet.errors import FieldError, Invalid, NotAllowed, Refused
from signet.transactions.context import Context
from signet.transactions.perform import Plan

DESK = (Role.CPD_OFFICER, Role.REGISTRAR)


def officers() -> list[Account]:
    """Return the accounts of all who work at the desk, in three reads."""
    return accounts.accounts({one for role in DESK for one in accounts.accounts_with(role)})


def recuse(context: Context, number: str, account: str, reason: str) -> None:
    """Record that an account takes no further part in a member's CPD.

    Officers recuse themselves; only a registrar recuses another. Raises NotAllowed, Invalid for an
    unknown account, Refused for one who is recused already.
    """
    if account != context.account and Role.REGISTRAR not in context.roles:
        raise NotAllowed("Only the Registrar recuses another officer. You can recuse yourself.")

    def plan() -> Plan:
        if account != context.account and accounts.account(account) is None:
            raise Invalid(FieldError("account", "Choose one of the officers listed"))
        if any(one.number == number for one in conflicts.of_account(account)):
            raise Refused("This officer is recused from that record already.", rule=RULE)
        recusal = Recusal(
            account=account, number=number, by=context.account, on=context.today, reason=reason
        )
        return Plan("", [conflicts.put(recusal)], {"account": account})

    perform_at_desk(context, of_member(number), "cpd.desk.recused", [number, account, reason], plan)
