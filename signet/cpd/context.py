"""What the operations of CPD share: each is done once, whatever else is being written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from signet.accounts.model import Principal
from signet.cpd import store, tables, year_view
from signet.cpd.model import YearView
from signet.errors import Conflict, NotAllowed, Refused, SignetError
from signet.policy import Policy
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, commit, digest_of, done
from signet.transactions.outbox import Mail

TRIES = 5  # against other writes to the same year


class Occasion(NamedTuple):
    """The context of a member's operation: whose log, which account and when.

    `act` is the form's own id, which names the operation.
    """

    member: str
    account: str
    act: str
    now: datetime
    today: date
    policy: Policy

    @classmethod
    def of(
        cls, principal: Principal, act: str, *, now: datetime, today: date, policy: Policy
    ) -> Occasion:
        """Return the context of an operation on the signed-in member's own log.

        Raises NotAllowed when the account isn't joined to a record.
        """
        return cls(number_of(principal), principal.account, act, now, today, policy)


def number_of(principal: Principal) -> str:
    """Return the number of the record that an account is joined to.

    Raises NotAllowed when it is joined to none.
    """
    if not principal.member:
        raise NotAllowed
    return principal.member


class Plan(NamedTuple):
    """What an operation writes and returns, given what was just read.

    `detail` holds only ids and names of fields.
    """

    result: str
    changes: Sequence[Change] = ()
    detail: Mapping[str, Any] = MappingProxyType({})
    mail: Sequence[Mail] = ()


def perform(occasion: Occasion, what: str, said: Sequence[Any], plan: Callable[[], Plan]) -> str:
    """Perform an operation in one transaction; return its result, also when it was done before.

    `plan` reads, checks and says what to write. It is called again when another write came
    between. What it raises is passed on, unless this same operation was done already.
    """
    who = tables.owner(occasion.member)
    digest = digest_of(what, list(said))
    for tried in range(TRIES):
        try:
            made = plan()
        except SignetError:
            repeated = done(Act(occasion.act, who, digest))
            if repeated is None:
                raise
            return repeated
        try:
            return _commit(occasion, what, digest, made)
        except Conflict:
            if tried == TRIES - 1:
                raise
    raise Conflict


def _commit(occasion: Occasion, what: str, digest: str, made: Plan) -> str:
    act = Act(occasion.act, tables.owner(occasion.member), digest, made.result)
    subject = f"cpd#{occasion.member}"
    line = Audit(subject, what, occasion.account, occasion.now, made.detail)
    return commit(act, made.changes, line, made.mail)


def read(occasion: Occasion, year: int) -> YearView:
    """Read the member's year."""
    return year_view.year_view(occasion.member, year, occasion.today, occasion.policy)


def restood(view: YearView) -> list[Change]:
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
