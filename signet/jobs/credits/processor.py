"""The client of the payment processor, Stripe, and the reading of its events.

Card data never comes here: a checkout is a page of Stripe's. The library is imported on first use.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from signet.errors import NotAllowed, NotFound, SignetError, Unavailable
from signet.jobs.credits import payments
from signet.jobs.credits.payments import Agreed, PaidCheckout
from signet.jobs.credits.refunds import DisputedCheckout, RefundedCheckout
from signet.jobs.model import Company, Payment, Refund
from signet.policy.jobs import CreditPackage, JobPolicy

if TYPE_CHECKING:
    from stripe import StripeClient

CHECKOUT_ORIGIN = "https://checkout.stripe.com"
WINDOW_SECONDS = 300  # events signed longer ago are refused: they may be replays
TRIES = 2
PAID = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
REFUNDED, DISPUTED = "charge.refunded", "charge.dispute.created"
LONGEST_ID = 255
MOST_CENTS = 10**12  # no payment here comes near; larger numbers aren't amounts

Text = Annotated[str, Field(max_length=LONGEST_ID)]
Id = Annotated[Text, Field(min_length=1)]
Cents = Annotated[int, Field(ge=0, le=MOST_CENTS)]
Metadata = Annotated[dict[str, Annotated[str, Field(max_length=500)]], Field(max_length=50)]
Model = TypeVar("Model", bound=BaseModel)


Meaning = PaidCheckout | RefundedCheckout | DisputedCheckout


class _Part(BaseModel):
    """What is read of the processor's JSON; it may say more."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


class _Data(_Part):
    object: dict[str, Any]


class Event(_Part):
    """An event, as the processor signs it."""

    id: Id
    type: Text
    data: _Data
    created: Annotated[int, Field(ge=0)] | None = None


class _Session(_Part):
    id: Id
    payment_status: str = ""
    payment_intent: Text | None = None
    metadata: Metadata | None = None
    amount_total: Cents | None = None
    currency: Annotated[str, Field(pattern="^[a-z]{3}$")] | None = None


class _Charge(_Part):
    payment_intent: Text | None = None
    metadata: Metadata | None = None
    amount_refunded: Cents


class _Dispute(_Part):
    id: Id
    payment_intent: Text | None = None
    amount: Cents


class NotSigned(NotAllowed):
    """The event isn't signed by the payment processor, or was signed too long ago."""

    code = "not-signed"
    usual = "This isn’t signed by the payment processor, so we didn’t accept it."


class Malformed(SignetError):
    """The event is signed, but doesn't contain what an event of its kind should."""

    code = "malformed-event"
    status = HTTPStatus.BAD_REQUEST
    usual = "This event can’t be read, so we didn’t accept it."


class Settings(NamedTuple):
    """How to reach Stripe: the account's key, the webhook's secret, an alternative URL of the API.

    `api` is for a stand-in; without it requests go to Stripe itself.
    """

    key: str
    secret: str
    api: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """Read SIGNET_STRIPE_KEY, _WEBHOOK_SECRET and _API; "" for those that aren't set."""
        return cls(
            environment.get("SIGNET_STRIPE_KEY", ""),
            environment.get("SIGNET_STRIPE_WEBHOOK_SECRET", ""),
            environment.get("SIGNET_STRIPE_API", ""),
        )


class Order(NamedTuple):
    """What is to be paid for, and where the checkout leads back to.

    `paid_at` may contain {CHECKOUT_SESSION_ID}, which Stripe replaces by the session's id.
    """

    act: str
    company: Company
    package: CreditPackage
    paid_at: str
    back_at: str


