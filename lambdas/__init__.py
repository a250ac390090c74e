"""Lambda functions for HTTP requests, streams and schedules: one module each, named by service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pynamodb.models import Model

from signet import tables

Handler = Callable[[Mapping[str, Any], Any], Any]


def started(app: Handler, models: Iterable[type[Model]]) -> Handler:
    """Return a Lambda handler that binds its database tables on the first event.

    Not on import: tests, and the tools that list routes, import the module without a database.
    """
    lock, bound = threading.Lock(), list[bool]()

    def handler(event: Mapping[str, Any], context: Any) -> Any:
        with lock:
            if not bound:
                tables.bind(models)
                bound.append(True)
        return app(event, context)

    return handler
