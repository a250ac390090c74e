"""Documents: one function renders what all others ask for."""

from __future__ import annotations

from infra.functions.model import RENDERER, Function

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name=RENDERER,
        module="lambdas.documents",
        does="letters, receipts and records as PDF, for other functions; it stores nothing",
        tables={},
        bundle="documents",
        memory_mb=1769,
        # Two tries of its callers end before theirs (signet/letters/documents.py).
        seconds=11,
    ),
)
