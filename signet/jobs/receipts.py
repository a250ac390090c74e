"""What a company is told of a payment: amounts, its receipt, that money went back (JOB-2)."""

from __future__ import annotations

from datetime import date

from signet.acts.outbox import Mail
from signet.jobs.model import Company, Payment
from signet.policy import JobPolicy


def money(cents: int) -> str:
    """Return an amount as people write it: 122500 is "1,225.00"."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def mail(company: Company, made: Payment) -> Mail:
    """Return the receipt of a payment."""
    facts = {
        "receipt": made.receipt,
        "on": _day(made.paid_on),
        "company": made.paid_by,
        "package": made.package_name,
        "credits": made.credits,
        "net": money(made.cents - made.tax),
        "tax_name": made.tax_name,
        "tax_rate": made.tax_percent,
        "tax": money(made.tax),
        "registration": made.registration,
        "total": money(made.cents),
        "currency": made.currency,
        "page": page(made),
    }
    return Mail(company.email, "jobs_receipt", facts)


def page(payment: Payment) -> str:
    """Return the path of a receipt's page."""
    return f"/services/jobs/{payment.company}/receipts/{payment.session}/"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def as_receipted(payment: Payment, company: Company, jobs: JobPolicy) -> Payment:
    """Return a payment with all that its receipt says.

    Of one recorded before that was kept, the package and tax of now and the company's name.
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
    """Return the tax in what has gone back by now, in cents, halves up."""
    if not payment.cents:
        return 0
    return (2 * payment.tax * payment.refunded_cents + payment.cents) // (2 * payment.cents)


def back_mail(company: Company, before: Payment, after: Payment, gone: int, on: date) -> Mail:
    """Return the mail that money went back, and so many credits with it.

    The payment is as `as_receipted` returns it, before and after.
    """
    facts = {
        "receipt": after.receipt,
        "on": _day(on),
        "company": after.paid_by,
        "amount": money(after.refunded_cents - before.refunded_cents),
        "tax_name": after.tax_name,
        "tax": money(tax_back(after) - tax_back(before)),
        "registration": after.registration,
        "total": money(after.cents),
        "currency": after.currency,
        "credits": gone,
        "page": page(after) if after.lot else "",
    }
    return Mail(company.email, "jobs_refund", facts)
