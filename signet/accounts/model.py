"""Accounts, sessions and roles, and the errors of signing in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

from signet.errors import Refused, SignetError

# Browsers accept a cookie with this prefix only from our host, over HTTPS and for the whole host.
SESSION_COOKIE = "__Host-session"
SIGN_IN_COOKIE = "__Host-signin"
HOME = "/services/account/"


class Role(StrEnum):
    """The roles an account can have; the routes say what each may do."""

    MEMBER = "member"
    EMPLOYER = "employer"
    CPD_OFFICER = "cpd-officer"
    REGISTRAR = "registrar"
    REGISTER_OFFICER = "register-officer"
    COMPLAINTS_OFFICER = "complaints-officer"
    CAREER_OFFICER = "career-officer"
    ADMINISTRATOR = "administrator"


STAFF = frozenset(
    {
        Role.CPD_OFFICER,
        Role.REGISTRAR,
        Role.REGISTER_OFFICER,
        Role.COMPLAINTS_OFFICER,
        Role.CAREER_OFFICER,
        Role.ADMINISTRATOR,
    }
)
# The member role isn't granted: it follows from being joined to a record of the register.
GRANTABLE = frozenset(Role) - {Role.MEMBER}


class Principal(NamedTuple):
    """The person who makes a request, read from the database for each request and never cached.

    `account` is the account's id, `member` the register number of the record it is joined to,
    `session` the hash under which the session is stored. `email` is "" when none was verified.
    """

    account: str
    email: str
    member: str | None
    roles: frozenset[Role]
    session: str

    @property
    def staff(self) -> bool:
        """Whether any of the roles is a staff role."""
        return bool(self.roles & STAFF)


class Account(NamedTuple):
    """One person's account. `identity` is "" until they first sign in."""

    id: str
    email: str
    made_at: datetime
    member: str | None = None
    joined_by: str = ""  # "email" or "code": how they proved that the member record is theirs
    granted: frozenset[Role] = frozenset()
    identity: str = ""
    version: int = 0

    @property
    def roles(self) -> frozenset[Role]:
        """The granted roles, and the member role when joined to a record."""
        return self.granted | {Role.MEMBER} if self.member else self.granted


class Session(NamedTuple):
    """A browser's session. `hash` is the hash of its cookie, which itself isn't stored."""

    hash: str
    account: str
    started_at: datetime
    seen_at: datetime


class SignIn(NamedTuple):
    """The URL to send the browser to, and the cookie that binds the sign-in attempt to it."""

    url: str
    cookie: str
    seconds: int


class NewSession(NamedTuple):
    """What a browser gets for having signed in.

    `token` is the cookie's value, `seconds` its longest life, `return_to` the path the browser was
    going to, and `who` the mark of the account (`signet.accounts.typed`).
    """

    token: str
    seconds: int
    return_to: str
    who: str = ""


class SignInFailed(SignetError):
    """The sign-in can't be completed. The reason is only logged: a forger learns nothing."""

    code = "sign-in-failed"
    status = HTTPStatus.BAD_REQUEST
    usual = (
        "You are not signed in. The sign-in was already used, took too long, or was started in "
        "another browser. Please start again."
    )

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class SignInDeclined(SignetError):
    """The identity provider sent the browser back without signing it in."""

    code = "sign-in-declined"
    status = HTTPStatus.BAD_REQUEST
    usual = "You are not signed in: the sign-in page sent you back without completing it."


class LastAdministrator(Refused):
    """Withdrawing this role would leave nobody who can grant roles."""

    code = "last-administrator"
    usual = (
        "This is the last administrator. Make someone else an administrator first: without one, "
        "no one could grant or withdraw roles."
    )
