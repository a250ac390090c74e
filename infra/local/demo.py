"""The demonstration, `make demo`: the parts, sample records, the nightly build and the services.

What it makes is kept under `var/`; a second run starts from there.
"""

import argparse
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from infra.local import (
    arrivals,
    checkout,
    dynamodb,
    functions,
    gateway,
    guarded,
    mailbox,
    parts,
    people,
    ports,
    sign_in,
    streams,
    tables,
    tour,
    uploads,
)
from infra.local.errors import StepFailed
from infra.local.interrupts import quiet_exit
from infra.local.parts import Place
from infra.local.sample import Sample
from signet.uploads import scanner

DEFAULT_PORT = 8000
NOTICE = "Demonstration: these people and companies are made up."


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print what is being done, and how long it took."""
    print(f"- {name} ...", flush=True)
    started = time.monotonic()
    yield
    print(f"  {time.monotonic() - started:.1f} s", flush=True)


@contextmanager
def _beside(*command: str | Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Run a command beside what the block does, and wait for its end.

    Raises StepFailed when it fails.
    """
    # Under the guard a Ctrl-C reaches only this process, which then stops the command.
    process = guarded.start(command, environment={**os.environ, **variables}, folder=dynamodb.ROOT)
    try:
        yield
        code = process.wait()
    finally:
        guarded.stop(process)
    if code:
        message = f"{Path(command[0]).name} {command[1]} ended with code {code}"
        raise StepFailed(message)


def _run(*command: str | Path, variables: Mapping[str, str]) -> None:
    with _beside(*command, variables=variables):
        pass


def _import(place: Place, wanted: Sample, variables: Mapping[str, str]) -> None:
    signet = Path(sys.executable).with_name("signet")
    sizes = ("--members", str(wanted.members), "--permits", str(wanted.permits))
    wanted.write(place.sample)
    with step(f"Generating {wanted.members:,} members and {wanted.permits:,} permits"):
        shutil.rmtree(place.records, ignore_errors=True)
        seed = ("--seed", str(wanted.seed))
        _run(signet, "demo-data", *sizes, *seed, "--out", place.records, variables=variables)
    tables.create_without_streams()
    with step("Importing them into the register"):
        _run(signet, "import", place.records, variables=variables)
    replace(wanted, imported=True).write(place.sample)


def _fill(place: Place, endpoint: str, wanted: Sample, variables: Mapping[str, str]) -> None:
    """Load the sample records into an empty register; leave one that has records as it is."""
    sample = Sample.read(place.sample)
    if sample and not sample.imported:
        print("The last run was cut short while importing its sample records: doing that anew.")
        tables.drop(endpoint)
        place.people.unlink(missing_ok=True)
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
    with ExitStack() as stack:
        taken = stack.enter_context(ports.reserve(options.port, remedy=remedy))
        address = f"http://{ports.LOOPBACK}:{taken.getsockname()[1]}"
        with step("Starting the database, the emulator of AWS and the mailbox"):
            # Stripe doesn't run on one machine; the stand-in says that it is one.
            paying = checkout.Checkout(address, f"whsec_{secrets.token_hex(16)}")
            # The pages carry a notice: a build by hand needs it too.
            running = parts.running(
                place,
                address,
                {"SIGNET_NOTICE": NOTICE, **paying.variables(), **uploads.variables(address)},
                database_port=options.database_port,
                emulator_port=options.emulator_port,
            )
            there = stack.enter_context(running)
        signing = sign_in.SignIn(there.emulator, there.pool, there.mailbox, parts.SENDER)
        # Code in this process, above all the functions, finds the parts as commands do.
        os.environ.update({**there.variables, **signing.variables(address)})
        _fill(place, there.database, _wanted(place, options), there.variables)
        tables.create()
        # From here on the streams are read; earlier changes are in the site and the search, which
        # are made next.
        heard = streams.pollers(there.database)
        signet = Path(sys.executable).with_name("signet")
        with _beside(signet, "search", "rebuild", variables=there.variables):
            _build(place, there.variables)
            known = _settle(place)
        there.add_users([person.user for person in known])
        stack.enter_context(streams.polled([*heard, *arrivals.watchers()]))
        stack.enter_context(streams.scheduled(streams.SCHEDULED))
        ready = f"\nReady in {time.monotonic() - started:.1f} s: {address}/\n"
        scanned = f"Files are looked through by a {scanner.chosen(os.environ).name}."
        look = tour.where_to_look(place.site, address)
        lines = (ready, people.told(known, address), "", scanned, "", look)
        pages = [*mailbox.Pages(there.mailbox).routes(), *paying.routes(), *signing.routes()]
        door = uploads.Door(there.emulator, place.site)
        behind = [*pages, *door.routes(), functions.mount()]
        gateway.serve(place.site, taken, "\n".join(lines), behind)


def _wanted(place: Place, options: argparse.Namespace) -> Sample:
    sample = Sample.read(place.sample)
    asked = (options.members, options.permits, options.seed)
    if sample and sample.imported and (note := sample.difference(*asked)):
        print(note)
    return Sample.wanted(*asked)


def _build(place: Place, variables: Mapping[str, str]) -> None:
    signet = Path(sys.executable).with_name("signet")
    with step("Building the site; the desks’ search is filled beside it"):
        _run(signet, "shell", "--out", place.shell, variables=variables)
        build = ("build.py", "--source", "dynamodb", "--out", place.site)
        _run(sys.executable, *build, variables=variables)


def _settle(place: Place) -> list[people.Person]:
    with step("Adding people who can sign in, and what they have filed"):
        return people.settle(place.people, place.site)


def clean(place: Place) -> None:
    """Remove the demonstration's records, people, mail and site.

    Raises DataInUse while the database runs.
    """
    with dynamodb.sole_use(place.database):
        paths = (place.records, place.database, place.emulator, place.mail, place.keys)
        for folder in (*paths, *place.folder.glob("site*")):
            shutil.rmtree(folder, ignore_errors=True)
        secrets = (place.address_key, place.intake_key)
        for file in (place.sample, place.people, place.shell, *secrets):
            file.unlink(missing_ok=True)
    print("The demonstration's records and site are gone; make demo starts anew.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the site")
    parser.add_argument("--database-port", type=int, help="default: a free one")
    parser.add_argument("--emulator-port", type=int, help="default: a free one")
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
