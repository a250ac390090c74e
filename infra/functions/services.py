"""The index of the services, and the mail that every domain sends."""

from __future__ import annotations

from infra.functions.model import (
    GET,
    MANY,
    QUERY,
    THAT_IT_WAS_USED,
    UPDATE,
    Clock,
    Function,
    Stream,
    may,
)
from infra.functions.rights import SIGNED_IN, WEB

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="home",
        module="lambdas.home",
        does="the index of the services, and addresses that nothing else serves",
        tables={**SIGNED_IN, "cpd": may(MANY)},  # the user's own open audits
        # And what waits at each desk (lambdas.index), by the COUNTED of the domains. Of complaints,
        # nothing: what an officer may not know of can't be told apart here.
        whose={"cpd": ("member#*",)},
        settings=WEB,
        prefixes=("/services",),
    ),
    Function(
        name="outbox",
        module="lambdas.outbox",
        does="mail: at once from the stream, and retries by schedule",
        # Of accounts only the counters of limited mail.
        tables={"outbox": may(GET, UPDATE), "contacts": may(GET), "accounts": may(UPDATE)},
        indexes={"outbox/queue": may(QUERY)},
        whose={"accounts": ("tries#*",)},
        attributes={**THAT_IT_WAS_USED, "accounts": ("key", "part", "marks", "expires")},
        settings=frozenset({"mail", "mail-keys", "address-key"}),
        unwraps=frozenset({"mail"}),
        streams=(Stream("outbox", only=("INSERT",), at_once=25),),
        clocks=(Clock("sweep", every_minutes="sweep_minutes", local_seconds=30.0),),
        sends_mail=True,
        bundle="sealing",
        seconds=300,
    ),
)
