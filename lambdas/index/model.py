"""What the index says of a service: for whom, where, what it is for, and what waits there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pynamodb.models import Model

from signet.accounts.model import Principal, Role
from signet.web import log
from signet.web.request import Request

# What waits is counted up to here, so that a count reads no more than one page of an index.
MOST = 20
# Given the day; yields a number and what it counts, such as 3 and "waiting".
Counts = Callable[[date], Iterator[tuple[int, str]]]


class Audience(StrEnum):
    """Who a service is for; the value is its heading, and the order is the page's."""

    STAFF = "For the staff"
    MEMBERS = "For members"
    JOBS = "For applicants and employers"
    PUBLIC = "For the public"
    ACCOUNT = "For everybody with an account"


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as the index lists it.

    `does` is one sentence. `roles` may use it; none for anybody. What members have is shown to
    visitors too, who may be members and are then asked to sign in. `counts` counts what waits there
    up to MOST + 1, with the function's right to query that one key (infra.functions.services), in
    `tables`, which are bound for it. It imports what it needs when it is called: most visitors of
    the index have no desk.
    """

    title: str
    address: str
    does: str
    audience: Audience
    roles: frozenset[Role] = frozenset()
    counts: Counts | None = None
    tables: tuple[type[Model], ...] = ()

    def listed_for(self, me: Principal | None) -> bool:
        """Tell whether a person finds it in the index."""
        if me is None:
            return not self.roles or Role.MEMBER in self.roles
        return not self.roles or not self.roles.isdisjoint(me.roles)


def waiting(request: Request, service: Service) -> str:
    """Return what waits at a service in words, "" for nothing or where it can't be counted."""
    if service.counts is None:
        return ""
    try:
        found = list(service.counts(request.today))
    except Exception as error:  # noqa: BLE001 - no count may keep people from the services
        log.uncounted(request, service.address, error)
        return ""
    words = ", ".join(amount(number, what) for number, what in found if number)
    return f"{words[:1].upper()}{words[1:]}"


def amount(number: int, what: str) -> str:
    """Return a count in words: `3 waiting`, or `more than 20 waiting`."""
    return f"more than {MOST} {what}" if number > MOST else f"{number} {what}"
