"""What can go wrong with one call to AWS, as AWS and networks are known to let it.

A call is counted once however often boto3 tries it again: what goes wrong goes wrong with every
try, unless told otherwise, so that it is the code under test that has to live with it.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError
from botocore.retries.standard import ExponentialBackoff

from tests.faults.aws_calls import Raw, Send, around, named, slow_down

TRY = "amz-sdk-request"  # boto3 says in it which try this is
DATABASE = "com.amazonaws.dynamodb.v20120810#"


class Trouble(StrEnum):
    """What goes wrong."""

    REFUSED = "refused"
    FAILED = "answered 500"
    THROTTLED = "throttled"
    CONFLICT = "transaction conflict"
    LOST = "answer lost after it was done"
    LOST_ONCE = "answer lost after it was done, and asked again"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    HELD = "held back until a twin is done"


KILLS = {Trouble.KILLED_BEFORE, Trouble.KILLED_AFTER}


@dataclass(slots=True)
class Heard:
    """How many calls there were, and whether one of them had its trouble."""

    calls: int = 0
    fired: bool = False


@contextmanager
def at_call(
    number: int, trouble: Trouble | None, hold: Callable[[], object] = lambda: None
) -> Iterator[Heard]:
    """Let the n-th call of the block, counted from 1, have its trouble.

    `hold` comes back when a call that is held back may go on. Nothing pauses between tries.
    """
    heard = Heard()

    def wrap(request: Any, send: Send) -> AWSResponse:
        first = _is_first_try(request)
        heard.calls += first
        if trouble is None or heard.calls != number:
            return send(request)
        heard.fired = True
        return _troubled(trouble, request, send, first, hold)

    with patch.object(ExponentialBackoff, "delay_amount", lambda *_: 0.0), around(wrap):
        yield heard


def _troubled(
    trouble: Trouble, request: Any, send: Send, first: bool, hold: Callable[[], object]
) -> AWSResponse:
    match trouble:
        case Trouble.LOST if first:
            send(request)
            raise ConnectionClosedError(endpoint_url=request.url)
        case Trouble.LOST:  # and from then on nothing comes through
            raise ConnectionClosedError(endpoint_url=request.url)
        case Trouble.LOST_ONCE if first:
            send(request)
            raise ConnectionClosedError(endpoint_url=request.url)
        case Trouble.KILLED_BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        case Trouble.KILLED_AFTER:
            send(request)
            os.kill(os.getpid(), signal.SIGKILL)
        case Trouble.HELD if first:
            hold()
        case Trouble.HELD | Trouble.LOST_ONCE:
            pass
        case _:
            return _answered(trouble, request)
    return send(request)


def _is_first_try(request: Any) -> bool:
    told = request.headers.get(TRY, b"attempt=1")
    return "attempt=1" in (told if isinstance(told, str) else told.decode())


def _answered(trouble: Trouble, request: Any) -> AWSResponse:
    if trouble is Trouble.THROTTLED:
        return slow_down(request)
    of_database = "X-Amz-Target" in request.headers
    status, body = (_of_database if of_database else _of_store)(trouble, request)
    return AWSResponse(request.url, status, HTTPHeaders(), Raw(body))


def _of_database(trouble: Trouble, request: Any) -> tuple[int, bytes]:
    if trouble is Trouble.FAILED:
        return 500, _json("InternalServerError")
    if trouble is Trouble.REFUSED:
        return 400, _json("AccessDeniedException")
    if not named(request)[0].startswith("Transact"):
        return 400, _json("TransactionConflictException")
    # One of the rows is being written by somebody else: nothing is said of the others.
    rows = len(json.loads(request.body)["TransactItems"])
    reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * (rows - 1)]
    return 400, _json("TransactionCanceledException", CancellationReasons=reasons)


def _json(code: str, **more: Any) -> bytes:
    return json.dumps({"__type": DATABASE + code, "message": "refused", **more}).encode()


def _of_store(trouble: Trouble, request: Any) -> tuple[int, bytes]:
    code, status = {
        Trouble.FAILED: ("InternalError", 500),
        Trouble.REFUSED: ("AccessDenied", 403),
        Trouble.CONFLICT: ("OperationAborted", 409),
    }[trouble]
    if request.method == "HEAD":  # which has no body to say it in
        return status, b""
    return status, f"<Error><Code>{code}</Code><Message>refused</Message></Error>".encode()
