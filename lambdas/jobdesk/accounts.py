"""Companies as staff see them: their ledgers, credits given and taken back, payments (JOB-2)."""

from __future__ import annotations

import os
import re

from lambdas.employers.words import KINDS, STATES
from lambdas.jobdesk.shared import DESK, OFFICER, app, at, facts, occasion
from signet.errors import Invalid, NotFound, Refused
from signet.jobs import companies, grants, ledger, payments, processor, refunds, store
from signet.jobs.drafts import GrantDraft, SettlementDraft
from signet.jobs.model import Company, Payment
from signet.jobs.naming import id_of
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request

COMPANY = f"{DESK}companies/<company>/"
PAYMENT = f"{DESK}payments/<session>/"
MOST = 50
_SESSION = re.compile(r"[A-Za-z0-9_]{1,120}")
_LOT = re.compile(r"[0-9a-f]{1,64}")


@app.get(f"{DESK}companies/", OFFICER)
def list_companies(request: Request) -> Answer:
    """A page of all companies, by name."""
    found = companies.every(request.query.get("after", ""), MOST)
    after = companies.place(found[-1]) if len(found) == MOST else ""
    more = {"companies": found, "after": after}
    return Page("jobs_desk/companies.html", facts(request, "Companies", more))


@app.get(COMPANY, OFFICER)
def show_company(request: Request, company: str) -> Answer:
    """A company: its ledger, what is left of each lot, its postings."""
    return _company_page(request, companies.profile(id_of(company)))


def _company_page(
    request: Request, company: Company, form: FormView | None = None, status: int = 200
) -> Page:
    held, entries = store.credits_of(company.id), store.ledger(company.id)
    listed = sorted(store.postings(company.id), key=lambda one: one.made_on, reverse=True)
    more = {
        "company": company,
        "form": form or blank(GrantDraft, request.new_id()),
        "credits": held,
        "usable": held.usable(request.today),
        "entries": entries[::-1],
        "kinds": KINDS,
        "states": STATES,
        "listed": listed,
        "disagreeing": ledger.proved(entries, held),
        "money": payments.money,
    }
    above = ("Companies", at("companies"))
    return Page("jobs_desk/company.html", facts(request, company.name, more, above), status)


@app.post(f"{COMPANY}grant", OFFICER)
def grant(request: Request, company: str) -> Answer:
    """Give a company credits, with a reason."""
    found = companies.profile(id_of(company))
    try:
        grants.grant(occasion(request), company, read(GrantDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(GrantDraft, request.form, invalid, request.act)
        return _company_page(request, found, form, invalid.status)
    return SeeOther(f"{at('companies', company)}?saved=granted")


@app.get(f"{COMPANY}lots/<lot>/", OFFICER)
def ask_taking(request: Request, company: str, lot: str) -> Answer:
    """Ask how many credits of a lot are taken back, and why."""
    found = companies.profile(id_of(company))
    left = _left(company, lot)
    form = blank(GrantDraft, request.new_id(), credits=str(left))
    return _taking_page(request, found, lot, form)


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
    page = facts(request, "Take credits back", more, *above)
    return Page("jobs_desk/taking.html", page, status)


@app.post(f"{COMPANY}lots/<lot>/", OFFICER)
def take_back(request: Request, company: str, lot: str) -> Answer:
    """Take credits of a lot back, with a reason."""
    found = companies.profile(id_of(company))
    try:
        grants.take_back(occasion(request), company, lot, read(GrantDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(GrantDraft, request.form, invalid, request.act)
        return _taking_page(request, found, lot, form, invalid.status)
    return SeeOther(f"{at('companies', company)}?saved=taken")


@app.get(PAYMENT, OFFICER)
def show_payment(request: Request, session: str) -> Answer:
    """A payment, what came of it, and what can be done."""
    found = _payment(session)
    return _payment_page(request, found, blank(SettlementDraft, request.new_id()))


def _payment(session: str) -> Payment:
    found = payments.of_session(session) if _SESSION.fullmatch(session) else None
    if found is None:
        raise NotFound
    return found


def _payment_page(request: Request, found: Payment, form: FormView, status: int = 200) -> Page:
    more = {
        "payment": found,
        "company": companies.profile(found.company),
        "form": form,
        "money": payments.money,
        "act": request.new_id(),
        "may_go_back": _may_go_back(found),
    }
    return Page("jobs_desk/payment.html", facts(request, "Payment", more), status)


def _may_go_back(found: Payment) -> bool:
    return bool(found.intent) and found.refunded_cents < found.cents


@app.post(f"{PAYMENT}refund", OFFICER)
def refund(request: Request, session: str) -> Answer:
    """Ask the processor to send the money back; the credits go once it tells that it did."""
    found = _payment(session)
    if not _may_go_back(found):
        raise Refused("All of this payment has gone back already.", rule="JOB-2")
    refunds.note(occasion(request), session)
    processor.refund(found, request.act, processor.Settings.of(os.environ))
    return SeeOther(f"{at('payments', session)}?saved=refund")


@app.post(f"{PAYMENT}settle", OFFICER)
def settle(request: Request, session: str) -> Answer:
    """Say what was done about an odd payment."""
    found = _payment(session)
    try:
        payments.settle(occasion(request), session, read(SettlementDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(SettlementDraft, request.form, invalid, request.act)
        return _payment_page(request, found, form, invalid.status)
    return SeeOther(f"{at('payments', session)}?saved=settled")
