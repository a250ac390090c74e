"""The context of an operation (who and when), and performing it once in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from signet.accounts.model import Principal
from signet.errors import Conflict, NotAllowed, NotFound, Refused, SignetError
from signet.jobs import store
from signet.jobs.model import Posting, User, UserRole
from signet.policy import JobPolicy, Policy
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, commit, digest_of, done
from signet.transactions.outbox import Mail

TRIES = 5  # retries against other writes to the same rows


class Occasion(NamedTuple):
    """The context of one operation; `act` is the form's own id, 32 hexadecimal digits."""

    account: str
    act: str
    now: datetime
    today: date
    policy: Policy

    @property
    def jobs(self) -> JobPolicy:
        """The career centre's policy. Raises LookupError if the policy pack has none."""
        if self.policy.jobs is None:
            raise LookupError("the policy pack has no section on jobs")
        return self.policy.jobs

    def again(self, name: str) -> Occasion:
        """Return the context of one operation of a series; a retry gets the same id from `name`."""
        made = sha256(f"{self.act} {name}".encode()).hexdigest()[:32]
        return self._replace(act=made)


class Employer(NamedTuple):
    """A user who acts for a company, as read from its rows and never from what was submitted."""

    occasion: Occasion
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


def employer(occasion: Occasion, company: str) -> Employer:
    """Return the context of a company's user. Raises NotFound for everyone else."""
    user = store.user(company, occasion.account)
    if user is None:
        raise NotFound
    return Employer(occasion, company, user)


def number_of(principal: Principal) -> str:
    """Return the number of the record that an account is joined to. Raises NotAllowed."""
    if not principal.member:
        raise NotAllowed
    return principal.member


class CompanyBlocked(Refused):
    """Staff have blocked the company; its page says why."""

    code = "company-blocked"

    def __init__(self) -> None:
        super().__init__("This company is blocked. Its page says why, and whom to write to.")


class Plan(NamedTuple):
    """What an operation will write, given what was just read.

    `detail` holds only ids and names of fields.
    """

    result: str = ""
    changes: Sequence[Change] = ()
    detail: Mapping[str, Any] = MappingProxyType({})
    mail: Sequence[Mail] = ()


class Doing(NamedTuple):
    """An operation: its owner (the namespace of its id), audit log subject, name and input."""

    owner: str
    about: str
    what: str
    said: Sequence[Any] = ()


def perform(occasion: Occasion, doing: Doing, plan: Callable[[], Plan]) -> str:
    """Perform an operation in one transaction; return its result, also if it was done before.

    `plan` reads, checks the rules and returns what to write. It is called again if another write
    came first. An error that it raises is passed on, unless this very operation was done already.
    """
    digest = digest_of(doing.what, doing.about, list(doing.said))
    for tried in range(TRIES):
        try:
            made = plan()
        except SignetError:
            repeated = done(Act(occasion.act, doing.owner, digest))
            if repeated is None:
                raise
            return repeated
        act = Act(occasion.act, doing.owner, digest, made.result)
        line = Audit(doing.about, doing.what, occasion.account, occasion.now, made.detail)
        try:
            return commit(act, made.changes, line, made.mail)
        except Conflict:
            if tried == TRIES - 1:
                raise
    raise Conflict


def for_company(
    who: Employer, what: str, said: Sequence[Any], plan: Callable[[], Plan], about: str = ""
) -> str:
    """Perform an operation for a company, if at the write the user is still as they were read.

    Raises Refused while staff block the company.
    """

    def whole() -> Plan:
        company = store.company(who.company)
        if company is not None and company.blocked is not None:
            raise CompanyBlocked
        made = plan()
        still = store.still_user(who.company, who.user)
        return made._replace(changes=[*made.changes, still])

    account = who.occasion.account
    doing = Doing(f"jobs#{who.company}#{account}", about or of_company(who.company), what, said)
    return perform(who.occasion, doing, whole)


def by_staff(
    occasion: Occasion, about: str, what: str, said: Sequence[Any], plan: Callable[[], Plan]
) -> str:
    """Perform a staff operation; the route has checked that the caller is staff."""
    return perform(occasion, Doing(f"jobs-staff#{occasion.account}", about, what, said), plan)


def of_company(company: str) -> str:
    """Return a company's audit log subject."""
    return f"jobs#company#{company}"


def of_posting(number: str) -> str:
    """Return a posting's audit log subject."""
    return f"jobs#posting#{number}"


def of_member(number: str) -> str:
    """Return the audit log subject of a member's profile and of requests about it."""
    return f"jobs#member#{number}"
