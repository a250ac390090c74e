"""What is said of a function: what it serves, what triggers it, what it may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Actions = frozenset[str]
# Settings of a function beside the addresses of the tables and the site.
Setting = Literal[
    "pages",
    "sign-in",
    "address-key",
    "intake-key",
    "files",
    "complaint-files",
    "mail",
    "site",
    "office-public",
    "office-keys",
    "mail-public",
    "mail-keys",
    "viewer-address",
    "stripe",
    "documents",
]
# The function that those with the setting "documents" may call, and that renders what they ask for.
RENDERER = "documents"
# Secrets in functions' environment variables: Lambda encrypts these under a key of ours.
SECRETS: frozenset[Setting] = frozenset({"address-key", "intake-key", "stripe"})
# Which bundle has the function's dependencies; infra/bundle/wheels.py says what each needs.
Bundle = Literal["services", "sealing", "postings", "files", "documents"]

GET = "GetItem"
QUERY = "Query"
MANY = "BatchGetItem"
SCAN = "Scan"
PUT = "PutItem"
UPDATE = "UpdateItem"
DELETE = "DeleteItem"
CHECK = "ConditionCheckItem"
WRITING = frozenset({PUT, UPDATE, DELETE})
CONTEXT = "signet"  # encryption context that names the purpose, as in signet.keyring


@dataclass(frozen=True, slots=True)
class Stream:
    """A table whose stream a function subscribes to.

    `only` names the kinds of change (INSERT …), none for all; `at_once` is the batch size.
    """

    table: str
    only: tuple[str, ...] = ()
    at_once: int = 100


@dataclass(frozen=True, slots=True)
class Clock:
    """When the scheduler calls a function: at the time that a setting names, or at an interval.

    `at` and `every_minutes` are names of settings of the stage; one of them is given. On one
    machine it is called every `local_seconds`, never when that is 0.
    """

    name: str
    at: str = ""
    every_minutes: str = ""
    local_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A bucket and a key prefix whose new objects trigger a function."""

    bucket: str
    prefix: str


# What functions that serve pages may access of accounts and sessions (threat 27).
WHO_IS_SIGNED_IN = {"accounts": ("account#*", "role#*"), "sessions": ("session#*",)}
THAT_IT_WAS_USED = {"sessions": ("key", "part", "seen", "expires")}


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `tables` and `indexes` (TABLE/INDEX) list its actions on each.

    It is named after its module of lambdas. `whose` limits its access to a table or TABLE/INDEX to
    rows whose partition key matches one of these patterns, `writes` limits only what it changes
    there, `attributes` what it updates in a row. Of accounts and sessions a function may access
    only what identifies the signed-in user, unless more is listed here. `unwraps` names the keys of
    WRAPPING that it may use; `alarm_after` is how old a change may get before its stream's alarm,
    in seconds. `at_once` is how many of it may run at a time, 0 for as many as the account allows.
    """

    name: str
    module: str
    does: str
    tables: Mapping[str, Actions]
    indexes: Mapping[str, Actions] = field(default_factory=dict)
    whose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: dict(THAT_IT_WAS_USED)
    )
    writes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: Mapping[str, Actions] = field(default_factory=dict)
    settings: frozenset[Setting] = frozenset()
    prefixes: tuple[str, ...] = ()
    streams: tuple[Stream, ...] = ()
    clocks: tuple[Clock, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    unwraps: frozenset[str] = frozenset()
    sends_mail: bool = False
    bundle: Bundle = "services"
    memory_mb: int = 1024
    seconds: int = 29
    disk_mb: int = 512
    alarm_after: int = 300
    at_once: int = 0

    @property
    def handler(self) -> str:
        """Return the handler's name for Lambda."""
        return f"{self.module}.handler"

    @property
    def entry_point(self) -> str:
        """Return the handler's name for the local gateway, streams and scheduler."""
        return f"{self.module}:handler"

    def reaches(self, name: str) -> tuple[str, ...]:
        """Return the partition key patterns it may access in a table or index; none for all."""
        return self.whose.get(name) or WHO_IS_SIGNED_IN.get(name, ())

    @property
    def waits(self) -> bool:
        """Tell whether failed events can be queued for later, as no one waits for the response."""
        return bool(self.streams or self.clocks or self.arrivals)


def may(*actions: str) -> Actions:
    """Return a set of actions."""
    return frozenset(actions)


def role_name(prefix: str, function: str, region: str) -> str:
    """Return the name of a function's role; `prefix` is the stage's."""
    return f"{prefix}{function}-{region}"
