"""Paid checkouts: the credits, ledger entry and receipt in one transaction (JOB-2).

The caller has verified the event. A payment is identified by its checkout session, so that an event
that comes twice, late or with another one of the same checkout adds credits once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signet.errors import NotFound, Refused
from signet.jobs import conflicts, store, tables
from signet.jobs.context import of_company
from signet.jobs.credits import ledger, numbering, receipts
from signet.jobs.credits.ledger import Cause
from signet.jobs.forms import SettlementDraft
from signet.jobs.model import Company, EntryKind, Lot, Payment, PaymentState
from signet.jobs.store import NOWHERE, Listing, Row
from signet.policy import JobPolicy
from signet.policy.jobs import CreditPackage
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.perform import Command, Plan, perform

PROCESSOR = "payments"
ODD = "payments#odd"


class Agreed(NamedTuple):
    """The terms at which a checkout was begun; amounts in cents.

    They are sent along with the checkout and come back with the event, so that a price change in
    between doesn't affect the buyer.
    """

    package: str
    credits: int
    net: int
    tax: int
    currency: str
    tax_name: str
    tax_percent: str
    registration: str


class PaidCheckout(NamedTuple):
    """A paid checkout as a verified event reports it. Amounts are in cents, including tax.

    `agreed` is what the checkout was begun for, None for one begun before that was sent along; `at`
    is when it was paid.
    """

    event: str
    session: str
    intent: str
    company: str
    package: str
    total: int
    tax: int
    currency: str
    agreed: Agreed | None = None
    at: datetime | None = None


class Price(NamedTuple):
    """What a package costs, in cents."""

    net: int
    tax: int

    @property
    def total(self) -> int:
        """The price including tax."""
        return self.net + self.tax


def price(package: CreditPackage, jobs: JobPolicy) -> Price:
    """Return what a package costs."""
    return Price(package.cents, jobs.tax.on(package.cents))


def package(code: str, jobs: JobPolicy) -> CreditPackage:
    """Return a package that is for sale. Raises NotFound."""
    credit_package = jobs.packages.get(code)
    if credit_package is None:
        raise NotFound
    return credit_package


def offered(package: CreditPackage, jobs: JobPolicy) -> Agreed:
    """Return the terms of a checkout of a package that begins now."""
    tax = jobs.tax
    return Agreed(
        package=package.name,
        credits=package.credits,
        net=package.cents,
        tax=tax.on(package.cents),
        currency=jobs.currency,
        tax_name=tax.name,
        tax_percent=tax.percent,
        registration=tax.registration,
    )


def of_session(session: str) -> Payment | None:
    """Return the payment recorded for a checkout, or None."""
    return store.get(Payment, tables.payment(session), tables.PAYMENT)


def session_of(intent: str) -> str:
    """Return the checkout of a payment, by the processor's id. Raises NotFound if there is none.

    Events about refunds name the payment, and may come before the payment itself is reported.
    """
    session = store.name_of(tables.intent(intent), tables.PAYMENT) if intent else None
    if not session:
        raise NotFound
    return session


def unsettled() -> list[Payment]:
    """Return the payments that staff have to look into and haven't settled."""
    return store.listed(Payment, ODD)


def needs_settling(payment: Payment) -> bool:
    """Tell whether staff have to look into it: nothing was credited, or the bank disputes it."""
    return payment.state is PaymentState.ODD or payment.open_dispute


def settle(context: Context, session: str, draft: SettlementDraft) -> None:
    """Record, as staff, what was done about a payment that needed attention; it is unlisted.

    Raises NotFound, Concerned, Refused if there is nothing to settle.
    """

    def plan() -> Plan:
        payment = of_session(session)
        if payment is None:
            raise NotFound
        if not needs_settling(payment):
            raise Refused("There is nothing to settle about this payment.", rule="JOB-2")
        odd = payment.state is PaymentState.ODD
        update = {
            "state": PaymentState.SETTLED if odd else payment.state,
            "open_dispute": False,
            "words": draft.words,
            "version": payment.version + 1,
        }
        new = payment.model_copy(update=update)
        return Plan(session, [row(new, payment.version)], {"payment": "settled"})

    company, submitted = recorded(session).company, [session, draft]
    conflicts.decide_for(context, company, "jobs.payment.settled", submitted, plan)


def recorded(session: str) -> Payment:
    """Return the payment recorded for a checkout. Raises NotFound if there is none yet."""
    payment = of_session(session)
    if payment is None:
        raise NotFound
    return payment


