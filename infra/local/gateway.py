"""Serves the built site on this machine as the web server of the public site would.

Behind it the demonstration puts the functions (`/services/`) and its mailbox.

`python -m infra.local.gateway FOLDER` serves a folder; the demonstration uses `serve`.
"""

import argparse
import os
import socket
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local import ports
from infra.local.errors import LocalError
from infra.local.interrupts import quiet_exit
from signet.publish.target import served
from signet.web.headers import SECURITY_HEADERS

# Sent with small and unchanged files too, which the compression skips.
EVERY_ANSWER = SECURITY_HEADERS | {"Vary": "Accept-Encoding"}
REVALIDATE = "max-age=0, must-revalidate"
# No file can be inside a file.
NOWHERE = "404.html/nowhere"
KEEP_ALIVE_SECONDS = 5
SHUTDOWN_SECONDS = 2


class SiteFiles(StaticFiles):
    """The files of a built site, with the addresses and headers that its pages rely on."""

    def __init__(self, site: Path) -> None:
        # The folder may be replaced, or be missing for a moment, while a build releases.
        super().__init__(directory=site, html=True, check_dir=False)

    def get_path(self, scope: Scope) -> str:
        """Return the file's path in the folder; an address ending in a slash is a page's."""
        path = super().get_path(scope)
        if any(part.startswith(".") and part != ".well-known" for part in Path(path).parts):
            return NOWHERE
        return f"{path}/index.html" if scope["path"].endswith("/") else path

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the response for a path, with its caching and sharing headers."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                raise
            # An address that can't be a file's name is simply not found.
            response = await super().get_response(NOWHERE, scope)
        if isinstance(response, FileResponse):
            # The error page comes here without passing through file_response.
            response.headers["Content-Type"] = served.content_type(str(response.path))
        response.headers.update(_headers(scope["path"], response.status_code))
        return response

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = HTTPStatus.OK,
    ) -> Response:
        """Return the file, or 304 if it hasn't changed since the client's copy."""
        response = FileResponse(full_path, status_code=status_code, stat_result=stat_result)
        unchanged = self.is_not_modified(response.headers, Headers(scope=scope))
        # The compressed and the plain bytes share the tag, so it can only be a weak one.
        response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return NotModifiedResponse(response.headers) if unchanged else response


def _headers(address: str, status: int) -> Mapping[str, str]:
    path, ok = address.removeprefix("/"), status < HTTPStatus.BAD_REQUEST
    # There is no cache between this server and browsers.
    lasting = ok and served.is_hashed(path)
    headers = {"Cache-Control": served.IMMUTABLE if lasting else REVALIDATE}
    if served.is_open_data(path):
        headers["Access-Control-Allow-Origin"] = "*"
    return headers


class CommonHeaders:
    """Adds the headers that every response has, errors and redirects too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, adding headers to its response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in EVERY_ANSWER.items():
                    # A function may set a policy of its own, for instance where its forms may be
                    # sent.
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def application(site: Path, before: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the ASGI application that serves a built site's folder.

    `before` are routes that come before the files.
    """
    # Functions' responses aren't compressed: they hold secrets beside content that visitors choose.
    files = Middleware(GZipMiddleware, compresslevel=6)
    return Starlette(
        routes=[*before, Mount("/", SiteFiles(site), middleware=[files])],
        middleware=[Middleware(CommonHeaders)],
    )


def serve(
    site: Path, taken: socket.socket, greeting: str, before: Sequence[BaseRoute] = ()
) -> None:
    """Serve a folder on a socket from `ports.reserve` until interrupted.

    `before` are routes that come before the files. Prints `greeting` once connections are accepted.
    Raises KeyboardInterrupt after an orderly shutdown, as Ctrl-C does elsewhere.
    """
    settings = uvicorn.Config(
        application(site, before),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    _Greeting(settings, greeting).run(sockets=[taken])


class _Greeting(uvicorn.Server):
    """A server that prints a greeting once it is up; from then on it shuts down cleanly."""

    def __init__(self, settings: uvicorn.Config, greeting: str) -> None:
        super().__init__(settings)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections, then print the greeting."""
        await super().startup(sockets=sockets)
        print(self._greeting, flush=True)


def main() -> int:
    """Serve a built site's folder until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="gateway", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    options = parser.parse_args()
    with quiet_exit():
        if not options.folder.is_dir():
            message = f"{options.folder} is no folder; build the site first"
            raise LocalError(message)
        with ports.reserve(options.port, remedy="choose another with --port") as taken:
            address = f"http://{ports.LOOPBACK}:{taken.getsockname()[1]}"
            serve(options.folder, taken, greeting=address)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
