"""What the CPD desk's routes share: the app, who may use it, and the request's officer."""

from __future__ import annotations

import re
import time

from signet import policy as policies
from signet.accounts.model import Role
from signet.cpd import conflicts, rules
from signet.cpd.desk import batches
from signet.errors import NotFound
from signet.transactions.context import Context
from signet.uploads import evidence
from signet.uploads.model import Upload
from signet.web.app import App
from signet.web.request import Request

app = App("cpd-desk")
DESK = "/services/cpd/desk/"
YEAR = f"{DESK}<year>/"
OFFICER = Role.CPD_OFFICER
LOOKERS = (Role.CPD_OFFICER, Role.REGISTRAR)  # the Registrar is the board's secretary (G 21(3))
EVIDENCE = "cpd-evidence"
FIRST_SECONDS = 5.0  # the gateway waits for 30
_NUMBER = r"[0-9A-Za-z][0-9A-Za-z-]{0,31}"


def officer(request: Request) -> Context:
    """Return the context in which an officer sees a page."""
    return request.context()


def acting(request: Request) -> Context:
    """Return the context in which an officer submits a form, with the form's operation id."""
    return request.context(request.operation_id)


def barred(request: Request) -> frozenset[str]:
    """Return the numbers of the members whom the officer may not deal with: one read."""
    return conflicts.barred(request.principal.account, request.principal.member or "")


def check_unconcerned(request: Request, number: str) -> None:
    """Raise NotAllowed for the member themselves, and for an officer who is recused."""
    conflicts.check(request.principal.account, request.principal.member or "", [number])


def files_of(request: Request, number: str) -> dict[str, Upload]:
    """Return a member's evidence files by id, with their names: one query."""
    return {one.id: one for one in evidence.listed(f"member#{number}", EVIDENCE, request.now)}


def works(request: Request) -> bool:
    """Tell whether the user works at the desk, and isn't only a reader."""
    return OFFICER in request.principal.roles


def continue_work(request: Request) -> None:
    """Run the first seconds of what was begun, which completes it for a small register.

    The scheduler does the rest (lambdas.cpd.work).
    """
    until = time.monotonic() + FIRST_SECONDS
    batches.continue_batches(
        request.now, request.today, policies.load(), lambda: time.monotonic() < until
    )


def year_of(text: str) -> int:
    """Return the year in an address. Raises NotFound for a year without CPD."""
    return rules.year_named(text, policies.load())


def member_number(text: str) -> str:
    """Return the register number in an address. Raises NotFound for a malformed one."""
    if not re.fullmatch(_NUMBER, text):
        raise NotFound
    return text


def at(year: int, *parts: str) -> str:
    """Return the address of a page of a year's desk."""
    return "".join((DESK, f"{year}/", *(f"{part}/" for part in parts)))
