"""A stand-in for Stripe on this machine: the parts of its API that we use, and a Checkout page.

It says plainly that it is one. Its events to the webhook are signed as Stripe signs, with the
secret that the function has; no money moves, and it forgets everything when it ends.
"""

import asyncio
import hashlib
import hmac
import html
import itertools
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

PATH = "/stripe-stand-in"
WEBHOOK = "/services/jobs/stripe"
KEY = "sk_test_stand_in"
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"
ANSWER_SECONDS = 20.0

Send = Callable[[bytes, str], int]  # takes a body and its signature; returns the response's status


def signature(body: bytes, secret: str, at: int) -> str:
    """Return the Stripe-Signature header of a body, signed at a moment (seconds since 1970)."""
    signed = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


@dataclass
class Session:
    """A checkout: the request, and what became of it."""

    id: str
    intent: str
    asked: Mapping[str, str]
    total: int
    is_paid: bool = False
    refunded: int = 0

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Return what is paid for, with the amount of each in cents."""
        return [
            (
                self.asked[f"line_items[{n}][price_data][product_data][name]"],
                int(self.asked[f"line_items[{n}][price_data][unit_amount]"]),
            )
            for n in itertools.takewhile(
                lambda n: f"line_items[{n}][quantity]" in self.asked, itertools.count()
            )
        ]

    @property
    def currency(self) -> str:
        """Return the currency in lower case, as Stripe writes it."""
        return self.asked["line_items[0][price_data][currency]"]

    def told(self) -> dict[str, Any]:
        """Return the session as Stripe's API and events show it, as far as we read it."""
        return {
            "id": self.id,
            "object": "checkout.session",
            "amount_total": self.total,
            "client_reference_id": self.asked.get("client_reference_id"),
            "currency": self.currency,
            "livemode": False,
            "metadata": self._under("metadata"),
            "mode": "payment",
            "payment_intent": self.intent if self.is_paid else None,
            "payment_status": "paid" if self.is_paid else "unpaid",
            "status": "complete" if self.is_paid else "open",
        }

    def charge(self) -> dict[str, Any]:
        """Return the charge of a paid session; it has its payment's metadata, not the session's."""
        return {
            "id": self.intent.replace("pi_", "ch_"),
            "object": "charge",
            "amount": self.total,
            "amount_refunded": self.refunded,
            "currency": self.currency,
            "metadata": self._under("payment_intent_data[metadata]"),
            "payment_intent": self.intent,
        }

    def _under(self, name: str) -> dict[str, str]:
        return {
            key.removeprefix(f"{name}[").removesuffix("]"): value
            for key, value in self.asked.items()
            if key.startswith(f"{name}[")
        }


