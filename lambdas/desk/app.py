"""What the desk's routes share: the function, who may use it, and the officer of a request."""

from __future__ import annotations

import re
import time

from signet import policy as policies
from signet.accounts.model import Role
from signet.cpd import conflicts, rules
from signet.cpd.desk import batches
from signet.cpd.desk.context import Officer
from signet.errors import NotFound
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
_ID = r"[0-9a-f]{32}"
_NUMBER = r"[0-9A-Za-z][0-9A-Za-z-]{0,31}"


def officer(request: Request, act: str = "") -> Officer:
    """Who asks, and when; `act` is the form's, or a fresh one for what is only looked at."""
    return Officer(
        account=request.principal.account,
        act=act or request.new_id(),
        now=request.now,
        today=request.today,
        policy=policies.load(),
        member=request.principal.member or "",
        registrar=Role.REGISTRAR in request.principal.roles,
        roles=request.principal.roles,
    )


def acting(request: Request) -> Officer:
    """Who sends a form, and which act it is."""
    return officer(request, request.act)


def barred(request: Request) -> frozenset[str]:
    """The numbers of the members whom the officer may not deal with: one read."""
    return conflicts.barred(request.principal.account, request.principal.member or "")


def check_unconcerned(request: Request, number: str) -> None:
    """Raise NotAllowed for a member's own eyes, and for an officer who is recused."""
    conflicts.check(request.principal.account, request.principal.member or "", [number])


def files_of(request: Request, number: str) -> dict[str, Upload]:
    """A member's files of evidence by their ids, with what they are called: one query."""
    return {one.id: one for one in evidence.listed(f"member#{number}", EVIDENCE, request.now)}


def works(request: Request) -> bool:
    """Whether somebody does the desk's work, and doesn't only look on."""
    return OFFICER in request.principal.roles


def carry_on(request: Request) -> None:
    """Do the first seconds of what was begun, which ends the work of a small register at once.

    The clock does the rest (lambdas.cpd_work).
    """
    until = time.monotonic() + FIRST_SECONDS
    batches.carry_on(request.now, request.today, policies.load(), lambda: time.monotonic() < until)


def year_of(text: str) -> int:
    """The year in an address. Raises NotFound for what can't be one."""
    return rules.year_named(text, policies.load())


def number_of(text: str) -> str:
    """The register number in an address. Raises NotFound for what can't be one."""
    if not re.fullmatch(_NUMBER, text):
        raise NotFound
    return text


def id_of(text: str) -> str:
    """The id in an address. Raises NotFound for what can't be one."""
    if not re.fullmatch(_ID, text):
        raise NotFound
    return text


def at(year: int, *parts: str) -> str:
    """The address of a page of a year's desk."""
    return "".join((DESK, f"{year}/", *(f"{part}/" for part in parts)))
