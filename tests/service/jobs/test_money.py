"""Buying credits: the checkout, and the webhook however its events come (JOB-2)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from infra.local import functions
from infra.local.checkout import PATH, Checkout, Session, signature
from signet.errors import Unavailable
from signet.jobs import store, tables
from signet.jobs.credits import payments
from signet.jobs.credits import processor as calls
from signet.jobs.model import EntryKind
from signet.jobs.tables import JobRow
from signet.transactions.mailer import compose
from signet.transactions.outbox import QueuedMail
from signet.transactions.tables import OutboxRow
from tests import events
from tests.employing import (
    NOW,
    SECRET,
    Firm,
    bought,
    career_officer,
    careers,
    client,
    drafted,
    employer_tables,
    firm,
    handler,
    live,
    processor,
    see,
    send,
    tell,
)
from tests.entries import POLICY
from tests.events import SITE, Answered
from tests.infra.serving import served
from tests.pdf_text import pdf_pages
from tests.people import Person, shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")


def begun(of_firm: Firm, stripe: Checkout, tax: str = "4975", net: str = "99500") -> Session:
    """Return a checkout as our function asks for it."""
    asked = {
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "cad",
        "line_items[0][price_data][unit_amount]": net,
        "line_items[0][price_data][product_data][name]": "Job credits: 5 postings",
        "line_items[1][quantity]": "1",
        "line_items[1][price_data][currency]": "cad",
        "line_items[1][price_data][unit_amount]": tax,
        "line_items[1][price_data][product_data][name]": "GST 5 %",
        "metadata[company]": of_firm.id,
        "metadata[package]": "five",
        "metadata[tax]": tax,
        "payment_intent_data[metadata][company]": of_firm.id,
        "payment_intent_data[metadata][package]": "five",
    }
    made = stripe.begin(asked)
    made.is_paid = True
    return made


def completed(session: Session) -> bytes:
    """Return the event that tells of a checkout, as it is sent."""
    about = {
        "id": "evt_1",
        "type": "checkout.session.completed",
        "data": {"object": session.told()},
    }
    return json.dumps(about, indent=2).encode()


def now() -> int:
    return int(time.time())


def test_a_paid_checkout_credits_once_and_sends_a_receipt_with_the_tax_line() -> None:
    acme, stripe = firm(), processor()
    body = completed(begun(acme, stripe))
    assert tell(body, signature(body, SECRET, now())).json() == {"taken": True}
    assert acme.balance == 5
    (receipt,) = [row for row in OutboxRow.scan() if row.template == "jobs_receipt"]
    facts = json.loads(receipt.facts)
    assert (facts["net"], facts["tax"], facts["total"]) == ("995.00", "49.75", "1,044.75")
    assert receipt.recipient == "office@acme.example"


def test_an_event_told_twice_or_under_another_name_credits_once() -> None:
    acme, stripe = firm(), processor()
    session = begun(acme, stripe)
    for name in ("evt_1", "evt_1", "evt_2"):
        body = completed(session).replace(b"evt_1", name.encode())
        assert tell(body, signature(body, SECRET, now())).status == 200
    assert acme.balance == 5


def test_a_changed_body_a_wrong_secret_and_no_signature_are_refused() -> None:
    acme, stripe = firm(), processor()
    body = completed(begun(acme, stripe))
    signed = signature(body, SECRET, now())
    for changed in (body + b" ", body.replace(b"five", b"ten"), body[:-1]):
        assert tell(changed, signed).status == 403
    for other in ("", "t=1", "v1=00", signature(body, "whsec_other", now())):
        assert tell(body, other).status == 403, other
    assert acme.balance == 0


def test_an_event_signed_or_dated_in_the_future_is_refused() -> None:
    acme, stripe = firm(), processor()
    body = completed(begun(acme, stripe))
    for signed in (
        signature(body, SECRET, now() + 3600),
        signature(body, SECRET, 10**14),
        f"t={now()},{signature(body, SECRET, now() + 3600)}",
    ):
        assert tell(body, signed).status == 403
    dated = json.loads(body) | {"created": int(NOW.timestamp()) + 3600}
    body = json.dumps(dated).encode()
    assert tell(body, signature(body, SECRET, now())).status == 400
    assert acme.balance == 0


@pytest.mark.parametrize(
    "signed", ["t=1,v1=\u0101", "\xa0", "t=\u0661,v1=0", "t=,v1=", "t", "\x00", "v1=0"]
)
def test_a_signature_of_other_characters_is_no_signature(signed: str) -> None:
    acme, stripe = firm(), processor()
    body = completed(begun(acme, stripe))
    assert tell(body, signed).status == 403
    assert acme.balance == 0


MALFORMED: dict[str, Any] = {
    "type": [None, 1, [], "checkout.session.completed" * 99],
    "id": [None, "", 1, "x" * 3000, "\ud800"],
    "data": [None, [], {}, {"object": None}, {"object": []}],
    "created": ["today", -1, 1e400, 10**30, [], True],
}
WRONG_PARTS: dict[str, Any] = {
    "id": [None, "", 1, "x" * 3000, {}],
    "payment_status": [None, 1, []],
    "payment_intent": [1, {}, "x" * 3000],
    "metadata": [1, [], {"company": 1, "package": "five"}],
    "amount_total": [None, "1", -1, 10**40, 1.5, True],
    "currency": [None, 1, "dollars", "\u0101\u0101\u0101"],
}


def _changed(body: bytes) -> Iterator[bytes]:
    for name, values in MALFORMED.items():
        for value in values:
            yield json.dumps(json.loads(body) | {name: value}).encode()
    for name, values in WRONG_PARTS.items():
        for value in values:
            event = json.loads(body)
            event["data"]["object"][name] = value
            yield json.dumps(event).encode()
    yield from (b"", b"[]", b"1", b"null", b'"x"', b"{", b"{}", b"[" * 100_000, b'{"a":NaN}')


def test_an_event_that_is_signed_and_malformed_is_refused_and_counts_for_nothing() -> None:
    acme, stripe = firm(), processor()
    for body in _changed(completed(begun(acme, stripe))):
        assert tell(body, signature(body, SECRET, now())).status == 400, body[:200]
    for kind in ("charge.refunded", "charge.dispute.created"):
        for about in ({}, {"payment_intent": 1}, {"id": "x", "amount": "1", "amount_refunded": -1}):
            event = {"id": "evt_9", "type": kind, "data": {"object": about}}
            body = json.dumps(event).encode()
            assert tell(body, signature(body, SECRET, now())).status == 400, body
    assert acme.balance == 0


def test_an_event_signed_too_long_ago_is_refused() -> None:
    acme, stripe = firm(), processor()
    body = completed(begun(acme, stripe))
    assert tell(body, signature(body, SECRET, now() - 301)).status == 403
    assert acme.balance == 0


def test_money_that_goes_back_takes_the_credits_along_also_when_told_too_early() -> None:
    acme, stripe = firm(), processor()
    session = begun(acme, stripe)
    session.refunded = session.total
    charge = session.charge()
    assert stripe.tell("charge.refunded", charge) == 404  # so that it is told again
    assert stripe.tell("checkout.session.completed", session.told()) == 200
    assert acme.balance == 5
    assert stripe.tell("charge.refunded", charge) == 200
    assert stripe.tell("charge.refunded", charge) == 200
    assert acme.balance == 0


def test_money_that_goes_back_of_a_payment_for_something_else_is_none_of_ours() -> None:
    for other in ({}, {"order": "17"}, {"company": "of another shop"}):
        charge = {"payment_intent": "pi_other", "amount_refunded": 100, "metadata": other}
        body = json.dumps(
            {"id": "evt_1", "type": "charge.refunded", "data": {"object": charge}}
        ).encode()
        told = tell(body, signature(body, SECRET, now()))
        assert (told.status, told.json()) == (200, {"taken": False}), other


def test_money_that_goes_back_is_known_by_its_payment_where_its_charge_says_nothing() -> None:
    acme, stripe = firm(), processor()
    session = begun(acme, stripe)
    stripe.tell("checkout.session.completed", session.told())
    session.refunded = session.total
    before = session.charge() | {"metadata": {}}  # of a payment before charges were told of ours
    assert stripe.tell("charge.refunded", before) == 200
    assert acme.balance == 0


def dearer(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the policy has other prices, another tax, and calls everything otherwise."""
    jobs = POLICY.jobs
    assert jobs is not None
    packages = {
        code: one._replace(name=f"New {code}", cents=one.cents + 100, credits=one.credits + 1)
        for code, one in jobs.packages.items()
    }
    tax = jobs.tax._replace(name="HST", rate=Decimal("0.13"), registration="99999 9999 RT0009")
    changed = POLICY._replace(jobs=jobs._replace(packages=packages, tax=tax))
    monkeypatch.setattr("signet.policy.load", lambda: changed)


