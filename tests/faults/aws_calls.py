"""Calls to AWS: heard, or made to fail, or made the last thing that a process does.

Every call of boto3 and pynamodb goes through one method of botocore's. What is put around it lets
the real call happen, or answers what AWS is known to answer, or kills the process.
"""

from __future__ import annotations

import io
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

from signet.publish.tables import MODELS
from signet.tables import bind
from tests.emptying import settle
from tests.faults.dying import in_a_process

Call = tuple[str, str]
Send = Callable[[Any], AWSResponse]
_lock = threading.Lock()
# Of one call by chance each of its five tries would be hit, once in some hundred runs.
MOST_TROUBLED = 3


def named(request: Any) -> Call:
    """Return a call as its verb and key; the database's as its operation and an empty key."""
    target = request.headers.get("X-Amz-Target")
    if target:
        words = target if isinstance(target, str) else target.decode()
        return words.rpartition(".")[2], ""
    address = urlsplit(request.url)
    key = unquote(address.path).lstrip("/").partition("/")[2]
    if request.method == "GET" and not key:
        return "LIST" if "versions" in parse_qs(address.query, True) else "GET", key
    return request.method, key


@contextmanager
def around(wrap: Callable[[Any, Send], AWSResponse]) -> Iterator[None]:
    """Let `wrap` decide on each call while the block runs; it is given the request and the way."""
    settle()  # what the calls of a block are doesn't depend on what was there before it
    real = URLLib3Session.send

    def send(session: URLLib3Session, request: Any) -> AWSResponse:
        return wrap(request, lambda asked: real(session, asked))

    URLLib3Session.send = send  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        URLLib3Session.send = real  # type: ignore[method-assign]


@contextmanager
def heard() -> Iterator[list[Call]]:
    """Write down the calls of a block, in order."""
    calls: list[Call] = []

    def wrap(request: Any, send: Send) -> AWSResponse:
        with _lock:
            calls.append(named(request))
        return send(request)

    with around(wrap):
        yield calls


def killed_at_call(number: int, act: Callable[[], object]) -> bool:
    """Run `act` in a process of its own and kill it right before its n-th call, counted from 1.

    Gives False when it came to its end before.
    """
    left = number

    def wrap(request: Any, send: Send) -> AWSResponse:
        nonlocal left
        with _lock:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return send(request)

    def run() -> None:
        bind(MODELS)  # connections aren't shared with the process that it came from
        with around(wrap):
            act()

    status = in_a_process(run)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert status == 0
    return False


def _tried(request: Any) -> int:
    """How often a call was sent before: each says it of itself."""
    said = request.headers.get("amz-sdk-request", "")
    attempt = re.search(r"attempt=(\d+)", said if isinstance(said, str) else said.decode())
    return int(attempt[1]) - 1 if attempt else 0


def throttled(every: int) -> AbstractContextManager[None]:
    """Refuse every n-th call as AWS does when there are too many; each is tried again."""
    count = 0

    def wrap(request: Any, send: Send) -> AWSResponse:
        nonlocal count
        with _lock:
            count += 1
            refuse = count % every == 0 and _tried(request) < MOST_TROUBLED
        return slow_down(request) if refuse else send(request)

    return around(wrap)


def answers_lost(every: int) -> AbstractContextManager[None]:
    """Let every n-th call be done and its answer be lost: it comes a second time."""
    count = 0

    def wrap(request: Any, send: Send) -> AWSResponse:
        nonlocal count
        with _lock:
            count += 1
            lose = count % every == 0 and _tried(request) < MOST_TROUBLED
        answer = send(request)
        if lose:
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    return around(wrap)


def refused(verb: str, key: str) -> AbstractContextManager[None]:
    """Refuse one call as AWS does where a right is missing; a call of another verb goes through."""
    body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"

    def wrap(request: Any, send: Send) -> AWSResponse:
        if named(request) == (verb, key) and "x-amz-copy-source" not in request.headers:
            return AWSResponse(request.url, 403, HTTPHeaders(), Raw(body))
        return send(request)

    return around(wrap)


def slow_down(request: Any) -> AWSResponse:
    if request.headers.get("X-Amz-Target"):
        body = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}'
        status = 400
    else:
        body = b"<Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>"
        status = 503
    return AWSResponse(request.url, status, HTTPHeaders(), Raw(body))


class Raw(io.BytesIO):
    """A body that is read as botocore reads urllib3's."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
