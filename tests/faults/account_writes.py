"""What is written of accounts and of roles, to be put under the crash matrix."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBException

from signet.accounts import actions, addresses, store
from signet.accounts.keys import keyed
from signet.accounts.model import GRANTABLE, Account, Role
from signet.accounts.tables import AccountRow, SessionRow
from signet.errors import Unavailable
from signet.transactions import outbox
from signet.transactions.tables import AuditRow, OperationRow, OutboxRow
from tests.faults.matrix import Write
from tests.function_ground import empty, letter_of
from tests.people import NOW, TABLES, Person, person

Form = dict[str, Any]
Act = Callable[[Form], object]
NUMBER, EMAIL = "100001", "ana@example.org"
LATER = NOW + timedelta(minutes=5)
DEAD = "0" * 32
WHO = "command#office"  # who gives a role at the office's own machine
ADDRESSES = [(NUMBER, EMAIL), ("100002", "ben@example.org")]


# Joining a member record ------------------------------------------------------------------------


def _ask_code(form: Form) -> None:
    actions.begin_link(
        form["by"], NUMBER, now=NOW, operation_id=form["act"], random=secrets.token_bytes
    )


def _give_code(form: Form) -> str:
    return actions.finish_link(form["by"], form["code"], now=LATER, operation_id=form["act"])


def _part(form: Form) -> None:
    actions.detach(form["boss"], form["account"], "Another's", now=LATER, operation_id=form["act"])


def _invite(form: Form) -> str:
    """Whoever is told at the office's machine that it failed runs the command again: a new act."""
    del form
    act = secrets.token_hex(16)
    made = actions.invite(
        "new@example.org", by=WHO, now=NOW, operation_id=act, random=secrets.token_bytes
    )
    return made.id


def _promise(form: Form) -> str:
    return actions.promise(
        "new@example.org",
        by=form["account"],
        now=NOW,
        operation_id=form["act"],
        random=secrets.token_bytes,
    )


# Roles ------------------------------------------------------------------------------------------


def _ask_role(form: Form) -> str:
    return actions.ask_grant(
        form["boss"], form["account"], Role.CPD_OFFICER, "Hired", now=NOW, operation_id=form["act"]
    )


def _approve(form: Form) -> str:
    return actions.approve_grant(form["second"], form["grant"], now=LATER, operation_id=form["act"])


def _refuse(form: Form) -> str:
    return actions.refuse_grant(
        form["second"], form["grant"], "Not hired", now=LATER, operation_id=form["act"]
    )


def _give_alone(form: Form) -> None:
    _grant(form, Role.CPD_OFFICER, form["act"])


def _grant(form: Form, role: Role, act: str) -> None:
    actions.grant(WHO, form["account"], role, "Urgent", now=NOW, operation_id=act, is_listed=True)


def _review(form: Form) -> str:
    return actions.review_grant(form["second"], form["grant"], now=LATER, operation_id=form["act"])


def _withdraw(form: Form) -> None:
    actions.withdraw(
        form["boss"],
        form["account"],
        Role.REGISTER_OFFICER,
        "Left",
        now=LATER,
        operation_id=form["act"],
    )


# Addresses and mail -------------------------------------------------------------------------------


def _follow(form: Form) -> None:
    del form
    addresses.update_index([(NUMBER, EMAIL, "new@example.org"), ("100002", "ben@example.org", "")])


def _renew(form: Form) -> int:
    del form
    return addresses.rebuild([(NUMBER, "new@example.org"), ("100003", "cy@example.org")])


def _send_again(form: Form) -> None:
    actions.send_again(form["boss"], DEAD, now=NOW, operation_id=form["act"])


def _send(form: Form) -> None:
    """Send a mail as its function does: what the database raises lets the stream come again."""
    try:
        outbox.send(form["mail"], NOW, lambda letter: None)
    except PynamoDBException as error:
        raise Unavailable from error


OFFICE: dict[str, Act] = {
    "A code to join a record asked for": _ask_code,
    "A record joined by its code": _give_code,
    "An account parted from its record": _part,
    "An account made for an address": _invite,
    "An account promised to an address": _promise,
    "A role asked for": _ask_role,
    "A role approved": _approve,
    "A role refused": _refuse,
    "A role given alone": _give_alone,
    "A role given alone reviewed": _review,
    "A role withdrawn": _withdraw,
    "Changed addresses followed": _follow,
    "Addresses made anew": _renew,
    "A mail given up sent again": _send_again,
    "A mail sent": _send,
}


def writes() -> list[Write]:
    """Every write of accounts and roles; signing in and sessions are `session_writes`."""
    return [_write(name, do) for name, do in OFFICE.items()]


def _write(name: str, do: Act) -> Write:
    def prepare() -> Form:
        empty(TABLES)
        return _office(name)

    return Write(name, TABLES, prepare, do, lambda form, _: _left(form))


