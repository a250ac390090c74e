"""Granting roles: an administrator asks, another one or the Registrar approves (threat 23).

Nobody can grant a role to themself, not even by way of a second account. The command at the office
can grant a role alone: to the first administrator, otherwise with a reason. Such a grant is listed
until another person has reviewed it.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from signet.accounts import store
from signet.accounts.keys import address
from signet.accounts.limits import limits
from signet.accounts.model import GRANTABLE, Account, Principal, Role
from signet.accounts.store import account_key
from signet.accounts.tables import AccountRow
from signet.errors import NotAllowed, NotFound, Refused
from signet.tables import reachable
from signet.transactions import commit
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, Delete, Save
from signet.transactions.outbox import Mail

RULE = "T23"
WAITING, ALONE = "grant#waiting", "grant#alone"
PART = "grant#"
APPROVERS = (Role.ADMINISTRATOR, Role.REGISTRAR)
MOST_TOLD = 25
LISTED = timedelta(days=36_500)  # a role granted by one person is listed until it is reviewed
OWN = "Nobody gives a role to themself, or to another account of theirs. Ask another administrator."
OTHER = "You asked for this role, or it is for you: another administrator or the Registrar decides."


class Grant(NamedTuple):
    """A role requested or granted by one person. `by` is an account id or who ran the command."""

    id: str
    account: str
    role: Role
    reason: str
    by: str
    at: datetime
    until: datetime


def is_one_person(one: Account, other: Account) -> bool:
    """Tell whether two accounts are known to be one person's: by member record or address."""
    return (
        one.id == other.id
        or (one.member is not None and one.member == other.member)
        or (bool(address(one.email)) and address(one.email) == address(other.email))
    )


def ask(
    by: Principal | str, account: str, role: Role, reason: str, *, now: datetime, act: str
) -> str:
    """Ask for a role to be granted to an account; return the id of the pending request.

    Raises NotAllowed, NotFound, Refused if the account has the role already, Conflict.
    """
    owner, who = account_key(account), by if isinstance(by, str) else by.account
    doing = Act(act, owner, commit.digest_of("ask-role", role, reason), act)

    def wait() -> str:
        holder, changes = _asked_for(by, account, role), list[Change]()
        if isinstance(by, Principal):
            changes.append(store.still(Role.ADMINISTRATOR, by.account))
        grant = Grant(act, account, role, reason, who, now, now + limits(now).grant_waits)
        changes.append(_row(WAITING, grant))
        line = Audit(owner, "role-asked", who, now, {"role": role, "reason": reason})
        others = [one for one in _who(*APPROVERS) if one.id != who]
        mail = [
            Mail(one.email, "role_waits", _facts(grant, holder))
            for one in others
            if one.email and not is_one_person(one, holder)
        ]
        return commit.commit(doing, changes, line, mail[:MOST_TOLD])

    return commit.once(doing, wait)


def _asked_for(by: Principal | str, account: str, role: Role) -> Account:
    if role not in GRANTABLE:
        raise NotAllowed("This role follows from the register. It can't be granted.")
    if isinstance(by, Principal) and Role.ADMINISTRATOR not in by.roles:
        raise NotAllowed
    holder = store.account(account)
    if holder is None:
        raise NotFound
    asker = store.account(by.account) if isinstance(by, Principal) else None
    if asker is not None and is_one_person(asker, holder):
        raise NotAllowed(OWN, rule=RULE)
    if role in holder.granted:
        raise Refused("This account has that role already.")
    return holder


def approve(by: Principal, id_: str, *, now: datetime, act: str) -> str:
    """Grant a role that another person asked for; return the id of the account that gets it.

    Raises NotAllowed to the person who asked and to the one who would get the role, NotFound if
    nothing is pending (any more), Refused, Conflict.
    """
    doing = Act(act, f"{PART}{id_}", commit.digest_of("approve-role"))
    return commit.once(doing, lambda: _approve(by, id_, now, doing))


def _approve(by: Principal, id_: str, now: datetime, doing: Act) -> str:
    grant = _find(WAITING, id_, now)
    holder = _decided_by(by, grant)
    if grant.role in holder.granted:
        raise Refused("This account has that role already.")
    after = holder._replace(granted=holder.granted | {grant.role})
    changes = [
        store.save(after),
        *store.give(grant.role, holder.id),
        _gone(WAITING, id_),
        store.still(_as(by), by.account),
    ]
    if not grant.by.startswith("command#"):
        # If the person who asked has lost the right to since, their pending request grants nothing.
        changes.append(store.still(Role.ADMINISTRATOR, grant.by))
    detail = {"role": grant.role, "reason": grant.reason, "asked_by": grant.by}
    line = Audit(account_key(holder.id), "role-granted", by.account, now, detail)
    doing = doing._replace(result=holder.id)
    return commit.commit(doing, changes, line, told("role_given", grant.role, holder))


