"""`make rehearse`: deploys everything to an emulator of AWS, and uses what was deployed.

The real `cdk bootstrap` and `cdk deploy`, the real bundle, ministack in AWS's place. What it can't
show is said in docs/operating.md. It ends with 0 when all of it held, and leaves nothing behind.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import boto3

from infra.aws import edge_facts
from infra.aws.deploy import main as deploy
from infra.aws.edge_facts import ROOT
from infra.aws.gatekeeper.gatekeeper import HEADER
from infra.aws.node import NODE_FOLDER
from infra.aws.settings import Stage, load
from infra.aws.stacks.data import bucket_name
from infra.aws.stacks.site import PREFIX

EMULATOR = ROOT / ".venv-emulator" / "bin" / "ministack"
SIGNET = ROOT / ".venv" / "bin" / "signet"
STAGE = "rehearsal"
MEMBERS, PERMITS = "60", "10"
READY_SECONDS, STOP_SECONDS, PUBLISHED_SECONDS = 60.0, 15.0, 60.0
POLL_SECONDS = 0.5


class Failed(Exception):
    """Something didn't hold; the message says what."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse; return 0 when everything held, 1 when something didn't."""
    parser = argparse.ArgumentParser(prog="rehearse", description=__doc__)
    parser.add_argument("--port", type=int, default=14566, help="the emulator's (%(default)s)")
    parser.add_argument("--deployed", action="store_true", help="it runs there, deployed before")
    options = parser.parse_args(arguments)
    endpoint = f"http://127.0.0.1:{options.port}"
    stage = load(STAGE)
    os.environ.update(_settings(stage, endpoint))
    try:
        if options.deployed:
            use(stage, endpoint)
        else:
            with _emulator(options.port, endpoint):
                _deploy(stage)
                use(stage, endpoint)
    except (Failed, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"rehearse: {error}\n")
        return 1
    return 0


def _settings(stage: Stage, endpoint: str) -> dict[str, str]:
    """What makes every client, CDK's own too, use the emulator; keys that open nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_REGION": stage.region,
        "AWS_DEFAULT_REGION": stage.region,
        "SIGNET_TABLES": stage.prefix,
        "SIGNET_ADDRESS_KEY": "for the records of the rehearsal alone, which are made up",
    }


@contextmanager
def _emulator(port: int, endpoint: str) -> Iterator[None]:
    """Run the emulator, which keeps nothing, while the block runs."""
    settings = {
        **os.environ,
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": os.environ["AWS_REGION"],
        "PERSIST_STATE": "0",
        "LOG_LEVEL": "WARNING",
        "PATH": f"{NODE_FOLDER}{os.pathsep}{os.environ['PATH']}",
    }
    with tempfile.TemporaryDirectory(prefix="signet-rehearsal-") as folder:
        running = subprocess.Popen([EMULATOR], env=settings, cwd=folder)
        try:
            until(lambda: _answers(f"{endpoint}/_ministack/health"), READY_SECONDS, "the emulator")
            yield
        finally:
            running.terminate()
            running.wait(STOP_SECONDS)


def _deploy(stage: Stage) -> None:
    edge_facts.file(stage).unlink(missing_ok=True)  # of an emulator that is gone
    if deploy([STAGE, "--yes"]):
        raise Failed("it wasn't deployed")


def use(stage: Stage, endpoint: str) -> None:
    """Load a register, publish it, ask the API as CloudFront does and as nobody may."""
    for step in (_load, _build, _ask, _change):
        begun = time.monotonic()
        told = step(stage, endpoint)
        sys.stdout.write(f"rehearse: {told} ({time.monotonic() - begun:.1f} s)\n")
        sys.stdout.flush()


def _load(_stage: Stage, _endpoint: str) -> str:
    with tempfile.TemporaryDirectory(prefix="signet-records-") as folder:
        records = str(Path(folder) / "records")
        made: list[str | Path] = [
            SIGNET,
            "demo-data",
            "--members",
            MEMBERS,
            "--permits",
            PERMITS,
            "--out",
            records,
        ]
        subprocess.run(made, check=True)
        subprocess.run([SIGNET, "import", records], check=True)
    return f"a register of {MEMBERS} records was imported into the deployed tables"


