"""The demonstration, `make demo`: a database, sample records, the nightly build and a web server.

What it makes is kept under `var/`; a second run starts from there.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from infra.local import dynamodb, gateway, guarded, ports, tables, tour
from infra.local.errors import StepFailed
from infra.local.interrupts import quiet_exit
from infra.local.sample import Sample

DEFAULT_PORT = 8000
NOTICE = "Demonstration: these people and companies are made up."


@dataclass(frozen=True)
class Place:
    """The folder that keeps what the demonstration makes, and what is where in it."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database's files."""
        return self.folder / "dynamodb"

    @property
    def records(self) -> Path:
        """The generated records, in the exchange format."""
        return self.folder / "demo-records"

    @property
    def site(self) -> Path:
        """The built site, which is served."""
        return self.folder / "site"

    @property
    def sample(self) -> Path:
        """What was put into the register."""
        return self.folder / "demo.json"

    @property
    def environment(self) -> Path:
        """Where the database is, while it runs."""
        return self.folder / dynamodb.ENVIRONMENT_FILE.name


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print what is being done, and how long it took."""
    print(f"- {name} ...", flush=True)
    started = time.monotonic()
    yield
    print(f"  {time.monotonic() - started:.1f} s", flush=True)


def _run(*command: str | Path, variables: Mapping[str, str]) -> None:
    # Under the guard a Ctrl-C reaches this process alone, which then stops the command.
    process = guarded.start(command, environment={**os.environ, **variables}, folder=dynamodb.ROOT)
    try:
        code = process.wait()
    finally:
        guarded.stop(process)
    if code:
        message = f"{Path(command[0]).name} {command[1]} ended with code {code}"
        raise StepFailed(message)


def _import(place: Place, wanted: Sample, variables: Mapping[str, str]) -> None:
    signet = Path(sys.executable).with_name("signet")
    sizes = ("--members", str(wanted.members), "--permits", str(wanted.permits))
    wanted.write(place.sample)
    with step(f"Generating {wanted.members:,} members and {wanted.permits:,} permits"):
        shutil.rmtree(place.records, ignore_errors=True)
        seed = ("--seed", str(wanted.seed))
        _run(signet, "demo-data", *sizes, *seed, "--out", place.records, variables=variables)
    with step("Importing them into the register"):
        _run(signet, "import", place.records, variables=variables)
    replace(wanted, imported=True).write(place.sample)


def _fill(place: Place, endpoint: str, wanted: Sample, variables: Mapping[str, str]) -> None:
    """Put the sample records into an empty register; leave one that holds records as it is."""
    held = Sample.read(place.sample)
    if held and not held.imported:
        print("The last run was cut short while importing its sample records: doing that anew.")
        tables.drop(endpoint)
    elif not tables.are_empty(endpoint):
        print("The register has records: they are kept as they are.")
        return
    _import(place, wanted, variables)


def demonstrate(place: Place, options: argparse.Namespace) -> None:
    """Run the demonstration until it is interrupted.

    Raises LocalError when a part can't run, before any work when the port is taken.
    """
    remedy = f"choose another, such as: make demo PORT={options.port + 1}"
    started = time.monotonic()
    with ExitStack() as held:
        taken = held.enter_context(ports.reserve(options.port, remedy=remedy))
        address = f"http://{ports.LOOPBACK}:{taken.getsockname()[1]}"
        with step("Starting DynamoDB Local"):
            running = dynamodb.running(place.database, port=options.database_port)
            endpoint = held.enter_context(running).endpoint
        # The pages carry the site's own address and a notice: a build by hand needs them too.
        settings = {"SIGNET_SITE_URL": address, "SIGNET_NOTICE": NOTICE}
        announced = dynamodb.announced(endpoint, settings, place.environment)
        _prepare(place, endpoint, options, held.enter_context(announced))
        ready = f"\nReady in {time.monotonic() - started:.1f} s: {address}/\n\n"
        gateway.serve(place.site, taken, ready + tour.where_to_look(place.site, address))


def _prepare(
    place: Place, endpoint: str, options: argparse.Namespace, variables: Mapping[str, str]
) -> None:
    held = Sample.read(place.sample)
    asked = (options.members, options.permits, options.seed)
    if held and held.imported and (note := held.difference(*asked)):
        print(note)
    _fill(place, endpoint, Sample.wanted(*asked), variables)
    build = ("build.py", "--source", "dynamodb", "--out", place.site)
    with step("Building the site"):
        _run(sys.executable, *build, variables=variables)


def clean(place: Place) -> None:
    """Remove the demonstration's database, records and site.

    Raises DataInUse while the database runs.
    """
    with dynamodb.sole_use(place.database):
        for folder in (place.records, *place.folder.glob("site*"), place.database):
            shutil.rmtree(folder, ignore_errors=True)
        place.sample.unlink(missing_ok=True)
    print("The demonstration's records and site are gone; make demo starts anew.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the site")
    parser.add_argument("--database-port", type=int, help="default: a free one")
    for name in ("members", "permits", "seed"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--keep-in", type=Path, default=dynamodb.ROOT / "var", metavar="FOLDER")
    parser.add_argument("--clean", action="store_true", help="remove what was made instead")
    return parser.parse_args()


def main() -> int:
    """Run the demonstration, or with --clean remove what it made; return the exit code."""
    options = _options()
    place = Place(options.keep_in.resolve())
    with quiet_exit():
        if options.clean:
            clean(place)
        else:
            demonstrate(place, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
