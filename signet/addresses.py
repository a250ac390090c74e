"""The one check for e-mail addresses: typed by people, read from files or sent by providers."""

from __future__ import annotations

import re
from urllib.parse import quote

LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the brackets
# Letters and digits of any script, plus what RFC 5321 allows. Left out is anything that could end
# an address within a link (RFC 6068) or a header: ? & # % and quoted local parts.
_LOCAL = re.compile(r"[\w!$'*+/=^`{|}~-]+(?:\.[\w!$'*+/=^`{|}~-]+)*")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*")
_LONGEST_LOCAL = 64


def is_address(text: str) -> bool:
    """Tell whether text is exactly one e-mail address; surrounding blanks make it False."""
    local, at, domain = text.rpartition("@")
    return (
        bool(at)
        and len(text) <= LONGEST
        and len(local) <= _LONGEST_LOCAL
        and _LOCAL.fullmatch(local) is not None
        and _DOMAIN.fullmatch(domain) is not None
    )


def checked(text: str) -> str:
    """Return an e-mail address without blanks around it, for models. Raises ValueError."""
    plain = text.strip()
    if not is_address(plain):
        raise ValueError("Give an e-mail address such as name@example.org")
    return plain


def mailto(address: str) -> str:
    """Return a mailto: link that reaches this one address only, whatever the text contains."""
    return f"mailto:{quote(address, safe='@')}"
