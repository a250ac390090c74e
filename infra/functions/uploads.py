"""Files that members send."""

from __future__ import annotations

from infra.functions.model import DELETE, GET, PUT, QUERY, UPDATE, Function, may
from infra.functions.rights import ACT, CHECKED_AT_ONCE, EVIDENCE, FILES, SIGNED_IN, WEB

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="files",
        module="lambdas.files",
        does="files that members send: inviting, checking, handing out",
        tables={
            **SIGNED_IN,
            **ACT,
            "uploads": may(GET, QUERY, PUT, UPDATE, DELETE),
            "cpd": may(GET),  # who is recused from a member's record
        },
        whose={"cpd": ("officer#*",)},
        buckets=FILES | EVIDENCE,
        settings=WEB | {"files"},
        prefixes=("/services/files",),
        bundle="files",
        at_once=CHECKED_AT_ONCE,
        memory_mb=1769,
    ),
)
