"""Every write of accounts, roles and sessions at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os

import pytest

from lambdas import account
from lambdas.admin import function as admin
from signet import accounts as package
from signet.accounts import codes, roles, store
from tests.faults import account_writes, named_acts, session_writes
from tests.faults.matrix import rewound, survives
from tests.people import accounts, ground, shell

__all__ = ["accounts", "ground", "shell"]

# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 2
NAMES = (*session_writes.SIGNING, *account_writes.OFFICE)


@pytest.fixture
def provider(accounts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    session_writes.provider(monkeypatch)


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("name", NAMES)
def test_a_write_of_accounts_survives_every_trouble(name: str) -> None:
    every = (*session_writes.writes(), *account_writes.writes())
    (one,) = (one for one in every if one.name == name)
    survives(rewound(one), MOST)


LOOKS = {"account-seen", "trail-seen"}  # which change nothing


@pytest.mark.usefixtures("provider")
def test_no_write_of_accounts_is_left_out() -> None:
    tried: set[str] = set()
    for one in (*session_writes.writes(), *account_writes.writes()):
        tried |= named_acts.in_trail(rewound(one))
    assert named_acts.audited(package) - LOOKS == tried


# What each form of the pages writes: by its route, the write above; "" for one that only looks.
FORMS = {
    "/services/account/typed/": "What was typed kept",
    "/services/account/sign-out": "Signing out",
    "/services/account/sessions/<session>/end": "One session ended",
    "/services/account/sessions/end-others": "The other sessions ended",
    "/services/account/link/": "A code to join a record asked for",
    "/services/account/link/code/": "A record joined by its code",
    "/services/admin/roles/": "",
    "/services/admin/accounts/<account>/grant/": "A role asked for",
    "/services/admin/grants/<grant>/approve": "A role approved",
    "/services/admin/grants/<grant>/refuse": "A role refused",
    "/services/admin/grants/<grant>/reviewed": "A role given alone reviewed",
    "/services/admin/accounts/<account>/withdraw/<role>/": "A role withdrawn",
    "/services/admin/accounts/<account>/part/": "An account parted from its record",
    "/services/admin/mail/": "A mail given up sent again",
}


def test_every_form_of_the_accounts_pages_is_among_these_writes() -> None:
    posted = {
        one.rule for app in (account.app, admin.app) for one in app.routes if one.method == "POST"
    }
    assert posted == FORMS.keys()
    assert set(FORMS.values()) <= {"", *NAMES}


def test_accounts_write_nowhere_else() -> None:
    """A module that comes to write to the database has to be looked at here."""
    wrote = {"codes", "granting", "limits", "roles", "sessions", "signing", "typed"}
    assert named_acts.writing(package) == wrote


ASKED_FIRST = (
    "One session ended",
    "A code to join a record asked for",
    "A record joined by its code",
    "An account parted from its record",
    "A role asked for",
    "A role approved",
    "A role refused",
    "A role given alone",
    "A role given alone reviewed",
    "A role withdrawn",
)


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("name", ASKED_FIRST)
def test_a_form_that_its_twin_overtook_is_answered_alike(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = (*session_writes.writes(), *account_writes.writes())
    (one,) = (one for one in every if one.name == name)
    form = one.prepare()
    told = one.do(form)
    # Where it asks first whether it was done, the twin hasn't done it yet.
    for module in (codes, roles):
        monkeypatch.setattr(module, "earlier_result", lambda *_: None)
    assert one.do(form) == told


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("what", ["made", "promised"])
def test_two_who_give_an_address_an_account_at_once_give_it_one(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = (one for one in account_writes.writes() if one.name.startswith(f"An account {what}"))
    form = one.prepare()
    first = one.do(form)
    asked, invited, of_email = iter([None, None]), store.invited, store.of_email
    monkeypatch.setattr(store, "of_email", lambda to: next(asked, of_email(to)) or [])
    monkeypatch.setattr(store, "invited", lambda to: next(asked, invited(to)))
    assert one.do(form) == first
    assert len(of_email("new@example.org")) == (what == "made")
