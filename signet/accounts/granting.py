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
from signet.accounts.context import context_of
from signet.accounts.keys import address
from signet.accounts.limits import limits
from signet.accounts.model import GRANTABLE, Account, Principal, Role
from signet.accounts.store import account_key
from signet.accounts.tables import AccountRow
from signet.errors import NotAllowed, NotFound, Refused
from signet.tables import reachable
from signet.transactions.commit import Change, Delete, Save, digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Command, Plan, perform

RULE = "T23"
WAITING, ALONE = "grant#waiting", "grant#alone"
PART = "grant#"
APPROVERS = (Role.ADMINISTRATOR, Role.REGISTRAR)
MOST_TOLD = 25
LISTED = timedelta(days=36_500)  # a role granted by one person is listed until it is reviewed
OWN = "You can't grant a role to your own account. Ask another administrator."
OTHER = "You asked for this role, or it is for you. Another administrator or the Registrar decides."


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
    by: Principal | str, account: str, role: Role, reason: str, *, now: datetime, operation_id: str
) -> str:
    """Ask for a role to be granted to an account; return the id of the pending request.

    Raises NotAllowed, NotFound, Refused if the account has the role already, Conflict.
    """
    context = context_of(by, operation_id, now)

    def plan() -> Plan:
        holder, changes = _asked_for(by, account, role), list[Change]()
        if isinstance(by, Principal):
            changes.append(store.check_role(Role.ADMINISTRATOR, by.account))
        until = now + limits(now).grant_waits
        grant = Grant(operation_id, account, role, reason, context.account, now, until)
        changes.append(_row(WAITING, grant))
        others = [one for one in _who(*APPROVERS) if one.id != context.account]
        mail = [
            Mail(one.email, "role_waits", _mail_context(grant, holder))
            for one in others
            if one.email and not is_one_person(one, holder)
        ]
        return Plan(operation_id, changes, {"role": role, "reason": reason}, mail[:MOST_TOLD])

    owner = account_key(account)
    command = Command(owner, owner, "role-asked", digest_of("ask-role", role, reason))
    return perform(context, command, plan, tries=ONCE)


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


def approve(by: Principal, id_: str, *, now: datetime, operation_id: str) -> str:
    """Grant a role that another person asked for; return the id of the account that gets it.

    Raises NotAllowed to the person who asked and to the one who would get the role, NotFound if
    nothing is pending (any more), Refused, Conflict.
    """
    command = _deciding(id_, "role-granted", "approve-role")
    context = context_of(by, operation_id, now)
    return perform(context, command, lambda: _approved(by, id_, now), tries=ONCE)


def _deciding(id_: str, name: str, *submitted: str) -> Command:
    """Return a command on a grant; its audit log subject is the account that the grant is for."""
    return Command(f"{PART}{id_}", "", name, digest_of(*submitted))


def _approved(by: Principal, id_: str, now: datetime) -> Plan:
    grant = _find(WAITING, id_, now)
    holder = _decided_by(by, grant)
    if grant.role in holder.granted:
        raise Refused("This account has that role already.")
    after = holder._replace(granted=holder.granted | {grant.role})
    changes = [
        store.save(after),
        *store.add_role(grant.role, holder.id),
        _gone(WAITING, id_),
        store.check_role(_as(by), by.account),
    ]
    if not grant.by.startswith("command#"):
        # If the person who asked has lost the right to since, their pending request grants nothing.
        changes.append(store.check_role(Role.ADMINISTRATOR, grant.by))
    detail = {"role": grant.role, "reason": grant.reason, "asked_by": grant.by}
    mail = mail_about("role_given", grant.role, holder)
    return Plan(holder.id, changes, detail, mail, subject=account_key(holder.id))


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


