"""What can be wrong with a request before any domain's code sees it."""

from __future__ import annotations

from http import HTTPStatus

from signet.errors import NotAllowed, SignetError


class BadRequest(SignetError):
    """The request can't be parsed as what the address accepts."""

    code = "bad-request"
    status = HTTPStatus.BAD_REQUEST
    usual = "We couldn't read what was sent. Nothing was changed. Go back and send the page again."


class CrossSite(NotAllowed):
    """An unsafe request that didn't come from one of our own pages (threat 14)."""

    code = "cross-site"
    usual = "This request didn't come from one of our own pages, so we didn't accept it."


class MethodNotAllowed(SignetError):
    """The address exists, but not for this method; `allowed` are the methods it accepts."""

    code = "method-not-allowed"
    status = HTTPStatus.METHOD_NOT_ALLOWED
    usual = "This address doesn't accept that kind of request."

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__()
        self.allowed = allowed


class TooLarge(SignetError):
    """The body is larger than any of our forms can be."""

    code = "too-large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    usual = (
        "That is more than this page can accept. Nothing was saved. Shorten it and send it again."
    )


class UnsupportedMedia(SignetError):
    """The body is of a media type that the address doesn't accept."""

    code = "unsupported-media"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    usual = "This address takes another kind of content."
