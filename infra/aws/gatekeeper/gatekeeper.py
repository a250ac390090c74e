"""Lets only CloudFront's requests through to the functions: they bear the origin's secret.

An authorizer of the HTTP API. It stands alone, in a function of its own: nothing of the product is
needed to compare two texts, and no function has to think of it.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Any

HEADER = "x-signet-origin"
SETTING = "ORIGIN_SECRET_"


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, bool]:
    """Tell whether a request bears a secret that holds. The gateway remembers the answer."""
    given = event.get("headers", {}).get(HEADER, "")
    return {"isAuthorized": any(_same(given, secret) for secret in _secrets())}


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


def _secrets() -> list[str]:
    """The secrets that hold: that of now, and the one before it, which may be still under way."""
    return [secret for name, secret in os.environ.items() if name.startswith(SETTING) and secret]
