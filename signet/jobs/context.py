"""Who acts in the career centre: for a company, or for the office; and the audit log's subjects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from signet.accounts.model import Principal
from signet.errors import NotAllowed, NotFound, Refused
from signet.jobs import store
from signet.jobs.model import Posting, User, UserRole
from signet.transactions.context import Context
from signet.transactions.perform import Command, Plan, perform


class Employer(NamedTuple):
    """A user who acts for a company, as read from its rows and never from what was submitted."""

    context: Context
    company: str
    user: User

    def owns(self) -> Employer:
        """Return itself if the user is an owner of the company. Raises NotAllowed otherwise."""
        if self.user.role is not UserRole.OWNER:
            raise NotAllowed
        return self

    @property
    def sees_all(self) -> bool:
        """Whether they may see the whole company's data, not being limited to clients (JOB-3)."""
        return not self.user.clients

    def may_post_for(self, client: str) -> bool:
        """Tell whether they may act for a client, "" being the company itself (JOB-3)."""
        return self.sees_all or client in self.user.clients

    def sees(self, posting: Posting) -> Posting:
        """Return the posting if they may act on it. Raises NotFound if it is another client's."""
        if not self.may_post_for(posting.terms.client):
            raise NotFound
        return posting


def employer(context: Context, company: str) -> Employer:
    """Return the context of a company's user. Raises NotFound for everyone else."""
    user = store.user(company, context.account)
    if user is None:
        raise NotFound
    return Employer(context, company, user)


def member_number(principal: Principal) -> str:
    """Return the number of the record that an account is joined to. Raises NotAllowed."""
    if not principal.member:
        raise NotAllowed
    return principal.member


class CompanyBlocked(Refused):
    """Staff have blocked the company; its page says why."""

    code = "company-blocked"

    def __init__(self) -> None:
        super().__init__("This company is blocked. Its page says why, and whom to write to.")


def for_company(
    who: Employer, name: str, submitted: Sequence[Any], plan: Callable[[], Plan], subject: str = ""
) -> str:
    """Perform an operation for a company, if at the write the user is still as they were read.

    Raises Refused while staff block the company.
    """

    def whole() -> Plan:
        company = store.company(who.company)
        if company is not None and company.blocked is not None:
            raise CompanyBlocked
        planned = plan()
        still = store.check_user(who.company, who.user)
        return planned._replace(changes=[*planned.changes, still])

    owner = f"jobs#{who.company}#{who.context.account}"
    command = Command.of(owner, subject or of_company(who.company), name, submitted)
    return perform(who.context, command, whole)


def perform_as_staff(
    context: Context, subject: str, name: str, submitted: Sequence[Any], plan: Callable[[], Plan]
) -> str:
    """Perform a staff operation; the route has checked that the caller is staff."""
    owner = f"jobs-staff#{context.account}"
    return perform(context, Command.of(owner, subject, name, submitted), plan)


def of_company(company: str) -> str:
    """Return a company's audit log subject."""
    return f"jobs#company#{company}"


def of_posting(number: str) -> str:
    """Return a posting's audit log subject."""
    return f"jobs#posting#{number}"


def of_member(number: str) -> str:
    """Return the audit log subject of a member's profile and of requests about it."""
    return f"jobs#member#{number}"
