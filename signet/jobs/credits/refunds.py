"""Refunds, and the credits that are taken with them (JOB-2).

A spent credit can't be taken back, but it is still owed: if it is returned to its lot, because the
posting that it was spent on is refused, it is taken at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from signet.errors import Conflict, FieldError, Invalid, Refused
from signet.jobs import conflicts, store, tables
from signet.jobs.context import of_company
from signet.jobs.credits import ledger, numbering, payments, receipts
from signet.jobs.credits.grants import cause
from signet.jobs.credits.ledger import Cause, Moved
from signet.jobs.credits.payments import PROCESSOR
from signet.jobs.forms import RefundDraft
from signet.jobs.model import CreditNote, Entry, EntryKind, Payment, PaymentState, Refund, Taken
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command, Plan, perform


class RefundedCheckout(NamedTuple):
    """A refund as a verified event reports it; `total` is everything refunded so far."""

    event: str
    session: str
    total: int


class DisputedCheckout(NamedTuple):
    """A dispute by the buyer's bank, as a verified event reports it; `dispute` is its id."""

    event: str
    session: str
    dispute: str
    cents: int


class SuggestedRefund(NamedTuple):
    """What to refund by default: the price of the credits left, and those credits."""

    cents: int
    credits: int


def suggested(payment: Payment) -> SuggestedRefund:
    """Return what to refund of a payment by default.

    For a payment that added no credits, it is everything that hasn't been refunded yet.
    """
    if not payment.lot:
        return SuggestedRefund(payment.returnable, 0)
    left = min(_left(payment), payment.credits - _due(payment) - _asked(payment))
    return SuggestedRefund(min(payment.returnable, price(payment, left)), max(0, left))


def price(payment: Payment, number: int) -> int:
    """Return the price of `number` credits of a payment with tax, in whole cents."""
    return number * payment.cents // payment.credits if payment.credits else 0


def _left(payment: Payment) -> int:
    """Return how many of its credits haven't been spent or taken."""
    lots = store.credits_of(payment.company).lots
    return sum(lot.left for lot in lots if lot.id == payment.lot)


def _asked(payment: Payment) -> int:
    return sum(one.credits for one in payment.refunds if not one.done)


def ask(context: Context, session: str, draft: RefundDraft) -> Refund:
    """Record, as staff, a refund that is to be made, before the processor is asked for it.

    The processor is asked with the id of this record, so that asking again is asking once. Raises
    NotFound, Concerned, Invalid, and Conflict if the payment changed since it was seen (another tab
    asked for a refund, or money was refunded).
    """

    def plan() -> Plan:
        payment = payments.recorded(session)
        if payment.version != draft.version:
            raise Conflict
        cents = int(draft.amount * 100)
        _check(payment, cents, draft.credits)
        asked = Refund(
            id=context.operation,
            cents=cents,
            credits=draft.credits,
            reason=draft.reason,
            by=context.account,
            on=context.today,
        )
        update = {"refunds": (*payment.refunds, asked), "version": payment.version + 1}
        detail = {"session": session, "cents": cents, "credits": draft.credits}
        changes = [payments.row(payment.model_copy(update=update), payment.version)]
        return Plan(asked.id, changes, detail)

    company, submitted = payments.recorded(session).company, [session, draft]
    id_ = conflicts.decide_for(context, company, "jobs.payment.refund-asked", submitted, plan)
    return next(one for one in payments.recorded(session).refunds if one.id == id_)


def ask_again(context: Context, session: str, id_: str) -> Refund:
    """Log, as staff, that the processor is asked again for a refund; return that refund.

    It remains one refund. Raises NotFound, Concerned, Refused if it isn't pending any more.
    """
    payment = payments.recorded(session)
    waiting = next((one for one in payment.refunds if one.id == id_ and not one.done), None)
    if waiting is None:
        raise Refused("That refund is no longer waiting.", rule="JOB-2")
    detail = {"session": session, "refund": id_}
    what, submitted = "jobs.payment.refund-asked-again", [session, id_]
    conflicts.decide_for(context, payment.company, what, submitted, lambda: Plan("", (), detail))
    return waiting


