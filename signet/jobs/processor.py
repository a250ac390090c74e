"""The payment processor, Stripe: what is asked of it, and what its events say.

Card data never comes here: a checkout is a page of Stripe's. The library is loaded when it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from signet.errors import NotAllowed, NotFound, Unavailable
from signet.jobs import payments
from signet.jobs.model import Company, Payment
from signet.jobs.payments import Agreed, PaidCheckout
from signet.jobs.refunds import DisputedCheckout, RefundedCheckout
from signet.policy.jobs import CreditPackage, JobPolicy

if TYPE_CHECKING:
    from stripe import StripeClient

CHECKOUT_ORIGIN = "https://checkout.stripe.com"
WINDOW_SECONDS = 300  # an event signed longer ago isn't believed: it may have been kept by somebody
TRIES = 2
PAID = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
REFUNDED, DISPUTED = "charge.refunded", "charge.dispute.created"


Told = PaidCheckout | RefundedCheckout | DisputedCheckout


class NotSigned(NotAllowed):
    """What came isn't signed by the payment processor, or was signed too long ago."""

    code = "not-signed"
    usual = "This isn’t signed by the payment processor, so it was not accepted."


class Settings(NamedTuple):
    """How Stripe is reached: the account's key, the webhook's secret, another address of the API.

    `api` is for a stand-in; without it requests go to Stripe itself.
    """

    key: str
    secret: str
    api: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """Read them from SIGNET_STRIPE_KEY, _WEBHOOK_SECRET and _API; empty where they aren't."""
        return cls(
            environment.get("SIGNET_STRIPE_KEY", ""),
            environment.get("SIGNET_STRIPE_WEBHOOK_SECRET", ""),
            environment.get("SIGNET_STRIPE_API", ""),
        )


class Order(NamedTuple):
    """What is to be paid for, and where the checkout leads back to.

    `paid_at` may hold {CHECKOUT_SESSION_ID}, for which Stripe puts the session's id.
    """

    act: str
    company: Company
    package: CreditPackage
    paid_at: str
    back_at: str


def checkout(order: Order, policy: JobPolicy, how: Settings) -> str:
    """Begin a checkout; return the address of its page. The act asked for again gives the same.

    Raises Unavailable without a key, or when Stripe can't be reached or won't.
    """
    agreed = payments.offered(order.package, policy)
    ours = {"company": order.company.id, "package": order.package.code}
    tax = f"{agreed.tax_name} {agreed.tax_percent} %"
    asked: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [
            _line(f"Job credits: {agreed.package}", agreed.net, policy),
            *([_line(tax, agreed.tax, policy)] if agreed.tax else []),
        ],
        "customer_email": order.company.email,
        "client_reference_id": order.company.id,
        "metadata": ours | _told(agreed),
        # Stripe copies this to the charge, by which money that goes back is known to be of ours.
        "payment_intent_data": {"metadata": ours},
        "success_url": order.paid_at,
        "cancel_url": order.back_at,
    }
    made = _ask(how, "checkout", asked, order.act)
    return str(made.url)


def _told(agreed: Agreed) -> dict[str, str]:
    told = {name: str(value) for name, value in agreed._asdict().items()}
    return {**told, "package_name": told.pop("package")}


def _line(name: str, cents: int, policy: JobPolicy) -> dict[str, Any]:
    data = {
        "currency": policy.currency.lower(),
        "unit_amount": cents,
        "product_data": {"name": name},
    }
    return {"quantity": 1, "price_data": data}


def refund(payment: Payment, cents: int, act: str, how: Settings) -> None:
    """Send a payment back, or part of it.

    The credits go once Stripe tells that it did. Raises Unavailable as `checkout` does.
    """
    asked = {"payment_intent": payment.intent, "amount": cents}
    _ask(how, "refund", asked, act)