def test_a_checkout_is_worth_what_was_agreed_though_the_price_has_changed_since(
    stripe: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = firm()
    send(f"{acme.base}credits/buy", acme.owner, {"package": "five"})
    (session,) = stripe.sessions.values()
    dearer(monkeypatch)
    session.is_paid = True
    assert stripe.tell("checkout.session.completed", session.told()) == 200
    assert acme.balance == 5
    assert not payments.unsettled()
    page = see(f"{acme.base}receipts/{session.id}/", acme.owner)
    for words in ("5 postings (5 job credits)", "GST 5 %", "00000 0000 RT0001"):
        assert words in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("net", "100"),
        ("net", "-1"),
        ("net", ""),
        ("tax", "much"),
        ("credits", "0"),
        ("credits", ""),
        ("currency", "USD"),
    ],
)
def test_a_checkout_that_says_what_we_never_set_credits_nothing(
    stripe: Checkout, name: str, value: str
) -> None:
    acme = firm()
    send(f"{acme.base}credits/buy", acme.owner, {"package": "five"})
    (session,) = stripe.sessions.values()
    session.is_paid = True
    told = session.told()
    told["metadata"][name] = value
    assert stripe.tell("checkout.session.completed", told) == 200
    assert acme.balance == 0
    assert [one.session for one in payments.unsettled()] == [session.id]


