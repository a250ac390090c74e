"""Buying credits: the checkout, and the webhook however its events come (JOB-2)."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from infra.local import functions
from infra.local.checkout import PATH, Checkout, Session, signature
from signet.acts.tables import OutboxRow
from signet.jobs import payments
from tests import events
from tests.employing import (
    SECRET,
    Firm,
    bought,
    career_officer,
    careers,
    employer_tables,
    firm,
    handler,
    processor,
    see,
    send,
    tell,
)
from tests.events import SITE
from tests.infra.serving import served
from tests.people import shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")


def begun(of_firm: Firm, stripe: Checkout, tax: str = "4975", net: str = "99500") -> Session:
    """A checkout as our function asks for it."""
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
    }
    made = stripe.begin(asked)
    made.is_paid = True
    return made


def completed(session: Session) -> bytes:
    """The event that tells of a checkout, as it is sent."""
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


def test_an_event_signed_too_long_ago_is_refused() -> None:
    acme, stripe = firm(), processor()
    body = completed(begun(acme, stripe))
    assert tell(body, signature(body, SECRET, now() - 301)).status == 403
    assert acme.balance == 0


def test_money_that_goes_back_takes_the_credits_along_also_when_told_too_early() -> None:
    acme, stripe = firm(), processor()
    session = begun(acme, stripe)
    charge = {"payment_intent": session.intent, "amount_refunded": session.total}
    assert stripe.tell("charge.refunded", charge) == 404  # so that it is told again
    assert stripe.tell("checkout.session.completed", session.told()) == 200
    assert acme.balance == 5
    assert stripe.tell("charge.refunded", charge) == 200
    assert stripe.tell("charge.refunded", charge) == 200
    assert acme.balance == 0


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
    assert not payments.odd()
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
    (page,) = PdfReader(io.BytesIO(given.content), strict=True).pages
    for words in (
        "Énergie & Fils",
        "Receipt R-2040-",
        "5 postings (5 job credits): 995.00 CAD",
        "GST 5 %: 49.75 CAD",
        "Total, paid by card: 1,044.75 CAD",
        "GST registration number: 00000 0000 RT0001",
    ):
        assert words in page.extract_text()
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


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    """The stand-in behind a real address, which our function asks by Stripe's own client."""
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


def test_staff_send_a_payment_back_and_the_credits_go(stripe: Checkout) -> None:
    acme, officer = firm(), career_officer()
    session = begun(acme, stripe)
    stripe.tell("checkout.session.completed", session.told())
    done = send(f"/services/jobs/desk/payments/{session.id}/refund", officer)
    assert done.status == 303
    assert acme.balance == 0


def test_without_a_key_nothing_is_sold_and_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SIGNET_STRIPE_KEY")
    acme = firm()
    assert send(f"{acme.base}credits/buy", acme.owner, {"package": "one"}).status == 503


def test_the_webhook_and_the_mails_one_click_alone_take_what_no_page_of_ours_sent() -> None:
    from tests.service.test_authorization import ROUTES

    assert {name for name, (_, route) in ROUTES.items() if route.signed} == {
        "POST /services/jobs/stripe",
        "POST /services/jobs/digest/stop/<token>/",
    }
    assert functions.ROUTES["/services/jobs/stripe"] == "lambdas.stripe_events:handler"