def _ask(how: Settings, what: str, asked: dict[str, Any], act: str) -> Any:
    if not how.key:
        raise Unavailable("Payments by card aren’t set up here. Please write to us.")
    import stripe  # only here: it takes as long to load as all else of the function

    client = _client(how)
    once: Any = {"idempotency_key": act}
    given: Any = asked
    try:
        if what == "refund":
            return client.v1.refunds.create(given, once)
        return client.v1.checkout.sessions.create(given, once)
    except stripe.StripeError as error:
        raise Unavailable from error


def _client(how: Settings) -> StripeClient:
    import stripe

    stripe.enable_telemetry = False
    base: Any = {"api": how.api} if how.api else {}
    return stripe.StripeClient(how.key, base_addresses=base, max_network_retries=TRIES)


def verified(body: bytes, signature: str, how: Settings) -> Mapping[str, Any]:
    """Return the event that a signed body holds. `body` is as it was sent, to the byte.

    Raises NotSigned, and Unavailable where the webhook's secret isn't set.
    """
    if not how.secret:
        raise Unavailable
    from stripe import SignatureVerificationError, WebhookSignature

    try:
        text = body.decode("utf-8")
        WebhookSignature.verify_header(text, signature, how.secret, WINDOW_SECONDS)
        event = json.loads(text)
    except (SignatureVerificationError, ValueError):
        raise NotSigned from None
    if not isinstance(event, dict):
        raise NotSigned
    return event


def told(event: Mapping[str, Any]) -> Told | None:
    """Return what a verified event says of money; None where it says nothing of interest here.

    Raises NotFound for money that went back of a payment not told of yet: to be told again later.
    """
    kind, about = event.get("type"), event["data"]["object"]
    if kind in PAID and about.get("payment_status") == "paid":
        return _paid(event, about)
    if kind == REFUNDED:
        return _refunded(event["id"], about)
    if kind == DISPUTED:
        return _disputed(event["id"], about)
    return None


def _is_ours(metadata: Mapping[str, str]) -> bool:
    """Whether it is of a payment for job credits: the account may be used for more than these."""
    return "company" in metadata and "package" in metadata


def _refunded(event: str, charge: Mapping[str, Any]) -> RefundedCheckout | None:
    try:
        session = payments.session_of(charge.get("payment_intent") or "")
    except NotFound:
        if _is_ours(charge.get("metadata") or {}):
            raise
        return None
    return RefundedCheckout(event, session, int(charge["amount_refunded"]))


def _disputed(event: str, dispute: Mapping[str, Any]) -> DisputedCheckout | None:
    """A dispute comes days after its payment, and says nothing else by which it could be ours."""
    try:
        session = payments.session_of(dispute.get("payment_intent") or "")
    except NotFound:
        return None
    return DisputedCheckout(event, session, dispute["id"], int(dispute["amount"]))


def _paid(event: Mapping[str, Any], session: Mapping[str, Any]) -> PaidCheckout | None:
    ours = session.get("metadata") or {}
    if not _is_ours(ours):
        return None
    created = event.get("created")
    return PaidCheckout(
        event=event["id"],
        session=session["id"],
        intent=session.get("payment_intent") or "",
        company=ours["company"],
        package=ours["package"],
        total=int(session["amount_total"]),
        tax=_number(ours.get("tax")),
        currency=session["currency"],
        agreed=_agreed(ours),
        at=datetime.fromtimestamp(created, UTC) if created else None,
    )


def _agreed(ours: Mapping[str, str]) -> Agreed | None:
    """What the checkout was begun for.

    It can be believed: the session was made with our secret key, nobody else can write its
    metadata, and the event is signed. None where it was begun before this was sent along.
    """
    if "net" not in ours:
        return None
    return Agreed(
        package=ours.get("package_name", ""),
        credits=_number(ours.get("credits")),
        net=_number(ours["net"]),
        tax=_number(ours.get("tax")),
        currency=ours.get("currency", ""),
        tax_name=ours.get("tax_name", ""),
        tax_percent=ours.get("tax_percent", ""),
        registration=ours.get("registration", ""),
    )


def _number(text: str | None) -> int:
    """A number as we write them; 0, at which nothing is sold, for anything else."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0