def test_a_receipt_says_later_what_it_said_when_it_was_paid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acme = firm()
    at = f"{acme.base}receipts/{bought(acme)}/"
    dearer(monkeypatch)
    told = {"name": "Acme Holdings", "email": "office@acme.example", "version": "1"}
    assert send(f"{acme.base}profile/", acme.owner, told).status == 303
    page = see(at, acme.owner)
    paper = events.ask(handler, events.get(f"{at}receipt.pdf", session=acme.owner.token))
    (sheet,) = pdf_pages(paper.content)
    for words in ("Acme Geomatics", "5 postings (5 job credits)", "GST 5 %", "00000 0000 RT0001"):
        assert words in page
        assert words in sheet
    for words in ("HST", "New five", "99999"):
        assert words not in page
        assert words not in sheet


def test_a_receipt_of_a_payment_kept_before_that_says_what_holds_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acme = firm()
    session = bought(acme)
    held = payments.recorded(session)
    kept = {"package_name", "tax_name", "tax_percent", "registration", "paid_by"}
    body = held.model_dump_json(exclude=kept)
    JobRow(tables.payment(session), tables.PAYMENT, body=body).save()
    page = see(f"{acme.base}receipts/{session}/", acme.owner)
    for words in ("Acme Geomatics", "5 postings (5 job credits)", "GST 5 %", "00000 0000 RT0001"):
        assert words in page


def test_a_receipt_is_of_the_day_of_the_payment_however_late_it_is_told() -> None:
    acme, stripe = firm(), processor()
    event = json.loads(completed(begun(acme, stripe)))
    event["created"] = int(datetime(2040, 1, 1, 3, tzinfo=UTC).timestamp())  # a day before, here
    body = json.dumps(event).encode()
    assert tell(body, signature(body, SECRET, now())).status == 200
    (receipt,) = [row for row in OutboxRow.scan() if row.template == "jobs_receipt"]
    facts = json.loads(receipt.facts)
    assert facts["on"] == "31 December 2039"
    assert facts["receipt"].startswith("R-2039-")


