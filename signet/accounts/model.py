"""Accounts, sessions and roles: what they are, and what can go wrong with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

from signet.errors import Refused, SignetError

# A browser takes a cookie of this prefix only from us, over a safe line and for the whole host.
SESSION_COOKIE = "__Host-session"
SIGN_IN_COOKIE = "__Host-signin"
HOME = "/services/account/"


class Role(StrEnum):
    """What an account may be; what each may do is said at the routes."""

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
# Being a member isn't granted: it follows from being joined to a record of the register.
GRANTABLE = frozenset(Role) - {Role.MEMBER}


class Principal(NamedTuple):
    """Who makes a request: read anew for each one, never remembered between two.

    `account` is the account's id, `member` the register number of the record it is joined to,
    `session` the hash by which the session is kept. `email` is "" when none was verified.
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
    joined_by: str = ""  # "email" or "code": how the member record was proved to be theirs
    granted: frozenset[Role] = frozenset()
    identity: str = ""
    version: int = 0

    @property
    def roles(self) -> frozenset[Role]:
        """The roles granted, and member when joined to a record."""
        return self.granted | {Role.MEMBER} if self.member else self.granted


class Session(NamedTuple):
    """One browser's being signed in. `hash` is of its cookie, which is itself kept nowhere."""

    hash: str
    account: str
    started_at: datetime
    seen_at: datetime


class SignIn(NamedTuple):
    """Where to send the browser to sign in, and the cookie that binds the attempt to it."""

    url: str
    cookie: str
    seconds: int


class NewSession(NamedTuple):
    """What a browser gets for having signed in: its cookie's value and longest life, in seconds,
    where it was going, and the mark of the account (`signet.accounts.typed`)."""

    token: str
    seconds: int
    return_to: str
    who: str = ""


class SignInFailed(SignetError):
    """The sign-in can't be completed. Why is for the log: a forger learns nothing from the page."""

    code = "sign-in-failed"
    status = HTTPStatus.BAD_REQUEST
    usual = (
        "You are not signed in. The sign-in was used already, took too long, or was begun in "
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
    """Taking this role away would leave nobody who can give it back."""

    code = "last-administrator"
    usual = (
        "This is the last administrator. Make somebody else an administrator first: without one "
        "nobody could grant or withdraw roles."
    )
