"""A DynamoDB Local for the tests: one, in memory, shared by every worker of a run.

The first worker that needs it starts it. Each worker holds the write end of one named pipe, and
the database ends when the last of them lets go, by finishing or by dying.
"""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local import dynamodb as local


@pytest.fixture(scope="session")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the endpoint URL of the run's database; tables are kept apart by access key."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each worker has a folder of its own inside the run's.
        folder = folder.parent
    with shared_database(folder) as endpoint:
        yield endpoint


@pytest.fixture
def empty_database(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Point AWS clients at a database without tables, this test's alone.

    Gives the variables, which are set in the environment, for a command that a test starts.
    """
    variables = local.environment(dynamodb) | {"AWS_ACCESS_KEY_ID": uuid.uuid4().hex}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@contextmanager
def shared_database(folder: Path) -> Iterator[str]:
    """Give the endpoint of the database that processes using the same folder share."""
    pipe, address = folder / "database-lifeline", folder / "database-endpoint"
    with (folder / "database-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            lifeline = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            # No pipe, or nobody reads it: no database runs.
            pipe.unlink(missing_ok=True)
            lifeline = _start(pipe, address)
    try:
        yield address.read_text()
    finally:
        os.close(lifeline)


def _start(pipe: Path, address: Path) -> int:
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    lifeline = os.open(pipe, os.O_WRONLY)
    try:
        address.write_text(local.launch(separate=True, lifeline=reading).endpoint)
    except BaseException:
        os.close(lifeline)
        raise
    finally:
        os.close(reading)
    return lifeline
