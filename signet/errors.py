"""The errors that users can be shown: one class tree, mapped to HTTP responses in one place."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple


class SignetError(Exception):
    """An error whose message a user may read.

    `message` is safe to show: it holds nothing that anybody typed and nothing private. `code` names
    the kind of error for programs; `rule` is the rule that was applied, if any.
    """

    code = "error"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    usual = "Something went wrong on our side. Nothing was changed."

    def __init__(self, message: str = "", *, rule: str = "") -> None:
        self.message = message or self.usual
        self.rule = rule
        super().__init__(self.message)


class NotFound(SignetError):
    """There is no such thing, or none that this person may know of."""

    code = "not-found"
    status = HTTPStatus.NOT_FOUND
    usual = "There is nothing here, or nothing that you can see."


class SignInNeeded(SignetError):
    """Nobody is signed in, or the session has ended."""

    code = "sign-in-needed"
    status = HTTPStatus.UNAUTHORIZED
    usual = "Please sign in first. If you were signed in, your session has ended."


class NotAllowed(SignetError):
    """This person may not do this."""

    code = "not-allowed"
    status = HTTPStatus.FORBIDDEN
    usual = "Your account doesn't have the right to do this."


class Refused(SignetError):
    """The rules forbid the operation in the current state."""

    code = "refused"
    status = HTTPStatus.CONFLICT


class Conflict(SignetError):
    """Another write came first. Nothing was changed."""

    code = "conflict"
    status = HTTPStatus.CONFLICT
    usual = "Someone else changed this while you worked on it. Nothing was saved. Look at it again."


class TooMany(SignetError):
    """Too many tries in too short a time."""

    code = "too-many"
    status = HTTPStatus.TOO_MANY_REQUESTS
    usual = "Too many attempts. Wait a while, then try again."


class Unavailable(SignetError):
    """A service that we depend on can't be reached. As far as is known, nothing was changed."""

    code = "unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    usual = "We can't do this right now. Nothing was lost. Please try again in a few minutes."


class FieldError(NamedTuple):
    """What is wrong with one field, and what would be valid; `field` is empty for the whole."""

    field: str
    message: str


class Invalid(SignetError):
    """The input isn't valid; `errors` lists the errors, field by field."""

    code = "invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    usual = "Some answers need to be corrected first."

    def __init__(self, *errors: FieldError, message: str = "", rule: str = "") -> None:
        super().__init__(message, rule=rule)
        self.errors = errors