def test_what_is_not_the_price_is_kept_for_staff_who_settle_it_with_words() -> None:
    acme, stripe = firm(), processor()
    session = begun(acme, stripe, net="100")
    assert stripe.tell("checkout.session.completed", session.told()) == 200
    assert acme.balance == 0
    officer = career_officer()
    at = f"/services/jobs/desk/payments/{session.id}/"
    assert at in see("/services/jobs/desk/", officer)
    assert "nothing was credited" in see(at, officer)
    assert send(f"{at}settle", officer, {"words": "Sent back by hand"}).status == 303
    assert not payments.unsettled()
    assert "Sent back by hand" in see(at, officer)


def test_events_about_other_things_are_taken_and_change_nothing() -> None:
    acme, stripe = firm(), processor()
    session = begun(acme, stripe)
    assert stripe.tell("customer.created", {"id": "cus_1"}) == 200
    session.is_paid = False
    assert stripe.tell("checkout.session.completed", session.told()) == 200
    assert acme.balance == 0


def test_the_receipt_is_a_page_to_print_with_net_tax_and_total() -> None:
    acme = firm()
    page = see(f"{acme.base}receipts/{bought(acme)}/", acme.owner)
    for words in ("995.00", "GST 5 %", "49.75", "1,044.75", "00000 0000 RT0001"):
        assert words in page
    see(f"{acme.base}receipts/{bought(firm())}/", acme.owner, 404)


def test_the_receipt_is_a_pdf_too_that_says_the_same() -> None:
    acme = firm("Énergie & Fils")
    at = f"{acme.base}receipts/{bought(acme)}/receipt.pdf"
    given = events.ask(handler, events.get(at, session=acme.owner.token))
    assert given.headers["content-type"] == "application/pdf"
    assert "attachment" in given.headers["content-disposition"]
    (page,) = pdf_pages(given.content)
    for words in (
        "Énergie & Fils",
        "Receipt R-2040-",
        "5 postings (5 job credits) 995.00",
        "GST 5 % 49.75",
        "Total, paid by card 1,044.75",
        "GST registration number 00000 0000 RT0001",
    ):
        assert words in " ".join(page.split())
    see(f"{acme.base}receipts/{bought(firm())}/receipt.pdf", acme.owner, 404)


def test_staff_give_credits_with_a_reason_and_take_them_back() -> None:
    acme, officer = firm(), career_officer()
    at = f"/services/jobs/desk/companies/{acme.id}/"
    assert send(f"{at}grant", officer, {"credits": "3"}).status == 422
    done = send(f"{at}grant", officer, {"credits": "3", "reason": "Opening offer"})
    assert done.status == 303
    assert acme.balance == 3
    page = see(at, officer)
    lot = page.partition(f"{at}lots/")[2].partition("/")[0]
    taken = send(f"{at}lots/{lot}/", officer, {"credits": "2", "reason": "Given in error"})
    assert taken.status == 303
    assert acme.balance == 1
    assert "Given in error" in see(at, officer)


def test_two_tabs_give_or_take_credits_once_and_the_second_is_told() -> None:
    acme, officer = firm(), career_officer()
    at = f"/services/jobs/desk/companies/{acme.id}/"

    def tab(page: str) -> dict[str, str]:
        version = re.findall(r'name="version" value="(\d+)"', see(page, officer))[0]
        return {"credits": "3", "reason": "Opening offer", "version": version}

    first, second = tab(at), tab(at)
    assert send(f"{at}grant", officer, first).status == 303
    told = send(f"{at}grant", officer, second)
    assert told.status == 409
    assert "The credits have changed since" in told.text
    assert "Opening offer" in told.text.partition("Give credits")[2]
    assert acme.balance == 3
    lot = f"{at}lots/{acme.lots[0]}/"
    first, second = ({**tab(lot), "credits": "1"} for _ in range(2))
    assert send(lot, officer, first).status == 303
    assert send(lot, officer, second).status == 409
    assert acme.balance == 2
    again = {**second, **tab(lot), "credits": "2"}
    assert send(lot, officer, again).status == 303
    gone = send(lot, officer, again)
    assert gone.status in {404, 409}
    assert acme.balance == 0


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    """Yield the stand-in behind a real address, which our function asks by Stripe's own client."""
    from starlette.applications import Starlette

    made = processor()
    with served(Starlette(routes=[*made.routes()])) as port:
        for name, value in made.variables().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SIGNET_STRIPE_API", f"http://127.0.0.1:{port}{PATH}")
        yield made