def _check(payment: Payment, cents: int, number: int) -> None:
    """Raise Invalid unless the amount and the number of credits can be refunded together.

    At least the price of the credits has to be refunded; refunding a whole payment takes all the
    credits that are left.
    """
    errors = []
    limit = max(0, payment.credits - _due(payment) - _asked(payment))
    if cents > payment.returnable:
        rest = receipts.money(payment.returnable)
        errors.append(
            FieldError("amount", f"Give {rest} at most: the rest went back or was asked to")
        )
    if number > limit:
        errors.append(FieldError("credits", f"Give {limit} at most: this payment has no more"))
    elif cents < price(payment, number):
        cost = receipts.money(price(payment, number))
        errors.append(
            FieldError("credits", f"They cost {cost}: send that back, or take fewer credits")
        )
    elif cents == payment.returnable and number < (left := min(limit, _left(payment))):
        errors.append(FieldError("credits", f"All the money goes back, so {left} left go with it"))
    if errors:
        raise Invalid(*errors, rule="JOB-2")


def dispute(context: Context, asked: DisputedCheckout) -> Payment:
    """Record that the bank disputes a payment, for staff to look into. It takes no credits.

    Raises NotFound if the checkout isn't recorded yet.
    """
    by = payments.by_processor(context, f"{asked.session} disputed {asked.dispute}")
    payment = payments.recorded(asked.session)
    command = Command.of(
        PROCESSOR, of_company(payment.company), "jobs.payment.disputed", [*asked[1:]]
    )
    perform(by, command, lambda: _disputed(asked))
    return payments.recorded(asked.session)


def _disputed(asked: DisputedCheckout) -> Plan:
    payment = payments.recorded(asked.session)
    new = payment.model_copy(
        update={
            "disputed_cents": payment.disputed_cents + asked.cents,
            "open_dispute": True,
            "version": payment.version + 1,
        }
    )
    changes = payments.put(new, asked.event, payment.version)
    return Plan(payment.session, changes, {"cents": asked.cents})


def refund(context: Context, back: RefundedCheckout) -> Payment:
    """Record a refund with a credit note, and take the credits that go with it if any are left.

    These are the credits that staff specified or, for a refund made at the processor itself, as
    many whole credits as it pays for. An event that is repeated or reports a smaller total changes
    nothing. Raises NotFound if the checkout isn't recorded yet: the event has to be delivered again
    later.
    """
    by = payments.by_processor(context, f"{back.session} back {back.total}")
    payment = payments.recorded(back.session)
    command = Command.of(
        PROCESSOR, of_company(payment.company), "jobs.payment.refunded", [*back[1:]]
    )
    perform(by, command, lambda: _refunded(by, back))
    return payments.recorded(back.session)


def _refunded(by: Context, back: RefundedCheckout) -> Plan:
    payment = payments.recorded(back.session)
    if back.total > payment.cents:
        raise Refused("More went back than was paid.", rule="JOB-2")
    if back.total <= payment.refunded_cents:
        return Plan(payment.session)
    whole = back.total == payment.cents
    settled = _settled(payment, back.total)
    new = payment.model_copy(
        update={
            "refunded_cents": back.total,
            "state": PaymentState.REFUNDED if whole else payment.state,
            "refunds": settled.refunds,
            "credits_back": payment.credits if whole else _due(payment) + settled.credits,
            "version": payment.version + 1,
        }
    )
    moved = _less(by, payment, new) if payment.lot else None
    number, counted = numbering.following(numbering.CREDIT_NOTE, by.today.year)
    note = CreditNote(
        number=number,
        on=by.today,
        cents=new.refunded_cents - payment.refunded_cents,
        tax=receipts.tax_back(new) - receipts.tax_back(payment),
        credits=-moved.entry.credits if moved else 0,
        reason=settled.reason,
    )
    new = new.model_copy(update={"notes": (*payment.notes, note)})
    changes = [*payments.put(new, back.event, payment.version), counted]
    if moved is not None:
        changes += ledger.put(payment.company, moved)
    return Plan(
        payment.session, changes, {"credits": note.credits, "note": number}, _mails(by, new)
    )


