"""The security headers of every response, of the static site as of the functions: one source."""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

SELF = "'self'"


def csp(form_action: Sequence[str] = (), connect: Sequence[str] = ()) -> str:
    """Return the content security policy: our own files and nothing inline.

    `form_action` and `connect` are further origins that forms may be sent to and scripts may call.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {SELF}",
            f"style-src {SELF}",
            f"img-src {SELF}",
            f"font-src {SELF}",
            " ".join(("connect-src", SELF, *connect)),
            " ".join(("form-action", SELF, *form_action)),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


SECURITY_HEADERS = {
    "Content-Security-Policy": csp(),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # With no-referrer, Chromium would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# A function's response is for one person: no cache stores it, no other site can read it.
SERVICE_HEADERS = SECURITY_HEADERS | {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def origin(address: str) -> str:
    """Return the origin of an absolute URL, `https://host:port`; "" when it isn't one."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


def sign_out_origin() -> tuple[str, ...]:
    """Return the identity provider's origin: `form-action` also applies to redirects.

    Every page with the sign-out button needs it, since that form's response redirects there.
    """
    source = origin(os.environ.get("SIGNET_OIDC_LOGOUT_URL", ""))
    return (source,) if source else ()
