"""Sending files as a browser does, to the real store: what the tests of uploads share."""

from __future__ import annotations

import http.client
import os
import re
import secrets
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from infra.local.dynamodb import environment
from lambdas.files import app
from signet import tables
from signet.accounts.model import Role
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.policy import load
from signet.uploads import store
from signet.uploads.model import Upload
from signet.uploads.objects import Objects, connect
from signet.uploads.tables import MODELS
from tests.emptying import empty
from tests.events import SITE, Answered, ask, get, post
from tests.infra.waiting import PATIENCE
from tests.people import NOW, Person, person

EVIDENCE = load().uploads["cpd-evidence"]
BACK = "/services/cpd/2026/"
OWNER, OTHER = "100001", "100002"
BOUNDARY = "----signet-test"


@pytest.fixture
def services(accounts: None, emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up the tables, two buckets of this test's own, and the stand-in for a scanner."""
    needed = (*MODELS, *CPD_MODELS)  # who is recused from a member's record is asked there
    tables.bind(needed, "signet-")
    tables.create_missing(needed)
    empty(needed)
    buckets_of_its_own(emulator, monkeypatch)
    monkeypatch.setattr(app, "clock", lambda: NOW)


def buckets_of_its_own(emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a test two buckets, and the stand-in for a scanner."""
    own = secrets.token_hex(6)
    # The tables are connected by now; this is the one key that the emulator knows.
    settings = environment("") | {
        "AWS_ENDPOINT_URL_S3": emulator,
        "SIGNET_QUARANTINE_BUCKET": f"quarantine-{own}",
        "SIGNET_EVIDENCE_BUCKET": f"evidence-{own}",
        "SIGNET_SCANNER": "stand-in",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB")
    monkeypatch.delenv("SIGNET_CLAMD", raising=False)
    for kind in ("quarantine", "evidence"):
        region = {"LocationConstraint": os.environ["AWS_REGION"]}
        s3().create_bucket(Bucket=bucket(kind), CreateBucketConfiguration=region)


def objects_of_its_own(emulator: str) -> Objects:
    """Two buckets of a test's own, for what is told of the store and doesn't look for it."""
    own = secrets.token_hex(6)
    settings = {
        "AWS_ENDPOINT_URL_S3": emulator,
        "SIGNET_QUARANTINE_BUCKET": f"quarantine-{own}",
        "SIGNET_EVIDENCE_BUCKET": f"evidence-{own}",
    }
    made = connect(settings | environment(""))
    region = {"LocationConstraint": "ca-central-1"}
    for name in (made.quarantine, made.evidence):
        made.client.create_bucket(Bucket=name, CreateBucketConfiguration=region)
    return made


def s3() -> Any:
    return _s3(os.environ["AWS_ENDPOINT_URL_S3"])


@cache
def _s3(endpoint: str) -> Any:
    return boto3.session.Session().client("s3", endpoint_url=endpoint)


def bucket(kind: str) -> str:
    return os.environ[f"SIGNET_{kind.upper()}_BUCKET"]


def held(kind: str) -> list[str]:
    return [one["Key"] for one in s3().list_objects_v2(Bucket=bucket(kind)).get("Contents", ())]


@pytest.fixture
def member() -> Person:
    return person(member=OWNER)


@pytest.fixture
def officer() -> Person:
    return person(Role.CPD_OFFICER)


@dataclass
class Form:
    """The form on the page that sends a file, as a browser reads it."""

    url: str
    fields: dict[str, str] = field(default_factory=dict)

    def send(self, content: bytes, name: str = "certificate.pdf", **changed: str) -> Answered:
        """Send a file to the store as a browser does, without following where it leads."""
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in (self.fields | changed).items()
        ]
        last = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = "".join(parts).encode() + last.encode() + b"Content-Type: text/html\r\n\r\n"
        body += content + f"\r\n--{BOUNDARY}--\r\n".encode()
        media = f"multipart/form-data; boundary={BOUNDARY}"
        return asked("POST", self.url, body, {"content-type": media})


def asked(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answered:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request(method, target, body, headers or {})
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    answered = Answered(response.status, found, (), response.read())
    connection.close()
    return answered


def look(who: Person, path: str) -> Answered:
    return ask(app, get(path, session=who.token))


def do(who: Person, path: str, act: str | None = None, **form: str) -> Answered:
    made = act or secrets.token_hex(16)
    return ask(app, post(path, form, act=made, session=who.token))


def invited(who: Person, act: str | None = None, back: str = BACK) -> str:
    """Press the button for adding a file; the id of the file that may now be sent."""
    answered = do(who, "/services/files/", act, purpose="cpd-evidence", back=back)
    assert answered.status == 303, answered.text
    found = re.fullmatch(r"/services/files/([0-9a-f]{32})/send", answered.location)
    assert found, answered.location
    return found[1]


def form_of(who: Person, file: str) -> Form:
    page = look(who, f"/services/files/{file}/send")
    assert page.status == 200, page.text
    shown = page.text.partition("multipart/form-data")[0].rpartition("<form")[2]
    inside = page.text.partition("multipart/form-data")[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', inside)
    action = re.search(r'action="([^"]*)"', shown)
    assert action
    url = unescape(action[1])
    assert f"form-action 'self' {url.rpartition('/')[0]}" in page.headers["content-security-policy"]
    return Form(url, {unescape(name): unescape(value) for name, value in fields})


def sent(who: Person, content: bytes, name: str = "certificate.pdf") -> tuple[str, Answered]:
    """Add a file the whole way; its id, and what our answer to the store's redirect was."""
    file = invited(who)
    stored = form_of(who, file).send(content, name)
    assert stored.status == 303, stored.text
    return file, arrive(who, stored)


def arrive(who: Person, stored: Answered) -> Answered:
    assert stored.location.startswith(f"{SITE}/services/files/sent?")
    return look(who, stored.location.removeprefix(SITE))


def known(file: str, number: str = OWNER) -> Upload:
    return store.get(f"member#{number}", file)