def _build(stage: Stage, _endpoint: str) -> str:
    report = _invoke(f"{stage.prefix}nightly", {"clock": "nightly"})
    pages = _published(stage)
    if f"{PREFIX}/index.html" not in pages or not report.get("members"):
        raise Failed(f"the nightly function published no site: {report}")
    return f"the deployed nightly function published {len(pages)} files"


def _published(stage: Stage) -> dict[str, str]:
    """The site's objects, by key, with their tags."""
    found: dict[str, str] = {}
    listing = _client("s3").get_paginator("list_objects_v2")
    for page in listing.paginate(Bucket=bucket_name(stage, "site"), Prefix=f"{PREFIX}/"):
        found |= {one["Key"]: one["ETag"] for one in page.get("Contents", ())}
    return found


def _ask(stage: Stage, endpoint: str) -> str:
    """The gate: shut without the secret and with another, open with it."""
    said = json.loads(edge_facts.file(stage).with_name(f"{stage.name}.json").read_text())
    # The emulator knows an API by its id before its own name.
    api = said[f"signet-{stage.name}"]["ApiHost"].partition(".")[0]
    host = f"{api}.execute-api.{urlsplit(endpoint).hostname}"
    name = f"{stage.prefix}origin-{stage.origin_secret}"
    secret = _client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    got = {
        "nothing": _status(endpoint, host, "/services/", {}),
        "another": _status(endpoint, host, "/services/", {HEADER: "x" * 64}),
        "the secret": _status(endpoint, host, "/services/openapi.json", {HEADER: secret}),
        "the secret, signing in": _status(
            endpoint, host, "/services/account/sign-in", {HEADER: secret}
        ),
    }
    if got["nothing"] not in (401, 403) or got["another"] not in (401, 403):
        raise Failed(f"the API answers who doesn't come by CloudFront: {got}")
    if got["the secret"] != 200 or got["the secret, signing in"] != 303:
        raise Failed(f"the API doesn't answer CloudFront: {got}")
    return f"the deployed API answers only who bears the secret: {got}"


def _status(endpoint: str, host: str, path: str, headers: dict[str, str]) -> int:
    """Ask the deployed API, which is told from others by its name."""
    request = urllib.request.Request(  # noqa: S310 - this machine's own emulator
        f"{endpoint}{path}", headers={**headers, "Host": host}
    )

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _change(stage: Stage, _endpoint: str) -> str:
    """Enter a change, and wait until the stream has published it."""
    before = _published(stage)
    pages = (key.split("/") for key in before if key.startswith(f"{PREFIX}/register/members/1"))
    number = sorted(parts[3] for parts in pages if parts[-1] == "index.html")[0]
    page = f"{PREFIX}/register/members/{number}/index.html"
    today = datetime.now(ZoneInfo(stage.time_zone)).date().isoformat()
    subprocess.run(
        [
            *(SIGNET, "enter", "member", number, "move", "--city", "Rehearsal"),
            *("--effective-on", today, "--authority", "rehearsal"),
        ],
        check=True,
    )
    until(lambda: _published(stage)[page] != before[page], PUBLISHED_SECONDS, "the stream")
    return f"a change entered for {number} was published by the stream"


def _invoke(function: str, event: dict[str, Any]) -> dict[str, Any]:
    answer = _client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    said: dict[str, Any] = json.loads(answer["Payload"].read() or "{}")
    if "FunctionError" in answer:
        raise Failed(f"{function} failed: {said}")
    return said


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until something holds. Raises Failed after so many seconds."""
    last = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > last:
            raise Failed(f"{what} wasn't seen within {seconds:g} s")
        time.sleep(POLL_SECONDS)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - this machine's own emulator
            return True
    except OSError:
        return False


def _client(service: str) -> Any:
    return boto3.client(service)


if __name__ == "__main__":
    raise SystemExit(main())
