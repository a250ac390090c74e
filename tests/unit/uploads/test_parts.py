"""Names of files, the policy's limits, and the addresses that are signed for the store."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.errors import NotFound
from signet.policy import load
from signet.policy.uploads import read
from signet.uploads import actions, objects
from signet.uploads.content import Kind
from signet.uploads.model import Upload
from signet.uploads.naming import LONGEST, harmless


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Course certificate.pdf", "Course certificate"),
        ("photo.JPEG", "photo"),
        ("C:\\Users\\ada\\My scan.pdf", "My scan"),
        ("../../etc/passwd", "passwd"),
        ("a.pdf.exe", "a.pdf.exe"),
        ("Prüfung.pdf", "Prüfung"),
        ("Prüfung.pdf".encode().decode("latin-1"), "Prüfung"),
        ("=?UTF-8?B?" + base64.b64encode("证书.pdf".encode()).decode() + "?=", "证书"),
        ("=?no-such-charset?B?eHg=?=", ""),
        ("annex\u202efdp.exe", "annex fdp.exe"),
        ("a\r\nSet-Cookie: x", "a Set-Cookie x"),
        ('<img src=x onerror="alert(1)">.png', "img src=x onerror= alert(1)"),
        ("${filename}", ""),
        (".pdf", ""),
        ("", ""),
        ("   ...   ", ""),
    ],
)
def test_a_files_name_is_made_harmless(given_name: str, shown: str) -> None:
    assert harmless(given_name) == shown


@given(st.text(max_size=300))
def test_no_name_holds_what_could_mislead(name: str) -> None:
    shown = harmless(name)
    assert len(shown) <= LONGEST
    assert shown == shown.strip()
    assert not set(shown) & set('/\\<>:"|?*\r\n\t\0')
    assert shown.isprintable() or not shown


def test_every_limit_is_the_policys() -> None:
    evidence = load().uploads["cpd-evidence"]
    assert {Kind(code) for code in evidence.kinds} == {Kind.PDF, Kind.PNG, Kind.JPEG}
    assert (evidence.size, evidence.most) == (10_000_000, 200)
    assert evidence.cites
    with pytest.raises(NotFound):
        actions.purpose(load(), "anything")


@pytest.mark.parametrize(
    "wrong",
    [
        {"megabytes": 0},
        {"sent_megabytes": 0.5},
        {"kinds": []},
        {"most": -1},
        {"unknown": 1},
    ],
)
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    row = {
        "code": "x",
        "name": "X",
        "kinds": ["pdf"],
        "megabytes": 1,
        "megapixels": 1,
        "unpacked_megabytes": 1,
        "most": 1,
        "readers": [],
        "cites": "own",
    }
    read({"purpose": [row]})
    with pytest.raises((ValueError, TypeError)):
        read({"purpose": [row | wrong]})


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> objects.Objects:
    """Return the store as on AWS: nothing is sent, addresses are only signed."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return objects.connect(_settings("AKIDEXAMPLE"))


def _settings(key: str) -> dict[str, str]:
    said = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "secret"}
    return said | {"AWS_REGION": "ca-central-1"}


def test_a_form_is_held_to_one_key_one_size_and_one_type(store: objects.Objects) -> None:
    posting = store.upload_form(
        "member/100001/cpd-evidence/0", 10, "https://register.example/sent?id=0"
    )
    policy = json.loads(base64.b64decode(posting.fields["policy"]))
    conditions = policy["conditions"]
    assert ["content-length-range", 0, 10] in conditions
    assert {"key": "member/100001/cpd-evidence/0"} in conditions
    assert {"bucket": "signet-quarantine"} in conditions
    assert {"Content-Type": "application/octet-stream"} in conditions
    assert {"success_action_redirect": "https://register.example/sent?id=0"} in conditions
    # The one thing that a sender may choose is the name that the file has on their machine.
    free = [one for one in conditions if isinstance(one, list) and one[0] == "starts-with"]
    assert free == [["starts-with", "$x-amz-meta-name", ""]]
    expires = datetime.fromisoformat(policy["expiration"])
    assert (expires - datetime.now(UTC)).total_seconds() <= 60 * 60


def test_addresses_name_the_buckets_own_region(store: objects.Objects) -> None:
    # An address without one is answered with a redirect, on which browsers drop the file.
    posting = store.upload_form("k", 10, "https://register.example/")
    assert urlsplit(posting.url).netloc == "signet-quarantine.s3.ca-central-1.amazonaws.com"
    address = urlsplit(store.address("k", "application/pdf", "a.pdf"))
    assert address.netloc == "signet-evidence.s3.ca-central-1.amazonaws.com"


def test_the_store_is_signed_for_with_the_credentials_it_was_asked_for_with(
    store: objects.Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever the environment said when it was first asked for.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDOFSOMEBODYELSE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another secret")
    objects._client.cache_clear()
    other = objects.connect(_settings("AKIDOTHER") | {"AWS_SESSION_TOKEN": "of the function"})
    assert _signer(other.address("k", "application/pdf", "a.pdf")) == (
        "AKIDOTHER",
        "of the function",
    )
    own = objects.connect(_settings("AKIDEXAMPLE"))
    assert _signer(own.address("k", "application/pdf", "a.pdf")) == ("AKIDEXAMPLE", None)


def _signer(address: str) -> tuple[str, str | None]:
    said = parse_qs(urlsplit(address).query)
    key = said["X-Amz-Credential"][0].partition("/")[0]
    return key, said.get("X-Amz-Security-Token", [None])[0]


def test_a_files_key_holds_its_owner_and_nothing_that_anybody_typed() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    upload = Upload(
        id="0" * 32, owner="member#100001", purpose="cpd-evidence", by="a", back="/", invited_at=now
    )
    named = upload.model_copy(update={"name": "canary"})
    assert named.key == f"member/100001/cpd-evidence/{'0' * 32}"
