"""The pages of requests in tests: opened and sent by members, officers and referees."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest

from lambdas.requests import contribute
from lambdas.requests.desk.function import app as desk
from lambdas.requests.member.function import app as own
from signet.web.app import App
from tests.events import Answered, ask, get, post
from tests.people import Person
from tests.request_office import NOW, POLICY

BASE, DESK = "/services/requests/", "/services/requests/desk/"


@pytest.fixture
def request_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pages read the tests' policy, on the tests' day."""
    monkeypatch.setattr("signet.policy.load", lambda *_: POLICY)
    at_pages(monkeypatch)


def at_pages(monkeypatch: pytest.MonkeyPatch, *, days: int = 0) -> None:
    """Set the pages' clock to some days after the tests' day."""
    for app in (own, desk, contribute.app):
        monkeypatch.setattr(app, "clock", lambda: NOW + timedelta(days=days))


def page(app: App, who: Person | None, target: str) -> Answered:
    """Open a page, signed in unless by None."""
    return ask(app, get(target, session=who.token if who else ""))


def send(app: App, who: Person | None, target: str, form: Any = None) -> Answered:
    """Send a form, signed in unless by None."""
    act, token = secrets.token_hex(16), who.token if who else ""
    return ask(app, post(target, form or {}, act=act, session=token))


def hidden(text: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    field = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert field, name
    return field[1]


def decide(who: Person, at: str, what: str, **form: Any) -> Answered:
    """Do an action at the desk, on the request as its page shows it."""
    shown = page(desk, who, f"{at}{what}/")
    assert shown.status == 200, shown.text
    return send(desk, who, f"{at}{what}/", {"seen": hidden(shown.text, "seen"), **form})