class Settled(NamedTuple):
    """What a refund settles: the refunds asked for, the number of credits, the reasons."""

    refunds: tuple[Refund, ...]
    credits: int
    reason: str


def _settled(payment: Payment, total: int) -> Settled:
    left, going = total - payment.refunded_cents, 0
    refunds: list[Refund] = []
    reasons = []
    for one in payment.refunds:
        if one.done or one.cents > left:
            refunds.append(one)
            continue
        left -= one.cents
        going += one.credits
        reasons.append(one.reason)
        refunds.append(one.model_copy(update={"done": True}))
    going += left * payment.credits // payment.cents if payment.cents else 0
    limit = max(0, payment.credits - _due(payment))
    return Settled(tuple(refunds), min(going, limit), "; ".join(reasons))


def _less(by: Context, payment: Payment, new: Payment) -> Moved:
    """Return the ledger entry; there is one even if no credit is left.

    That way a credit returned at the same moment causes a conflict.
    """
    why = Cause(
        EntryKind.REFUND,
        by.today,
        by.now,
        PROCESSOR,
        payment.session,
        cents=payment.refunded_cents - new.refunded_cents,
        tax=receipts.tax_back(payment) - receipts.tax_back(new),
    )
    due = _due(new) - _due(payment)
    return ledger.refund_credits(store.credits_of(payment.company), payment.lot, due, why)


def _mails(by: Context, new: Payment) -> list[Mail]:
    company = store.company(new.company)
    if company is None:
        return []
    return [
        receipts.note_mail(
            company, receipts.as_receipted(new, company, by.policy.career_centre), new.notes[-1]
        )
    ]


def _due(payment: Payment) -> int:
    """Return how many credits the refunded money stands for."""
    if payment.credits_back is not None:
        return payment.credits_back
    # For a payment stored before that was counted: part of a credit's price counts as a whole
    # credit.
    return -(-payment.credits * payment.refunded_cents // payment.cents) if payment.cents else 0


def owed(payment: Payment, entries: Sequence[Entry]) -> int:
    """Return how many credits the refunded money stands for that haven't been taken yet."""
    gone = sum(
        -one.credits
        for one in entries
        if one.kind is EntryKind.REFUND and one.about == payment.session
    )
    return max(0, _due(payment) - gone)


class Returned(NamedTuple):
    """Spent credits that were returned: what to write, the entry, and how many credits remain."""

    changes: Sequence[Change]
    entry: Entry
    credits: int


def returned(context: Context, company: str, number: str, spends: Sequence[Taken]) -> Returned:
    """Return the credits that a posting cost, except those whose money was refunded.

    The latter are taken again in entries of their own. The changes fail if more money was refunded
    in the meantime.
    """
    why = cause(context, EntryKind.RETURN, number)
    stored, entries = store.credits_of(company), store.ledger(company)
    moves = [ledger.returned(stored, spends, context.policy.career_centre.returned_days, why)]
    checks: list[Change] = []
    back: Counter[str] = Counter()
    for one in spends:
        back[one.lot] -= one.credits
    for bought in _payments_of(back, entries):
        whose = tables.payment(bought.session)
        checks.append(store.check_version(whose, tables.PAYMENT, bought.version))
        if limit := min(owed(bought, entries), back[bought.lot]):
            gone = cause(context, EntryKind.REFUND, bought.session)
            moves.append(ledger.refund_credits(moves[-1].after, bought.lot, limit, gone))
    changes = [*checks, *ledger.put(company, *moves)]
    return Returned(changes, moves[0].entry, sum(one.entry.credits for one in moves))


def _payments_of(lots: Collection[str], entries: Sequence[Entry]) -> list[Payment]:
    sessions = [
        one.about
        for one in entries
        if one.kind is EntryKind.PURCHASE and any(taken.lot in lots for taken in one.lots)
    ]
    return [payments.recorded(session) for session in sessions]
