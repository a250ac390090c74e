"""Companies as staff see them: ledgers, credits granted and removed, payments (JOB-2)."""

from __future__ import annotations

import os
import re

from lambdas.jobs.desk.shared import DESK, OFFICER, app, at, concerned, context_of, page_context
from lambdas.jobs.employers.words import KINDS, STATES
from signet.errors import Conflict, FieldError, Invalid, NotFound
from signet.jobs import conflicts, store
from signet.jobs.companies import companies
from signet.jobs.conflicts import Subject
from signet.jobs.credits import grants, ledger, payments, processor, receipts, refunds
from signet.jobs.forms import GrantDraft, RefundDraft, SettlementDraft
from signet.jobs.model import Company, Payment
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

COMPANY = f"{DESK}companies/<company>/"
PAYMENT = f"{DESK}payments/<session>/"
MOST = 50
_SESSION = re.compile(r"[A-Za-z0-9_]{1,120}")
_LOT = re.compile(r"[0-9a-f]{1,64}")


@app.get(f"{DESK}companies/", OFFICER)
def list_companies(request: Request) -> Answer:
    """List all companies by name, a page at a time."""
    listed = companies.all_companies(request.query.get("after", ""), MOST)
    after = companies.list_key(listed[-1]) if len(listed) == MOST else ""
    more = {"companies": listed, "after": after}
    return Page("jobs/desk/companies.html", page_context(request, "Companies", more))


@app.get(COMPANY, OFFICER)
def show_company(request: Request, company: str) -> Answer:
    """Show a company: its ledger, what is left of each lot, its postings."""
    return _company_page(request, companies.profile(id_of(company)))


def _company_page(
    request: Request, company: Company, form: FormView | None = None, status: int = 200
) -> Page:
    stored, entries = store.credits_of(company.id), store.ledger(company.id)
    listed = sorted(store.postings(company.id), key=lambda one: one.made_on, reverse=True)
    more = {
        "company": company,
        "concerned": concerned(request, Subject(company.id)),
        "recused": conflicts.of_officers(company.id),
        "form": form or blank(GrantDraft, request.new_id(), version=f"{stored.version}"),
        "credits": stored,
        "usable": stored.usable(request.today),
        "entries": entries[::-1],
        "kinds": KINDS,
        "states": STATES,
        "listed": listed,
        "disagreeing": ledger.proved(entries, stored),
        "money": receipts.money,
    }
    above = ("Companies", at("companies"))
    return Page("jobs/desk/company.html", page_context(request, company.name, more, above), status)


