"""Serves the built site on this machine as the web server of the public site would.

`python -m infra.local.gateway FOLDER` serves a folder; the demonstration uses `serve`.
"""

import argparse
import os
import re
import socket
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path, PurePosixPath

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local import ports
from infra.local.errors import LocalError
from infra.local.interrupts import quiet_exit

# The machine's own table of types differs from one system to the next; these don't.
CONTENT_TYPES = {
    ".atom": "application/atom+xml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".map": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Said of small and unchanged files too, which the compression passes over.
EVERY_ANSWER = SECURITY_HEADERS | {"Vary": "Accept-Encoding"}
REVALIDATE = "max-age=0, must-revalidate"
IMMUTABLE = "max-age=31536000, immutable"
# Look-up shards have short hashes, so that the list of them stays small: a day is what one that
# happened to keep its hash while it changed could mislead for.
A_DAY = "max-age=86400"
HASHED_ASSET = re.compile(r"/assets/(?:.*/)?[^/]*[.\-_][0-9a-f]{8,}\.[^/]*")
LOOKUP_SHARD = re.compile(r"/register/lookup/[^/]+\.[a-z2-7]{5}\.json")
# No file can be inside a file.
NOWHERE = "404.html/nowhere"
OPEN_DATA_FOLDER = "/register/"
OPEN_DATA_SUFFIXES = {".atom", ".csv", ".json", ".jsonl"}
KEEP_ALIVE_SECONDS = 5
SHUTDOWN_SECONDS = 2


class SiteFiles(StaticFiles):
    """The files of a built site, with the addresses and headers that its pages count on."""

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
            # An address that can't be a file's name is one more that nothing is at.
            response = await super().get_response(NOWHERE, scope)
        if isinstance(response, FileResponse):
            # The page of errors comes here without passing through file_response.
            response.headers["Content-Type"] = _content_type(response.path)
        response.headers.update(_headers(scope["path"], response.status_code))
        return response

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = HTTPStatus.OK,
    ) -> Response:
        """Return the file, or that it hasn't changed since the client's copy."""
        response = FileResponse(full_path, status_code=status_code, stat_result=stat_result)
        unchanged = self.is_not_modified(response.headers, Headers(scope=scope))
        # The same tag goes with the compressed and the plain bytes, so it can only be a weak one.
        response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return NotModifiedResponse(response.headers) if unchanged else response


def _content_type(file: str | os.PathLike[str]) -> str:
    kind = CONTENT_TYPES.get(Path(file).suffix.lower(), "application/octet-stream")
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _caching(address: str) -> str:
    if HASHED_ASSET.fullmatch(address):
        return IMMUTABLE
    return A_DAY if LOOKUP_SHARD.fullmatch(address) else REVALIDATE


def _headers(address: str, status: int) -> Mapping[str, str]:
    found = status < HTTPStatus.BAD_REQUEST
    headers = {"Cache-Control": _caching(address) if found else REVALIDATE}
    suffix = PurePosixPath(address).suffix
    if address.startswith(OPEN_DATA_FOLDER) and suffix in OPEN_DATA_SUFFIXES:
        headers["Access-Control-Allow-Origin"] = "*"
    return headers


class CommonHeaders:
    """Adds the headers that every answer carries, errors and redirects too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, adding to the head of its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(EVERY_ANSWER)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def application(site: Path) -> Starlette:
    """Return the ASGI application that serves a built site's folder."""
    return Starlette(
        routes=[Mount("/", SiteFiles(site))],
        middleware=[
            Middleware(CommonHeaders),
            Middleware(GZipMiddleware, compresslevel=6),
        ],
    )


def serve(site: Path, taken: socket.socket, greeting: str) -> None:
    """Serve a folder on a socket from `ports.reserve` until interrupted.

    Prints `greeting` once connections are taken. Raises KeyboardInterrupt after an orderly end,
    as Ctrl-C does elsewhere.
    """
    # Connections made from here on wait for the server, so the address can be told already.
    taken.listen()
    print(greeting, flush=True)
    settings = uvicorn.Config(
        application(site),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    uvicorn.Server(settings).run(sockets=[taken])


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