def _decided_by(by: Principal, grant: Grant) -> Account:
    """Return the account that is to get the role, if `by` may approve it."""
    me, holder = store.account(by.account), store.account(grant.account)
    if me is None or holder is None:
        raise NotFound
    asker = store.account(grant.by)
    if is_one_person(me, holder) or (asker is not None and is_one_person(me, asker)):
        raise NotAllowed(OTHER, rule=RULE)
    if asker is not None and is_one_person(asker, holder):  # joined since
        raise NotAllowed(OWN, rule=RULE)
    _as(by)
    return holder


def _as(by: Principal) -> Role:
    """Return the role that entitles the caller to decide. Raises NotAllowed."""
    for role in APPROVERS:
        if role in by.roles:
            return role
    raise NotAllowed


def refuse(by: Principal, id_: str, reason: str, *, now: datetime, act: str) -> str:
    """Refuse a pending role; return the id of the account it was for.

    The person who asked can withdraw the request this way. Raises NotAllowed, NotFound, Conflict.
    """
    doing = Act(act, f"{PART}{id_}", commit.digest_of("refuse-role", reason))

    def strike() -> str:
        role, grant = _as(by), _find(WAITING, id_, now)
        detail = {"role": grant.role, "reason": reason, "asked_by": grant.by}
        line = Audit(account_key(grant.account), "role-refused", by.account, now, detail)
        changes: list[Change] = [_gone(WAITING, id_), store.still(role, by.account)]
        return commit.commit(doing._replace(result=grant.account), changes, line)

    return commit.once(doing, strike)


def review(by: Principal, id_: str, *, now: datetime, act: str) -> str:
    """Record that a role granted by one person was reviewed; return the id of its account.

    Raises NotAllowed to the holder of the role, NotFound, Conflict.
    """
    doing = Act(act, f"{PART}{id_}", commit.digest_of("review-role"))

    def strike() -> str:
        role, grant = _as(by), _find(ALONE, id_, now)
        _decided_by(by, grant)
        detail = {"role": grant.role, "given_by": grant.by}
        line = Audit(account_key(grant.account), "role-reviewed", by.account, now, detail)
        changes: list[Change] = [_gone(ALONE, id_), store.still(role, by.account)]
        return commit.commit(doing._replace(result=grant.account), changes, line)

    return commit.once(doing, strike)


def alone(by: str, account: Account, role: Role, reason: str, *, now: datetime, act: str) -> Save:
    """Return the change that lists a role granted by one person, for others to review."""
    return _row(ALONE, Grant(act, account.id, role, reason, by, now, now + LISTED))


@reachable
def waiting(now: datetime) -> list[Grant]:
    """Return the requests that are pending approval, oldest first."""
    return _listed(WAITING, now)


@reachable
def given_alone(now: datetime) -> list[Grant]:
    """Return the roles granted by one person and not reviewed yet, oldest first."""
    return _listed(ALONE, now)


def told(template: str, role: Role, holder: Account) -> list[Mail]:
    """Return the mails about a role to its holder and the registrars."""
    facts = {"role": role, "holder": holder.email or holder.id}
    addresses = [holder.email, *(one.email for one in _who(Role.REGISTRAR))]
    return [Mail(one, template, facts) for one in dict.fromkeys(filter(None, addresses))][
        :MOST_TOLD
    ]


def _facts(grant: Grant, holder: Account) -> dict[str, str]:
    return {
        "role": grant.role,
        "holder": holder.email or holder.id,
        "until": grant.until.date().isoformat(),
    }


def _who(*roles: Role) -> list[Account]:
    return store.accounts({one for role in roles for one in store.holding(role)})


def _row(key: str, grant: Grant) -> Save:
    said = {
        "account": grant.account,
        "role": grant.role,
        "reason": grant.reason,
        "by": grant.by,
        "at": grant.at.isoformat(),
        "until": grant.until.isoformat(),
    }
    row = AccountRow(key, f"{PART}{grant.id}", body=json.dumps(said), expires=grant.until)
    return Save(row, AccountRow.key.does_not_exist())


def _gone(key: str, id_: str) -> Delete:
    return Delete(AccountRow(key, f"{PART}{id_}"), AccountRow.key.exists())


def _find(key: str, id_: str, now: datetime) -> Grant:
    found = store.row(key, f"{PART}{id_}")
    if found is None or _read(found).until <= now:
        raise NotFound("Nothing waits here any more: it was decided, or it ran out.")
    return _read(found)


def _listed(key: str, now: datetime) -> list[Grant]:
    rows = AccountRow.query(key, AccountRow.part.startswith(PART), consistent_read=True)
    found = [one for one in map(_read, rows) if one.until > now]
    return sorted(found, key=lambda one: one.at)


def _read(found: AccountRow) -> Grant:
    said = json.loads(found.body or "{}")
    return Grant(
        id=found.part.removeprefix(PART),
        account=said["account"],
        role=Role(said["role"]),
        reason=said["reason"],
        by=said["by"],
        at=datetime.fromisoformat(said["at"]),
        until=datetime.fromisoformat(said["until"]),
    )
