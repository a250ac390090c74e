"""What the policy pack says of stamps: whose else may be on a document (PER-6, PER-8, G 70(3))."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class StampPolicy(NamedTuple):
    """`others` are those whose permits and stamps may be on a document too (PER-8)."""

    others: str = "another regulator"


def read(raw: Mapping[str, Any]) -> StampPolicy:
    """Return what the table `stamps` of a pack says."""
    return StampPolicy(**{name: value for name, value in raw.items() if name != "cites"})
