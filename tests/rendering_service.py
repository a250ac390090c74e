"""A service in place of AWS Lambda: it runs the function that renders, when asked over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lambdas.documents import handler
from signet.letters import documents

NAME = "signet-test-documents"
Answer = tuple[int, dict[str, str], bytes]


class Lambda:
    """What was `asked`, by path, and how each request's body is answered: as the function does."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[bytes], Answer] = self.render
        self.settings: Mapping[str, str] = {}

    @staticmethod
    def render(body: bytes) -> Answer:
        """Answer as Lambda does for the real function."""
        return 200, {}, json.dumps(handler(json.loads(body), None)).encode()


@contextmanager
def running() -> Iterator[Lambda]:
    """Yield a service; its `settings` are the environment in which documents are asked of it."""
    made = Lambda()

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            made.asked.append(self.path)
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, content = made.answer(sent)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.settings = {
            "AWS_ENDPOINT_URL_LAMBDA": f"http://127.0.0.1:{server.server_port}",
            "AWS_REGION": "ca-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            documents.FUNCTION: NAME,
        }
        yield made
        server.shutdown()