def test_buying_leads_to_a_checkout_for_the_price_and_its_tax(stripe: Checkout) -> None:
    acme = firm()
    one, again = (
        send(f"{acme.base}credits/buy", acme.owner, {"package": "five"}, act="cd" * 16)
        for _ in range(2)
    )
    (session,) = stripe.sessions.values()
    assert one.location == again.location == f"{SITE}{PATH}/pay/{session.id}"
    assert session.lines == [("Job credits: 5 postings", 99500), ("GST 5 %", 4975)]
    session.is_paid = True
    assert stripe.tell("checkout.session.completed", session.told()) == 200
    assert acme.balance == 5
    assert "5 job credits added" in see(f"{acme.base}credits/paid?session={session.id}", acme.owner)


def paid_for(of_firm: Firm, stripe: Checkout) -> tuple[Session, str]:
    """Return a checkout that was paid, and where staff see it."""
    session = begun(of_firm, stripe)
    stripe.tell("checkout.session.completed", session.told())
    return session, f"/services/jobs/desk/payments/{session.id}/"


def asked_back(at: str, officer: Person, amount: str, **changed: str) -> Answered:
    """Send a refund's form as the page has it, with an amount, and credits if they are named."""
    version = re.findall(r'name="version" value="(\d+)"', see(at, officer))[-1]
    form = {"amount": amount, "credits": "0", "version": version, "reason": "Wrong package"}
    return send(f"{at}refund", officer, {**form, **changed})


def test_staff_send_a_payment_back_and_the_credits_go(stripe: Checkout) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    assert 'value="1,044.75"' in see(at, officer)
    assert asked_back(at, officer, "$1,044.75", credits="5").status == 303
    assert session.refunded == 104475
    assert acme.balance == 0


def test_staff_send_back_by_default_the_price_of_the_credits_that_are_left(
    stripe: Checkout,
) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    live(acme)
    assert 'value="835.80"' in see(at, officer)
    assert asked_back(at, officer, "208.95", credits="1").status == 303
    assert acme.balance == 3
    assert 'value="626.85"' in see(at, officer)
    assert asked_back(at, officer, "626.85", credits="3").status == 303
    assert acme.balance == 0
    assert session.refunded == 83580
    assert 'name="amount" value=""' in see(at, officer).replace("\n", "")


def test_money_alone_goes_back_without_a_credit(stripe: Checkout) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    assert asked_back(at, officer, "10", reason="Discount that was promised").status == 303
    assert (session.refunded, acme.balance) == (1000, 5)
    (told,) = mailed("jobs_refund")
    assert "No job credits went with it" in told
    assert "Why: Discount that was promised" in told


@pytest.mark.parametrize(
    ("amount", "number", "said"),
    [
        ("10", "1", "They cost 208.95"),
        ("1044.75", "4", "so 5 left go with it"),
        ("1044.75", "6", "Give 5 at most"),
        ("10", "", "Job credits that go with it"),
    ],
)
def test_credits_go_for_their_price(stripe: Checkout, amount: str, number: str, said: str) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    again = asked_back(at, officer, amount, credits=number)
    assert again.status == 422
    assert said in again.text
    assert 'href="#field-credits"' in again.text
    assert (session.refunded, acme.balance) == (0, 5)


def test_two_tabs_send_a_payment_back_once(stripe: Checkout) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    version = re.findall(r'name="version" value="(\d+)"', see(at, officer))[-1]
    assert asked_back(at, officer, "208.95", credits="1", version=version).status == 303
    second = asked_back(at, officer, "208.95", credits="1", version=version)
    assert second.status == 409
    assert "has changed since" in second.text
    assert "Wrong package" in second.text
    assert (session.refunded, acme.balance) == (20895, 4)


