"""An ASGI application served over real HTTP while a test runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from infra.local import ports
from tests.infra.waiting import PATIENCE, eventually


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """Serve an application on a free port while the block runs; gives the port."""
    with ports.reserve(0, remedy="") as taken:
        taken.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        assert eventually(lambda: server.started)
        try:
            yield taken.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