@dataclass
class Checkout:
    """The stand-in of one site. `site` is its address, `secret` the webhook's."""

    site: str
    secret: str
    send: Send | None = None
    sessions: dict[str, Session] = field(default_factory=dict)
    _by_key: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def variables(self) -> dict[str, str]:
        """Return the settings by which functions use it."""
        return {
            "SIGNET_STRIPE_KEY": KEY,
            "SIGNET_STRIPE_WEBHOOK_SECRET": self.secret,
            "SIGNET_STRIPE_API": f"{self.site}{PATH}",
        }

    def routes(self) -> list[Route]:
        """Return the routes to put before those of the site."""
        return [
            Route(f"{PATH}/v1/checkout/sessions", self.make, methods=["POST"]),
            Route(f"{PATH}/v1/refunds", self.give_back, methods=["POST"]),
            Route(f"{PATH}/page.css", self.style),
            Route(f"{PATH}/pay/{{session}}", self.show, methods=["GET"]),
            Route(f"{PATH}/pay/{{session}}", self.pay, methods=["POST"]),
        ]

    async def make(self, request: Request) -> Response:
        """Begin a checkout."""
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "Invalid API Key provided")
        asked = dict(parse_qsl((await request.body()).decode()))
        session = self.begin(asked, request.headers.get("idempotency-key", ""))
        return JSONResponse(session.told() | {"url": f"{self.site}{PATH}/pay/{session.id}"})

    def begin(self, asked: Mapping[str, str], key: str = "") -> Session:
        """Begin a checkout, or return the earlier one with the same idempotency key."""
        with self._lock:
            if key in self._by_key:
                return self.sessions[self._by_key[key]]
            name = secrets.token_hex(12)
            session = Session(f"cs_test_{name}", f"pi_{name}", asked, 0)
            session.total = sum(cents for _, cents in session.lines)
            self.sessions[session.id] = session
            if key:
                self._by_key[key] = session.id
            return session

    async def give_back(self, request: Request) -> Response:
        """Refund a payment, or part of it, and send the event."""
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "Invalid API Key provided")
        asked = dict(parse_qsl((await request.body()).decode()))
        intent = asked.get("payment_intent", "")
        session = next((one for one in self.sessions.values() if one.intent == intent), None)
        if session is None or not session.is_paid:
            return _error(404, "No such payment_intent")
        amount = int(asked.get("amount") or session.total - session.refunded)
        if not 0 < amount <= session.total - session.refunded:
            return _error(400, "Refund amount is greater than what is left of the charge")
        session.refunded += amount
        await asyncio.to_thread(self.tell, "charge.refunded", session.charge())
        return JSONResponse({"id": f"re_{secrets.token_hex(12)}", "object": "refund"})

    async def show(self, request: Request) -> Response:
        """Show the page that asks for a card."""
        session = self.sessions.get(request.path_params["session"])
        return _page(session) if session else _gone()

    async def pay(self, request: Request) -> Response:
        """Accept the test card: send the event to the webhook, then redirect back."""
        session = self.sessions.get(request.path_params["session"])
        if session is None:
            return _gone()
        form = dict(parse_qsl((await request.body()).decode()))
        number = "".join(form.get("number", "").split())
        if number == DECLINED_CARD:
            return _page(session, "The card was declined. Try another.")
        if number != GOOD_CARD:
            return _page(session, "Only the card numbers named below work here.")
        if not session.is_paid:
            session.is_paid = True
            await asyncio.to_thread(self.tell, "checkout.session.completed", session.told())
        back = session.asked["success_url"].replace("{CHECKOUT_SESSION_ID}", session.id)
        return RedirectResponse(back, 303)

    def tell(self, kind: str, about: Mapping[str, Any]) -> int:
        """Send a signed event to the webhook; return the response's status."""
        now = int(time.time())
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "created": now,
            "data": {"object": about},
            "livemode": False,
            "type": kind,
        }
        body = json.dumps(event, indent=2).encode()
        return (self.send or self._send)(body, signature(body, self.secret, now))

    def _send(self, body: bytes, signed: str) -> int:
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signed}
        asked = urllib.request.Request(f"{self.site}{WEBHOOK}", body, headers)  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    async def style(self, _request: Request) -> Response:
        """Return the page's style sheet."""
        return Response(STYLE, media_type="text/css")


def _error(status: int, message: str) -> Response:
    about = {"type": "invalid_request_error", "message": message}
    return JSONResponse({"error": about}, status)


def _money(cents: int, currency: str) -> str:
    return f"{cents // 100:,}.{cents % 100:02d} {currency.upper()}"


PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Stand-in of Stripe Checkout</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/stripe-stand-in/page.css"></head>
<body><main>
<p class="note"><strong>This is a stand-in.</strong> It takes the place of Stripe’s own page on this
machine. No card is charged: don’t type a real one.</p>
$content
</main></body></html>
""")
FORM = Template("""$fault
<h1>Pay $total</h1>
<table><tbody>$rows</tbody></table>
<form method="post">
<p><label for="number">Card number</label>
<input id="number" name="number" inputmode="numeric" autocomplete="off"
 value="4242 4242 4242 4242"></p>
<p><button type="submit">Pay $total</button> <a href="$back">Go back without paying</a></p>
</form>
<p>4242 4242 4242 4242 is paid, 4000 0000 0000 0002 is declined.</p>
""")
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 32rem; padding: 0 1rem; }
.note, .fault { border: 2px dashed; padding: .75rem 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .4rem 0; text-align: left; }
td { text-align: right; }
label { display: block; font-weight: 600; }
input, button { font: inherit; padding: .6rem .8rem; box-sizing: border-box; min-height: 2.75rem; }
input { width: 100%; }
"""


def _page(session: Session, error: str = "") -> Response:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        f"<td>{_money(cents, session.currency)}</td></tr>"
        for name, cents in session.lines
    )
    content = FORM.substitute(
        fault=f'<p class="fault" role="alert">{html.escape(error)}</p>' if error else "",
        total=_money(session.total, session.currency),
        rows=rows,
        back=html.escape(session.asked.get("cancel_url", "/")),
    )
    status = 422 if error else 200
    return HTMLResponse(
        PAGE.substitute(content=content), status, headers={"Cache-Control": "no-store"}
    )


def _gone() -> Response:
    content = "<h1>No such checkout</h1><p>It was begun before this machine’s last start.</p>"
    return HTMLResponse(PAGE.substitute(content=content), 404)
