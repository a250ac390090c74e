"""The payment processor's events in every order, each told twice: the end is the same (JOB-2).

Threat 4. The processor tells an event again until it is taken, at times late and beside others; it
says so itself that their order isn't that of what they tell of.
"""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import pytest

from infra.local.checkout import Checkout, Session, signature
from signet.jobs import store
from signet.jobs.credits import payments
from signet.policy.jobs import CreditPackage
from signet.transactions.tables import OutboxRow
from tests.employing import (
    SECRET,
    Firm,
    careers,
    employer_tables,
    firm,
    processor,
    tell,
)
from tests.entries import POLICY
from tests.people import shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")

assert POLICY.jobs
JOBS = POLICY.jobs
FIVE: CreditPackage = JOBS.packages["five"]
EVENTS = ("paid", "part back", "all back", "paid again")
MOST_TRIES = 40  # a processor gives up after days: here it is to be taken long before


def begun(of_firm: Firm, stripe: Checkout) -> Session:
    """Return a checkout of five credits at their price."""
    price = payments.price(FIVE, JOBS)
    lines = {"Job credits": price.net, "Tax": price.tax}
    asked = {"metadata[company]": of_firm.id, "metadata[package]": FIVE.code}
    asked["metadata[tax]"] = str(price.tax)
    for at, (name, cents) in enumerate(lines.items()):
        line = f"line_items[{at}]"
        asked[f"{line}[quantity]"] = "1"
        asked[f"{line}[price_data][currency]"] = JOBS.currency.lower()
        asked[f"{line}[price_data][unit_amount]"] = str(cents)
        asked[f"{line}[price_data][product_data][name]"] = name
    made = stripe.begin(asked)
    made.is_paid = True
    return made


def bodies(first: Session, second: Session) -> dict[str, bytes]:
    """Each event as it is sent: five credits bought twice, the first payment gone back in two."""

    def back(cents: int) -> dict[str, Any]:
        charge = {"object": "charge", "payment_intent": first.intent, "amount": first.total}
        # A charge has what its payment was given to know it by.
        ours = first.told()["metadata"]
        return {**charge, "amount_refunded": cents, "metadata": ours}

    told: Mapping[str, tuple[str, Mapping[str, Any]]] = {
        "paid": ("checkout.session.completed", first.told()),
        "part back": ("charge.refunded", back(first.total // 2)),
        "all back": ("charge.refunded", back(first.total)),
        "paid again": ("checkout.session.completed", second.told()),
    }
    return {
        name: json.dumps(
            {"id": f"evt_{first.id}_{name}", "type": kind, "data": {"object": about}}
        ).encode()
        for name, (kind, about) in told.items()
    }


def told_until_taken(order: Sequence[bytes]) -> None:
    """Tell events in an order; one that isn't taken comes again after all others."""
    waiting = deque(order)
    for _ in range(MOST_TRIES):
        if not waiting:
            return
        body = waiting.popleft()
        status = tell(body, signature(body, SECRET, int(time.time()))).status
        assert status in (200, 404), status
        if status == 404:
            waiting.append(body)
    pytest.fail("an event was never taken")


def end(of_firm: Firm, *sessions: Session) -> dict[str, Any]:
    """Return what came of it all: the proved balance, entries by kind, payments, receipts."""
    sums: Counter[str] = Counter()
    for entry in store.ledger(of_firm.id):
        sums[entry.kind] += entry.credits
    held = [payments.of_session(one.id) for one in sessions]
    receipts = [row for row in OutboxRow.scan() if row.template == "jobs_receipt"]
    return {
        "balance": of_firm.balance,
        "entries": dict(sums),
        "payments": [(one.state, one.refunded_cents) for one in held if one],
        "receipts": len([row for row in receipts if of_firm.id in row.facts]),
        "odd": len(payments.unsettled()),
    }


@pytest.mark.parametrize("last", EVENTS)
def test_whatever_order_events_come_in_and_however_often_the_end_is_the_same(last: str) -> None:
    stripe = processor()
    for order in (one for one in permutations(EVENTS) if one[-1] == last):
        acme = firm()
        first, second = begun(acme, stripe), begun(acme, stripe)
        body = bodies(first, second)
        doubled = [body[name] for name in order for _ in range(2)]
        told_until_taken(doubled)
        expected = {
            "balance": FIVE.credits,
            "entries": {"purchase": 2 * FIVE.credits, "refund": -FIVE.credits},
            "payments": [("refunded", first.total), ("credited", 0)],
            "receipts": 2,
            "odd": 0,
        }
        assert end(acme, first, second) == expected, order
        told_until_taken([body[name] for name in reversed(order)])  # days later
        assert end(acme, first, second) == expected, (order, "told late")


def test_an_event_whose_body_was_changed_on_the_way_changes_nothing_in_any_order() -> None:
    acme, stripe = firm(), processor()
    first, second = begun(acme, stripe), begun(acme, stripe)
    for name, body in bodies(first, second).items():
        signed = signature(body, SECRET, int(time.time()))
        for at in range(0, len(body), 7):
            mutated = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
            assert tell(mutated, signed).status == 403, (name, at)
    assert (acme.balance, store.ledger(acme.id)) == (0, [])
