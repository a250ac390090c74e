"""A server program on this machine: started under the guard, returned once it answers."""

import http.client
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO

from infra.local import guarded, ports
from infra.local.errors import LocalError

READY_SECONDS = 60.0
POLL_SECONDS = 0.05
ANSWER_SECONDS = 5.0
LOG_TAIL = 2000

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Server:
    """A running program: its port, and the guard process that holds it."""

    port: int
    process: Process

    @property
    def endpoint(self) -> str:
        """Return the URL for clients."""
        return f"http://{ports.LOOPBACK}:{self.port}"


@dataclass(frozen=True)
class Kind:
    """A kind of program: its name, how to tell that it answers, which error to raise if not."""

    name: str
    answers: Callable[[int], bool]
    failed: type[LocalError]


def launched(
    kind: Kind, port: int, start: Callable[[IO[bytes]], Process], deadline: float
) -> Server:
    """Start a program by `start`, which gets the file for its output; return once it answers.

    `deadline` is in seconds. Raises `kind.failed`, with the end of the program's output.
    """
    with tempfile.TemporaryFile() as log:
        server = Server(port, start(log))
        try:
            _wait_until_ready(kind, server, log, deadline)
        except BaseException:
            guarded.stop(server.process)
            raise
    return server


def _wait_until_ready(kind: Kind, server: Server, log: IO[bytes], deadline: float) -> None:
    last = time.monotonic() + deadline
    while not kind.answers(server.port):
        try:
            server.process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if time.monotonic() < last:
                continue
            message = f"{kind.name} didn't answer within {deadline:g} s\n{_tail(log)}"
            raise kind.failed(message) from None
        message = f"{kind.name} ended while starting\n{_tail(log)}"
        raise kind.failed(message)


def says_ok(
    port: int,
    method: str,
    path: str,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Tell whether a request is answered with 200."""
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tail(log: IO[bytes]) -> str:
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - LOG_TAIL))
    return log.read().decode(errors="replace").strip()