def test_a_refund_that_the_processor_was_not_reached_for_waits_and_is_asked_for_again(
    stripe: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)

    def unreached(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as lost:
        lost.setattr(calls, "refund", unreached)
        assert asked_back(at, officer, "208.95", credits="1").status == 503
    page = see(at, officer)
    assert "hasn’t confirmed it yet" in page
    assert "At most 835.80" in page, "what was asked for can't be asked for twice"
    (again,) = re.findall(r'action="([^"]+/again)"', page)
    assert send(again, officer).status == 303
    assert (session.refunded, acme.balance) == (20895, 4)
    assert send(again, officer).status == 409
    assert session.refunded == 20895


def test_no_reason_no_refund(stripe: Checkout) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    again = asked_back(at, officer, "208.95", credits="1", reason=" ")
    assert again.status == 422
    assert 'href="#field-reason"' in again.text
    assert session.refunded == 0


@pytest.mark.parametrize("amount", ["", "0", "-5", "much", "1.005", "1044.76", "1e9"])
def test_staff_cant_send_back_more_than_was_paid_or_what_is_no_amount(
    stripe: Checkout, amount: str
) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    again = asked_back(at, officer, amount)
    assert again.status == 422
    assert 'href="#field-amount"' in again.text
    assert session.refunded == 0
    assert acme.balance == 5


def test_a_company_is_told_of_money_sent_back_with_its_tax_and_the_credits_that_went(
    stripe: Checkout,
) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    for number in ("1", "0"):
        asked_back(at, officer, "300.00", credits=number)
    assert acme.balance == 4
    told = mailed("jobs_refund")
    assert all("300.00 CAD of 1,044.75 CAD" in one for one in told)
    assert sorted(one.partition("In it ")[2][:16] for one in told) == [
        "GST: 14.28 CAD\nG",
        "GST: 14.29 CAD\nG",
    ]
    refunds = [one for one in store.ledger(acme.id) if one.kind is EntryKind.REFUND]
    assert [(one.cents, one.tax) for one in refunds] == [(-30000, -1429), (-30000, -1428)]
    page = see(f"{acme.base}credits/", acme.owner)
    assert page.count("$300.00") == 2
    assert f"{acme.base}receipts/{session.id}/" in page


def test_receipts_and_credit_notes_have_running_numbers_and_both_addresses(
    stripe: Checkout,
) -> None:
    acme, officer = firm(), career_officer()
    session, at = paid_for(acme, stripe)
    other, _ = paid_for(acme, stripe)
    year = payments.recorded(session.id).paid_on.year
    for place, one in enumerate((session, other), start=1):
        shown = see(f"{acme.base}receipts/{one.id}/", acme.owner)
        assert f"R-{year}-{place:05}" in shown
        assert POLICY.regulator.letterhead[1] in shown
    for number in ("1", "2"):
        asked_back(at, officer, "417.90", credits=number)
    page = see(f"{acme.base}receipts/{session.id}/", acme.owner)
    notes = re.findall(r'href="([^"]+/notes/C-\d{4}-\d{5}/)"', page)
    assert [one[-6:-1] for one in notes] == ["00001", "00002"]
    note = see(notes[1], acme.owner)
    paper = events.ask(handler, events.get(f"{notes[1]}credit-note.pdf", session=acme.owner.token))
    assert paper.headers["content-type"] == "application/pdf"
    (printed,) = pdf_pages(paper.content)
    assert f"For receipt R-{year}-00001" in " ".join(printed.split())
    for words in ("−417.90", "2 job credits", "Wrong package"):
        assert words in note
        assert words in printed
    see(f"{acme.base}receipts/{session.id}/notes/C-1999-00001/credit-note.pdf", acme.owner, 404)


def test_money_sent_back_after_its_credits_were_spent_stands_in_the_ledger_too(
    stripe: Checkout,
) -> None:
    acme = firm()
    session, _ = paid_for(acme, stripe)
    for _ in range(5):
        live(acme)
    session.refunded = session.total
    assert stripe.tell("charge.refunded", session.charge()) == 200
    assert acme.balance == 0
    last = store.ledger(acme.id)[-1]
    assert (last.credits, last.cents, last.tax) == (0, -104475, -4975)
    (told,) = mailed("jobs_refund")
    assert "No job credits went with it" in told


def test_a_company_is_told_of_credits_that_staff_take_back_and_why() -> None:
    acme, officer = firm(granted=3), career_officer()
    (lot,) = acme.lots
    at = f"/services/jobs/desk/companies/{acme.id}/lots/{lot}/"
    assert send(at, officer, {"credits": "2", "reason": "Given in error"}).status == 303
    (told,) = mailed("jobs_credits_taken")
    assert "2 job credits" in told
    assert "Given in error" in told


def mailed(template: str) -> list[str]:
    """Return what the mails of a kind say, with their subjects."""
    letters = [
        QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))
        for row in OutboxRow.scan()
        if row.template == template
    ]
    composed = [compose(one, one.to, NOW) for one in letters]
    return [f"{one['Subject']}\n{one.get_content()}" for one in composed]


