"""Rendering documents as PDF for other functions: it reads and stores nothing.

It has no right to any table, file or key, and answers no browser. What documents say may be sealed
elsewhere, so nothing of it reaches its log: errors name a template and a place in it, no more.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from signet.letters import typesetting

typesetting.compiler()  # before the first request: the fonts are read once for all


def handler(event: Mapping[str, Any], _context: object) -> dict[str, str]:
    """Return the PDF of what `signet.letters.documents` asks for, in base64 as "pdf"."""
    return {"pdf": base64.b64encode(typesetting.typeset(event)).decode()}
