"""Money that goes back, and the credits that go with it (JOB-2).

A credit that was spent can't be taken back. It is still owed: should it come back to its lot, since
the posting that it was spent on is refused, it goes at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from signet.acts.write import Change
from signet.errors import Refused
from signet.jobs import ledger, payments, store, tables
from signet.jobs.grants import cause
from signet.jobs.ledger import Cause, Moved
from signet.jobs.model import Entry, EntryKind, Payment, PaymentState, Taken
from signet.jobs.occasion import Doing, Occasion, Plan, by_staff, of_company, perform
from signet.jobs.payments import PROCESSOR


class RefundedCheckout(NamedTuple):
    """Money that went back, as a verified event tells of it; `total` is all that has by now."""

    event: str
    session: str
    total: int


def note(occasion: Occasion, session: str) -> None:
    """Write down, as staff, that the processor is asked to send a payment back: before it is.

    Raises NotFound.
    """
    about = of_company(payments.known(session).company)
    detail = {"session": session}
    by_staff(occasion, about, "jobs.payment.refund-asked", [session], lambda: Plan("", (), detail))


def refund(occasion: Occasion, back: RefundedCheckout) -> Payment:
    """Record that money went back: of the credits left, as many go as the money stands for.

    Part of a credit's price takes a whole credit. Told again, or told of less, it changes nothing.
    Raises NotFound while the checkout isn't recorded: to be told again later.
    """
    by = payments.by_processor(occasion, f"{back.session} back {back.total}")
    held = payments.known(back.session)
    doing = Doing(PROCESSOR, of_company(held.company), "jobs.payment.refunded", [*back[1:]])
    perform(by, doing, lambda: _refunded(by, back))
    return payments.known(back.session)


def _refunded(by: Occasion, back: RefundedCheckout) -> Plan:
    held = payments.known(back.session)
    if back.total > held.cents:
        raise Refused("More went back than was paid.", rule="JOB-2")
    if back.total <= held.refunded_cents:
        return Plan(held.session)
    whole = back.total == held.cents
    new = held.model_copy(
        update={
            "refunded_cents": back.total,
            "state": PaymentState.REFUNDED if whole else held.state,
            "version": held.version + 1,
        }
    )
    changes = payments.put(new, back.event, held.version)
    if not held.lot:
        return Plan(held.session, changes, {"credits": 0})
    moved = _less(by, held, new)
    changes += ledger.put(held.company, moved)
    return Plan(held.session, changes, {"credits": moved.entry.credits})


def _less(by: Occasion, held: Payment, new: Payment) -> Moved:
    """The entry, also where no credit is left: so a return of one meanwhile is noticed."""
    why = Cause(EntryKind.REFUND, by.today, by.now, PROCESSOR, held.session)
    due = _due(new) - _due(held)
    return ledger.gone_back(store.credits_of(held.company), held.lot, due, why)


def _due(payment: Payment) -> int:
    """How many credits the money that went back stands for."""
    return -(-payment.credits * payment.refunded_cents // payment.cents) if payment.cents else 0


def owed(payment: Payment, entries: Sequence[Entry]) -> int:
    """Return how many credits the money that went back stands for that haven't gone yet."""
    gone = sum(
        -one.credits
        for one in entries
        if one.kind is EntryKind.REFUND and one.about == payment.session
    )
    return max(0, _due(payment) - gone)


class Returned(NamedTuple):
    """A spend given back: what to write, the entry, and how many credits stay."""

    changes: Sequence[Change]
    entry: Entry
    credits: int


def returned(occasion: Occasion, company: str, number: str, spends: Sequence[Taken]) -> Returned:
    """Give back what a posting has cost, but for credits whose money has gone back.

    These go again in entries of their own. It holds only if by then no more money went back.
    """
    why = cause(occasion, EntryKind.RETURN, number)
    held, entries = store.credits_of(company), store.ledger(company)
    moves = [ledger.returned(held, spends, occasion.jobs.returned_days, why)]
    checks: list[Change] = []
    back: Counter[str] = Counter()
    for one in spends:
        back[one.lot] -= one.credits
    for bought in _payments_of(back, entries):
        whose = tables.payment(bought.session)
        checks.append(store.still(whose, tables.PAYMENT, bought.version))
        if most := min(owed(bought, entries), back[bought.lot]):
            gone = cause(occasion, EntryKind.REFUND, bought.session)
            moves.append(ledger.gone_back(moves[-1].after, bought.lot, most, gone))
    changes = [*checks, *ledger.put(company, *moves)]
    return Returned(changes, moves[0].entry, sum(one.entry.credits for one in moves))


def _payments_of(lots: Collection[str], entries: Sequence[Entry]) -> list[Payment]:
    sessions = [
        one.about
        for one in entries
        if one.kind is EntryKind.PURCHASE and any(taken.lot in lots for taken in one.lots)
    ]
    return [payments.known(session) for session in sessions]
