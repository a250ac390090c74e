"""Performing an operation: once, in one transaction, whatever else is being written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from signet.errors import Conflict, SignetError
from signet.transactions.audit import Audit
from signet.transactions.commit import Change, Operation, commit, digest_of, result_of
from signet.transactions.context import Context
from signet.transactions.outbox import Mail

TRIES = 5  # against other writes to the same rows
ONCE = 1  # where a conflict is for the caller to see: what an officer saw has changed

Result = TypeVar("Result")


class Command(NamedTuple):
    """What an operation is, before anything is read for it.

    `owner` is whose operation it is, the namespace of its id. `subject` and `name` are those of its
    line in the audit log; without a subject it has none. `digest` stands for what was submitted.
    """

    owner: str
    subject: str
    name: str
    digest: str

    @classmethod
    def of(cls, owner: str, subject: str, name: str, submitted: Sequence[Any] = ()) -> Command:
        """Return a command whose digest covers its name, its subject and what was submitted."""
        return cls(owner, subject, name, digest_of(name, subject, list(submitted)))


class Plan(NamedTuple):
    """What an operation writes and returns, given what was just read.

    `detail` holds only ids, states and names of fields. `subject` is that of the audit log line
    where only what was read tells it.
    """

    result: str = ""
    changes: Sequence[Change] = ()
    detail: Mapping[str, Any] = MappingProxyType({})
    mail: Sequence[Mail] = ()
    subject: str = ""


def perform(
    context: Context, command: Command, plan: Callable[[], Plan], *, tries: int = TRIES
) -> str:
    """Perform an operation in one transaction; return its result, also when it was done before.

    `plan` reads, checks the rules and returns what to write. It is called again when another write
    came between, `tries` times in all; then Conflict is raised. An error that `plan` raises is
    passed on, unless this very operation was done already: the rules may well forbid the second
    time what they allowed the first.
    """
    operation = _operation(context, command)
    for tried in range(tries):
        try:
            planned = plan()
        except SignetError:
            before = result_of(operation)
            if before is None:
                raise
            return before
        try:
            return _commit(context, command, operation._replace(result=planned.result), planned)
        except Conflict:
            if tried == tries - 1:
                raise
    raise Conflict


def earlier_result(context: Context, command: Command) -> str | None:
    """Return the result of an operation that was done before, else None.

    For plans that write something themselves, such as a count of tries: ask this first. Raises
    Conflict if the operation was done with other content, Unavailable.
    """
    return result_of(_operation(context, command))


def retry(
    call: Callable[[], Result], tries: int = TRIES, on: type[SignetError] = Conflict
) -> Result:
    """Repeat a call that raises Conflict, or another error `on`, for work that nobody is editing.

    For operations named after what was read: each call reads, names and performs again.
    """
    for _ in range(tries - 1):
        try:
            return call()
        except on:
            continue
    return call()


def _operation(context: Context, command: Command) -> Operation:
    return Operation(context.operation, command.owner, command.digest)


def _commit(context: Context, command: Command, operation: Operation, planned: Plan) -> str:
    subject = planned.subject or command.subject
    line = Audit(subject, command.name, context.account, context.now, planned.detail)
    return commit(operation, planned.changes, line if subject else None, planned.mail)
