"""What a company gets on paper about its payments: receipts and credit notes (JOB-2)."""

from __future__ import annotations

from dataclasses import dataclass

from signet.jobs.credits.receipts import money
from signet.jobs.model import CreditNote, Payment
from signet.letters.documents import Document

Amount = tuple[str, str]
MINUS = "−"


@dataclass(frozen=True, kw_only=True)
class Receipt(Document):
    """The receipt of a payment. `amounts` are its lines, the total last; `refunded` may be ""."""

    template = "receipt"
    tax_name: str
    registration: str
    currency: str
    amounts: tuple[Amount, ...]
    refunded: str


@dataclass(frozen=True, kw_only=True)
class RefundNote(Document):
    """The credit note of a refund, to a `receipt`. `amounts` are its lines, the total last."""

    template = "credit_note"
    receipt: str
    paid_on: str
    reason: str
    tax_name: str
    registration: str
    currency: str
    amounts: tuple[Amount, ...]


def receipt_of(payment: Payment, sold: str, email: str) -> Receipt:
    """Return the receipt of a payment, as `receipts.as_receipted` completes it.

    `sold` says what was bought, `email` is the company's.
    """
    return Receipt(
        to=_payer(payment, email),
        dated=payment.paid_on,
        reference=payment.receipt,
        tax_name=payment.tax_name,
        registration=payment.registration,
        currency=payment.currency,
        amounts=(
            (sold, money(payment.cents - payment.tax)),
            (_tax(payment), money(payment.tax)),
            ("Total, paid by card", money(payment.cents)),
        ),
        refunded=money(payment.refunded_cents) if payment.refunded_cents else "",
    )


def note_of(payment: Payment, note: CreditNote, email: str) -> RefundNote:
    """Return the credit note of a refund of a payment, which is as for `receipt_of`."""
    credits_back = "1 job credit" if note.credits == 1 else f"{note.credits} job credits"
    return RefundNote(
        to=_payer(payment, email),
        dated=note.on,
        reference=note.number,
        receipt=payment.receipt,
        paid_on=payment.paid_on.isoformat(),
        reason=note.reason,
        tax_name=payment.tax_name,
        registration=payment.registration,
        currency=payment.currency,
        amounts=(
            (credits_back if note.credits else "No job credits", _back(note.cents - note.tax)),
            (_tax(payment), _back(note.tax)),
            ("Total refunded", _back(note.cents)),
        ),
    )


def _payer(payment: Payment, email: str) -> tuple[str, ...]:
    address = (line.strip() for line in payment.paid_by_address.split("\n"))
    return tuple(filter(None, (payment.paid_by, *address, email)))


def _tax(payment: Payment) -> str:
    return f"{payment.tax_name} {payment.tax_percent} %"


def _back(cents: int) -> str:
    return f"{MINUS}{money(cents)}"
