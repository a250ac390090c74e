"""E-mail addresses: the one check of what people, files and providers give as one."""

from __future__ import annotations

import re
from urllib.parse import quote

LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the brackets
# Letters and digits of any script, and what RFC 5321 allows beside them; but nothing that ends an
# address within a link (RFC 6068) or a header: ? & # % and quoted local parts.
_LOCAL = re.compile(r"[\w!$'*+/=^`{|}~-]+(?:\.[\w!$'*+/=^`{|}~-]+)*")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*")
_LONGEST_LOCAL = 64


def is_address(text: str) -> bool:
    """Tell whether text is one e-mail address and nothing besides, blanks around it included."""
    local, at, domain = text.rpartition("@")
    return (
        bool(at)
        and len(text) <= LONGEST
        and len(local) <= _LONGEST_LOCAL
        and _LOCAL.fullmatch(local) is not None
        and _DOMAIN.fullmatch(domain) is not None
    )


def mailto(address: str) -> str:
    """Return the link that writes to an address and to nobody else, whatever it holds."""
    return f"mailto:{quote(address, safe='@')}"
