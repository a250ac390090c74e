"""Who does something in the career centre, when, and doing it once in one transaction."""

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

TRIES = 5  # against other writes to the same rows


class Occasion(NamedTuple):
    """One act of an account, and when; `act` is the form's own id, 32 hexadecimal digits."""

    account: str
    act: str
    now: datetime
    today: date
    policy: Policy

    @property
    def jobs(self) -> JobPolicy:
        """What holds of the career centre. Raises LookupError where the pack says nothing."""
        if self.policy.jobs is None:
            raise LookupError("the policy pack has no section on jobs")
        return self.policy.jobs

    def again(self, name: str) -> Occasion:
        """The next act of a row of them, named so that a retry finds it."""
        made = sha256(f"{self.act} {name}".encode()).hexdigest()[:32]
        return self._replace(act=made)


class Employer(NamedTuple):
    """Somebody who acts for a company, as is known from its rows: never from what was sent."""

    occasion: Occasion
    company: str
    user: User

    def owns(self) -> Employer:
        """Return itself for an owner of the company. Raises NotAllowed for others."""
        if self.user.role is not UserRole.OWNER:
            raise NotAllowed
        return self

    @property
    def sees_all(self) -> bool:
        """Whether they see what is the whole company's, being limited to no clients (JOB-3)."""
        return not self.user.clients

    def may_post_for(self, client: str) -> bool:
        """Whether they may act for a client, "" being the company itself (JOB-3)."""
        return self.sees_all or client in self.user.clients

    def sees(self, posting: Posting) -> Posting:
        """Return a posting they may act on. Raises NotFound for one of another client."""
        if not self.may_post_for(posting.terms.client):
            raise NotFound
        return posting


def employer(occasion: Occasion, company: str) -> Employer:
    """Return who acts for a company. Raises NotFound for everybody who doesn't."""
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
    """Staff keep the company from doing anything; its pages say why."""

    code = "company-blocked"

    def __init__(self) -> None:
        super().__init__("This company is blocked. Its page says why, and whom to write to.")


class Plan(NamedTuple):
    """What an act comes to on what was just read. `detail` holds ids and names of fields alone."""

    result: str = ""
    changes: Sequence[Change] = ()
    detail: Mapping[str, Any] = MappingProxyType({})
    mail: Sequence[Mail] = ()


class Doing(NamedTuple):
    """An act: whose thing it is (which keeps acts apart), its trail, what it is, what was said."""

    owner: str
    about: str
    what: str
    said: Sequence[Any] = ()


def perform(occasion: Occasion, doing: Doing, plan: Callable[[], Plan]) -> str:
    """Do an act in one transaction; return what it came to, also when it was done before.

    `plan` reads, judges and says what to write. It is asked again when somebody else wrote
    meanwhile, and what it raises stands, unless this very act was done already.
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
    """Do an act for a company, if by then its doer still is a user of it as was read.

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
    """Do an act of staff; the route has seen to it that they are."""
    return perform(occasion, Doing(f"jobs-staff#{occasion.account}", about, what, said), plan)


def of_company(company: str) -> str:
    """The trail of a company."""
    return f"jobs#company#{company}"


def of_posting(number: str) -> str:
    """The trail of a posting."""
    return f"jobs#posting#{number}"


def of_member(number: str) -> str:
    """The trail of a member's profile and of requests about it."""
    return f"jobs#member#{number}"
