"""A function and the site's own files behind a real address, for a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.built_site import made_shell
from tests.events import ask, event

KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
AS = "as"  # the cookie that names whose session a request is to have


Handler = Callable[[Mapping[str, Any], Any], Any]


class _Gateway(BaseHTTPRequestHandler):
    handler: Handler
    session_of: Callable[[str], str]
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        if not self.path.startswith("/services/"):
            return self._file()
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        session = type(self).session_of(headers.pop("cookie", "").partition(f"{AS}=")[2])
        body = self.rfile.read(length) if length else None
        asked = event(self.command, self.path, body=body, headers=headers, session=session)
        given = ask(type(self).handler, asked)
        return self._send(given.status, dict(given.headers), given.content)

    do_GET = do_POST = _answer  # noqa: N815 - the standard library's names

    def _file(self) -> None:
        if self.path == "/register/current.json":
            told = b'{"as_of":"2026-11-21"}'
            return self._send(200, {"content-type": "application/json"}, told)
        content = made_shell().files.get(self.path[1:])
        if content is None:
            return self._send(404, {}, b"")
        return self._send(200, {"content-type": KINDS[Path(self.path).suffix]}, content)

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@contextmanager
def served(handler: Handler, session_of: Callable[[str], str]) -> Iterator[str]:
    """Serve a function under /services/; gives the address.

    `session_of` gives the session of whoever a browser's cookie names, "" where it has none.
    """

    told = {"handler": staticmethod(handler), "session_of": staticmethod(session_of)}
    made = type("Gateway", (_Gateway,), told)
    server = ThreadingHTTPServer(("127.0.0.1", 0), made)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
