"""Credits: what there are, where they came from and went, buying them, receipts (JOB-2)."""

from __future__ import annotations

import os
import re

from pydantic import Field

from lambdas.employers.shared import COMPANY, Desk, app, desk, owners_desk
from lambdas.employers.words import KINDS
from signet.errors import NotFound, Unavailable
from signet.jobs import grants, payments, processor
from signet.jobs.model import Payment, PaymentState
from signet.web.answer import Answer, Page, SeeOther
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
    """The balance, lot by lot, the whole ledger, and the packages."""
    at = desk(request, company)
    held, entries = grants.held(at.who)
    jobs = at.who.occasion.jobs
    left = grants.carried_for(request.principal.email) if at.owner else []
    facts = {
        "credits": held,
        "usable": held.usable(request.today),
        "entries": entries[::-1],
        "kinds": KINDS,
        "packages": [
            (one, payments.price(one, jobs), request.new_id()) for one in jobs.packages.values()
        ],
        "money": payments.money,
        "carried": [
            (one, request.new_id())
            for one in left
            if not one.claimed_by and one.expires_on >= request.today
        ],
        "saved": request.query.get("saved", ""),
    }
    page = at.facts("Job credits", facts)
    return Page("jobs/credits.html", page, form_action=(processor.CHECKOUT_ORIGIN,))


@app.post(f"{COMPANY}credits/buy", SIGNED_IN)
def buy(request: Request, company: str) -> Answer:
    """Lead to the payment processor's page, where a card is asked for; none is asked for here."""
    at = owners_desk(request, company)
    jobs, site = at.who.occasion.jobs, site_address()
    if not site:
        raise Unavailable  # nobody could be led back
    package = payments.package(read(Buying, request.form).package, jobs)
    order = processor.Order(
        act=request.act,
        company=at.company,
        package=package,
        price=payments.price(package, jobs),
        paid_at=f"{site}{at.at('credits')}paid?session={{CHECKOUT_SESSION_ID}}",
        back_at=f"{site}{at.at('credits')}",
    )
    return SeeOther(processor.checkout(order, jobs, processor.Settings.of(os.environ)))


@app.get(f"{COMPANY}credits/paid", SIGNED_IN)
def show_paid(request: Request, company: str) -> Answer:
    """What came of a checkout: it counts once the processor has told, not by coming back."""
    at = owners_desk(request, company)
    session = request.query.get("session", "")
    found = payments.of_session(session) if _SESSION.fullmatch(session) else None
    if found is not None and found.company != at.company.id:
        raise NotFound
    facts = {"payment": found, "states": PaymentState, "page": request.target}
    above = ("Job credits", at.at("credits"))
    return Page("jobs/paid.html", at.facts("Your payment", facts, above))


@app.get(f"{COMPANY}receipts/<session>/", SIGNED_IN)
def show_receipt(request: Request, company: str, session: str) -> Answer:
    """The receipt of a payment, to be printed or saved."""
    at = desk(request, company)
    found = _payment(at, session)
    package = at.who.occasion.jobs.packages.get(found.package)
    facts = {
        "payment": found,
        "package": package.name if package else f"{found.credits} job credits",
        "money": payments.money,
    }
    above = ("Job credits", at.at("credits"))
    return Page("jobs/receipt.html", at.facts(f"Receipt {found.receipt}", facts, above))


def _payment(at: Desk, session: str) -> Payment:
    found = payments.of_session(session) if _SESSION.fullmatch(session) else None
    if found is None or found.company != at.company.id or not found.lot:
        raise NotFound
    return found


@app.post(f"{COMPANY}credits/carried", SIGNED_IN)
def claim(request: Request, company: str) -> Answer:
    """Carry credits of the former system over to the company."""
    at = owners_desk(request, company)
    reference = read(Claim, request.form).reference
    grants.claim_carried(at.who, request.principal.email, reference)
    return SeeOther(f"{at.at('credits')}?saved=carried")