def _office(name: str) -> Form:
    """Set up an administrator, the Registrar, a member's account, and what the write needs."""
    boss = person(Role.ADMINISTRATOR, email="boss@example.org")
    second = person(Role.REGISTRAR, email="registrar@example.org")
    member = NUMBER if name == "An account parted from its record" else None
    ana = person(Role.REGISTER_OFFICER, email=EMAIL, member=member)
    addresses.update_index((number, "", email) for number, email in ADDRESSES)
    form: Form = {
        "act": secrets.token_hex(16),
        "account": ana.account,
        "by": ana.principal(),
        "boss": boss.principal(),
        "second": second.principal(),
    }
    return form | _needed(name, form, ana)


def _needed(name: str, form: Form, ana: Person) -> Form:
    earlier = form | {"act": secrets.token_hex(16)}
    match name:
        case "A record joined by its code":
            _ask_code(earlier)
            return {"code": _codes()[0]}
        case "An account parted from its record":
            store.join(NUMBER, ana.account, store.EMAIL).row.save()
        case "A role approved" | "A role refused":
            return {"grant": _ask_role(earlier)}
        case "A role given alone reviewed":
            _give_alone(earlier)
            return {"grant": earlier["act"]}
        case "A mail given up sent again":
            _dead_mail().save()
        case "A mail sent":
            _ask_code(earlier)
            (row,) = OutboxRow.scan()
            return {"mail": row.id}
    return {}


def _dead_mail() -> OutboxRow:
    row = outbox.row(outbox.Mail(EMAIL, "role_given", {}), DEAD, NOW)
    row.queue, row.attempts = outbox.DEAD, outbox.TRIES
    return row


def _codes() -> list[str]:
    """Return the codes that wait to be sent."""
    waiting = [row for row in OutboxRow.scan() if row.template == "account_code" and row.sealed]
    return [str(letter_of(row).context["code"]) for row in waiting]


# What is left -------------------------------------------------------------------------------------


def _left(form: Form) -> object:
    """Everything of accounts, in terms that are the same each time, once it was seen to fit."""
    if "mail" in form:
        for minutes in (5, 60):  # the clock comes by for what was broken off
            with suppress(PynamoDBException):
                outbox.send(form["mail"], NOW + timedelta(minutes=minutes), lambda letter: None)
    code = _code_row(form)
    assert code is None or code in _codes_hashed(form), "the code that was sent isn't the one kept"
    return (*held(), _grants(), code is not None)


def held() -> tuple[object, ...]:
    """Accounts, roles, what happened and what is to be sent; and rows by kind."""
    for role in GRANTABLE:
        assert store.count_with(role) == len(store.accounts_with(role)), (
            f"{role} is counted wrongly"
        )
    rows: Counter[str] = Counter(row.key.partition("#")[0] for row in AccountRow.scan())
    for passing in ("signin", "tries"):  # they run out by themselves; a repeat counts as one more
        rows.pop(passing, None)
    return (
        dict(sorted(rows.items())),
        sorted(map(_said, _accounts())),
        Counter(json.loads(row.body)["what"] for row in AuditRow.scan()),
        Counter((row.template, row.queue or "sent") for row in OutboxRow.scan()),
        sum(1 for _ in OperationRow.scan()),
        sorted(row.part for row in AccountRow.scan() if row.key.startswith("address#")),
    )


def _accounts() -> list[Account]:
    keys = [row.key for row in AccountRow.scan() if row.part == store.ACCOUNT]
    return store.accounts(key.removeprefix("account#") for key in keys if "account#" in key)


def _said(account: Account) -> tuple[object, ...]:
    found = [one.id for one in store.of_email(account.email)]
    assert not account.email or account.id in found, "an account isn't found by its address"
    whose = store.of_identity(account.identity) if account.identity else account.id
    assert whose == account.id, "who signs in gets another account"
    assert not account.member or store.is_joined(account.member), "a joined record doesn't know it"
    roles, joined = sorted(account.granted), (account.member or "", account.joined_by)
    return (account.email, joined, roles, bool(account.identity), account.version)


def _grants() -> list[tuple[str, str]]:
    listed = (*actions.waiting(LATER), *actions.granted_alone(LATER))
    return sorted((one.role, one.reason) for one in listed)


def _code_row(form: Form) -> str | None:
    found = AccountRow.query(store.account_key(form["account"]), AccountRow.part == "join")
    return next((json.loads(row.body or "{}")["code"] for row in found), None)


def _codes_hashed(form: Form) -> list[str]:
    return [keyed("code", form["account"], NUMBER, code) for code in _codes()] or [
        str(_code_row(form))
    ]


def whole_sessions() -> list[str]:
    """Whose sessions there are: each with the row by which its owner can end it."""
    opened = {
        row.key: json.loads(row.body or "{}")
        for row in SessionRow.scan()
        if row.key.startswith("session#")
    }
    listed = {(row.part, row.key) for row in SessionRow.scan() if row.key.startswith("account#")}
    assert listed == {(key, f"account#{said['account']}") for key, said in opened.items()}
    return [said["account"] for said in opened.values()]
