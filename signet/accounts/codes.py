"""Joining an account to a member record by a one-time code, sent to the address on record.

Nothing that the requester sees depends on whether a record with the number exists: the same rows
are written and the same mail is queued. Only the function that sends the mail looks up an address.
"""

from __future__ import annotations

import hmac
import json
import re
from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError

from signet.accounts import store
from signet.accounts.context import context_of
from signet.accounts.keys import BLANKS, Random, digits, keyed
from signet.accounts.limits import count, limits
from signet.accounts.model import Principal
from signet.accounts.signing import JOINED_MAIL
from signet.accounts.store import account_key
from signet.accounts.tables import AccountRow
from signet.errors import FieldError, Invalid, NotFound, Refused
from signet.tables import condition_failed, reachable
from signet.transactions.commit import Change, Delete, Save, digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Command, Plan, earlier_result, perform

PART = "join"
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,19}")
CODE_MAIL = "account_code"
SPACES = re.compile(r"[ \t\r\n-]+")
WRONG = "This isn't the latest code that we sent, or it has expired. You can ask for a new one."


class AlreadyJoined(Refused):
    """The account has a member record already; a code can't replace it with another."""

    code = "already-joined"
    usual = (
        "Your account is already joined to a member record. Ask the office if it is the wrong one."
    )


def begin_link(
    principal: Principal, number: str, *, now: datetime, operation_id: str, random: Random
) -> None:
    """Send a code to the address on record of a number, without revealing whether there is one.

    Raises Invalid if the text can't be a number, TooMany, AlreadyJoined.
    """
    plain = number.strip(BLANKS)
    if not NUMBER.fullmatch(plain):
        raise Invalid(FieldError("number", "Enter the number as it stands on your certificate"))
    owner = account_key(principal.account)
    command = Command(owner, owner, "join-code-asked", digest_of("join", plain))
    context = context_of(principal, operation_id, now)
    if earlier_result(context, command) is None:  # first: a repeat isn't counted
        perform(context, command, lambda: _code(principal, plain, now, random), tries=ONCE)


def _code(principal: Principal, plain: str, now: datetime, random: Random) -> Plan:
    """Return the plan that sends a code, after counting it."""
    if principal.member is not None:
        raise AlreadyJoined
    stored = limits(now)
    count("join of account", principal.account, stored.codes_a_day, now)
    # Counted by number too, so that many accounts together can't flood a member's mailbox. That
    # limit is higher, so that no single account can use up all of a day's codes and keep the member
    # out (threat 29).
    count("join of number", plain, stored.codes_of_record, now)
    code = digits(random, stored.code_digits)
    waiting = _waiting(principal.account, plain, code, now + stored.code_holds)
    context = {"code": code, "minutes": int(stored.code_holds / timedelta(minutes=1))}
    # Confidential, because anyone who reads a code in the outbox could join the record with it.
    mail = Mail(f"member#{plain}", CODE_MAIL, context, confidential=True)
    return Plan("", [waiting], {"number": plain}, [mail])


def _waiting(account: str, number: str, code: str, until: datetime) -> Save:
    body = {
        "number": number,
        "code": keyed("code", account, number, code),
        "until": until.isoformat(),
    }
    return Save(
        AccountRow(account_key(account), PART, body=json.dumps(body), total=0, expires=until)
    )


def finish_link(principal: Principal, code: str, *, now: datetime, operation_id: str) -> str:
    """Join the account to the record that the code was sent for; return the record's number.

    Each code can be tried only a few times. Raises Invalid, with the same message for a wrong, an
    expired and a used code.
    """
    owner, plain = account_key(principal.account), SPACES.sub("", code)
    digest = digest_of("join-code", keyed("code", principal.account, plain))
    command, context = (
        Command(owner, owner, "joined", digest),
        context_of(principal, operation_id, now),
    )
    if (before := earlier_result(context, command)) is not None:  # first: a repeat isn't counted
        return before

    def plan() -> Plan:
        number, sent = _tried(owner, now)
        if not hmac.compare_digest(keyed("code", principal.account, number, plain), sent):
            raise _wrong()
        return _join(principal, number, sent)

    return perform(context, command, plan, tries=ONCE)


def _wrong() -> Invalid:
    return Invalid(FieldError("code", WRONG))


@reachable
def _tried(owner: str, now: datetime) -> tuple[str, str]:
    """Return the pending number and hashed code, after counting this try and before comparing."""
    row = AccountRow(owner, PART)
    limit = limits(now).code_tries
    try:
        row.update(
            actions=[AccountRow.total.add(1)],
            condition=AccountRow.body.exists() & (AccountRow.total < limit),
        )
    except UpdateError as error:
        if condition_failed(error):
            raise _wrong() from None
        raise
    body = json.loads(row.body or "{}")
    if now >= datetime.fromisoformat(body["until"]):
        raise _wrong()
    return body["number"], body["code"]


def _join(principal: Principal, number: str, sent: str) -> Plan:
    account = store.account(principal.account)
    if account is None:
        raise NotFound
    if account.member is not None:
        raise AlreadyJoined
    joined = account._replace(member=number, joined_by="code")
    # The condition names the code that was compared: one requested since then isn't deleted.
    waiting = Delete(
        AccountRow(account_key(principal.account), PART), AccountRow.body.contains(sent)
    )
    mails = Mail(f"member#{number}", JOINED_MAIL, {"by": "code"})
    changes: list[Change] = [
        store.save(joined),
        waiting,
        store.join(number, joined.id, "code"),
    ]
    return Plan(number, changes, {"number": number, "by": "code"}, [mails])
