"""The two pieces of code that run before everything else: at CloudFront, and before the API."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.aws.gatekeeper import gatekeeper
from infra.aws.node import NODE_FOLDER

MAPPING = Path(__file__).resolve().parents[2] / "infra/aws/viewer_request.js"


def mapped(uri: str) -> dict[str, Any]:
    """Return what the CloudFront function makes of an address, run by a real JavaScript engine."""
    event = json.dumps({"request": {"method": "GET", "uri": uri, "headers": {}}})
    script = f"{MAPPING.read_text()}\nconsole.log(JSON.stringify(handler({event})))"
    done = subprocess.run(
        [NODE_FOLDER / "node", "-e", script], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("/", "/index.html"),
        ("/register/members/100001/", "/register/members/100001/index.html"),
        ("/register/members/100001.json", "/register/members/100001.json"),
        ("/assets/signet.68c7d3ed30.css", "/assets/signet.68c7d3ed30.css"),
        ("/a.b/", "/a.b/index.html"),
    ],
)
def test_addresses_are_those_of_files(asked: str, served: str) -> None:
    assert mapped(asked)["uri"] == served


def test_an_address_without_its_slash_leads_to_the_one_with_it() -> None:
    answer = mapped("/register/members/100001")
    assert answer["statusCode"] == 301
    assert answer["headers"]["location"]["value"] == "/register/members/100001/"


def test_no_address_leads_to_another_site() -> None:
    assert mapped("//evil.example/x")["headers"]["location"]["value"] == "/evil.example/x/"


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIGIN_SECRET_0", "one-before")
    monkeypatch.setenv("ORIGIN_SECRET_1", "one-now")
    monkeypatch.setenv("ORIGIN_SECRET_2", "")


def asked(header: str | None) -> bool:
    headers = {} if header is None else {gatekeeper.HEADER: header}
    return gatekeeper.handler({"headers": headers}, None)["isAuthorized"]


@pytest.mark.usefixtures("secrets")
def test_the_gate_opens_for_the_secret_of_now_and_the_one_before() -> None:
    assert asked("one-now")
    assert asked("one-before")


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("header", [None, "", "one", "one-no", "one-nowx", "ONE-NOW", "ö"])
def test_the_gate_stays_shut_for_anything_else(header: str | None) -> None:
    assert not asked(header)
