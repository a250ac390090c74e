"""Looking up, granting and withdrawing roles; each change has a reason and an audit log line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from signet.accounts import granting, store
from signet.accounts.context import context_of
from signet.accounts.keys import Random, address
from signet.accounts.model import GRANTABLE, STAFF, Account, LastAdministrator, Principal, Role
from signet.accounts.store import account_key
from signet.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound, Refused
from signet.tables import reachable
from signet.transactions import audit
from signet.transactions.audit import Audit, Line
from signet.transactions.commit import Change, digest_of
from signet.transactions.perform import ONCE, Command, Plan, earlier_result, perform


def find(email: str) -> list[Account]:
    """Return the accounts with this verified address, or waiting for its owner to sign in."""
    return store.of_email(email)


def staff() -> list[Account]:
    """Return the accounts with a staff role, by address: a query for each role, one batch read."""
    return store.accounts({one for role in sorted(STAFF) for one in store.accounts_with(role)})


def administrators() -> int:
    """Return how many administrators there are."""
    return store.count_with(Role.ADMINISTRATOR)


def names(accounts: Iterable[str]) -> dict[str, str]:
    """Return the addresses of the accounts that exist, by id."""
    return {one.id: one.email for one in store.accounts(set(accounts))}


@reachable
def view(by: Principal, account: str, *, now: datetime, operation_id: str) -> Account:
    """Return an account for staff to see, after logging that they saw it. Raises NotFound."""
    account_read = store.account(account)
    if account_read is None:
        raise NotFound
    audit.note(Audit(account_key(account), "account-seen", by.account, now), operation_id)
    return account_read


def invite(email: str, *, by: str, now: datetime, operation_id: str, random: Random) -> Account:
    """Return the account of an address; create one that waits for its owner if there is none.

    The first person to sign in with that address, verified, gets it. Raises Invalid if this isn't
    an address, and Conflict if several accounts have it, so that one has to be chosen.
    """
    plain = address(email)
    if not plain:
        raise Invalid(FieldError("email", "Enter an e-mail address, like name@example.org"))
    accounts = store.of_email(plain)
    if len(accounts) > 1:
        raise Conflict("Several accounts have this address: grant it on the administrators' page.")
    if accounts:
        return accounts[0]
    account = Account(store.invited(plain) or random(16).hex(), plain, now)
    owner = account_key(account.id)
    changes: list[Change] = [store.save(account), store.reached_at(plain, account.id)]
    # The pending account is stored under its address too: of two people who invite at the same
    # moment, the second finds the first one's.
    changes.append(store.promise(plain, account.id))
    command = Command(owner, owner, "account-made", digest_of("invite"))
    try:
        perform(context_of(by, operation_id, now), command, lambda: Plan("", changes), tries=ONCE)
    except Conflict:
        accounts = store.of_email(plain)
        if len(accounts) != 1:
            raise
        return accounts[0]
    return account._replace(version=1)


def promise(email: str, *, by: str, now: datetime, operation_id: str, random: Random) -> str:
    """Return the id of the account of an address; if there is none, the id that it will get.

    For people who let others act for them: this writes no account. Raises Invalid, Conflict.
    """
    plain = address(email)
    if not plain:
        raise Invalid(FieldError("email", "Enter an e-mail address, like name@example.org"))
    accounts = store.of_email(plain)
    if len(accounts) > 1:
        raise Conflict("Several accounts have this address. Please ask us which one it is.")
    known = accounts[0].id if accounts else store.invited(plain)
    if known:
        return known
    id_ = random(16).hex()
    owner = account_key(id_)
    command = Command(owner, owner, "account-promised", digest_of("promise"))
    plan = Plan("", [store.promise(plain, id_)])
    try:
        perform(context_of(by, operation_id, now), command, lambda: plan, tries=ONCE)
    except Conflict:  # another request promised one at the same moment
        meanwhile = store.invited(plain)
        if meanwhile is None:
            raise
        return meanwhile
    return id_


def grant(
    by: str,
    account: str,
    role: Role,
    reason: str,
    *,
    now: datetime,
    operation_id: str,
    is_listed: bool = False,
) -> None:
    """Grant a role at once: only for the office's command, whose user `by` names.

    On the web it takes two people (`signet.accounts.granting`). With `is_listed` the grant is
    listed for review. Raises NotAllowed, NotFound, Refused if the account has the role already,
    Conflict.
    """
    if role not in GRANTABLE:
        raise NotAllowed("This role follows from the register. It can't be granted.")
    _change("role-granted", by, account, role, reason, now, operation_id, is_listed=is_listed)


def withdraw(
    by: Principal | str, account: str, role: Role, reason: str, *, now: datetime, operation_id: str
) -> None:
    """Withdraw a role from an account, with effect from its next request.

    Raises NotAllowed, NotFound, Refused if it doesn't have the role, LastAdministrator, Conflict.
    """
    _change("role-withdrawn", by, account, role, reason, now, operation_id)


def _change(
    what: str,
    by: Principal | str,
    account: str,
    role: Role,
    reason: str,
    now: datetime,
    id_: str,
    *,
    is_listed: bool = False,
) -> None:
    def plan() -> Plan:
        _may(by)
        before = store.account(account)
        if before is None:
            raise NotFound
        after, changes = _changed(what, before, role)
        changes += _still_may(by, account, role)
        if is_listed:
            changes.append(
                granting.list_for_review(
                    context.account, before, role, reason, now=now, operation_id=id_
                )
            )
        template = "role_given" if what == "role-granted" else "role_withdrawn"
        mail = granting.mail_about(template, role, before)
        return Plan("", [store.save(after), *changes], {"role": role, "reason": reason}, mail)

    owner, context = account_key(account), context_of(by, id_, now)
    command = Command(owner, owner, what, digest_of(what, role, reason))
    if earlier_result(context, command) is not None:
        return
    try:
        perform(context, command, plan, tries=ONCE)
    except Conflict as error:
        withdrawn = what == "role-withdrawn" and role is Role.ADMINISTRATOR
        if withdrawn and store.count_with(role) <= 1:
            raise LastAdministrator from error
        raise


def _may(by: Principal | str) -> None:
    if isinstance(by, Principal) and Role.ADMINISTRATOR not in by.roles:
        raise NotAllowed


def _still_may(by: Principal | str, account: str, role: Role) -> list[Change]:
    """Return the check that fails if the administrator's own role was withdrawn in the meantime."""
    if isinstance(by, str):
        return []
    if by.account == account and role is Role.ADMINISTRATOR:
        return []  # the change already includes the row to check
    return [store.check_role(Role.ADMINISTRATOR, by.account)]


