"""A real browser on a site served as the public one would be, with every byte counted.

The server counts, not the browser: so what workers and scripts fetch is seen too, and what comes
out of the browser's cache is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local import gateway, ports
from tests.browser_binary import browser_binary

# Chromium looks for updates otherwise, which would slow the first page.
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")
POLICY_HEADER = b"content-security-policy"
STATUS_LINE = len("HTTP/1.1 200 OK\r\n\r\n")
AROUND_HEADER = len(": \r\n")


@dataclass(slots=True)
class Served:
    """A site at an address. `sent` holds what went out since `clear`: path to bytes, with heads."""

    address: str
    sent: dict[str, int] = field(default_factory=dict)

    def clear(self) -> None:
        self.sent.clear()

    def below(self, start: str) -> dict[str, int]:
        """Return what went out of the paths that begin like this."""
        return {path: size for path, size in self.sent.items() if path.startswith(start)}


class _Counting:
    """Counts what an application sends, after compression; `lax` lets all scripts run."""

    def __init__(self, app: ASGIApp, sent: dict[str, int], lax: bool) -> None:
        self.app, self.sent, self.lax = app, sent, lax

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        name = f"{path} again" if path in self.sent else path

        async def counted(message: Message) -> None:
            size = len(message.get("body", b""))
            if message["type"] == "http.response.start":
                heads = message.get("headers", [])
                if self.lax:
                    heads = [(n, v) for n, v in heads if n.lower() != POLICY_HEADER]
                    message = {**message, "headers": heads}
                size = STATUS_LINE + sum(len(n) + len(v) + AROUND_HEADER for n, v in heads)
            self.sent[name] = self.sent.get(name, 0) + size
            await send(message)

        await self.app(scope, receive, counted if scope["type"] == "http" else send)


@contextmanager
def served(site: Path, *, lax: bool = False) -> Iterator[Served]:
    """Serve a folder with compression and caching as the public site is.

    `lax` leaves out the policy of which scripts may run.
    """
    with ports.reserve(0, remedy="close some programs and try again") as taken:
        taken.listen()
        made = Served(f"http://{ports.LOOPBACK}:{taken.getsockname()[1]}")
        app = _Counting(gateway.application(site), made.sent, lax)
        settings = uvicorn.Config(app, log_level="warning", access_log=False)
        server = uvicorn.Server(settings)
        thread = Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a Chromium of this machine, without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(browser_binary()), args=list(ARGUMENTS)
        )
        try:
            yield started
        finally:
            started.close()
