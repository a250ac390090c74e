"""A DynamoDB Local for the tests: one, in memory, shared by every worker of a run."""

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from infra.local import dynamodb as local
from tests.shared_process import folder_of_run, shared


@pytest.fixture(scope="session")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the endpoint URL of the run's database; tables are kept apart by access key."""
    with shared_database(folder_of_run(tmp_path_factory)) as endpoint:
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


def shared_database(folder: Path) -> AbstractContextManager[str]:
    """Give the endpoint of the database that processes using the same folder share."""

    def start(lifeline: int) -> str:
        return local.launch(separate=True, lifeline=lifeline).endpoint

    return shared(folder, "database", start)
