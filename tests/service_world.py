"""The whole of it, running: database, emulator, mailbox, functions and site, as `make demo` does.

One for all workers of a run. What happens in it stays there for the others: a test that changes
something takes a member of its own (`world.member()`).
"""

from __future__ import annotations

import csv
import fcntl
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.local import emulator as local_emulator
from infra.local import guarded, identity, people
from infra.local.dynamodb import ROOT
from infra.local.identity import PASSWORD, Pool
from infra.local.mailbox import Mailbox, StoredMail
from infra.local.parts import Place
from infra.local.people import Person
from infra.local.tour import practising
from tests.infra.waiting import eventually
from tests.shared_process import folder_of_run, shared
from tests.web_client import Answer, Client

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIGNET = Path(sys.executable).with_name("signet")
START_SECONDS = 420  # a busy machine is slow, not wrong
# Enough members who may practise for each test that needs one of its own.
SIZE = ("--members", "360", "--permits", "8")
HAVE_ONE = "Sign in with an account you have"  # beside creating one (infra/local/sign_in.py)
READY = "Ctrl-C ends it all"


@dataclass(frozen=True)
class World:
    """The running whole. `variables` are the settings that commands need to work in it."""

    place: Place
    variables: Mapping[str, str]

    @property
    def address(self) -> str:
        """The site's address, without a final slash."""
        return self.variables["SIGNET_SITE_URL"]

    def person(self, role: str, which: int = 0) -> Person:
        """Somebody of the staff.

        A "CPD officer" or "Complaints officer" (there are two each), "Registrar", "administrator".
        """
        known = people.settle(self.place.people, self.place.site)
        return [one for one in known if one.role == role][which]

    def member(self) -> Person:
        """Return a member who may practise, whom no other test has, and who can sign in."""
        known = people.settle(self.place.people, self.place.site)
        with (self.place.folder / "members-taken").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            taken = {*file.read().split(), *(one.member for one in known)}
            number = next(one for one in practising(self.place.site) if one not in taken)
            file.write(f"{number}\n")
        found = Person("member", self._email(number), number)
        identity.add_users(self._emulator, self._pool, [found.user])
        return found

    def stranger(self) -> Person:
        """Somebody new to us, of no register and no role, who can sign in."""
        found = Person("stranger", f"{secrets.token_hex(6)}@newcomer.example")
        identity.add_users(self._emulator, self._pool, [found.user])
        return found

    def _email(self, number: str) -> str:
        with (self.place.records / "contacts.csv").open(encoding="utf-8", newline="") as file:
            return next(row["email"] for row in csv.DictReader(file) if row["number"] == number)

    @property
    def _emulator(self) -> str:
        return self.variables["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"]

    @property
    def _pool(self) -> Pool:
        issuer = self.variables["SIGNET_OIDC_ISSUER"]
        return Pool(issuer.rpartition("/")[2], self.variables["SIGNET_OIDC_CLIENT_ID"])

    def signet(self, *arguments: object) -> str:
        """Run a `signet` command in it; gives what it said. Fails when the command does."""
        command: list[str | Path] = [SIGNET, *map(str, arguments)]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    @property
    def environment(self) -> dict[str, str]:
        """The variables for a command run in it."""
        return {**os.environ, **self.variables}

    def mails(self, to: str = "") -> list[StoredMail]:
        """Return the mails that were sent, newest first; with `to` only those to that address."""
        return Mailbox(self.place.mail).mails(to)

    def page(self, path: str) -> str:
        """Return a page of the built site, as its file is now."""
        return (self.place.site / path.strip("/") / "index.html").read_text(encoding="utf-8")

    def sign_in(self, page: Page, person: Person, to: str = "/services/") -> None:
        """Sign in with a browser's page, by the provider's own form, and end at a path."""
        page.goto(f"{self.address}/services/account/sign-in?return={to}")
        page.get_by_role("link", name=HAVE_ONE).click()
        page.get_by_label("Username").fill(person.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.address}{to}")

    def enter(self, page: Page, person: Person, to: str = "/services/") -> None:
        """Go to a path with a browser's page as somebody who has signed in, without its clicks."""
        # Cookies that ask for HTTPS are sent to a loopback address without it, not taken from one.
        secure = self.address.replace("http:", "https:")
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": secure}
                for name, value in self.client(person).cookies.items()
            ]
        )
        page.goto(f"{self.address}{to}")

    def client(self, person: Person | None = None) -> Client:
        """Return an HTTP client, signed in as somebody if one is given."""
        client = Client(self.address)
        if person is not None:
            form = self.sign_in_form(client)
            fields = {**form.hidden, "username": person.email, "password": PASSWORD}
            done = client.post(f"{form.origin}/login", fields)
            assert done.url == f"{self.address}/services/", done.text
        return client

    def sign_in_form(self, client: Client) -> Answer:
        """Open the provider's form, for a client that is to sign in and end at the services."""
        offered = client.get("/services/account/sign-in?return=/services/")
        onward = re.search(rf'href="([^"]+)">{HAVE_ONE}', offered.text)
        assert onward, offered.text
        return client.get(unescape(onward[1]))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give the running whole, started by the first test of a run that asks for it."""
    folder = folder_of_run(tmp_path_factory)
    place = Place(folder / "world")
    with shared(folder, "world", lambda lifeline: _start(place, lifeline)) as told:
        lines = (line.partition("=") for line in told.splitlines())
        yield World(place, {name: value for name, _, value in lines})


def _start(place: Place, lifeline: int) -> str:
    place.folder.mkdir(parents=True)
    log = place.folder / "log"
    command: list[str | Path] = [sys.executable, "-u", "-m", "infra.local.demo"]
    with log.open("wb") as output:
        process = guarded.start(
            [*command, "--keep-in", place.folder, "--port", "0", *SIZE],
            folder=ROOT,
            output=output,
            lifeline=lifeline,
        )
    ready = eventually(
        lambda: READY in log.read_text() or process.poll() is not None, START_SECONDS
    )
    assert ready, f"it didn't start in time:\n{log.read_text()}"
    assert process.poll() is None, f"it ended early:\n{log.read_text()}"
    return place.environment.read_text()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the endpoint URL of an emulator of AWS, empty when the run began, for all workers.

    Accounts are kept apart: an access key of twelve digits is an account of its own.
    """
    folder = folder_of_run(tmp_path_factory)

    def start(lifeline: int) -> str:
        data = folder / "emulator"
        data.mkdir(exist_ok=True)
        return local_emulator.launch(data, lifeline=lifeline).endpoint

    with shared(folder, "emulator", start) as endpoint:
        yield endpoint
