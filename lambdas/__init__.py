"""The functions behind HTTP and behind streams: one module each, named for what it serves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pynamodb.models import Model

from signet import tables

Handler = Callable[[Mapping[str, Any], Any], Any]


def started(app: Handler, models: Iterable[type[Model]]) -> Handler:
    """Return the handler of a function, which names its tables when the first event comes.

    Not when it is imported: tests, and whoever lists routes, import it without any database.
    """
    lock, bound = threading.Lock(), list[bool]()

    def handler(event: Mapping[str, Any], context: Any) -> Any:
        with lock:
            if not bound:
                tables.bind(models)
                bound.append(True)
        return app(event, context)

    return handler
