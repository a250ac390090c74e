"""Files that are sent to a complaint, on the real database and the real object store."""

from __future__ import annotations

import http.client
import secrets
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.local.dynamodb import environment
from signet.complaints import store
from signet.complaints.files import checking, claims
from signet.complaints.files.checking import Means
from signet.complaints.model import Copy, File
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import FilingRow, KeyRow, copy_key, seal_context
from signet.sealing import WrappedKey, opened
from signet.uploads.objects import NAME, UNSEEN, connect
from signet.uploads.scanner import CannotScan, StandIn
from tests.complaint_office import OFFICE_KEY, TODAY, file, private
from tests.entries import POLICY
from tests.infra.waiting import PATIENCE

BOUNDARY = "----signet-test"
RULES = POLICY.uploads[checking.PURPOSE]


@pytest.fixture
def evidence(office: None, emulator: str, monkeypatch: pytest.MonkeyPatch) -> Means:
    """Return the tables, empty, two buckets of this test's own, and the stand-in for a scanner."""
    own = secrets.token_hex(6)
    settings = {
        "AWS_ENDPOINT_URL_S3": emulator,
        "SIGNET_QUARANTINE_BUCKET": f"quarantine-{own}",
        "SIGNET_EVIDENCE_BUCKET": f"evidence-{own}",
        "SIGNET_SCANNER": "stand-in",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SIGNET_CLAMD", raising=False)
    # The one key that the emulator knows when a form was signed with it; the tables are connected.
    objects = connect(settings | environment(""))
    region = {"LocationConstraint": "ca-central-1"}
    for kind in ("quarantine", "evidence"):
        objects.client.create_bucket(Bucket=f"{kind}-{own}", CreateBucketConfiguration=region)
    return Means(objects, StandIn(), OFFICE_KEY, RULES)


class Silent:
    """A scanner that never answers; counts how often it was asked."""

    name = "silent"

    def __init__(self) -> None:
        self.asked = 0

    def finds_malware(self, data: bytes, seconds: float) -> bool:  # noqa: ARG002 - the port's
        self.asked += 1
        raise CannotScan("too slow")


def invited(today: date = TODAY) -> tuple[Filing, str]:
    """File a complaint; its filing, and the id of a file that its receipt invites."""
    receipt = file(today=today)
    return Filing(receipt.code), receipt.files[0]


def arrive(how: Means, id_: str, content: bytes, name: str = "photo.jpg") -> str:
    """Let a file lie in quarantine, whatever the form would have allowed; its key."""
    key = File(id=id_, invited_on=TODAY).key
    how.objects.client.put_object(
        Bucket=how.objects.quarantine,
        Key=key,
        Body=content,
        ContentType=UNSEEN,
        Metadata={NAME: name},
    )
    return key


def post(how: Means, id_: str, content: bytes, name: str = "photo.jpg") -> int:
    """Send a file by the form as a browser does; the store's status."""
    key = File(id=id_, invited_on=TODAY).key
    form = how.objects.upload_form(key, how.purpose.size, "https://register.example/sent")
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in form.fields.items()
    ]
    last = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + last.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    place = urlsplit(form.url)
    connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE)
    media = f"multipart/form-data; boundary={BOUNDARY}"
    connection.request("POST", place.path, body, {"content-type": media})
    status = connection.getresponse().status
    connection.close()
    return status


def known(id_: str) -> File:
    """Return what the rows say of a file."""
    found = claims.find(id_)
    assert found is not None
    return found.file


def quarantined(how: Means) -> list[str]:
    return [one.key for one in how.objects.lying("")]


def kept(how: Means) -> list[str]:
    return sorted(how.objects.kept(""))


def bytes_of(how: Means, bucket: str, key: str) -> bytes:
    content: bytes = how.objects.client.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


def read_copy(how: Means, filing: Filing, id_: str, copy: Copy) -> bytes:
    """Return a file's copy, opened with the office's key."""
    part = copy_key(store.file_key(id_), copy)
    box = bytes_of(how, how.objects.evidence, known(id_).object_key(copy))
    return opened(box, _key(filing, part), private, seal_context(filing.locator, part))


def read_name(filing: Filing, id_: str) -> str:
    """Return the sender's name of a file, opened with the office's key."""
    part = store.file_key(id_)
    row = FilingRow.get(filing.locator, part)
    return opened(row.sealed, _key(filing, part), private, store.row_seal_context(row)).decode()


def _key(filing: Filing, part: str) -> WrappedKey:
    row: Any = KeyRow.get(filing.locator, part)
    return WrappedKey(row.recipient, row.wrapped)