def _changed(what: str, before: Account, role: Role) -> tuple[Account, list[Change]]:
    if what == "role-granted":
        if role in before.granted:
            raise Refused("This account has that role already.")
        return before._replace(granted=before.granted | {role}), store.add_role(role, before.id)
    if role not in before.granted:
        raise Refused("This account doesn't have that role.")
    return before._replace(granted=before.granted - {role}), store.remove_role(role, before.id)


@reachable
def audit_lines(subject: str) -> list[Line]:
    """Return the newest audit log lines of a subject; the caller has logged that they were seen."""
    return audit.of_subject(subject)


def detach(by: Principal, account: str, reason: str, *, now: datetime, operation_id: str) -> None:
    """Detach an account from a member record joined in error. Raises NotFound, Refused.

    Nobody can detach their own account: it would hide who they are from the rules on who decides.
    """

    def plan() -> Plan:
        before, number = _parted_by(by, account)
        detail = {"number": number, "reason": reason}
        after = before._replace(member=None, joined_by="")
        changes: list[Change] = [
            store.save(after),
            store.check_role(Role.ADMINISTRATOR, by.account),
        ]
        changes += store.detachment(number, account)
        return Plan("", changes, detail)

    owner = account_key(account)
    command = Command(owner, owner, "parted", digest_of("detach", reason))
    perform(context_of(by, operation_id, now), command, plan, tries=ONCE)


def _parted_by(by: Principal, account: str) -> tuple[Account, str]:
    """Return the account and its record's number, if the caller may detach them."""
    _may(by)
    before = store.account(account)
    if before is None:
        raise NotFound
    me = store.account(by.account)
    if me is not None and granting.is_one_person(me, before):
        raise NotAllowed("Ask another administrator to separate your own account from its record.")
    if before.member is None:
        raise Refused("This account isn't joined to a member record.")
    return before, before.member
