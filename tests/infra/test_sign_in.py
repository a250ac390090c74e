"""The demonstration's page before signing in: a new person can create an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import emulator, gateway, identity, sign_in
from infra.local.identity import User
from infra.local.mailbox import Mailbox
from infra.local.sign_in import SignIn
from tests.infra.serving import served
from tests.infra.test_emulator import sign_in as signed_in
from tests.web_client import Client

NEW = User("owner@new-company.example", "a long password 1A!")
SITE = "http://127.0.0.1:8000"
QUERY = "response_type=code&client_id=abc&state=s%26t"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SignIn, str]]:
    folder: Path = tmp_path_factory.mktemp("sign-in")
    with emulator.running() as running:
        pool = identity.prepare(running.endpoint, SITE)
        page = SignIn(running.endpoint, pool, Mailbox(folder / "mail"), "register@example.org")
        with served(gateway.application(folder, page.routes())) as port:
            yield page, f"http://127.0.0.1:{port}"


def form(client: Client, path: str, **fields: str) -> tuple[int, str, str]:
    answer = client.post(f"{sign_in.PATH}/{path}", {"query": QUERY, **fields})
    named = re.search(r'name="name" value="([^"]+)"', answer.text)
    return answer.status, answer.text, named[1] if named else ""


def code_of(page: SignIn, email: str) -> str:
    code: str = re.findall(r"\d{6}", page.mailbox.mails(email)[0].text)[0]
    return code


def test_it_leads_on_to_signing_in_and_to_nowhere_else(place: tuple[SignIn, str]) -> None:
    page, address = place
    text = Client(address).get(f"{sign_in.PATH}/?{QUERY}&x=%22%3E%3Cscript%3E").text
    assert f'href="{page.emulator}/oauth2/authorize?response_type=code&amp;client_id=abc' in text
    assert "state=s%26t" in text
    assert "<script" not in text


def test_with_the_mailed_code_a_new_person_can_sign_in(place: tuple[SignIn, str]) -> None:
    page, address = place
    client = Client(address)
    status, text, name = form(client, "", email=NEW.email, password=NEW.password)
    assert status == 200
    assert NEW.email in text
    code = code_of(page, NEW.email)
    wrong = "000000" if code != "000000" else "111111"
    status, text, _ = form(client, "code", name=name, code=wrong)
    assert status == 422
    assert "isn’t the code" in text
    status, text, _ = form(client, "code", name=name, code=f" {code} ")
    assert status == 200
    assert "Your account is made" in text
    user = User(NEW.email, NEW.password.replace(" ", "%20").replace("!", "%21"))
    assert "code=" in signed_in(page.emulator, page.pool, user)
    assert form(client, "code", name=name, code=code)[0] == 422, "a code works once"


def test_a_code_can_not_be_guessed(place: tuple[SignIn, str]) -> None:
    page, address = place
    client = Client(address)
    _, _, name = form(client, "", email="guess@x.example", password=NEW.password)
    code = code_of(page, "guess@x.example")
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(sign_in.TRIES):
        form(client, "code", name=name, code=wrong)
    assert form(client, "code", name=name, code=code)[0] == 422


@pytest.mark.parametrize(
    ("email", "password"),
    [("nobody", NEW.password), ("a b@x.example", NEW.password), ("a@x.example", "short"), ("", "")],
)
def test_what_is_wrong_is_said(place: tuple[SignIn, str], email: str, password: str) -> None:
    _, address = place
    status, text, _ = form(Client(address), "", email=email, password=password)
    assert status == 422
    assert 'role="alert"' in text
