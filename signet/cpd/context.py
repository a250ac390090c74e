"""What the operations of CPD share: whose log they write to, and what refuses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from signet.accounts.model import Principal
from signet.cpd import store, tables, year_view
from signet.cpd.model import YearView
from signet.errors import NotAllowed, Refused
from signet.transactions.commit import Change, digest_of
from signet.transactions.context import Context
from signet.transactions.perform import Command, Plan, perform


def of_member(context: Context) -> Context:
    """Return the context of an operation on the caller's own log.

    Raises NotAllowed when the account isn't joined to a record.
    """
    if not context.member:
        raise NotAllowed
    return context


def member_number(principal: Principal) -> str:
    """Return the number of the record that an account is joined to.

    Raises NotAllowed when it is joined to none.
    """
    if not principal.member:
        raise NotAllowed
    return principal.member


def on_own_log(
    context: Context, name: str, submitted: Sequence[Any], plan: Callable[[], Plan]
) -> str:
    """Perform an operation on the member's own log; return its result, also on a repeat."""
    owner, subject = tables.partition_key(context.member), f"cpd#{context.member}"
    return perform(context, Command(owner, subject, name, digest_of(name, list(submitted))), plan)


def read(context: Context, year: int) -> YearView:
    """Read the member's year."""
    return year_view.year_view(context.member, year, context.today, context.policy)


def summary_changes(view: YearView) -> list[Change]:
    """Return the changes that store a view's summary and count it in the figures."""
    return store.put_year(view.member, year_view.summary(view), view.stored)


class NotYetCompliant(Refused):
    """The log doesn't satisfy the rule yet; `view.missing` says what it lacks (CPD-2, CPD-6)."""

    code = "not-yet-compliant"

    def __init__(self, view: YearView) -> None:
        lacking = " and ".join(missing.words for missing in view.missing)
        super().__init__(f"You can't declare {view.year} yet. Still missing: {lacking}.")
        self.view = view
        self.rule = "CPD-6"


class NothingToDeclare(Refused):
    """CPD doesn't apply at present, or the log was declared already just as it is."""

    code = "nothing-to-declare"


class AnswerNotAsked(Refused):
    """The audit takes no answer: nothing was asked yet, or it is over (CPD-7)."""

    code = "answer-not-asked"
