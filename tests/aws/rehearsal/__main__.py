"""`make rehearse`: deploys everything to an emulator of AWS, and uses what was deployed.

The real `cdk bootstrap` and `cdk deploy` by the command that deploys, the bundle for this machine,
ministack in AWS's place. What it can't show is said in docs/operating.md. It ends with 0 when all
of it held, and leaves nothing behind but the log of the deployment and its templates (var/aws).
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.aws import edge_facts
from infra.aws.edge_facts import FOLDER, ROOT
from infra.aws.settings import Stage, load
from infra.bundle.settings import HOST_MINOR
from infra.local import dynamodb, emulator
from tests.aws.rehearsal.journey import Journey
from tests.aws.rehearsal.keeping import make_keys
from tests.aws.rehearsal.waiting import Failed

PRODUCT = ROOT / ".venv" / "bin" / "python"
LOG = FOLDER / "rehearsal.log"
LOG_LINES = 60
READY_SECONDS = 120.0
STAGE = "rehearsal"
SETTINGS = """
[rehearsal]
account = "000000000000"
mail_from = "register@example.org"
sign_in_prefix = "signet-rehearsal"
mfa = "optional"
passkeys = false  # the emulator has only the older sign-in pages
alarms_to = ["operations@example.org"]
notice = "Rehearsal: nothing here is real."
scanner = "stand-in"
protected = false
"""


def main() -> int:
    """Rehearse; return 0 when everything held, 1 when something didn't."""
    begun = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="signet-rehearsal-") as folder:
            _rehearse(Path(folder))
    except (Failed, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"rehearse: {error}\n")
        return 1
    sys.stdout.write(f"rehearse: all of it held ({time.monotonic() - begun:.0f} s)\n")
    return 0


def _rehearse(folder: Path) -> None:
    # The emulator starts first, with nothing of ours in its settings: functions would inherit it.
    with _said("the emulator runs"):
        running = emulator.running(folder / "emulator-data", deadline=READY_SECONDS)
        endpoint = running.__enter__().endpoint
    try:
        stage = _settle(folder, endpoint)
        with _said("the bundles of the functions are made"):
            _bundles(stage, folder / "bundles")
        with _said("all stacks are deployed"):
            _deploy()
        with _said("keys are made, and deployed with what differs"):
            make_keys(stage, Path(os.environ["SIGNET_STAGES"]))
            _deploy()
        journey = Journey.begun(stage, endpoint, folder)
        for step in journey.steps():
            _step(step)
    finally:
        running.__exit__(None, None, None)
        for file in FOLDER.glob(f"{STAGE}*.json"):
            file.unlink()


def _settle(folder: Path, endpoint: str) -> Stage:
    """Make every client, CDK's own too, use the emulator, by keys that open nothing else."""
    here = {"arm64": "arm64", "aarch64": "arm64"}.get(platform.machine(), "x86_64")
    stages = folder / "stages.toml"
    stages.write_text(f'{SETTINGS}architecture = "{here}"\n')
    os.environ.update(dynamodb.environment(endpoint))
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoint,
        "SIGNET_STAGES": str(stages),
        "SIGNET_BUNDLES": str(folder / "bundles"),
    }
    stage = load(STAGE)
    os.environ["SIGNET_TABLES"] = stage.prefix
    for file in (edge_facts.file(stage), LOG):
        file.unlink(missing_ok=True)  # of an emulator that is gone
    return stage


def _bundles(stage: Stage, out: Path) -> None:
    command = [str(PRODUCT), "-m", "infra.bundle", "--out", str(out)]
    # The emulator runs functions by its own Python, whatever their runtime's.
    command += ["--python", HOST_MINOR, "--architecture", stage.architecture]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "SIGNET_NOTICE": stage.notice}, check=True)


def _deploy() -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("ab") as log:
        command = [sys.executable, "-m", "infra.aws.deploy", STAGE, "--yes"]
        done = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False)
    if done.returncode:
        lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
        end = "\n".join(lines[-LOG_LINES:])
        raise Failed(f"it wasn't deployed; the end of {LOG}:\n{end}")


def _step(step: Callable[[], str]) -> None:
    begun = time.monotonic()
    told = step()
    _tell(told, begun)


@contextmanager
def _said(what: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    _tell(what, begun)


def _tell(what: str, begun: float) -> None:
    sys.stdout.write(f"rehearse: {what} ({time.monotonic() - begun:.1f} s)\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
