"""ministack, an AWS emulator, for services without a program of their own: identity, objects, keys.

It runs from an environment of its own, is bound to this machine alone, and ends with the process
that needs it. The database is DynamoDB Local (`infra.local.dynamodb`), never this one.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from infra.local import dynamodb, guarded, ports
from infra.local.errors import EmulatorFailed, MissingPart
from infra.local.server import READY_SECONDS, Kind, Process, Server, launched, says_ok

PYTHON = dynamodb.ROOT / ".venv-emulator" / "bin" / "python"
HEALTH = "/_ministack/health"
# The services it emulates, as clients name them, for instance in AWS_ENDPOINT_URL_S3.
SERVICES = ("S3", "SESV2", "COGNITO_IDENTITY_PROVIDER", "KMS")


@contextmanager
def running(
    data: Path | None = None, *, port: int | None = None, deadline: float = READY_SECONDS
) -> Iterator[Server]:
    """Run the emulator until the block ends or this process does, however it ends.

    `data` is the folder that stores users and objects; without it they are discarded afterwards.
    Without `port` a free one is used. `deadline` is in seconds. Raises MissingPart, PortTaken,
    DataInUse or EmulatorFailed.
    """
    if port is not None:
        ports.check_free(port, remedy="choose another for the emulator, or stop that program")
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="signet-")))
        lock = stack.enter_context(dynamodb.sole_use(folder)).fileno()
        emulator = launch(folder, port=port, keep_open=[lock], deadline=deadline)
        stack.callback(guarded.stop, emulator.process)
        yield emulator


def launch(
    data: Path,
    *,
    port: int | None = None,
    lifeline: int = subprocess.PIPE,
    keep_open: Sequence[int] = (),
    deadline: float = READY_SECONDS,
) -> Server:
    """Start the emulator and return once it answers; `running` is the usual way.

    It ends when the write end of `lifeline` is closed (by default a pipe of this process alone).
    Raises MissingPart or EmulatorFailed.
    """
    if not PYTHON.exists():
        message = f"the emulator isn't in {PYTHON.parent.parent}; run: make setup"
        raise MissingPart(message)
    chosen = port or ports.free_port()

    def start(log: IO[bytes]) -> Process:
        return guarded.start(
            [PYTHON, "-P", "-m", "ministack"],
            environment=_settings(chosen, data),
            folder=data,
            output=log,
            keep_open=keep_open,
            lifeline=lifeline,
        )

    return launched(EMULATOR, chosen, start, deadline)


def environment(endpoint: str) -> dict[str, str]:
    """Return the variables that make AWS clients use the emulator for the services it emulates."""
    return {f"AWS_ENDPOINT_URL_{service}": endpoint for service in SERVICES}


def _settings(port: int, data: Path) -> dict[str, str]:
    return {
        **os.environ,
        # It verifies presigned URLs with the one key that it knows.
        "AWS_ACCESS_KEY_ID": dynamodb.credentials()["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": dynamodb.credentials()["aws_secret_access_key"],
        # By default it listens on every address of the machine.
        "BIND_HOST": ports.LOOPBACK,
        "MINISTACK_HOST": ports.LOOPBACK,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": dynamodb.REGION,
        "LOG_LEVEL": "WARNING",
        # State is written when it is told to end; without a folder of its own its keys go to a
        # shared one.
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data.resolve() / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data.resolve() / "objects"),
    }


def _answers(port: int) -> bool:
    return says_ok(port, "GET", HEALTH)


EMULATOR = Kind("the emulator", _answers, EmulatorFailed)
