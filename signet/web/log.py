"""The log of requests: ids, names and numbers, never values.

One line of JSON per event. No path, query, header, body or error message is ever in it: they hold
what people typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signet.accounts.model import Principal
    from signet.web.request import Request
    from signet.web.routes import Route

LOGGER = logging.getLogger("signet.web")
LOGGER.setLevel(logging.INFO)
# Its debug messages hold paths and the values in them.
logging.getLogger("aws_lambda_powertools").setLevel(logging.WARNING)
MOST_FRAMES = 12


def answered(app: str, route: Route, request: Request, status: int, seconds: float) -> None:
    """Log that a request was answered; `seconds` is how long that took."""
    spent = round(seconds * 1000, 1)
    _note(logging.INFO, "answered", request, app=app, route=route.rule, status=status, ms=spent)


def refused(route: Route, request: Request, principal: Principal) -> None:
    """Log that a person asked for what their roles don't allow."""
    _note(logging.WARNING, "refused", request, route=route.rule, account=principal.account)


def problem(request: Request, code: str, rule: str) -> None:
    """Log a problem that the person was told of."""
    _note(logging.INFO, "problem", request, code=code, rule=rule)


def uncounted(request: Request, service: str, error: BaseException) -> None:
    """Log that what waits at a service couldn't be counted."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    _note(logging.WARNING, "uncounted", request, service=service, kind=kind)


def failed(request: Request, error: BaseException) -> None:
    """Log a failure of ours: its exception types and where it happened, without their messages."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < MOST_FRAMES:
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    ]
    _note(logging.ERROR, "failed", request, kinds=kinds, frames=frames)


def _note(level: int, what: str, request: Request, **about: Any) -> None:
    line = {"what": what, "request": request.id, "method": request.method, **about}
    LOGGER.log(level, json.dumps(line, ensure_ascii=True))
