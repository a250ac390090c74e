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
    stored, session = limits(now), _session(hashed(token))
    if session is None or _over(session, stored, now):
        return None
    account = store.account(session.account)
    if account is None:
        return None
    if now - session.seen_at >= SEEN_EVERY and not _see(session, stored, now):
        return None
    return Principal(account.id, account.email, account.member, account.roles, session.hash)


def _session(hash_: str) -> Session | None:
    session_row = row(f"{MARK}{hash_}", SESSION)
    # Signing in always writes a body. Other functions can only record that a session was used, so a
    # row without a body isn't a session.
    return _read(session_row) if session_row and session_row.body else None


def account_of(token: str) -> str | None:
    """Return the account of a session, even an expired one, while its row still exists."""
    session = _session(hashed(token)) if token else None
    return None if session is None else session.account


@reachable
def row(key: str, sort_key: str) -> SessionRow | None:
    """Return a row of the sessions table, or None."""
    try:
        return SessionRow.get(key, sort_key, consistent_read=True)
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


def _read(row: SessionRow) -> Session:
    body = json.loads(row.body or "{}")
    started = datetime.fromisoformat(body["started_at"])
    seen = datetime.fromisoformat(row.seen) if row.seen else started
    return Session(row.key.removeprefix(MARK), body["account"], started, seen)


def _over(session: Session, limits: Limits, now: datetime) -> bool:
    return now >= _end(session.started_at, session.seen_at, limits)


def _end(started: datetime, seen: datetime, limits: Limits) -> datetime:
    return min(started + limits.whole, seen + limits.idle)


@reachable
def _see(session: Session, limits: Limits, now: datetime) -> bool:
    """Record that a session was used; return False if it was ended in the meantime."""
    try:
        SessionRow(f"{MARK}{session.hash}", SESSION).update(
            actions=[
                SessionRow.seen.set(now.isoformat()),
                SessionRow.expires.set(_end(session.started_at, now, limits)),
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
    token, stored = secret(random), limits(now)
    body = json.dumps({"account": account, "started_at": now.isoformat()})
    session = SessionRow(
        f"{MARK}{hashed(token)}",
        SESSION,
        body=body,
        seen=now.isoformat(),
        expires=_end(now, now, stored),
    )
    listed = SessionRow(account_key(account), f"{MARK}{hashed(token)}", expires=now + stored.whole)
    with TransactWrite(connection=SessionRow._get_connection().connection) as transaction:
        transaction.save(session)
        transaction.save(listed)
    if replaces:
        close(replaces)
    return token


def sessions(principal: Principal, now: datetime) -> list[Session]:
    """Return a person's current sessions, the most recently used first."""
    stored = limits(now)
    opened = map(_read, _rows(_listed(principal.account)))
    current = [one for one in opened if not _over(one, stored, now)]
    return sorted(current, key=lambda one: one.seen_at, reverse=True)


@reachable
def close(token: str) -> None:
    """End the session of this cookie, if there is one."""
    session = _session(hashed(token))
    if session is None:
        return
    with TransactWrite(connection=SessionRow._get_connection().connection) as transaction:
        for change in _ended(session.account, session.hash):
            transaction.delete(change.row)


def _ended(account: str, hash_: str) -> list[Delete]:
    return [
        Delete(SessionRow(f"{MARK}{hash_}", SESSION)),
        Delete(SessionRow(account_key(account), f"{MARK}{hash_}")),
    ]


def end_session(principal: Principal, hash_: str, *, now: datetime, operation_id: str) -> None:
    """End one of a person's own sessions. Raises NotFound if it doesn't exist (any more).

    Another person's session can't be named: the account is part of the key.
    """
    owner = account_key(principal.account)

    def plan() -> Plan:
        if row(owner, f"{MARK}{hash_}") is None:
            raise NotFound
        return _ending(principal, [hash_])

    perform(
        context_of(principal, operation_id, now), _command(principal, [hash_]), plan, tries=ONCE
    )


def end_others(principal: Principal, *, now: datetime, operation_id: str) -> int:
    """End all of a person's sessions except the current one; return how many."""
    others = [one for one in _listed(principal.account) if one != principal.session]
    for start in range(0, len(others), MOST_AT_ONCE):
        batch = others[start : start + MOST_AT_ONCE]
        # Each batch is an operation of its own, named by what it ends: a retry ends what is left.
        _end_batch(principal, batch, context_of(principal, f"{operation_id}-{batch[0]}", now))
    return len(others)


def _end_batch(principal: Principal, batch: list[str], context: Context) -> None:
    perform(context, _command(principal, batch), lambda: _ending(principal, batch), tries=ONCE)


def _command(principal: Principal, hashes: list[str]) -> Command:
    owner = account_key(principal.account)
    return Command(owner, owner, "sessions-ended", digest_of("end-sessions", hashes))


def _ending(principal: Principal, hashes: list[str]) -> Plan:
    changes = [change for one in hashes for change in _ended(principal.account, one)]
    return Plan("", changes, {"count": len(hashes)})
