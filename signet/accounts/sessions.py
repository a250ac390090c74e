"""Sessions: a cookie that means nothing by itself, and a row that says whose it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.transactions import TransactWrite

from signet.accounts import store
from signet.accounts.context import context_of
from signet.accounts.keys import Random, hashed, secret
from signet.accounts.limits import Limits, limits
from signet.accounts.model import Principal, Session
from signet.accounts.store import account_key
from signet.accounts.tables import SessionRow
from signet.errors import NotFound
from signet.tables import condition_failed, reachable
from signet.transactions.commit import Delete, digest_of
from signet.transactions.context import Context
from signet.transactions.perform import ONCE, Command, Plan, perform

SESSION = "session"
MARK = "session#"
SEEN_EVERY = timedelta(minutes=1)  # for a busy browser a write a minute, not one a page
MOST_AT_ONCE = 40  # sessions ended in one transaction: two rows each, and its limit is 100 rows


def principal(token: str, now: datetime) -> Principal | None:
    """Return the principal of a session cookie, or None if the session doesn't exist or is over.

    Reads the session, the account and its roles, if any, each time, so that a withdrawn role is
    gone with the next request.
    """
    if not token:
        return None
    held, found = limits(now), _session(hashed(token))
    if found is None or _over(found, held, now):
        return None
    account = store.account(found.account)
    if account is None:
        return None
    if now - found.seen_at >= SEEN_EVERY and not _see(found, held, now):
        return None
    return Principal(account.id, account.email, account.member, account.roles, found.hash)


def _session(hash_: str) -> Session | None:
    found = row(f"{MARK}{hash_}", SESSION)
    # Signing in always writes a body. Other functions can only record that a session was used, so a
    # row without a body isn't a session.
    return _read(found) if found and found.body else None


def account_of(token: str) -> str | None:
    """Return the account of a session, even an expired one, while its row still exists."""
    found = _session(hashed(token)) if token else None
    return None if found is None else found.account


@reachable
def row(key: str, part: str) -> SessionRow | None:
    """Return a row of the sessions table, or None."""
    try:
        return SessionRow.get(key, part, consistent_read=True)
    except DoesNotExist:
        return None


@reachable
def _listed(account: str) -> list[str]:
    """Return the hashes of an account's sessions."""
    under = SessionRow.query(
        account_key(account), SessionRow.part.startswith(MARK), consistent_read=True
    )
    return [one.part.removeprefix(MARK) for one in under]


@reachable
def _rows(hashes: Iterable[str]) -> list[SessionRow]:
    keys = [(f"{MARK}{one}", SESSION) for one in hashes]
    return [one for one in SessionRow.batch_get(keys, consistent_read=True) if one.body]


def _read(found: SessionRow) -> Session:
    said = json.loads(found.body or "{}")
    started = datetime.fromisoformat(said["started_at"])
    seen = datetime.fromisoformat(found.seen) if found.seen else started
    return Session(found.key.removeprefix(MARK), said["account"], started, seen)


def _over(session: Session, held: Limits, now: datetime) -> bool:
    return now >= _end(session.started_at, session.seen_at, held)


def _end(started: datetime, seen: datetime, held: Limits) -> datetime:
    return min(started + held.whole, seen + held.idle)


@reachable
def _see(session: Session, held: Limits, now: datetime) -> bool:
    """Record that a session was used; return False if it was ended in the meantime."""
    try:
        SessionRow(f"{MARK}{session.hash}", SESSION).update(
            actions=[
                SessionRow.seen.set(now.isoformat()),
                SessionRow.expires.set(_end(session.started_at, now, held)),
            ],
            condition=SessionRow.key.exists(),
        )
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


@reachable
def open_session(account: str, *, now: datetime, random: Random, replaces: str = "") -> str:
    """Open a session for an account, ending the one it replaces; return its cookie's value."""
    token, held = secret(random), limits(now)
    said = json.dumps({"account": account, "started_at": now.isoformat()})
    session = SessionRow(
        f"{MARK}{hashed(token)}",
        SESSION,
        body=said,
        seen=now.isoformat(),
        expires=_end(now, now, held),
    )
    listed = SessionRow(account_key(account), f"{MARK}{hashed(token)}", expires=now + held.whole)
    with TransactWrite(connection=SessionRow._get_connection().connection) as transaction:
        transaction.save(session)
        transaction.save(listed)
    if replaces:
        close(replaces)
    return token


def sessions(principal: Principal, now: datetime) -> list[Session]:
    """Return a person's current sessions, the most recently used first."""
    held = limits(now)
    found = map(_read, _rows(_listed(principal.account)))
    current = [one for one in found if not _over(one, held, now)]
    return sorted(current, key=lambda one: one.seen_at, reverse=True)


@reachable
def close(token: str) -> None:
    """End the session of this cookie, if there is one."""
    found = _session(hashed(token))
    if found is None:
        return
    with TransactWrite(connection=SessionRow._get_connection().connection) as transaction:
        for change in _ended(found.account, found.hash):
            transaction.delete(change.row)


def _ended(account: str, hash_: str) -> list[Delete]:
    return [
        Delete(SessionRow(f"{MARK}{hash_}", SESSION)),
        Delete(SessionRow(account_key(account), f"{MARK}{hash_}")),
    ]


def end_session(principal: Principal, hash_: str, *, now: datetime, act: str) -> None:
    """End one of a person's own sessions. Raises NotFound if it doesn't exist (any more).

    Another person's session can't be named: the account is part of the key.
    """
    owner = account_key(principal.account)

    def plan() -> Plan:
        if row(owner, f"{MARK}{hash_}") is None:
            raise NotFound
        return _ending(principal, [hash_])

    perform(context_of(principal, act, now), _command(principal, [hash_]), plan, tries=ONCE)


def end_others(principal: Principal, *, now: datetime, act: str) -> int:
    """End all of a person's sessions except the current one; return how many."""
    others = [one for one in _listed(principal.account) if one != principal.session]
    for start in range(0, len(others), MOST_AT_ONCE):
        batch = others[start : start + MOST_AT_ONCE]
        # Each batch is an operation of its own, named by what it ends: a retry ends what is left.
        _end_batch(principal, batch, context_of(principal, f"{act}-{batch[0]}", now))
    return len(others)


def _end_batch(principal: Principal, batch: list[str], context: Context) -> None:
    perform(context, _command(principal, batch), lambda: _ending(principal, batch), tries=ONCE)


def _command(principal: Principal, hashes: list[str]) -> Command:
    owner = account_key(principal.account)
    return Command(owner, owner, "sessions-ended", digest_of("end-sessions", hashes))


def _ending(principal: Principal, hashes: list[str]) -> Plan:
    changes = [change for one in hashes for change in _ended(principal.account, one)]
    return Plan("", changes, {"count": len(hashes)})
