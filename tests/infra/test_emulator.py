"""The emulator of AWS as the local parts use it: users, objects, and who can reach it."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local import dynamodb, emulator, identity, objects, ports
from infra.local.errors import DataInUse, MissingPart, PortTaken
from infra.local.identity import PASSWORD, User
from signet.accounts import oidc
from tests.infra.waiting import freed
from tests.web_client import Client

SITE = "http://127.0.0.1:8000"
SOMEONE = User("someone@example.org", PASSWORD)
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def s3(endpoint: str) -> Any:
    return boto3.Session().client("s3", endpoint_url=endpoint, **dynamodb.credentials())


def sign_in(endpoint: str, pool: identity.Pool, user: User, site: str = SITE) -> str:
    """Where the provider's page leads after a sign-in."""
    asked = (
        f"{endpoint}/oauth2/authorize?response_type=code&client_id={pool.client}&scope=openid+email"
        f"&redirect_uri={site}{identity.CALLBACK}&state=s&nonce=n"
        f"&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
    client = Client(endpoint)
    fields = {**client.get(asked).hidden, "username": user.email, "password": user.password}
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.ask("POST", f"{endpoint}/login", body, kind)
    return answer.headers.get("location", "")


def addresses_of(port: int) -> set[str]:
    """Return the addresses of this machine that listen on a port, as the kernel writes them."""
    wanted = f":{port:04X}"
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if local.endswith(wanted) and state == "0A":
                found.add(local.partition(":")[0])
    return found


def test_it_is_reached_from_this_machine_alone() -> None:
    with emulator.running() as running:
        assert addresses_of(running.port) == {"0100007F"}


def test_users_objects_and_settings_are_kept_for_the_next_run(tmp_path: Path) -> None:
    with emulator.running(tmp_path) as first:
        pool = identity.prepare(first.endpoint, SITE)
        identity.add_users(first.endpoint, pool, [SOMEONE])
        objects.prepare(first.endpoint)
        s3(first.endpoint).put_object(Bucket=objects.EVIDENCE, Key="a", Body=b"kept")
    with emulator.running(tmp_path) as second:
        again = identity.prepare(second.endpoint, "http://127.0.0.1:9000")
        assert again == pool
        objects.prepare(second.endpoint)
        kept = s3(second.endpoint).get_object(Bucket=objects.EVIDENCE, Key="a")
        assert kept["Body"].read() == b"kept"
        identity.add_users(second.endpoint, again, [SOMEONE])
        to = sign_in(second.endpoint, again, SOMEONE, "http://127.0.0.1:9000")
        assert to.startswith("http://127.0.0.1:9000/services/account/callback?code=")
        assert sign_in(second.endpoint, again, SOMEONE) == "", "the site of before isn't sent to"


def test_only_who_knows_the_password_gets_a_code() -> None:
    with emulator.running() as running:
        pool = identity.prepare(running.endpoint, SITE)
        identity.add_users(running.endpoint, pool, [SOMEONE])
        assert "code=" in sign_in(running.endpoint, pool, SOMEONE)
        wrong = User(SOMEONE.email, "Another-pass-1")
        assert "code=" not in sign_in(running.endpoint, pool, wrong)


def test_signing_out_ends_on_the_page_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulator.running() as running:
        pool = identity.prepare(running.endpoint, SITE)
        for name, value in identity.variables(running.endpoint, pool).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SIGNET_SITE_URL", SITE)
        settings = oidc.settings()
        answer = Client(running.endpoint).ask("GET", oidc.logout_url(settings))
        assert answer.headers.get("location") == settings.signed_out, answer.text


def test_what_is_not_checked_is_removed_after_days_and_no_script_reads_the_buckets() -> None:
    with emulator.running() as running:
        objects.prepare(running.endpoint)
        client = s3(running.endpoint)
        rules = client.get_bucket_lifecycle_configuration(Bucket=objects.QUARANTINE)["Rules"]
        assert {rule["Status"] for rule in rules} == {"Enabled"}
        days = {rule["Filter"]["Prefix"]: rule["Expiration"]["Days"] for rule in rules}
        assert days == {"": 7, "complaints/": 1}
        for bucket in (objects.QUARANTINE, objects.EVIDENCE):
            with pytest.raises(ClientError, match="NoSuchCORSConfiguration"):
                client.get_bucket_cors(Bucket=bucket)
        with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
            client.get_bucket_lifecycle_configuration(Bucket=objects.EVIDENCE)


def test_a_taken_port_a_folder_in_use_and_a_missing_part_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken), emulator.running(tmp_path, port=port):
            pass
    with (
        emulator.running(tmp_path),
        pytest.raises(DataInUse, match="already running"),
        emulator.running(tmp_path),
    ):
        pass
    monkeypatch.setattr(emulator, "PYTHON", tmp_path / "missing")
    with pytest.raises(MissingPart, match="make setup"), emulator.running(tmp_path):
        pass


def test_it_ends_with_the_block(tmp_path: Path) -> None:
    with emulator.running(tmp_path) as running:
        process: subprocess.Popen[bytes] = running.process
        assert process.poll() is None
    assert process.poll() is not None
    assert freed(running.port)
