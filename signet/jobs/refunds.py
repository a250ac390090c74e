"""Money that goes back, and the credits that go with it (JOB-2).

A credit that was spent can't be taken back. It is still owed: should it come back to its lot, since
the posting that it was spent on is refused, it goes at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from signet.acts.outbox import Mail
from signet.acts.write import Change
from signet.errors import Refused
from signet.jobs import ledger, payments, receipts, store, tables
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


class DisputedCheckout(NamedTuple):
    """Money that the buyer's bank asks back, as a verified event tells of it, by its `dispute`."""

    event: str
    session: str
    dispute: str
    cents: int


def worth(payment: Payment) -> int:
    """Return what is to be sent back by default: the price of the credits left, in cents.

    All that hasn't gone back yet of a payment of which no credits came.
    """
    rest = payment.cents - payment.refunded_cents
    if not payment.lot:
        return rest
    lots = store.credits_of(payment.company).lots
    left = sum(lot.left for lot in lots if lot.id == payment.lot)
    return min(rest, left * payment.cents // payment.credits)


def note(occasion: Occasion, session: str, cents: int) -> None:
    """Write down, as staff, that the processor is asked to send money back: before it is.

    Raises NotFound.
    """
    about = of_company(payments.known(session).company)
    detail = {"session": session, "cents": cents}
    said = [session, cents]
    by_staff(occasion, about, "jobs.payment.refund-asked", said, lambda: Plan("", (), detail))


def dispute(occasion: Occasion, asked: DisputedCheckout) -> Payment:
    """Record that the bank asks money back: staff look into it. No credits go by that.

    Raises NotFound while the checkout isn't recorded.
    """
    by = payments.by_processor(occasion, f"{asked.session} disputed {asked.dispute}")
    held = payments.known(asked.session)
    doing = Doing(PROCESSOR, of_company(held.company), "jobs.payment.disputed", [*asked[1:]])
    perform(by, doing, lambda: _disputed(asked))
    return payments.known(asked.session)


def _disputed(asked: DisputedCheckout) -> Plan:
    held = payments.known(asked.session)
    new = held.model_copy(
        update={
            "disputed_cents": held.disputed_cents + asked.cents,
            "open_dispute": True,
            "version": held.version + 1,
        }
    )
    changes = payments.put(new, asked.event, held.version)
    return Plan(held.session, changes, {"cents": asked.cents})


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
    moved = _less(by, held, new) if held.lot else None
    if moved is not None:
        changes += ledger.put(held.company, moved)
    gone = -moved.entry.credits if moved else 0
    return Plan(held.session, changes, {"credits": -gone}, _told(by, held, new, gone))


def _less(by: Occasion, held: Payment, new: Payment) -> Moved:
    """The entry, also where no credit is left: so a return of one meanwhile is noticed."""
    why = Cause(
        EntryKind.REFUND,
        by.today,
        by.now,
        PROCESSOR,
        held.session,
        cents=held.refunded_cents - new.refunded_cents,
        tax=receipts.tax_back(held) - receipts.tax_back(new),
    )
    due = _due(new) - _due(held)
    return ledger.gone_back(store.credits_of(held.company), held.lot, due, why)


def _told(by: Occasion, held: Payment, new: Payment, gone: int) -> list[Mail]:
    company = store.company(held.company)
    if company is None:
        return []
    before, after = (receipts.as_receipted(one, company, by.jobs) for one in (held, new))
    return [receipts.back_mail(company, before, after, gone, by.today)]


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