def refuse(by: Principal, id_: str, reason: str, *, now: datetime, operation_id: str) -> str:
    """Refuse a pending role; return the id of the account it was for.

    The person who asked can withdraw the request this way. Raises NotAllowed, NotFound, Conflict.
    """

    def plan() -> Plan:
        role, grant = _as(by), _find(WAITING, id_, now)
        detail = {"role": grant.role, "reason": reason, "asked_by": grant.by}
        changes: list[Change] = [_gone(WAITING, id_), store.check_role(role, by.account)]
        return Plan(grant.account, changes, detail, subject=account_key(grant.account))

    command = _deciding(id_, "role-refused", "refuse-role", reason)
    return perform(context_of(by, operation_id, now), command, plan, tries=ONCE)


def review(by: Principal, id_: str, *, now: datetime, operation_id: str) -> str:
    """Record that a role granted by one person was reviewed; return the id of its account.

    Raises NotAllowed to the holder of the role, NotFound, Conflict.
    """

    def plan() -> Plan:
        role, grant = _as(by), _find(ALONE, id_, now)
        _decided_by(by, grant)
        detail = {"role": grant.role, "given_by": grant.by}
        changes: list[Change] = [_gone(ALONE, id_), store.check_role(role, by.account)]
        return Plan(grant.account, changes, detail, subject=account_key(grant.account))

    command = _deciding(id_, "role-reviewed", "review-role")
    return perform(context_of(by, operation_id, now), command, plan, tries=ONCE)


def list_for_review(
    by: str, account: Account, role: Role, reason: str, *, now: datetime, operation_id: str
) -> Save:
    """Return the change that lists a role granted by one person, for others to review."""
    return _row(ALONE, Grant(operation_id, account.id, role, reason, by, now, now + LISTED))


@reachable
def waiting(now: datetime) -> list[Grant]:
    """Return the requests that are pending approval, oldest first."""
    return _listed(WAITING, now)


@reachable
def granted_alone(now: datetime) -> list[Grant]:
    """Return the roles granted by one person and not reviewed yet, oldest first."""
    return _listed(ALONE, now)


def mail_about(template: str, role: Role, holder: Account) -> list[Mail]:
    """Return the mails about a role to its holder and the registrars."""
    context = {"role": role, "holder": holder.email or holder.id}
    addresses = [holder.email, *(one.email for one in _who(Role.REGISTRAR))]
    return [Mail(one, template, context) for one in dict.fromkeys(filter(None, addresses))][
        :MOST_TOLD
    ]


def _mail_context(grant: Grant, holder: Account) -> dict[str, str]:
    return {
        "role": grant.role,
        "holder": holder.email or holder.id,
        "until": grant.until.date().isoformat(),
    }


def _who(*roles: Role) -> list[Account]:
    return store.accounts({one for role in roles for one in store.accounts_with(role)})


def _row(key: str, grant: Grant) -> Save:
    body = {
        "account": grant.account,
        "role": grant.role,
        "reason": grant.reason,
        "by": grant.by,
        "at": grant.at.isoformat(),
        "until": grant.until.isoformat(),
    }
    row = AccountRow(key, f"{PART}{grant.id}", body=json.dumps(body), expires=grant.until)
    return Save(row, AccountRow.key.does_not_exist())


def _gone(key: str, id_: str) -> Delete:
    return Delete(AccountRow(key, f"{PART}{id_}"), AccountRow.key.exists())


def _find(key: str, id_: str, now: datetime) -> Grant:
    row = store.row(key, f"{PART}{id_}")
    if row is None or _read(row).until <= now:
        raise NotFound("Nothing is waiting here any more: it was decided, or it expired.")
    return _read(row)


def _listed(key: str, now: datetime) -> list[Grant]:
    rows = AccountRow.query(key, AccountRow.part.startswith(PART), consistent_read=True)
    grants = [one for one in map(_read, rows) if one.until > now]
    return sorted(grants, key=lambda one: one.at)


def _read(row: AccountRow) -> Grant:
    body = json.loads(row.body or "{}")
    return Grant(
        id=row.part.removeprefix(PART),
        account=body["account"],
        role=Role(body["role"]),
        reason=body["reason"],
        by=body["by"],
        at=datetime.fromisoformat(body["at"]),
        until=datetime.fromisoformat(body["until"]),
    )
