"""The desks' search: who keeps it. The register desk reads it (`infra.functions.register`)."""

from __future__ import annotations

from infra.functions.model import CHECK, DELETE, GET, PUT, QUERY, Function, Stream, may

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="search",
        module="lambdas.search",
        does="e-mail addresses and requests in the desks' search, as they change",
        # Names come by the register's stream, which `follow` reads: a stream allows few readers.
        tables={
            "search": may(GET, PUT, DELETE, CHECK),
            "contacts": may(GET),
            "requests": may(QUERY),
        },
        settings=frozenset({"address-key"}),
        streams=(Stream("contacts"), Stream("requests")),
        seconds=300,
        alarm_after=3600,
    ),
)
