"""What the complaints desk's routes share: the app, who may use it, and the request's officer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from signet import policy as policies
from signet.accounts.model import Role
from signet.complaints.desk.context import DESK as DESK_ROLES
from signet.complaints.desk.context import Officer
from signet.complaints.keys import office
from signet.errors import Unavailable
from signet.web.app import App
from signet.web.request import Request

if TYPE_CHECKING:
    from datetime import date, datetime

    from signet.accounts.model import Account
    from signet.uploads.objects import Objects

app = App("complaints-desk")
DESK = "/services/complaints/desk/"
CASE = f"{DESK}cases/<case>/"
OFFICERS = DESK_ROLES
REGISTRAR = Role.REGISTRAR
KEY = "SIGNET_INTAKE_KEY"
KEY_LEAST = 32


def officer(request: Request, operation_id: str = "") -> Officer:
    """Return the officer of a request; `operation_id` is the form's, or "" for a page view.

    Raises Unavailable without the key that register numbers are hashed with: it couldn't be checked
    whether the officer is a person whom a complaint names.
    """
    me = request.principal
    return Officer(
        account=me.account,
        member=me.member or "",
        roles=me.roles,
        operation=operation_id or request.new_id(),
        now=request.now,
        today=request.today,
        policy=policies.load(),
        key=_key(),
        private=office.private_key,
        email=me.email,
    )


def _key() -> bytes:
    key = os.environ.get(KEY, "").encode()
    if len(key) < KEY_LEAST:
        raise Unavailable
    return key


def officer_of(account: Account, now: datetime, today: date) -> Officer:
    """Return an officer who isn't signed in, to check what they may see. Raises as `officer`."""
    return Officer(
        account=account.id,
        member=account.member or "",
        roles=account.roles,
        operation="",
        now=now,
        today=today,
        policy=policies.load(),
        key=_key(),
        private=office.private_key,
        email=account.email,
    )


def acting(request: Request) -> Officer:
    """Return the officer who submits a form, with the form's operation id."""
    return officer(request, request.operation_id)


def store() -> Objects:
    """Return the object store. Raises Unavailable where none is configured."""
    from signet.uploads import objects  # imported here: few requests need it

    return objects.connect()


def at(*parts: str) -> str:
    """Return the address of a page of the desk."""
    return "".join((DESK, *(f"{part}/" for part in parts)))
