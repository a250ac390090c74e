"""Conflicts of interest: officers who may not decide about a company (JOB-2).

That an officer acts or acted for a company, or answers for the permit that it names, is known
without a declaration; any other conflict they declare. A recusal is permanent. Each write depends
on the officer's not having become a user of the company, or been recused, since this was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from signet.errors import NotFound, Refused
from signet.jobs import store, tables
from signet.jobs.companies.naming import company_key
from signet.jobs.context import of_company, perform_as_staff
from signet.jobs.forms import RecusalDraft
from signet.jobs.model import Client, Company, Posting, StoredModel, User
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.perform import Plan


class Concerned(Refused):
    """An officer may not decide about a company that is theirs, or that they are connected with."""

    code = "own-company"


class OwnCompany(Concerned):
    """Staff may not decide about a company that they act for."""

    usual = "You act for this company. Another career officer has to do this."


class OwnPermit(Concerned):
    """Staff may not decide about a company whose permit they answer for."""

    usual = "You are responsible for this company’s permit. Another career officer has to do this."


class Recused(Concerned):
    """Staff may not decide about a company that they acted for or declared a conflict with."""

    code = "recused"
    usual = "You declared a conflict with this company. Another career officer has to do this."


class Recusal(StoredModel):
    """That an account decides nothing about a company: since when, who said so, and why."""

    account: str
    by: str
    on: date
    reason: str


class Subject(NamedTuple):
    """What a decision is about: a company, and the client that a posting is on behalf of."""

    company: str
    client: str = ""


def of_posting(posting: Posting) -> Subject:
    """Return the subject of a decision about a posting."""
    return Subject(posting.company, posting.terms.client)


def check(context: Context, about: Subject) -> None:
    """Raise Concerned for an officer who may not decide about a company."""
    concerned = concern(context, about, context.account)
    if concerned is not None:
        raise concerned


def concern(context: Context, about: Subject, account: str) -> Concerned | None:
    """Return why an account may not decide about a company; None if it may."""
    user, recused = _keys(about.company, account)
    if store.get(User, *user) or (about.client and _works_for_client(about, account)):
        return OwnCompany()
    if store.get(Recusal, *recused):
        return Recused()
    company = store.company(about.company)
    if company is not None and company.permit and _answers(context, account, company):
        return OwnPermit()
    return None


def _works_for_client(about: Subject, account: str) -> bool:
    """Tell whether the account acts for the client of a company's posting, matched by name."""
    sort_key = tables.client_key(about.client)
    client = store.get(Client, tables.company(about.company), sort_key)
    if client is None:
        return False
    named = {company_key(name) for name in (client.name, *client.former_names)}
    return any(company_key(one.name) in named for one in store.companies_of(account))


def _answers(context: Context, account: str, company: Company) -> bool:
    from signet.accounts import store as accounts  # only here: public pages need neither
    from signet.register.reading import permit_on

    stored = accounts.account(account)
    if stored is None or not stored.member:
        return False
    permit = permit_on(company.permit, context.today, context.policy)
    return permit is not None and stored.member in {one.member for one in permit.answering()}


def decide(
    context: Context,
    about: Callable[[], Subject],
    trail: str,
    what: str,
    submitted: Sequence[Any],
    plan: Callable[[], Plan],
) -> str:
    """Perform a staff operation on a company, unless the officer has a conflict of interest.

    `about` reads the subject again whenever `plan` does. Raises Concerned.
    """

    def whole() -> Plan:
        subject = about()
        check(context, subject)
        new_plan = plan()
        return new_plan._replace(
            changes=[*new_plan.changes, *_unconcerned(context, subject.company)]
        )

    return perform_as_staff(context, trail, what, submitted, whole)


def decide_for(
    context: Context, company: str, what: str, submitted: Sequence[Any], plan: Callable[[], Plan]
) -> str:
    """Perform a staff operation on a company as a whole. Raises Concerned."""
    return decide(context, lambda: Subject(company), of_company(company), what, submitted, plan)


def _unconcerned(context: Context, company: str) -> list[Change]:
    return [
        store.check_version(owner, sort_key, 0)
        for owner, sort_key in _keys(company, context.account)
    ]


def _keys(company: str, account: str) -> tuple[tuple[str, str], tuple[str, str]]:
    owner = tables.company(company)
    return (owner, tables.user_key(account)), (owner, tables.recusal_key(account))


def declare(context: Context, company: str, draft: RecusalDraft) -> None:
    """Recuse an officer from all decisions about a company, permanently.

    Raises NotFound, Refused if they are recused already.
    """

    def plan() -> Plan:
        if store.company(company) is None:
            raise NotFound
        if store.get(Recusal, *_keys(company, context.account)[1]):
            raise Refused("You have already declared a conflict with this company.")
        change = recusal(context, company, context.account, draft.reason)
        return Plan("", [change], {"account": context.account})

    perform_as_staff(context, of_company(company), "jobs.company.recused", [company, draft], plan)


def recusal(context: Context, company: str, account: str, reason: str) -> Change:
    """Return the change that records a recusal, replacing an earlier one."""
    new_recusal = Recusal(account=account, by=context.account, on=context.today, reason=reason)
    owner, sort_key = _keys(company, account)[1]
    return store.overwrite(new_recusal, store.Row(owner, sort_key))


def of_officers(company: str) -> list[tuple[str, Recusal]]:
    """Return the career officers' addresses and recusals from a company, by address."""
    from signet.accounts import store as accounts  # only here: most operations need neither
    from signet.accounts.model import Role

    recusals = {
        one.account: one
        for one in store.list_partition(Recusal, tables.company(company), tables.recusal_key(""))
    }
    named = accounts.accounts(recusals) if recusals else []
    return [(one.email, recusals[one.id]) for one in named if Role.CAREER_OFFICER in one.granted]


def is_officer(account: str) -> bool:
    """Tell whether an account is a career officer's."""
    from signet.accounts import store as accounts  # only here: most operations need neither
    from signet.accounts.model import Role

    stored = accounts.account(account)
    return stored is not None and Role.CAREER_OFFICER in stored.granted


def colleagues(context: Context, about: Subject) -> list[str]:
    """Return the addresses of the other career officers who may decide about a company."""
    from signet.accounts import store as accounts  # only here: most pages need neither
    from signet.accounts.model import Role

    others = set(accounts.accounts_with(Role.CAREER_OFFICER)) - {context.account}
    return [
        one.email
        for one in accounts.accounts(others)
        if Role.CAREER_OFFICER in one.granted and concern(context, about, one.id) is None
    ]
