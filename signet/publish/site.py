"""Settings of the published site that come from the environment: its address and a notice."""

from __future__ import annotations

import os
from dataclasses import dataclass

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Site:
    """`url` is the public origin without a final slash; every page shows `notice` at the top."""

    url: str = DEFAULT_URL
    notice: str = ""


def from_environment() -> Site:
    """Return the site's settings from SIGNET_SITE_URL and SIGNET_NOTICE."""
    return Site(
        url=os.environ.get("SIGNET_SITE_URL", DEFAULT_URL).rstrip("/"),
        notice=os.environ.get("SIGNET_NOTICE", ""),
    )
