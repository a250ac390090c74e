"""The functions of accounts that other domains, the web and the commands may call."""

from __future__ import annotations

from signet.accounts.audit_log import read_log
from signet.accounts.codes import begin_link, finish_link
from signet.accounts.granting import approve as approve_grant
from signet.accounts.granting import ask as ask_grant
from signet.accounts.granting import granted_alone, waiting
from signet.accounts.granting import refuse as refuse_grant
from signet.accounts.granting import review as review_grant
from signet.accounts.letters import dead_letters, send_again
from signet.accounts.roles import (
    administrators,
    audit_lines,
    detach,
    find,
    grant,
    invite,
    names,
    promise,
    staff,
    withdraw,
)
from signet.accounts.roles import view as account
from signet.accounts.sessions import end_others, end_session, open_session, principal, sessions
from signet.accounts.signing import begin_sign_in, finish_sign_in, sign_out

__all__ = [
    "account",
    "administrators",
    "approve_grant",
    "ask_grant",
    "audit_lines",
    "begin_link",
    "begin_sign_in",
    "dead_letters",
    "detach",
    "end_others",
    "end_session",
    "find",
    "finish_link",
    "finish_sign_in",
    "grant",
    "granted_alone",
    "invite",
    "names",
    "open_session",
    "principal",
    "promise",
    "read_log",
    "refuse_grant",
    "review_grant",
    "send_again",
    "sessions",
    "sign_out",
    "staff",
    "waiting",
    "withdraw",
]
