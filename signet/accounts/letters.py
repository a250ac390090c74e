"""Dead letters: mail that couldn't be delivered, which administrators can see and send again."""

from __future__ import annotations

from datetime import datetime

from signet.accounts.context import context_of
from signet.accounts.model import Principal, Role
from signet.errors import NotAllowed
from signet.tables import reachable
from signet.transactions import outbox
from signet.transactions.commit import Update, digest_of
from signet.transactions.outbox import QueuedMail
from signet.transactions.perform import ONCE, Command, Plan, perform
from signet.transactions.tables import OutboxRow


@reachable
def dead_letters() -> list[QueuedMail]:
    """Return the dead letters, newest first."""
    return outbox.dead()


def send_again(by: Principal, mail: str, *, now: datetime, operation_id: str) -> None:
    """Queue a dead letter to be sent again.

    Raises NotAllowed, and Conflict if it isn't a dead letter (any more), because another person did
    this.
    """
    if Role.ADMINISTRATOR not in by.roles:
        raise NotAllowed
    subject = f"mail#{mail}"
    change = Update(OutboxRow(id=mail), outbox.reviving(now), outbox.is_given_up())
    command = Command(subject, subject, "mail-sent-again", digest_of("send-again"))
    perform(context_of(by, operation_id, now), command, lambda: Plan("", [change]), tries=ONCE)