def checkout(order: Order, policy: JobPolicy, how: Settings) -> str:
    """Begin a checkout; return the URL of its page. The same operation gets the same one again.

    Raises Unavailable without a key, or if Stripe can't be reached or refuses.
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
        "metadata": ours | _as_metadata(agreed),
        # Stripe copies this to the charge, by which we recognize a refund as one of ours.
        "payment_intent_data": {"metadata": ours},
        "success_url": order.paid_at,
        "cancel_url": order.back_at,
    }
    session = _ask(how, "checkout", asked, order.act)
    return str(session.url)


def _as_metadata(agreed: Agreed) -> dict[str, str]:
    texts = {name: str(value) for name, value in agreed._asdict().items()}
    return {**texts, "package_name": texts.pop("package")}


def _line(name: str, cents: int, policy: JobPolicy) -> dict[str, Any]:
    data = {
        "currency": policy.currency.lower(),
        "unit_amount": cents,
        "product_data": {"name": name},
    }
    return {"quantity": 1, "price_data": data}


def refund(payment: Payment, asked: Refund, how: Settings) -> None:
    """Refund a payment or part of it, once however often this is called for the same refund.

    The credits are taken once Stripe reports the refund. Raises Unavailable as `checkout` does.
    """
    _ask(how, "refund", {"payment_intent": payment.intent, "amount": asked.cents}, asked.id)


def _ask(how: Settings, what: str, asked: dict[str, Any], operation_id: str) -> Any:
    if not how.key:
        raise Unavailable("Card payments aren’t set up here. Please write to us.")
    import stripe  # only here: it takes as long to load as the rest of the function

    client = _client(how)
    once: Any = {"idempotency_key": operation_id}
    response: Any = asked
    try:
        if what == "refund":
            return client.v1.refunds.create(response, once)
        return client.v1.checkout.sessions.create(response, once)
    except stripe.StripeError as error:
        raise Unavailable from error


def _client(how: Settings) -> StripeClient:
    import stripe

    stripe.enable_telemetry = False
    base: Any = {"api": how.api} if how.api else {}
    return stripe.StripeClient(how.key, base_addresses=base, max_network_retries=TRIES)


def verified(body: bytes, signature: str, how: Settings, now: datetime) -> Event:
    """Return the event in a signed body. `body` is exactly as received, byte for byte.

    Raises NotSigned, Malformed, and Unavailable if the webhook's secret isn't set.
    """
    if not how.secret:
        raise Unavailable
    from stripe import SignatureVerificationError, WebhookSignature

    if not signature.isascii() or _is_of_the_future(signature):
        raise NotSigned
    try:
        text = body.decode("utf-8")
        WebhookSignature.verify_header(text, signature, how.secret, WINDOW_SECONDS)
    except (SignatureVerificationError, UnicodeDecodeError):
        raise NotSigned from None
    event = _read(Event, text)
    if event.created is not None and event.created > now.timestamp() + WINDOW_SECONDS:
        raise Malformed
    return event


def _is_of_the_future(signature: str) -> bool:
    """Tell whether the signature is dated further ahead than clock skew explains.

    Such a signature could be replayed for too long. The library only refuses those that are too
    old. The time is this machine's clock, as it is for the library.
    """
    times = re.findall(r"(?:^|,)\s*t=([0-9]{1,15})(?![0-9])", signature)
    return not times or max(map(int, times)) > time.time() + WINDOW_SECONDS


def meaning_of(event: Event) -> Meaning | None:
    """Return what a verified event says about money; None if it has nothing of interest here.

    Raises NotFound for a refund of a payment that hasn't been reported yet, so that the event is
    delivered again later, and Malformed for an event that lacks what its kind should contain.
    """
    if event.type in PAID:
        session = _read(_Session, event.data.object)
        return _paid(event, session) if session.payment_status == "paid" else None
    if event.type == REFUNDED:
        return _refunded(event.id, _read(_Charge, event.data.object))
    if event.type == DISPUTED:
        return _disputed(event.id, _read(_Dispute, event.data.object))
    return None


def _read(model: type[Model], content: str | Mapping[str, Any]) -> Model:
    try:
        if isinstance(content, str):
            return model.model_validate_json(content)
        return model.model_validate(content)
    except ValidationError:
        raise Malformed from None


def _is_ours(metadata: Mapping[str, str]) -> bool:
    """Tell whether a payment was for job credits: the Stripe account may have other uses."""
    return bool(metadata.get("company") and metadata.get("package"))


def _refunded(event: str, charge: _Charge) -> RefundedCheckout | None:
    try:
        session = payments.session_of(charge.payment_intent or "")
    except NotFound:
        if _is_ours(charge.metadata or {}):
            raise
        return None
    return RefundedCheckout(event, session, charge.amount_refunded)


def _disputed(event: str, dispute: _Dispute) -> DisputedCheckout | None:
    """Return a dispute of a known payment, or None.

    A dispute comes days after its payment and says nothing else by which we could recognize it as
    ours.
    """
    try:
        session = payments.session_of(dispute.payment_intent or "")
    except NotFound:
        return None
    return DisputedCheckout(event, session, dispute.id, dispute.amount)


def _paid(event: Event, session: _Session) -> PaidCheckout | None:
    ours = session.metadata or {}
    if not _is_ours(ours):
        return None
    if session.amount_total is None or session.currency is None:
        raise Malformed
    return PaidCheckout(
        event=event.id,
        session=session.id,
        intent=session.payment_intent or "",
        company=ours["company"],
        package=ours["package"],
        total=session.amount_total,
        tax=_number(ours.get("tax")),
        currency=session.currency,
        agreed=_agreed(ours),
        at=datetime.fromtimestamp(event.created, UTC) if event.created else None,
    )


def _agreed(ours: Mapping[str, str]) -> Agreed | None:
    """Return what the checkout was begun for.

    It can be trusted: the session was created with our secret key, nobody else can write its
    metadata, and the event is signed. None if the checkout was begun before this was sent along.
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
    """Return a number as we format it; 0, at which nothing is sold, for anything else."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0
