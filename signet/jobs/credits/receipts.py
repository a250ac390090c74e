"""What a company is told about a payment: amounts, its receipt, refunds (JOB-2)."""

from __future__ import annotations

from datetime import date

from signet.jobs.model import Company, CreditNote, Payment
from signet.policy import JobPolicy
from signet.transactions.outbox import Mail


def money(cents: int) -> str:
    """Return an amount as people write it: 122500 is "1,225.00"."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def mail(company: Company, payment: Payment) -> Mail:
    """Return the mail with the receipt of a payment."""
    context = {
        "receipt": payment.receipt,
        "on": _day(payment.paid_on),
        "company": payment.paid_by,
        "address": payment.paid_by_address,
        "package": payment.package_name,
        "credits": payment.credits,
        "net": money(payment.cents - payment.tax),
        "tax_name": payment.tax_name,
        "tax_rate": payment.tax_percent,
        "tax": money(payment.tax),
        "registration": payment.registration,
        "total": money(payment.cents),
        "currency": payment.currency,
        "page": page(payment),
    }
    return Mail(company.email, "jobs_receipt", context)


def page(payment: Payment) -> str:
    """Return the path of a receipt's page."""
    return f"/services/jobs/{payment.company}/receipts/{payment.session}/"


def note_page(payment: Payment, note: CreditNote) -> str:
    """Return the path of a credit note's page."""
    return f"{page(payment)}notes/{note.number}/"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def as_receipted(payment: Payment, company: Company, jobs: JobPolicy) -> Payment:
    """Return a payment with everything that its receipt says.

    For one recorded before that was stored, these are today's package and tax and the company's
    name.
    """
    if payment.tax_name:
        return payment
    sold, tax = jobs.packages.get(payment.package), jobs.tax
    update = {
        "package_name": sold.name if sold else "",
        "tax_name": tax.name,
        "tax_percent": tax.percent,
        "registration": tax.registration,
        "paid_by": company.name,
    }
    return payment.model_copy(update=update)


def tax_back(payment: Payment) -> int:
    """Return the tax in what has been refunded so far, in cents, halves rounded up."""
    if not payment.cents:
        return 0
    return (2 * payment.tax * payment.refunded_cents + payment.cents) // (2 * payment.cents)


def note_mail(company: Company, payment: Payment, note: CreditNote) -> Mail:
    """Return the mail of a credit note; the payment is as `as_receipted` returns it."""
    context = {
        "note": note.number,
        "receipt": payment.receipt,
        "on": _day(note.on),
        "company": payment.paid_by,
        "address": payment.paid_by_address,
        "amount": money(note.cents),
        "tax_name": payment.tax_name,
        "tax": money(note.tax),
        "registration": payment.registration,
        "total": money(payment.cents),
        "currency": payment.currency,
        "credits": note.credits,
        "reason": note.reason,
        "page": note_page(payment, note) if payment.lot else "",
    }
    return Mail(company.email, "jobs_refund", context)
