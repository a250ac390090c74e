"""The context of an operation: who does it, when, and under which policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Self

from signet.policy import Policy


@dataclass(frozen=True, slots=True)
class Context:
    """Who does an operation, and when.

    `operation` is the form's own id, 32 hexadecimal digits. `today` is the day in the regulator's
    time zone. `member` is the register number of the record that the account is joined to, or "";
    like `email` and `roles`, it is empty where nobody asks for it.
    """

    account: str
    operation: str
    now: datetime
    today: date
    policy: Policy
    member: str = ""
    email: str = ""
    roles: frozenset[str] = frozenset()

    def next(self, name: str) -> Self:
        """Return the context of one operation of a series; a retry gets the same id from `name`."""
        id_ = sha256(f"{self.operation} {name}".encode()).hexdigest()[:32]
        return replace(self, operation=id_)