def record(context: Context, paid: PaidCheckout) -> Payment:
    """Record a paid checkout; return its payment, also if it was recorded before.

    If the amount paid isn't what was agreed, the payment is stored for staff to look into and no
    credits are added. Raises NotFound if the company isn't known.
    """
    by = by_processor(context, paid.session)
    submitted = [
        paid.session,
        paid.company,
        paid.package,
        paid.total,
        paid.tax,
        paid.currency.upper(),
    ]
    about = of_company(paid.company)
    command = Command.of(PROCESSOR, about, "jobs.payment", submitted)
    perform(by, command, lambda: _recorded(by, paid))
    payment = of_session(paid.session)
    if payment is None:
        raise NotFound
    return payment


def by_processor(context: Context, name: str) -> Context:
    """Return the context of the processor's operation, with an id derived from `name`.

    A repeated report of the same event is thus the same operation.
    """
    operation = sha256(name.encode()).hexdigest()[:32]
    return replace(context, account=PROCESSOR, operation=operation)


def _recorded(by: Context, paid: PaidCheckout) -> Plan:
    company = store.company(paid.company)
    if company is None:
        raise NotFound
    agreed = _agreed(paid, by.policy.career_centre)
    if agreed is None or not _right(paid, agreed):
        odd = _payment(by, paid, company, agreed)
        return Plan(odd.session, put(odd, paid.event), {"payment": "odd"})
    unnumbered = _payment(by, paid, company, agreed)
    receipt, counted = numbering.following(numbering.RECEIPT, unnumbered.paid_on.year)
    payment = unnumbered.model_copy(
        update={
            "credits": agreed.credits,
            "lot": by.operation,
            "state": PaymentState.CREDITED,
            "receipt": receipt,
        }
    )
    expires = by.today + timedelta(days=by.policy.career_centre.credit_days)
    lot = Lot(id=payment.lot, left=payment.credits, expires_on=expires)
    why = Cause(
        EntryKind.PURCHASE,
        by.today,
        by.now,
        PROCESSOR,
        paid.session,
        cents=paid.total,
        tax=paid.tax,
    )
    moved = ledger.add(store.credits_of(paid.company), lot, why)
    changes = [*put(payment, paid.event), *ledger.put(paid.company, moved), counted]
    detail = {"credits": payment.credits, "entry": moved.entry.number, "receipt": payment.receipt}
    return Plan(payment.session, changes, detail, [receipts.mail(company, payment)])


def _agreed(paid: PaidCheckout, jobs: JobPolicy) -> Agreed | None:
    """Return what was agreed, or the current offer if the checkout didn't send that along."""
    if paid.agreed is not None:
        return paid.agreed
    sold = jobs.packages.get(paid.package)
    return offered(sold, jobs) if sold else None


def _right(paid: PaidCheckout, agreed: Agreed) -> bool:
    return (
        min(agreed.credits, agreed.net) > 0
        and agreed.tax == paid.tax
        and agreed.net + agreed.tax == paid.total
        and agreed.currency == paid.currency.upper()
    )


def _payment(by: Context, paid: PaidCheckout, company: Company, agreed: Agreed | None) -> Payment:
    """Return the payment in state ODD, without credits."""
    zone = ZoneInfo(by.policy.regulator.time_zone)
    paid_on = paid.at.astimezone(zone).date() if paid.at else by.today
    payment = Payment(
        session=paid.session,
        intent=paid.intent,
        company=paid.company,
        package=paid.package,
        credits=0,
        cents=paid.total,
        tax=paid.tax,
        currency=paid.currency.upper(),
        paid_on=paid_on,
        receipt=f"P-{paid_on.year}-{by.operation[:10].upper()}",  # receipts get numbers
        state=PaymentState.ODD,
        paid_by=company.name,
        paid_by_address=company.address,
    )
    if agreed is None:
        return payment
    kept = {name: getattr(agreed, name) for name in ("tax_name", "tax_percent", "registration")}
    return payment.model_copy(update={"package_name": agreed.package, **kept})


def put(payment: Payment, event: str, version: int = 0) -> list[Change]:
    """Return the changes that write a payment over `version` and mark the event as handled."""
    changes = [row(payment, version), store.pointer(tables.event(event), tables.EVENT)]
    if payment.intent and not version:
        whose = tables.intent(payment.intent)
        changes.append(store.lead_to(whose, tables.PAYMENT, payment.session))
    return changes


def row(payment: Payment, version: int) -> Change:
    """Return the change that writes a payment, listed if staff have to look into it."""
    listing = Listing(ODD, payment.session) if needs_settling(payment) else NOWHERE
    to = Row(tables.payment(payment.session), tables.PAYMENT, listing)
    return store.put(payment, to, version=payment.version, stored_version=version)
