"""Signing in at the identity provider, coming back, and signing out of both sites."""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from signet.accounts import oidc, sessions, store, typed
from signet.accounts.context import context_of
from signet.accounts.keys import Random, address, hashed, secret
from signet.accounts.limits import limits
from signet.accounts.model import HOME, Account, NewSession, SignIn, SignInFailed
from signet.accounts.tables import AccountRow
from signet.accounts.tokens import Claims
from signet.tables import reachable
from signet.transactions.commit import Change, digest_of, reasons
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Command, Plan, perform, retry

PART = "signin"
JOINED_MAIL = "account_joined"
TRIES = 3  # retries against the same person's signing in twice at the same moment
LONGEST_PATH = 1000
# A browser takes a second slash or a backslash for another host, and drops control characters.
LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")
WAYS_IN = (f"{HOME}sign-in", f"{HOME}callback", f"{HOME}signed-out")
COOKIE = re.compile(r"[\w-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What is stored between leaving for the provider and coming back."""

    key: str
    browser: str
    nonce: str
    verifier: str
    return_to: str
    until: datetime


def local_path(text: str) -> str:
    """Return a path of this site to go back to, or the account page if the text isn't one."""
    plain = len(text) <= LONGEST_PATH and LOCAL.fullmatch(text)
    return text if plain and not text.startswith(WAYS_IN) else HOME


@reachable
def begin_sign_in(return_to: str, *, browser: str, now: datetime, random: Random) -> SignIn:
    """Begin an attempt; return where to send the browser, and the cookie that it must bring back.

    `browser` is that cookie if the browser has one already, else "": attempts in two windows then
    share it. The attempt is stored here, under the hash of `state`.
    """
    to, stored = oidc.settings(), limits(now)
    cookie = browser if COOKIE.fullmatch(browser) else secret(random)
    state, nonce, verifier = secret(random), secret(random), secret(random)
    body = {
        "browser": hashed(cookie),
        "nonce": nonce,
        "verifier": verifier,
        "return_to": local_path(return_to),
        "until": (now + stored.sign_in).isoformat(),
    }
    AccountRow(
        f"signin#{hashed(state)}", PART, body=json.dumps(body), expires=now + stored.sign_in
    ).save()
    url = oidc.authorize_url(to, state=state, nonce=nonce, verifier=verifier)
    return SignIn(url, cookie, int(stored.sign_in.total_seconds()))


def finish_sign_in(
    *, code: str, state: str, browser: str, session: str, now: datetime, random: Random
) -> NewSession:
    """Complete an attempt and sign the person in; `session` is the cookie of a session to replace.

    Raises SignInFailed unless this browser began the attempt recently and it wasn't completed
    before, or when the provider's answer doesn't verify. Raises ProviderUnavailable.
    """
    attempt, to = _take_attempt(state, browser, now), oidc.settings()
    token = oidc.exchange(to, code=code, verifier=attempt.verifier)
    claims = oidc.verified(to, token, attempt.nonce, now)
    account = _signed_in(to.issuer, claims, now, random)
    opened = sessions.open_session(account.id, now=now, random=random, replaces=session)
    seconds = int(limits(now).whole.total_seconds())
    return NewSession(opened, seconds, attempt.return_to, typed.cookie_mark(account.id))


@reachable
def _take_attempt(state: str, browser: str, now: datetime) -> _Attempt:
    """Return the attempt of this state and delete it, so that it can't be used again."""
    row = store.row(f"signin#{hashed(state)}", PART) if state else None
    if row is None:
        raise SignInFailed("the state is unknown or was used")
    attempt = _read(row)
    if not browser or not hmac.compare_digest(hashed(browser), attempt.browser):
        raise SignInFailed("another browser began it")
    try:
        # Of two requests with the same state at the same moment, the second finds the row gone.
        # This is a transaction because a plain delete that is retried after a lost answer would
        # find its own row gone.
        with TransactWrite(connection=AccountRow._get_connection().connection) as transaction:
            transaction.delete(row, condition=AccountRow.key.exists())
    except TransactWriteError as error:
        if "ConditionalCheckFailed" in reasons(error):
            raise SignInFailed("the state was used") from None
        raise
    if now >= attempt.until:
        raise SignInFailed("it took too long")
    return attempt


def _read(row: AccountRow) -> _Attempt:
    body = json.loads(row.body or "{}")
    until = datetime.fromisoformat(body.pop("until"))
    return _Attempt(key=row.key, until=until, **body)


def _signed_in(issuer: str, claims: Claims, now: datetime, random: Random) -> Account:
    """Return the account of the person who signed in, created or brought up to date."""
    if not address(claims.email):  # an address that can't be compared proves nothing
        claims = replace(claims, email="")
    key = store.identity_key(issuer, claims.subject)

    def go() -> Account:
        before = _find_account(key, claims) or _new(claims, now, random)
        return _brought_up(before, key, claims, now, random)

    return retry(go, TRIES)


def _find_account(key: str, claims: Claims) -> Account | None:
    """Return the person's account: by the provider's subject, or waiting for their address."""
    id_ = store.of_identity(key)
    if id_ is not None:
        return store.account(id_)
    of_address = store.of_email(claims.email)
    waiting = [
        one
        for one in of_address
        if not one.identity and address(one.email) == address(claims.email)
    ]
    return waiting[0] if waiting else None


def _new(claims: Claims, now: datetime, random: Random) -> Account:
    """Return a new account, with the id promised to the address if no account has it."""
    promised = store.invited(claims.email)
    taken = promised is not None and store.account(promised) is not None
    return Account(promised if promised and not taken else random(16).hex(), "", now)


def _brought_up(
    before: Account, key: str, claims: Claims, now: datetime, random: Random
) -> Account:
    after = before._replace(identity=key, email=claims.email or before.email)
    if after.member is None and claims.email:
        number = _record_of(claims.email, now)
        after = after._replace(member=number, joined_by=store.EMAIL if number else "")
    if after == before:
        return after
    _write(before, after, now, random(16).hex())
    return after._replace(version=after.version + 1)


def _record_of(email: str, now: datetime) -> str | None:
    """Return the number of the only record with an address, if no account is joined to it.

    Further accounts of a member are joined by a code, which the member sees (`codes`).
    """
    numbers = store.members_of(email, now - limits(now).address_waits)
    if len(numbers) != 1 or store.is_joined(numbers[0]):
        return None
    # Covers accounts joined before joins were stored in rows of their own.
    taken = any(one.member == numbers[0] for one in store.of_email(email))
    return None if taken else numbers[0]


def _write(before: Account, after: Account, now: datetime, operation_id: str) -> None:
    owner = store.account_key(after.id)
    changes: list[Change] = [store.save(after)]
    has_moved = address(before.email) != address(after.email)
    if not before.identity:
        changes.append(store.claim(after.identity, after.id))
    if has_moved:
        changes += [store.not_reached_at(before.email, after.id)] if before.email else []
        changes.append(store.reached_at(after.email, after.id))
    if after.email and (has_moved or not before.identity):
        changes.append(store.delete_promise(after.email))
    is_joined = bool(after.member) and after.member != before.member
    if after.member and is_joined:
        changes.append(store.join(after.member, after.id, store.EMAIL))
    mail = [Mail(f"member#{after.member}", JOINED_MAIL, {"by": store.EMAIL})] if is_joined else []
    changed = {
        "made": not before.version,
        "address": before.email != after.email,
        "member": after.member if is_joined else None,
    }
    detail = {name: value for name, value in changed.items() if value}
    context = context_of(after.id, operation_id, now)
    command = Command(owner, owner, "signed-in", digest_of(detail))
    perform(context, command, lambda: Plan("", changes, detail, mail), tries=ONCE)


def sign_out(token: str) -> str:
    """End the session of this cookie; return the URL that ends the provider's own session."""
    if token:
        sessions.close(token)
    return oidc.logout_url(oidc.settings())
