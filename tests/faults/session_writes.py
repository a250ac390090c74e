"""Signing in and out, sessions, and what was typed in one, to be put under the crash matrix."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest

from signet.accounts import actions, addresses, oidc, sessions, store, typed
from signet.accounts.keys import hashed
from signet.accounts.model import NewSession, Role, SignInFailed
from signet.accounts.tables import SessionRow
from signet.accounts.tokens import Claims
from signet.errors import NotAllowed, NotFound
from tests.faults.account_writes import EMAIL, NUMBER, held, whole_sessions
from tests.faults.matrix import PATIENCE, Write
from tests.function_ground import empty
from tests.identity_provider import Provider
from tests.people import NOW, TABLES, person

Form = dict[str, Any]
Act = Callable[[Form], object]
SUBJECT = "s-1"
SOON = NOW + timedelta(minutes=2)
TYPED = {"page": "/services/cpd/", "fields": {"title": "Course on pressure vessel codes"}}


def provider(patch: pytest.MonkeyPatch) -> None:
    """Let whoever signs in be who the code says: what a provider proves has tests of its own."""
    for name, value in Provider(lambda: NOW, "https://identity.example").settings().items():
        patch.setenv(name, value)
    patch.setattr(oidc, "exchange", lambda _to, *, code, verifier: code)
    patch.setattr(oidc, "verified", lambda _to, token, *_: Claims(SUBJECT, token))


def _sign_in(form: Form) -> str:
    """Sign in, as somebody does who is told to start again; give the account's address."""
    for _ in range(PATIENCE):
        with suppress(SignInFailed):
            new = _signed_in(form)
            found = actions.principal(new.token, NOW)
            assert found is not None, "the session that was opened isn't one"
            return found.email
    raise SignInFailed("it never worked")


def _signed_in(form: Form) -> NewSession:
    begun = actions.begin_sign_in("", browser="", now=NOW, random=secrets.token_bytes)
    (state,) = parse_qs(urlsplit(begun.url).query)["state"]
    return actions.finish_sign_in(
        code=form["email"],
        state=state,
        browser=begun.cookie,
        session=form["session"],
        now=NOW,
        random=secrets.token_bytes,
    )


def _sign_out(form: Form) -> str:
    return actions.sign_out(form["session"])


def _use(form: Form) -> str:
    found = actions.principal(form["session"], SOON)
    assert found is not None
    return found.account


def _end_one(form: Form) -> None:
    actions.end_session(form["by"], hashed(form["others"][0]), now=NOW, operation_id=form["act"])


def _end_others(form: Form) -> None:
    """End three sessions, two in a transaction."""
    with patch.object(sessions, "MOST_AT_ONCE", 2):
        actions.end_others(form["by"], now=NOW, operation_id=form["act"])


def _keep_typed(form: Form) -> object:
    cookie = typed.keep(TYPED, who="", session=form["session"], now=NOW, random=secrets.token_bytes)
    assert cookie is not None
    return typed.load(form["by"], cookie, NOW)


def _forget_typed(form: Form) -> str:
    typed.forget(form["cookie"])
    try:
        typed.load(form["by"], form["cookie"], NOW)
    except (NotFound, NotAllowed):
        return "gone"
    return "there"


SIGNING: dict[str, Act] = {
    "Signing in for the first time": _sign_in,
    "Signing in where an account waits": _sign_in,
    "Signing in where one was promised": _sign_in,
    "Signing in with a changed address": _sign_in,
    "Signing in again": _sign_in,
    "Signing out": _sign_out,
    "A session used": _use,
    "One session ended": _end_one,
    "The other sessions ended": _end_others,
    "What was typed kept": _keep_typed,
    "What was typed forgotten": _forget_typed,
}


def writes() -> list[Write]:
    """Every write of signing in and of sessions."""
    return [_write(name, do) for name, do in SIGNING.items()]


def _write(name: str, do: Act) -> Write:
    def prepare() -> Form:
        empty(TABLES)
        return _people(name)

    return Write(name, TABLES, prepare, do, lambda form, _: _left(form))


def _people(name: str) -> Form:
    """Return a member with three more sessions; and whoever signs in, as far as they are known."""
    ana = person(Role.REGISTRAR, email="officer@example.org")
    others = [
        actions.open_session(ana.account, now=NOW, random=secrets.token_bytes) for _ in range(3)
    ]
    addresses.update_index([(NUMBER, "", EMAIL), ("100002", "", "new@example.org")])
    form: Form = {
        "act": secrets.token_hex(16),
        "email": EMAIL,
        "session": ana.token,
        "by": ana.principal(),
        "others": others,
        "cookie": "",
    }
    return form | _known(name, form)


def _known(name: str, form: Form) -> Form:
    match name:
        case "Signing in where an account waits":
            actions.invite(
                EMAIL, by="a", now=NOW, operation_id="0" * 32, random=secrets.token_bytes
            )
        case "Signing in where one was promised":
            actions.promise(
                EMAIL, by="a", now=NOW, operation_id="0" * 32, random=secrets.token_bytes
            )
        case "Signing in with a changed address":
            addresses.update_index([(NUMBER, EMAIL, "")])
            _signed_in(form | {"session": ""})
            return {"email": "new@example.org"}
        case "Signing in again":
            return {"session": _signed_in(form | {"session": ""}).token}
        case "What was typed forgotten":
            cookie = typed.keep(
                TYPED, who="", session=form["session"], now=NOW, random=secrets.token_bytes
            )
            return {"cookie": cookie}
    return {}


def _left(form: Form) -> object:
    """Who has an account and who has a session; of one that nobody holds there may be more.

    An answer that was lost took its cookie with it: that session runs out by itself.
    """
    whose = Counter(whole_sessions())
    signs_in = store.of_identity(store.identity_key(oidc.settings().issuer, SUBJECT))
    kept = {row.key for row in SessionRow.scan() if row.key.startswith("typed#")}
    own = {account: count for account, count in whose.items() if account != signs_in}
    still = sessions.account_of(form["session"]) is not None
    return held(), sorted(own.values()), signs_in in whose, bool(kept), still
