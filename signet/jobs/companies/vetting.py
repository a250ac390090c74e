"""Staff decisions on companies: vouching for a permit and blocking.

Each raises Concerned for an officer who acts for the company or has a conflict of interest.
"""

from __future__ import annotations

from signet.errors import Conflict, Refused
from signet.jobs import conflicts
from signet.jobs.companies import companies
from signet.jobs.forms import BlockDraft, Versioned, VouchDraft
from signet.jobs.model import Blocked, Company, UserRole, Vouched
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan


def vouch(context: Context, company: str, draft: VouchDraft) -> None:
    """Vouch that a company holds the permit it names, so that its postings may show it.

    It ends when the company changes its name or the number. Raises NotFound, Conflict if the
    company changed since it was seen, Refused if it names no permit.
    """

    def change(stored: Company) -> Company:
        if not stored.permit:
            raise Refused("The company names no permit.", rule="JOB-7")
        vouched = Vouched(
            permit=stored.permit,
            name=stored.name,
            by=context.account,
            on=context.today,
            reason=draft.reason,
        )
        return stored.model_copy(update={"vouched": vouched})

    _change(context, company, draft, "jobs.company.vouched", change)


def withdraw(context: Context, company: str, draft: VouchDraft) -> None:
    """Stop vouching for a company's permit. Raises NotFound, Conflict, Refused."""

    def change(stored: Company) -> Company:
        if stored.vouched is None:
            raise Refused("No one has confirmed this company’s permit.", rule="JOB-7")
        return stored.model_copy(update={"vouched": None})

    _change(context, company, draft, "jobs.company.vouching-withdrawn", change)


def block(context: Context, company: str, draft: BlockDraft) -> None:
    """Block a company: it can do nothing, its postings leave the site, its owners are told why.

    Raises NotFound, Conflict, Refused if it is blocked already.
    """

    def change(stored: Company) -> Company:
        if stored.blocked is not None:
            raise Refused("This company is blocked already.")
        blocked = Blocked(words=draft.words, by=context.account, on=context.today)
        return stored.model_copy(update={"blocked": blocked})

    _change(context, company, draft, "jobs.company.blocked", change, "jobs_company_blocked")


def unblock(context: Context, company: str, draft: BlockDraft) -> None:
    """Unblock a company: postings that haven't ended are shown again, its owners are told.

    Raises NotFound, Conflict, Refused if it isn't blocked.
    """

    def change(stored: Company) -> Company:
        if stored.blocked is None:
            raise Refused("This company isn’t blocked.")
        return stored.model_copy(update={"blocked": None})

    _change(context, company, draft, "jobs.company.unblocked", change, "jobs_company_unblocked")


def _change(
    context: Context,
    company: str,
    draft: Versioned,
    what: str,
    change: companies.Changing,
    mail: str = "",
) -> None:
    def plan() -> Plan:
        stored = companies.profile(company)
        if stored.version != draft.version:
            raise Conflict
        new = change(stored).model_copy(update={"version": stored.version + 1})
        mails = _mails(company, new.name, mail, draft) if mail else ()
        return Plan("", [companies.put(new, stored)], {"company": company}, mails)

    conflicts.decide_for(context, company, what, [company, draft], plan)


def _mails(company: str, name: str, mail: str, draft: Versioned) -> list[Mail]:
    words = draft.words if isinstance(draft, BlockDraft) else ""
    owners = [one for one in companies.users_of(company) if one.role is UserRole.OWNER]
    return [Mail(one.email, mail, {"company": name, "words": words}) for one in owners]
