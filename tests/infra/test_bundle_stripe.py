"""Stripe's client as the bundle has it: reduced, and still able to do what is asked of it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from starlette.applications import Starlette

from infra.bundle import stripe
from infra.local.checkout import KEY, PATH, Checkout
from tests.infra.serving import served

DOES = """
import stripe, sys, time
assert stripe.__file__.startswith(sys.argv[1])
client = stripe.StripeClient(sys.argv[3], base_addresses={"api": sys.argv[2]})
data = {"currency": "cad", "unit_amount": 100, "product_data": {"name": "x"}}
asked = {"mode": "payment", "line_items": [{"quantity": 1, "price_data": data}]}
print(client.v1.checkout.sessions.create(asked, {"idempotency_key": "k"}).url)
try:
    client.v1.refunds.create({"payment_intent": "pi_none"}, {"idempotency_key": "r"})
except stripe.StripeError as error:
    assert error.http_status == 404, error
try:
    stripe.WebhookSignature.verify_header("{}", "t=1,v1=00", "whsec", 300)
except stripe.SignatureVerificationError:
    print("refused")
"""


def test_the_reduced_client_begins_a_checkout_asks_for_a_refund_and_verifies(
    tmp_path: Path,
) -> None:
    found = importlib.util.find_spec("stripe")
    assert found
    assert found.origin
    shutil.copytree(Path(found.origin).parent, tmp_path / "stripe")
    stripe.reduce(tmp_path)
    size = sum(file.stat().st_size for file in (tmp_path / "stripe").rglob("*.py"))
    assert size < 2_000_000
    with served(Starlette(routes=[*Checkout("http://site", "whsec").routes()])) as port:
        api = f"http://127.0.0.1:{port}{PATH}"
        done = subprocess.run(
            [sys.executable, "-c", DOES, str(tmp_path), api, KEY],
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "http://site/stripe-stand-in/pay/cs_test_" in done.stdout
    assert "refused" in done.stdout
