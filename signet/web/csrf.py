"""Protection against CSRF: unsafe requests come from our own pages, or not at all (threat 14)."""

from __future__ import annotations

from collections.abc import Mapping

from signet.web.errors import CrossSite

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def check(method: str, headers: Mapping[str, str], site: str) -> None:
    """Raise CrossSite unless the method is safe or the request comes from our own pages.

    Browsers say where a request comes from in Sec-Fetch-Site, which no page can forge; those that
    don't send it must name our origin (`site`, without a final slash) exactly. `headers` have
    names in lower case.
    """
    if method in SAFE:
        return
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from is not None:
        if fetched_from != "same-origin":
            raise CrossSite
    elif not site or headers.get("origin") != site:
        raise CrossSite