@app.post(f"{COMPANY}grant", OFFICER)
def grant(request: Request, company: str) -> Answer:
    """Grant a company credits, with a reason."""
    profile = companies.profile(id_of(company))
    try:
        grants.grant(context_of(request), company, read(GrantDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(GrantDraft, request.form, invalid, request.operation_id)
        return _company_page(request, profile, form, invalid.status)
    except Conflict as conflict:
        return _company_page(request, profile, _changed(request, company), conflict.status)
    return SeeOther(f"{at('companies', company)}?saved=granted")


def _changed(request: Request, company: str) -> FormView:
    """Return the form as it was submitted, for the company's current credits."""
    values = {**request.form, "version": [f"{store.credits_of(company).version}"]}
    invalid = Invalid(
        FieldError("", "The credits have changed since. Check them, then send this again.")
    )
    return FormView.again(GrantDraft, values, invalid, request.new_id())


@app.get(f"{COMPANY}lots/<lot>/", OFFICER)
def ask_removing(request: Request, company: str, lot: str) -> Answer:
    """Ask how many credits of a lot to remove, and why."""
    profile = companies.profile(id_of(company))
    left = _left(company, lot)
    conflicts.check(context_of(request), Subject(profile.id))
    version = f"{store.credits_of(company).version}"
    form = blank(GrantDraft, request.new_id(), credits=str(left), version=version)
    return _taking_page(request, profile, lot, form)


def _left(company: str, lot: str) -> int:
    lots = store.credits_of(company).lots if _LOT.fullmatch(lot) else ()
    left = sum(one.left for one in lots if one.id == lot)
    if not left:
        raise NotFound
    return left


def _taking_page(
    request: Request, company: Company, lot: str, form: FormView, status: int = 200
) -> Page:
    more = {"company": company, "lot": lot, "left": _left(company.id, lot), "form": form}
    above = (("Companies", at("companies")), (company.name, at("companies", company.id)))
    page = page_context(request, "Take credits back", more, *above)
    return Page("jobs/desk/taking.html", page, status)


@app.post(f"{COMPANY}lots/<lot>/", OFFICER)
def remove(request: Request, company: str, lot: str) -> Answer:
    """Take back credits of a lot, with a reason."""
    profile = companies.profile(id_of(company))
    try:
        grants.remove_credits(context_of(request), company, lot, read(GrantDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(GrantDraft, request.form, invalid, request.operation_id)
        return _taking_page(request, profile, lot, form, invalid.status)
    except Conflict as conflict:
        form = _changed(request, company)
        return _taking_page(request, profile, lot, form, conflict.status)
    return SeeOther(f"{at('companies', company)}?saved=taken")


@app.get(PAYMENT, OFFICER)
def show_payment(request: Request, session: str) -> Answer:
    """Show a payment, its outcome, and what can be done."""
    return _payment_page(request, _payment(session))


def _payment(session: str) -> Payment:
    payment = payments.of_session(session) if _SESSION.fullmatch(session) else None
    if payment is None:
        raise NotFound
    return payment


def _payment_page(
    request: Request,
    payment: Payment,
    *,
    settling: FormView | None = None,
    sending: FormView | None = None,
    status: int = 200,
) -> Page:
    worth = refunds.suggested(payment)
    amount = receipts.money(worth.cents) if worth.cents else ""
    usual = {"amount": amount, "credits": f"{worth.credits}"}
    version = f"{payment.version}"
    more = {
        "payment": payment,
        "company": companies.profile(payment.company),
        "concerned": concerned(request, Subject(payment.company)),
        "form": settling or blank(SettlementDraft, request.new_id()),
        "back": sending or blank(RefundDraft, request.new_id(), version=version, **usual),
        "act": request.new_id(),
        "price": refunds.price(payment, 1),
        "money": receipts.money,
        "may_go_back": _may_go_back(payment),
        "to_settle": payments.needs_settling(payment),
    }
    return Page("jobs/desk/payment.html", page_context(request, "Payment", more), status)


def _may_go_back(payment: Payment) -> bool:
    return bool(payment.intent) and payment.returnable > 0


@app.post(f"{PAYMENT}refund", OFFICER)
def refund(request: Request, session: str) -> Answer:
    """Ask the processor for a refund; the credits are removed once its event confirms it."""
    payment = _payment(session)
    try:
        asked = refunds.ask(context_of(request), session, read(RefundDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(RefundDraft, request.form, invalid, request.operation_id)
        return _payment_page(request, payment, sending=form, status=invalid.status)
    except Conflict as conflict:
        return _payment_page(
            request, payment, sending=_show_again(request, payment), status=conflict.status
        )
    processor.refund(payment, asked, processor.Settings.of(os.environ))
    return SeeOther(f"{at('payments', session)}?saved=refund")


def _show_again(request: Request, payment: Payment) -> FormView:
    """Return the form as it was submitted, for the current payment."""
    values = {**request.form, "version": [f"{payment.version}"]}
    invalid = Invalid(
        FieldError("", "The payment has changed since. Check it, then send this again.")
    )
    return FormView.again(RefundDraft, values, invalid, request.new_id())


@app.post(f"{PAYMENT}refunds/<asked>/again", OFFICER)
def refund_again(request: Request, session: str, asked: str) -> Answer:
    """Repeat a refund request that the processor hasn't confirmed: its answer may be lost."""
    payment = _payment(session)
    waiting = refunds.ask_again(context_of(request), session, asked)
    processor.refund(payment, waiting, processor.Settings.of(os.environ))
    return SeeOther(f"{at('payments', session)}?saved=refund")


@app.post(f"{PAYMENT}settle", OFFICER)
def settle(request: Request, session: str) -> Answer:
    """Record what was done about a payment that was investigated."""
    payment = _payment(session)
    try:
        payments.settle(context_of(request), session, read(SettlementDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(SettlementDraft, request.form, invalid, request.operation_id)
        return _payment_page(request, payment, settling=form, status=invalid.status)
    return SeeOther(f"{at('payments', session)}?saved=settled")
