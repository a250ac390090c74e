"""Where forms send files: whatever the store answers, a person reads words."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from infra.local import gateway, objects, ports, uploads
from infra.local.dynamodb import environment
from signet.publish import upload_pages
from signet.uploads import objects as sending
from tests import uploaded
from tests.events import Answered
from tests.infra.serving import served
from tests.uploading import BOUNDARY, Form, asked

SITE = "https://register.example"
BACK = f"{SITE}/services/files/sent"
MOST = 1000
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
NO_PARTS = f"--{BOUNDARY}--\r\n".encode()
# The store's codes for POST Object that a form can lead to, with their statuses.
CODES = {
    "EntityTooLarge": 400,
    "EntityTooSmall": 400,
    "ExpiredToken": 400,
    "IncorrectNumberOfFilesInPostRequest": 400,
    "InvalidPolicyDocument": 400,
    "InvalidTag": 400,
    "MalformedPOSTRequest": 400,
    "MaxPostPreDataLengthExceededError": 400,
    "RequestTimeout": 400,
    "AccessDenied": 403,
    "InvalidAccessKeyId": 403,
    "SignatureDoesNotMatch": 403,
    "NoSuchBucket": 404,
    "MethodNotAllowed": 405,
    "OperationAborted": 409,
    "InternalError": 500,
    "NotImplemented": 501,
    "ServiceUnavailable": 503,
    "SlowDown": 503,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built site's folder, with the pages told apart by their names."""
    folder = tmp_path_factory.mktemp("site")
    (folder / upload_pages.FOLDER).mkdir()
    for page in upload_pages.PAGES:
        (folder / upload_pages.path(page)).write_text(f"<h1>words: {page}</h1>", encoding="utf-8")
    return folder


@contextmanager
def door(store: str, site: Path) -> Iterator[str]:
    """Yield the site's own web server in front of a store; gives where forms send to."""
    with served(gateway.application(site, uploads.Door(store, site).routes())) as port:
        yield f"http://127.0.0.1:{port}{uploads.PATH}"


@pytest.fixture(scope="module")
def before_the_store(emulator: str, site: Path) -> Iterator[str]:
    objects.prepare(emulator)
    with door(emulator, site) as address:
        yield address


@pytest.fixture
def form(emulator: str, before_the_store: str) -> Form:
    """Return a form as a page has it: signed for the store, sent to what stands before it."""
    return signed(emulator, before_the_store)


def signed(emulator: str, address: str) -> Form:
    settings = {**environment(""), **objects.variables(), "AWS_ENDPOINT_URL_S3": emulator}
    store = sending.connect({**settings, "SIGNET_UPLOADS_URL": address})
    made = store.upload_form("member/100001/file", MOST, BACK)
    assert made.url == address
    return Form(made.url, dict(made.fields))


def in_words(answered: Answered, page: str) -> None:
    assert answered.text == f"<h1>words: {page}</h1>"
    assert answered.headers["content-type"] == "text/html; charset=utf-8"
    assert answered.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answered.headers["content-security-policy"]
    assert answered.headers["x-content-type-options"] == "nosniff"


def test_a_file_that_the_store_takes_leads_on_to_our_page(form: Form) -> None:
    answered = form.send(uploaded.JPEG)
    assert answered.status == HTTPStatus.SEE_OTHER
    assert answered.location.startswith(BACK)
    assert "key=member/100001/file" in answered.location


def test_a_file_that_is_far_too_large_is_told_in_words(form: Form) -> None:
    answered = form.send(bytes(MOST + 1))
    assert answered.status == HTTPStatus.BAD_REQUEST
    in_words(answered, upload_pages.REFUSED)


@pytest.mark.parametrize("changed", [{"key": "member/100002/file"}, {"policy": "e30="}])
def test_a_form_that_was_changed_is_told_in_words(form: Form, changed: dict[str, str]) -> None:
    answered = form.send(uploaded.JPEG, **changed)
    in_words(answered, upload_pages.BY_STATUS[answered.status])


def test_a_form_that_was_open_for_too_long_is_told_in_words(
    emulator: str, before_the_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SENDING_FOR", timedelta(hours=-1))
    answered = signed(emulator, before_the_store).send(uploaded.JPEG)
    assert answered.status == HTTPStatus.FORBIDDEN
    in_words(answered, upload_pages.EXPIRED)


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"", MULTIPART), (b"nothing of the kind", MULTIPART), (NO_PARTS, MULTIPART)],
)
def test_a_post_without_a_file_is_told_in_words(
    before_the_store: str, body: bytes, headers: dict[str, str]
) -> None:
    in_words(asked("POST", before_the_store, body, headers), upload_pages.REFUSED)


@pytest.mark.parametrize("kind", [{}, {"content-type": "application/x-www-form-urlencoded"}])
def test_what_is_no_form_for_a_file_doesnt_reach_the_store(
    before_the_store: str, kind: dict[str, str]
) -> None:
    answered = asked("POST", before_the_store, b"name=value", kind)
    assert answered.status == HTTPStatus.SEE_OTHER
    page = asked("GET", before_the_store.removesuffix(uploads.PATH) + answered.location)
    assert page.text == f"<h1>words: {upload_pages.REFUSED}</h1>"


class Stub(http.server.BaseHTTPRequestHandler):
    """A store that answers every form with the code that the key names."""

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["content-length"]))
        code = next(name for name in CODES if f"<{name}>".encode() in sent)
        said = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
        self.send_response(CODES[code])
        self.send_header("content-type", "application/xml")
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def before_a_failing_store(site: Path) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with door(f"http://127.0.0.1:{server.server_address[1]}", site) as address:
            yield address
        server.shutdown()


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_store_is_told_in_words(before_a_failing_store: str, code: str) -> None:
    answered = Form(before_a_failing_store, {"key": f"<{code}>"}).send(b"x")
    assert answered.status == CODES[code]
    assert code not in answered.text
    in_words(answered, upload_pages.BY_STATUS.get(CODES[code], upload_pages.FAILED))


def test_a_store_that_cant_be_reached_is_told_in_words(site: Path) -> None:
    with door(f"http://127.0.0.1:{ports.free_port()}", site) as address:
        answered = Form(address).send(b"x")
    assert answered.status == HTTPStatus.BAD_GATEWAY
    in_words(answered, upload_pages.FAILED)
