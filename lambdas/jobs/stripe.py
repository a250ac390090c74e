"""Events from the payment processor: paid checkouts, refunds and disputes.

The processor's servers send them, so there are no browser headers to check: the signature over the
whole body authenticates them. Each event is answered with 2xx once it is processed; otherwise the
processor repeats it, for days.
"""

from __future__ import annotations

import os

from lambdas import started
from signet import policy as policies
from signet.jobs.credits import payments, processor, refunds
from signet.jobs.credits.payments import PROCESSOR, PaidCheckout
from signet.jobs.credits.refunds import DisputedCheckout
from signet.jobs.tables import MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.web.answer import Answer, Json
from signet.web.app import ANYONE, App
from signet.web.request import Request

app = App("stripe-events")
handler = started(app, (*MODELS, *TRANSACTION_MODELS))


@app.post("/services/jobs/stripe", needs=ANYONE, is_json=True, signed=True)
def take_event(request: Request) -> Answer:
    """Process one event; acknowledge one that isn't of interest."""
    signature = request.headers.get("stripe-signature", "")
    settings = processor.Settings.of(os.environ)
    event = processor.verified(request.body, signature, settings, request.now)
    meaning = processor.meaning_of(event)
    if meaning is None:
        return Json({"taken": False})
    context = Context(PROCESSOR, request.new_id(), request.now, request.today, policies.load())
    if isinstance(meaning, PaidCheckout):
        payments.record(context, meaning)
    elif isinstance(meaning, DisputedCheckout):
        refunds.dispute(context, meaning)
    else:
        refunds.refund(context, meaning)
    return Json({"taken": True})
