"""Credits: the balance, the ledger, buying them, receipts (JOB-2)."""

from __future__ import annotations

import os
import re

from pydantic import Field

from lambdas.jobs.employers.shared import COMPANY, Desk, app, desk, owners_desk, whole_desk
from lambdas.jobs.employers.words import KINDS
from signet import policy as policies
from signet.errors import NotFound, Unavailable
from signet.jobs.credits import documents as papers
from signet.jobs.credits import grants, payments, processor, receipts
from signet.jobs.model import CreditNote, Payment, PaymentState, PostingState
from signet.jobs.postings import postings
from signet.letters import documents
from signet.web.answer import Answer, Download, Page, SeeOther
from signet.web.app import SIGNED_IN, site_address
from signet.web.forms import Form, read
from signet.web.request import Request

_SESSION = re.compile(r"[A-Za-z0-9_]{1,120}")


class Buying(Form):
    """Which package."""

    package: str = Field(title="Package", max_length=40)


class Claim(Form):
    """Which credits of the former system."""

    reference: str = Field(title="Reference", max_length=64)


@app.get(f"{COMPANY}credits/", SIGNED_IN)
def show_credits(request: Request, company: str) -> Answer:
    """Show the balance by lot and the packages, and the ledger to users who see all postings."""
    at = desk(request, company)
    stored, entries = grants.credits_and_ledger(at.who)
    jobs = at.who.context.policy.career_centre
    left = grants.legacy_credits_of(request.principal.email) if at.owner else []
    context = {
        "credits": stored,
        "usable": stored.usable(request.today),
        "entries": entries[::-1] if at.who.sees_all else [],
        "kinds": KINDS,
        "packages": [
            (one, payments.price(one, jobs), request.new_id()) for one in jobs.packages.values()
        ],
        "money": receipts.money,
        "carried": [
            (one, request.new_id())
            for one in left
            if not one.claimed_by and one.expires_on >= request.today
        ],
        "saved": request.query.get("saved", ""),
    }
    page = at.page_context("Job credits", context)
    return Page("jobs/employers/credits.html", page, form_action=(processor.CHECKOUT_ORIGIN,))


@app.post(f"{COMPANY}credits/buy", SIGNED_IN)
def buy(request: Request, company: str) -> Answer:
    """Redirect to the payment processor's page, which asks for the card; this site never does."""
    at = owners_desk(request, company)
    jobs, site = at.who.context.policy.career_centre, site_address()
    if not site:
        raise Unavailable  # the processor couldn't redirect the browser back
    package = payments.package(read(Buying, request.form).package, jobs)
    order = processor.Order(
        act=request.operation_id,
        company=at.company,
        package=package,
        paid_at=f"{site}{at.at('credits')}paid?session={{CHECKOUT_SESSION_ID}}",
        back_at=f"{site}{at.at('credits')}",
    )
    return SeeOther(processor.checkout(order, jobs, processor.Settings.of(os.environ)))


@app.get(f"{COMPANY}credits/paid", SIGNED_IN)
def show_paid(request: Request, company: str) -> Answer:
    """Show the result of a checkout: the processor's event counts, not the return to this page."""
    at = owners_desk(request, company)
    session = request.query.get("session", "")
    payment = payments.of_session(session) if _SESSION.fullmatch(session) else None
    if payment is not None and payment.company != at.company.id:
        raise NotFound
    waiting = [one for one in postings.listed(at.who) if one.state is PostingState.DRAFT]
    context = {
        "payment": payment,
        "states": PaymentState,
        "page": request.target,
        "drafts": waiting,
        "acts": {one.number: request.new_id() for one in waiting},
    }
    above = ("Job credits", at.at("credits"))
    return Page("jobs/employers/paid.html", at.page_context("Your payment", context, above))


@app.get(f"{COMPANY}receipts/<session>/", SIGNED_IN)
def show_receipt(request: Request, company: str, session: str) -> Answer:
    """Show the receipt of a payment, to print or save."""
    at = whole_desk(request, company)
    payment = _payment(at, session)
    context = {"payment": payment, "package": _sold(payment), "money": receipts.money}
    above = ("Job credits", at.at("credits"))
    return Page(
        "jobs/employers/receipt.html", at.page_context(f"Receipt {payment.receipt}", context, above)
    )


@app.get(f"{COMPANY}receipts/<session>/notes/<number>/", SIGNED_IN)
def show_credit_note(request: Request, company: str, session: str, number: str) -> Answer:
    """Show the credit note of a refund, to print."""
    at = whole_desk(request, company)
    payment = _payment(at, session)
    note = _note(payment, number)
    context = {"payment": payment, "note": note, "money": receipts.money}
    above = ("Job credits", at.at("credits"))
    return Page(
        "jobs/employers/credit_note.html", at.page_context(f"Credit note {number}", context, above)
    )


@app.get(f"{COMPANY}receipts/<session>/receipt.pdf", SIGNED_IN)
def print_receipt(request: Request, company: str, session: str) -> Answer:
    """Download the receipt as a PDF."""
    at = whole_desk(request, company)
    payment = _payment(at, session)
    letter = papers.receipt_of(payment, _sold(payment), at.company.email)
    content = documents.render([letter], policies.load().regulator)
    return Download(content, documents.PDF, f"{payment.receipt}.pdf")


@app.get(f"{COMPANY}receipts/<session>/notes/<number>/credit-note.pdf", SIGNED_IN)
def print_credit_note(request: Request, company: str, session: str, number: str) -> Answer:
    """Download the credit note as a PDF."""
    at = whole_desk(request, company)
    payment = _payment(at, session)
    note = _note(payment, number)
    document = papers.note_of(payment, note, at.company.email)
    content = documents.render([document], policies.load().regulator)
    return Download(content, documents.PDF, f"{note.number}.pdf")


def _note(payment: Payment, number: str) -> CreditNote:
    for one in payment.notes:
        if one.number == number:
            return one
    raise NotFound


def _sold(payment: Payment) -> str:
    bought = "1 job credit" if payment.credits == 1 else f"{payment.credits} job credits"
    return f"{payment.package_name} ({bought})" if payment.package_name else bought


def _payment(at: Desk, session: str) -> Payment:
    payment = payments.of_session(session) if _SESSION.fullmatch(session) else None
    if payment is None or payment.company != at.company.id or not payment.lot:
        raise NotFound
    return receipts.as_receipted(payment, at.company, at.who.context.policy.career_centre)


@app.post(f"{COMPANY}credits/carried", SIGNED_IN)
def claim(request: Request, company: str) -> Answer:
    """Transfer credits of the former system to the company."""
    at = owners_desk(request, company)
    reference = read(Claim, request.form).reference
    grants.claim_legacy_credits(at.who, request.principal.email, reference)
    return SeeOther(f"{at.at('credits')}?saved=carried")
