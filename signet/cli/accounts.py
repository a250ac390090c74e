"""`signet grant`, `signet withdraw`, `signet addresses`: accounts, from the office's own machine.

The first administrator is granted here: before that, no one can do it on the page.
"""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from datetime import UTC, datetime
from typing import Any

from signet import tables
from signet.accounts import actions, addresses
from signet.accounts.keys import KEY
from signet.accounts.model import GRANTABLE, Role
from signet.accounts.tables import MODELS
from signet.cli.failures import EXIT_BAD_INPUT, explain
from signet.errors import Invalid
from signet.register import contacts
from signet.register import tables as register_tables
from signet.register.contacts import Follow
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

ID_BYTES = 16


def add_parsers(commands: Any) -> None:
    """Add the commands' parsers."""
    giving = _add(
        commands, "grant", "give an account a role, also before its owner first signs in", grant
    )
    giving.add_argument(
        "--alone",
        metavar="REASON",
        help="give it at once, without a second person; it is listed until one reviews it. "
        "Without it, only the first administrator's role is granted at once",
    )
    _add(commands, "withdraw", "take a role from an account, from its next request on", withdraw)
    renew = commands.add_parser(
        "addresses",
        help="rebuild the rows that lead from an e-mail address to its member record at sign-in",
        description=f"Run this once after setting or changing {KEY}; imports update the rows.",
    )
    renew.set_defaults(run=run_addresses)


def _add(commands: Any, name: str, words: str, does: Any) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words)
    parser.add_argument("email", metavar="EMAIL", help="the address the person signs in with")
    roles = sorted(GRANTABLE)
    parser.add_argument("role", metavar="ROLE", choices=roles, help=f"one of {', '.join(roles)}")
    parser.add_argument("--reason", default="", help="kept in the audit trail")
    parser.set_defaults(run=does)
    new_parser: argparse.ArgumentParser = parser
    return new_parser


def _ready() -> None:
    tables.bind((*MODELS, *TRANSACTION_MODELS))
    tables.create_missing((*MODELS, *TRANSACTION_MODELS))


def _who() -> str:
    return f"command#{getpass.getuser()}"


def grant(options: argparse.Namespace) -> int:
    """Grant a role to the account that signs in with an address, and create it if needed.

    Where administrators exist already, the role is only requested, unless --alone is given.
    """
    _ready()
    now, by = datetime.now(UTC), _who()
    try:
        account = actions.invite(
            options.email, by=by, now=now, operation_id=_new_id(), random=secrets.token_bytes
        )
    except Invalid as error:
        explain("no account was changed:", (problem.message for problem in error.errors))
        return EXIT_BAD_INPUT
    role = Role(options.role)
    if role in account.granted:
        print(f"account {account.id} has the role {role} already", file=sys.stderr)
        return 0
    if options.alone is None and actions.administrators():
        actions.ask_grant(by, account.id, role, options.reason, now=now, operation_id=_new_id())
        print(
            f"account {account.id} waits for the role {role}: an administrator or the Registrar "
            "approves it at /services/admin/grants/",
            file=sys.stderr,
        )
        return 0
    reason = options.alone or options.reason
    is_listed = options.alone is not None
    actions.grant(
        by, account.id, role, reason, now=now, operation_id=_new_id(), is_listed=is_listed
    )
    print(f"account {account.id} has the role {role} now", file=sys.stderr)
    return 0


def withdraw(options: argparse.Namespace) -> int:
    """Withdraw a role from the accounts of an address."""
    _ready()
    role = Role(options.role)
    accounts = [one for one in actions.find(options.email) if role in one.granted]
    if not accounts:
        explain(f"no account of that address has the role {role}", ())
        return EXIT_BAD_INPUT
    for account in accounts:
        now = datetime.now(UTC)
        actions.withdraw(_who(), account.id, role, options.reason, now=now, operation_id=_new_id())
        print(f"account {account.id} has the role {role} no more", file=sys.stderr)
    return 0


def _new_id() -> str:
    return secrets.token_hex(ID_BYTES)


def run_addresses(options: argparse.Namespace) -> int:
    """Rebuild the rows of all addresses from the contacts."""
    del options
    register_tables.bind()
    _ready()
    count = addresses.rebuild((one["number"], one["email"]) for one in contacts.every())
    print(f"{count:,} addresses", file=sys.stderr)
    return 0


def follower() -> Follow | None:
    """Return the function to call with changed addresses; without the key, warn and return None."""
    if not os.environ.get(KEY):
        explain(
            f"{KEY} isn't set: members can't be recognized by the addresses imported here when "
            "they sign in. Set it and run: signet addresses",
            (),
        )
        return None
    _ready()
    return addresses.update_index
