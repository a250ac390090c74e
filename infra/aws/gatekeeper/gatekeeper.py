"""Authorizes only CloudFront's requests, which carry the origin's secret.

An authorizer of the HTTP API. It is a function of its own without any of the product's code, which
comparing two strings doesn't need; and no other function has to check the secret.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Any

HEADER = "x-signet-origin"
SETTING = "ORIGIN_SECRET_"


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, bool]:
    """Tell whether a request carries a valid secret. The gateway caches the answer."""
    secret_sent = event.get("headers", {}).get(HEADER, "")
    return {"isAuthorized": any(_same(secret_sent, secret) for secret in _secrets())}


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


def _secrets() -> list[str]:
    """Return the valid secrets: the current one, and the previous one, still in flight."""
    return [secret for name, secret in os.environ.items() if name.startswith(SETTING) and secret]
