"""How the letter on a decision was served, and what was proved of it since (NOT-1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from signet.errors import Refused
from signet.letters.service import Service
from signet.requests import letters
from signet.requests.deciding import Seen, check_clerk
from signet.requests.model import Event, File, What
from signet.requests.operation import Case, Step, change, event
from signet.requests.stage import number_of
from signet.transactions.context import Context


def serve(context: Context, seen: Seen, service: Service) -> None:
    """Record how the newest letter was served: the days to appeal a decision count from it.

    Raises Invalid for a day to come or before the letter, Refused where there is none.
    """

    def of(after: File, about: int) -> Event:
        checked = letters.served(after, about, service, context.today)
        return event(context, What.SERVED, service=checked, about=about)

    _of_letter(context, seen, "request-served", [service.way, service.on, service.within], of)


def prove(context: Context, seen: Seen, arrived_on: date | None) -> None:
    """Record that the mailed letter arrived on a day, or None: that it came back (NOT-1).

    Mail is presumed served only unless the contrary is proved. Raises Invalid for a letter that
    wasn't mailed, or a day on which it can't have arrived.
    """

    def of(after: File, about: int) -> Event:
        proof = letters.proved(after, about, arrived_on, context.today)
        text = "It is proved when it arrived." if arrived_on else "It came back: it isn’t served."
        return event(context, What.SERVED, service=proof, about=about, text=text)

    _of_letter(context, seen, "request-service-proved", [arrived_on], of)


def _of_letter(
    context: Context,
    seen: Seen,
    name: str,
    submitted: Sequence[Any],
    of: Callable[[File, int], Event],
) -> None:
    """Record something about the service of the newest letter."""

    def step(case: Case) -> Step:
        check_clerk(context, case)
        decided = letters.newest(case.file)
        if decided is None:
            raise Refused("There is no letter to serve yet.")
        about, after = number_of(case.file, decided), case.file.next()
        after.events.append(of(after, about))
        return Step(after)

    change(context, seen.id, name, submitted, step, seen=seen.version)