def test_a_payment_that_the_bank_asks_back_is_listed_for_staff_until_they_settle_it() -> None:
    acme, stripe, officer = firm(), processor(), career_officer()
    session, at = paid_for(acme, stripe)
    dispute = {"id": "dp_1", "payment_intent": session.intent, "amount": 104475}
    for _ in range(2):
        assert stripe.tell("charge.dispute.created", dispute) == 200
    assert at in see("/services/jobs/desk/", officer)
    page = see(at, officer)
    assert "Asked back by the bank" in page
    assert "1,044.75 CAD" in page.partition("Asked back by the bank")[2][:60]
    assert acme.balance == 5  # it may be won yet
    assert send(f"{at}settle", officer, {"words": "Lost: credits taken back"}).status == 303
    assert not payments.unsettled()
    assert "5 job credits added" in see(f"{acme.base}credits/paid?session={session.id}", acme.owner)
    assert stripe.tell("charge.dispute.created", dispute) == 200  # told late
    assert not payments.unsettled()


def test_what_the_bank_asks_back_of_another_payment_is_none_of_ours() -> None:
    dispute = {"id": "dp_1", "payment_intent": "pi_other", "amount": 100}
    assert processor().tell("charge.dispute.created", dispute) == 200
    assert not payments.unsettled()


def test_without_a_key_nothing_is_sold_and_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SIGNET_STRIPE_KEY")
    acme = firm()
    assert send(f"{acme.base}credits/buy", acme.owner, {"package": "one"}).status == 503


def test_the_webhook_and_the_mails_one_click_alone_take_what_no_page_of_ours_sent() -> None:
    from tests.service.web.test_authorization import ROUTES

    assert {name for name, (_, route) in ROUTES.items() if route.signed} == {
        "POST /services/jobs/stripe",
        "POST /services/jobs/digest/stop/<token>/",
    }
    assert functions.ROUTES["/services/jobs/stripe"] == "lambdas.jobs.stripe:handler"


def test_after_paying_the_draft_that_waits_is_offered(stripe: Checkout) -> None:
    acme = firm()
    number = drafted(acme)
    session, _ = paid_for(acme, stripe)
    page = see(f"{acme.base}credits/paid?session={session.id}", acme.owner)
    assert f'action="{acme.base}postings/{number}/publish"' in page
    act, version = (
        re.findall(rf'name="{name}" value="([^"]+)"', page)[-1] for name in ("act", "version")
    )
    path = f"{acme.base}postings/{number}/publish"
    assert send(path, acme.owner, {"version": version}, act=act).status == 303
    assert acme.posting(number).state == "live"


def test_a_list_of_postings_says_for_which_client_and_where(stripe: Checkout) -> None:
    acme = firm(granted=1, third_party=True)
    bow = client(acme, "Bow River Surveys")
    live(acme, client=bow)
    assert "Bow River Surveys" in see(acme.base, acme.owner)
