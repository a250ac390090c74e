"""Where forms send files on this machine: forwarded to the emulator, as CloudFront does on AWS.

The store answers a refused upload with XML; a page of the site is shown instead
(infra/aws/stacks/uploads.py, signet/publish/upload_pages.py).
"""

from __future__ import annotations

import asyncio
import http.client
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.local import objects
from signet.publish import upload_pages

PATH = f"/{upload_pages.FOLDER}quarantine"
REFUSED = f"/{upload_pages.path(upload_pages.REFUSED)}"
IN_MEMORY = 1_000_000  # bytes; a larger upload is buffered on disk
ANSWER_SECONDS = 60.0
PASSED_ON = ("Location", "ETag")
NOTHING_KEPT = {"Cache-Control": "no-store"}


def variables(site: str) -> dict[str, str]:
    """Return the settings for where forms are sent; `site` is an address without a final slash."""
    return {"SIGNET_UPLOADS_URL": f"{site}{PATH}"}


@dataclass(frozen=True)
class Door:
    """Receives uploads for quarantine; `site` is the folder of the built site."""

    store: str
    site: Path

    def routes(self) -> list[Route]:
        """Return the routes to put before those of the site."""
        return [Route(PATH, self.send, methods=["POST"])]

    async def send(self, request: Request) -> Response:
        """Forward one form and the response; replace error responses by pages."""
        kind = request.headers.get("content-type", "")
        if not kind.lower().startswith("multipart/form-data"):
            return RedirectResponse(REFUSED, HTTPStatus.SEE_OTHER)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                async for chunk in request.stream():
                    body.write(chunk)
            except ClientDisconnect:
                return self.instead_of(HTTPStatus.BAD_REQUEST)
            length = body.tell()
            body.seek(0)
            status, headers = await asyncio.to_thread(self._passed_on, body, length, kind)
        if status >= HTTPStatus.BAD_REQUEST:
            return self.instead_of(status)
        return Response(status_code=status, headers=headers)

    def instead_of(self, status: int) -> Response:
        """Return the page for a status, with that status, like CloudFront's error responses."""
        page = self.site / upload_pages.instead_of(status)
        return HTMLResponse(page.read_bytes(), status, headers=NOTHING_KEPT)

    def _passed_on(self, body: IO[bytes], length: int, kind: str) -> tuple[int, Mapping[str, str]]:
        """Send a form to the store; return its status, and the headers that browsers need."""
        sent = {"Content-Type": kind, "Content-Length": str(length)}
        connection = http.client.HTTPConnection(urlsplit(self.store).netloc, timeout=ANSWER_SECONDS)
        try:
            connection.request("POST", f"/{objects.QUARANTINE}", body, sent)
            answer = connection.getresponse()
            headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
        except (OSError, http.client.HTTPException):
            return HTTPStatus.BAD_GATEWAY, {}
        finally:
            connection.close()
        return answer.status, headers
