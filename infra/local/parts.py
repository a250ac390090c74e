"""Everything the services stand on, on this machine: database, emulator, mailbox, and settings.

`python -m infra.local.parts` runs it in the foreground without a site, with nothing kept, for
trying one part against the others.
"""

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local import dynamodb, emulator, identity, keys, mailbox, objects, private
from infra.local.identity import PASSWORD, Pool, User
from infra.local.interrupts import quiet_exit
from infra.local.mailbox import Mailbox

SENDER = "register@example.org"
TRIED = ("member@example.org", "officer@example.org")


@dataclass(frozen=True)
class Place:
    """The folder of everything that the demonstration makes, and the paths in it."""

    folder: Path

    @property
    def database(self) -> Path:
        """Return the database's folder."""
        return self.folder / "dynamodb"

    @property
    def emulator(self) -> Path:
        """Return the emulator's folder: users who can sign in, and uploaded files."""
        return self.folder / "emulator"

    @property
    def mail(self) -> Path:
        """Return the folder of the mail that was sent."""
        return self.folder / "mailbox"

    @property
    def records(self) -> Path:
        """Return the folder of the generated records, in the exchange format."""
        return self.folder / "demo-records"

    @property
    def site(self) -> Path:
        """Return the folder of the built site, which is served."""
        return self.folder / "site"

    @property
    def shell(self) -> Path:
        """Return the file of the empty page that the services' pages fill."""
        return self.folder / "shell.html"

    @property
    def sample(self) -> Path:
        """Return the file that says what was put into the register."""
        return self.folder / "demo.json"

    @property
    def people(self) -> Path:
        """Return the file that says who can sign in, and in which role."""
        return self.folder / "demo-people.json"

    @property
    def address_key(self) -> Path:
        """Return the file of the key that e-mail addresses are hashed with for look-ups."""
        return self.folder / "address-key"

    @property
    def intake_key(self) -> Path:
        """Return the file of the key that signs complaint forms and hashes their numbers."""
        return self.folder / "intake-key"

    @property
    def keys(self) -> Path:
        """Return the folder of the keys that complaints and confidential mail are sealed to."""
        return self.folder / "keys"

    @property
    def environment(self) -> Path:
        """Return the file with the addresses of all parts, while they run."""
        return self.folder / dynamodb.ENVIRONMENT_FILE.name


@dataclass(frozen=True)
class Parts:
    """The running parts, and the variables by which programs use them."""

    database: str
    emulator: str
    pool: Pool
    mailbox: Mailbox
    variables: Mapping[str, str]

    def add_users(self, users: list[User]) -> None:
        """Let people sign in."""
        identity.add_users(self.emulator, self.pool, users)


@contextmanager
def running(
    place: Place,
    site: str,
    settings: Mapping[str, str],
    *,
    database_port: int | None = None,
    emulator_port: int | None = None,
) -> Iterator[Parts]:
    """Run the parts until the block ends; `site` is the site's address without a final slash.

    The variables, `settings` among them, are in `place.environment` meanwhile, for commands in
    other terminals. Raises LocalError when a part can't run.
    """
    with ExitStack() as stack:
        database = stack.enter_context(dynamodb.running(place.database, port=database_port))
        emulated = stack.enter_context(emulator.running(place.emulator, port=emulator_port))
        pool = identity.prepare(emulated.endpoint, site)
        objects.prepare(emulated.endpoint)
        box = Mailbox(place.mail)
        more = {
            **emulator.environment(emulated.endpoint),
            **identity.variables(emulated.endpoint, pool),
            **objects.variables(),
            "SIGNET_SMTP": stack.enter_context(mailbox.catching(box)),
            "SIGNET_MAIL_FROM": SENDER,
            **keys.prepare(emulated.endpoint, place.keys),
            "SIGNET_ADDRESS_KEY": keys.secret(place.address_key),
            "SIGNET_INTAKE_KEY": keys.secret(place.intake_key),
            "SIGNET_SCANNER": "stand-in",
            "SIGNET_SITE_URL": site,
            "SIGNET_SITE_FOLDER": str(place.site),
            "SIGNET_SHELL": str(place.shell),
            **settings,
        }
        announced = dynamodb.announced(database.endpoint, more, place.environment)
        variables = stack.enter_context(announced)
        yield Parts(database.endpoint, emulated.endpoint, pool, box, variables)


def main() -> int:
    """Run the parts until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="parts", description=main.__doc__)
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="its address")
    parser.add_argument("--environment-file", type=Path, help="default: in a folder of its own")
    options = parser.parse_args()
    with (
        quiet_exit(),
        tempfile.TemporaryDirectory(prefix="signet-parts-") as folder,
        running(Place(Path(folder)), options.site, {}) as parts,
    ):
        parts.add_users([User(email, PASSWORD) for email in TRIED])
        lines = "".join(f"{name}={value}\n" for name, value in parts.variables.items())
        if options.environment_file:
            private.write(options.environment_file, lines)
        print(f"{lines}# {', '.join(TRIED)} can sign in with {PASSWORD}. Ctrl-C stops it.")
        sys.stdout.flush()
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
